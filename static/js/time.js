// The server's clock in the browser, and how durations and times of day are written (R15, R97).
//
// The local wall clock is never used: it may be minutes off or be set while the table is open.
// The anchor is a server time together with the monotonic local time at which it was read.

import { t } from "./texts.js";

const DRIFT = 1000; // ms between two readings that mean a real change, not a slower message
const REFRESH = 60_000; // ms after which a slower message may replace the anchor
const { lang, dataset } = document.documentElement;

let anchor = null; // {at, local}: server epoch ms, performance.now()

/** Take the server time `iso` from a message that has just arrived (or arrived at `local`). */
export function heard(iso, local = performance.now()) {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return;
  const ahead = anchor ? at - now(local) : Infinity;
  // A message that travelled faster is nearer to the truth; a slower one says nothing new.
  if (ahead > 0 || ahead < -DRIFT || local - anchor.local > REFRESH) anchor = { at, local };
}

/** The server's time now, in epoch ms. */
export function now(local = performance.now()) {
  return anchor ? anchor.at + (local - anchor.local) : Date.now();
}

const two = (n) => String(n).padStart(2, "0");

/** mm:ss under an hour, h:mm:ss under a day, "1 d 02:10:00" above; never negative. */
export function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes] = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  const tail = `${two(minutes)}:${two(s % 60)}`;
  if (days) return `${days} d ${two(hours)}:${tail}`;
  return hours ? `${hours}:${tail}` : tail;
}

const clock = new Intl.DateTimeFormat(lang, {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: dataset.zone,
});

/** The time of day of an ISO instant in the platform's zone: "08:01". */
export const timeOfDay = (iso) => clock.format(Date.parse(iso));

const clockSeconds = new Intl.DateTimeFormat(lang, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: dataset.zone,
});

/** The same with seconds, for "data of 14:35:08". */
export const timeWithSeconds = (ms) => clockSeconds.format(ms);

const date = new Intl.DateTimeFormat(lang, { weekday: "long", day: "numeric", month: "short", timeZone: dataset.zone });
const short = new Intl.DateTimeFormat(lang, { day: "2-digit", month: "2-digit", timeZone: dataset.zone });
const plain = new Intl.DateTimeFormat("en-CA", { timeZone: dataset.zone }); // 2026-11-23

/** The day of an ISO instant: "hoy", "ayer", or "lunes, 23 nov". */
export function day(iso) {
  const then = Date.parse(iso);
  const ago = Math.round((Date.parse(plain.format(now())) - Date.parse(plain.format(then))) / 86_400_000);
  if (ago === 0) return t("detail.today");
  return ago === 1 ? t("detail.yesterday") : date.format(then);
}

/** Short for a list: the time of day for today, else the date. */
export function moment(iso) {
  const then = Date.parse(iso);
  return plain.format(now()) === plain.format(then) ? timeOfDay(iso) : short.format(then);
}

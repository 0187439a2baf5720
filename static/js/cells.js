// What the ten columns say about a row of the stream. The same names and texts as
// monitoring/cells.py, which writes the first response; a browser test holds the two together.

import { has, t } from "./texts.js";
import { timeOfDay } from "./time.js";

const TONES = 8; // colours of avatars
const CHIPS = 2; // chats shown before "+n"

/** Names → strings for bind.js. `about`: {me, statuses: {code: {label, icon, color}}}. */
export function cells(row, about) {
  return {
    id: String(row.id),
    testid: `mon-row-${row.id}`,
    online: row.online ? "yes" : "",
    signals: row.signals.map((signal) => signal.code).join(" "),
    ...person(row, about),
    ...status(row, about),
    ...webphone(row),
    ...place(row),
    ...tickets(row),
    ...strategies(row),
    ...campaigns(row),
    ...call(row),
    ...chats(row),
  };
}

const signalled = (row, code) => (row.signals.some((one) => one.code === code) ? t(`signal.${code}`) : "");

export const fullName = (row) => `${row.first_names} ${row.last_names}`.trim();

function person(row, about) {
  const first = (text) => Array.from(text.trim())[0] ?? "";
  return {
    extension: row.extension || "—",
    extension_value: row.extension || "",
    extension_title: row.extension ? "" : t("cell.noExtension"),
    initials: (first(row.first_names) + first(row.last_names)).toUpperCase(),
    tone: String(row.id % TONES),
    name: fullName(row),
    href: `/supervision/users/${row.id}/`,
    first: row.first_names,
    last: row.last_names,
    you: row.id === about.me ? t("cell.you") : "",
    reminder: signalled(row, "reminder_due"),
    reminder_icon: signalled(row, "reminder_due") && "reminder",
  };
}

function status(row, about) {
  const { code, since } = row.status;
  const known = about.statuses[code] ?? { label: code, icon: "circle", color: "gray" };
  return {
    status: code,
    status_label: known.label,
    status_icon: known.icon,
    status_tint: known.color,
    status_since: since,
    status_title: t("cell.since", { state: known.label, time: timeOfDay(since) }),
    status_alert: signalled(row, "status_long"),
  };
}

function webphone({ webphone: phone }) {
  if (!phone) {
    return {
      webphone: "none", webphone_label: "—", webphone_icon: "",
      webphone_title: t("cell.noWebphone"), webphone_none: t("cell.noWebphone"),
    };
  }
  const label = t(`webphone.${phone.state}`);
  return {
    webphone: phone.state,
    webphone_label: label,
    webphone_icon: `webphone-${phone.state}`,
    webphone_title: phone.since ? t("cell.since", { state: label, time: timeOfDay(phone.since) }) : label,
    webphone_none: "",
  };
}

/** The words for a module code: "Workspace". Unknown ones are "other" (R24). */
export const moduleName = (code) => (code === "team" ? t("team.title") : t(has(`nav.${code}`) ? `nav.${code}` : "nav.other"));

/** The words for a place code: `users`, `user:<id>`, `ticket:<id>`, `chat`. */
export function placeName(code) {
  const [kind, id] = (code ?? "").split(":");
  if (kind === "ticket") return t("field.ticket", { id });
  return kind && has(`place.${kind}`) ? t(`place.${kind}`) : "";
}

function place({ module }) {
  if (!module) {
    const off = t("cell.offline");
    return { module: "offline", module_label: off, module_title: off, place: "", idle: "", tabs: "" };
  }
  const texts = {
    module: module.code,
    module_label: moduleName(module.code),
    place: placeName(module.place),
    idle: module.idle ? t("cell.idle") : "",
    tabs: module.tabs > 1 ? t("cell.tabs", { n: module.tabs }) : "",
  };
  const title = [texts.module_label, texts.place, texts.tabs, texts.idle].filter(Boolean).join(" · ");
  return { ...texts, module_title: title };
}

function tickets({ active_tickets: n }) {
  return { tickets: String(n), tickets_title: n === 1 ? t("cell.ticketsOne") : t("cell.tickets", { n }) };
}

/** One voice strategy at most and any number of WhatsApp ones: two chips (R30–R32). */
function strategies(row) {
  const voice = chip(row, "voice", row.strategies.filter((one) => one.kind !== "whatsapp"));
  const whatsapp = chip(row, "whatsapp", row.strategies.filter((one) => one.kind === "whatsapp"));
  const values = row.strategies.map((one) => (one.paused ? `${one.kind}:paused` : one.kind));
  return {
    ...voice,
    ...whatsapp,
    strategies: [...new Set(values)].join(","),
    strategies_none: values.length ? "" : t("cell.noStrategies"),
  };
}

function chip(row, name, entered) {
  if (!entered.length) return {};
  const campaign = new Map(row.campaigns.map(({ id, name: text }) => [id, text]));
  const { kind } = entered[0];
  const paused = entered.some((one) => one.paused) ? t("strategy.paused") : "";
  const names = entered.map((one) => [one.name, campaign.get(one.campaign_id)].filter(Boolean).join(" · "));
  return {
    [name]: names.join(", ") + (paused && ` (${paused})`),
    [`${name}_kind`]: kind,
    [`${name}_label`]: t(`strategy.${kind}`),
    [`${name}_icon`]: `strategy-${kind}`,
    [`${name}_paused`]: paused,
  };
}

function campaigns({ campaigns: all }) {
  if (!all.length) {
    return {
      campaigns: "", campaigns_none: t("cell.noCampaigns"), campaigns_label: "",
      campaign: "", campaigns_more: "", campaigns_count: "",
    };
  }
  const n = all.length;
  const names = all.map((one) => one.name).join(", ");
  const seen = n > 1 ? `${all[0].name} +${n - 1} · ` : "";
  return {
    campaigns: all.map((one) => one.code).join(","),
    campaigns_none: "",
    campaigns_label: `${seen}${n === 1 ? t("cell.campaignsOne") : t("cell.campaigns", { n })}: ${names}`,
    campaign: all[0].name,
    campaigns_more: n > 1 ? `+${n - 1}` : "",
    campaigns_count: String(n),
  };
}

function call(row) {
  const { call: now } = row;
  if (!now) return { call: "none", call_none: t("call.none") };
  const way = now.direction ?? "";
  return {
    call: now.state,
    call_none: "",
    call_id: now.id ? String(now.id) : "",
    call_label: t(`call.${now.state}`),
    call_icon: `call-${now.state}`,
    call_since: now.since,
    call_card: now.hidden ? "" : now.state === "waiting" ? "waiting" : "call",
    call_card_id: now.hidden ? "" : String(now.id ?? row.id),
    call_locked: now.hidden ? "disabled" : "",
    call_note: now.hidden ? t("call.elsewhere") : "",
    call_alert: signalled(row, "waiting_long") || signalled(row, "acw_over"),
    way,
    direction: way && t(`direction.${way}`),
    direction_icon: way && `direction-${way}`,
  };
}

/** The icon of a channel; one we do not know is a plain bubble (R46). */
export const channelIcon = (code) => (has(`channel.${code}`) ? `channel-${code}` : "channel-other");

export const channelName = (code) => t(has(`channel.${code}`) ? `channel.${code}` : "channel.other");

function chats({ chats: open }) {
  if (!open.length) return { chats: "", chats_none: t("cell.noChats") };
  const texts = { chats: open.map((one) => one.channel).join(","), chats_none: "" };
  open.slice(0, CHIPS).forEach((one, index) => {
    const contact = one.contact || t("field.contactNoName");
    const chip = `chat${index + 1}`;
    texts[chip] = contact;
    texts[`${chip}_id`] = String(one.id);
    texts[`${chip}_channel`] = one.channel;
    texts[`${chip}_icon`] = channelIcon(one.channel);
    texts[`${chip}_label`] = `${channelName(one.channel)}: ${contact}`;
  });
  const more = open.length - CHIPS;
  texts.chats_more = more > 0 ? `+${more}` : "";
  texts.chats_label = more > 0 ? t("cell.more", { n: more }) : "";
  return texts;
}

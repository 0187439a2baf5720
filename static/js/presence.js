// Where this tab is (R24–R26): the tab's own id, and a message when module, place, focus or
// visibility changes. The shell says where; the server decides what it means.

import * as live from "./live.js";

const KEY = "beex.tab";
let said = "";

/** This tab's id, kept over reloads. (A duplicated tab copies it; the server tells them apart.) */
export function tab() {
  const id = sessionStorage.getItem(KEY) ?? crypto.randomUUID?.() ?? randomId();
  sessionStorage.setItem(KEY, id);
  return id;
}

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function here() {
  const { module = "other", place, openChat } = document.getElementById("page")?.dataset ?? {};
  return {
    type: "presence",
    module,
    place: place || null,
    focused: document.hasFocus(),
    hidden: document.visibilityState === "hidden",
    open_chat: openChat ? Number(openChat) : null,
  };
}

/** Say where the tab is, if that is news (or the socket is new). */
export function tell(fresh = false) {
  const message = here();
  const text = JSON.stringify(message);
  if (!fresh && text === said) return;
  said = text;
  live.send(message);
}

/** Follow focus and visibility from now on. */
export function follow() {
  live.on("open", () => tell(true));
  for (const sign of ["focus", "blur"]) addEventListener(sign, () => tell());
  document.addEventListener("visibilitychange", () => tell());
}

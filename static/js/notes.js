// Notices of one's desk (captured, a request, a reminder): shown in the corner, and by the system
// when the person wants that and is looking elsewhere.

import * as live from "./live.js";
import { api } from "./http.js";
import { t } from "./texts.js";

const KEY = "beex.notify";
const shown = new Map(); // notice id → its element
const wanted = () => localStorage.getItem(KEY) === "yes" && globalThis.Notification?.permission === "granted";

/** Follow the desk's notices and the switch that sends them to the system. */
export function notes() {
  live.on("desk", (frame) => show(frame.notices ?? []));
  const button = document.getElementById("notify-switch");
  const paint = () => button.setAttribute("aria-checked", wanted());
  button.addEventListener("click", async () => {
    const want = !wanted() && (await globalThis.Notification?.requestPermission()) === "granted";
    localStorage.setItem(KEY, want ? "yes" : "no");
    paint();
  });
  paint();
}

/** Notices are state: what is no longer open goes, what is new comes. */
function show(notices) {
  const open = new Set(notices.map((notice) => notice.id));
  for (const [id, element] of shown) {
    if (open.has(id)) continue;
    element.remove();
    shown.delete(id);
  }
  for (const notice of notices) if (!shown.has(notice.id)) add(notice);
}

function add(notice) {
  const element = document.createElement("div");
  element.className = "note";
  element.dataset.kind = notice.kind;
  const text = Object.assign(document.createElement("p"), { textContent: notice.text });
  if (notice.note) text.append(Object.assign(document.createElement("q"), { textContent: notice.note }));
  element.append(text, dismiss(element, notice));
  document.getElementById("notes").append(element);
  shown.set(notice.id, element);
  notify("Beex", notice.text, `notice-${notice.id}`);
}

/** Say something small in the corner for a moment. */
export function toast(text, action = null) {
  const note = document.createElement("div");
  note.className = "note";
  note.append(Object.assign(document.createElement("p"), { textContent: text }));
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: action.label, className: "link" });
    button.addEventListener("click", () => { note.remove(); action.run(); });
    note.append(button);
  }
  document.getElementById("notes").append(note);
  setTimeout(() => note.remove(), action ? 10_000 : 5_000);
}

/** Tell it by the system when the person wants that and is looking elsewhere. */
export function notify(title, body, tag) {
  if (!document.hasFocus() && wanted()) new Notification(title, { body, tag });
}

/** Put a notice away here and on the server: it is state, and would come back otherwise. */
function dismiss(element, { id }) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  button.setAttribute("aria-label", t("common.close"));
  button.addEventListener("click", () => {
    element.remove();
    api("DELETE", `notices/${id}/`).catch(() => {});
  });
  return button;
}

// The account menu: one's own status (R13–R17), language, theme, notices. The server's word decides
// what is shown: a choice is only marked as asked for until the desk stream says it is so.

import * as live from "./live.js";
import { api, post } from "./http.js";
import { duration, now } from "./time.js";
import { notes } from "./notes.js";
import { t } from "./texts.js";

const ALIVE = 30 * 60_000; // ms between two signs that the session is in use (E26)

/** Wire the menu. Called once: the shell stays while pages change. */
export function account() {
  const list = document.getElementById("statuses");
  if (!list) return;
  list.addEventListener("click", (event) => choose(list, event.target.closest("[data-status]")));
  list.addEventListener("keydown", (event) => arrows(list, event));
  live.on("desk", (frame) => frame.status && show(list, frame.status));
  live.subscribe("desk");
  setInterval(tick, 500);
  tick();
  theme();
  notes();
  const menu = document.getElementById("account-menu");
  menu.addEventListener("click", (event) => event.target.closest("a") && menu.hidePopover());
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    list.querySelector('[aria-checked="true"]')?.focus();
    webphone();
  });
  setInterval(() => post("/account/alive/", {}), ALIVE);
}

/** One's own webphone, asked for when the menu opens. */
async function webphone() {
  const line = document.getElementById("account-webphone");
  const { ok, body } = await api("GET", "me/").catch(() => ({}));
  line.hidden = !ok || !body.webphone;
  if (line.hidden) return;
  const { state } = body.webphone;
  line.querySelector("use").setAttribute("href", `#i-webphone-${state}`);
  line.querySelector("span").textContent = `${t("card.webphone")}: ${t(`webphone.${state}`)}`;
}

/** A status chosen during a call says what it means for the call (D8). */
async function during(code) {
  if (code === "available") return;
  const { ok, body } = await api("GET", `calls/?user=${document.body.dataset.me}&state=talking`).catch(() => ({}));
  if (ok && body.results.length) hint(t("account.duringCall"));
}

async function choose(list, button) {
  if (!button || button.getAttribute("aria-checked") === "true") return;
  button.setAttribute("aria-busy", "true");
  hint("");
  const { ok, body } = await api("PUT", "me/status/", { status: button.dataset.status }).catch(() => ({}));
  button.removeAttribute("aria-busy");
  if (ok) {
    show(list, body);
    during(body.code);
  } else hint(t("account.statusError"));
}

function hint(text) {
  document.getElementById("status-hint").textContent = text;
}

/** Show what the server says one's status is, and since when. */
function show(list, { code, since }) {
  const chosen = list.querySelector(`[data-status="${CSS.escape(code)}"]`);
  for (const button of list.querySelectorAll("[data-status]")) {
    const is = button === chosen;
    button.setAttribute("aria-checked", is);
    button.tabIndex = is ? 0 : -1;
    button.querySelector("time").dateTime = is ? since : "";
    button.querySelector("time").textContent = "";
  }
  const own = document.querySelector("[data-own]");
  own.querySelector("time").dateTime = since;
  if (chosen) {
    own.querySelector(".label").textContent = chosen.querySelector(".label").textContent;
    own.querySelector("use").setAttribute("href", chosen.querySelector("use").getAttribute("href"));
    own.querySelector("svg").dataset.tint = chosen.querySelector("svg").dataset.tint;
  }
  document.getElementById("unavailable").hidden = code !== "unavailable";
  tick();
}

function tick() {
  for (const timer of document.getElementById("top").querySelectorAll(".account time")) {
    const text = timer.dateTime ? duration(now() - Date.parse(timer.dateTime)) : "";
    if (timer.textContent !== text) timer.textContent = text;
  }
}

/** Arrows walk through the statuses; Enter or Space chooses, as in any menu. */
function arrows(list, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...list.querySelectorAll("[data-status]")];
  const at = buttons.indexOf(document.activeElement);
  buttons.at((at + step) % buttons.length).focus();
}

/** The theme changes at once and is kept for this person. */
function theme() {
  const form = document.getElementById("theme-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value } = event.submitter;
    document.documentElement.dataset.theme = value;
    for (const button of form.querySelectorAll("[name=theme]")) button.setAttribute("aria-pressed", button.value === value);
    post("/account/preferences/", { theme: value });
  });
}

// Capturar: the button on a chat's card, the question, and the way to one's own Workspace (R56–R59).
// The server decides; whatever it says against it is shown where the person is looking.

import * as live from "./live.js";
import { api } from "./http.js";
import { go } from "./navigation.js";
import { t } from "./texts.js";
import { toast } from "./notes.js";

const PATIENCE = 8_000; // ms a capture may take

/** Serve the capture buttons of the cards; returns the way out. */
export function mount(page) {
  const end = new AbortController();
  const { signal } = end;
  const dialog = page.querySelector("#capture-dialog");
  const [body, problem, confirm] = ["#capture-body", ".problem", "[type=submit]"].map((one) => dialog.querySelector(one));
  let asked = null; // what the button said: {chat, ticket, contact, name}

  const say = (text) => { problem.textContent = text; };
  const busy = (is) => {
    confirm.toggleAttribute("aria-busy", is);
    confirm.textContent = t(is ? "capture.doing" : "action.capture");
  };
  const ask = (event) => {
    const button = event.target.closest("[data-testid=act-capture]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    asked = { ...button.dataset };
    body.textContent = t("capture.chatBody", { contact: asked.contact, name: asked.name });
    say("");
    busy(false);
    confirm.disabled = false;
    dialog.showModal();
  };
  const send = async (event) => {
    event.preventDefault();
    if (confirm.hasAttribute("aria-busy")) return;
    busy(true);
    say("");
    const { chat, ticket, contact } = asked;
    const answer = await Promise.race([api("POST", `chats/${chat}/capture/`, {}), late()]).catch(() => null);
    busy(false);
    if (!answer?.ok) {
      say(answer?.body?.detail ?? t("capture.chatFailed"));
      confirm.disabled = Boolean(answer);
      return;
    }
    dialog.close();
    toast(t("capture.done", { contact }));
    go(`/workspace/?ticket=${ticket}`);
  };
  /** One's rights changed while the question is open (E9). */
  const judge = async () => {
    if (!dialog.open) return;
    const { chat } = asked;
    const why = await reason(chat);
    if (!dialog.open || asked.chat !== chat || !why) return;
    say(why);
    confirm.disabled = true;
  };
  document.getElementById("card").addEventListener("click", ask, { signal });
  dialog.querySelector("form").addEventListener("submit", send, { signal });
  dialog.querySelector("[data-closes]").addEventListener("click", () => dialog.close(), { signal });
  const deaf = live.on("rights", judge);
  return () => {
    deaf();
    end.abort();
  };
}

const late = () => new Promise((resolve) => { setTimeout(() => resolve(null), PATIENCE); });

/** Why this chat cannot be captured now; empty when it can. */
async function reason(chat) {
  const response = await fetch(`/supervision/cards/chat/${chat}/`).catch(() => null);
  if (!response?.ok) return response ? t("deny.not_found") : "";
  const card = new DOMParser().parseFromString(await response.text(), "text/html");
  return card.querySelector("[data-testid=act-capture][data-deny]")?.title ?? "";
}

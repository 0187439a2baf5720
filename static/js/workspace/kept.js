// Texts the server refused: shown wherever the agent goes in his Workspace, until he copied or put
// them away. They are never lost with the chat they were written for (E17).

import { t } from "../texts.js";
import { icon } from "./line.js";

export class Kept {
  constructor(page, desk, outgoing) {
    this.desk = desk;
    this.root = page.querySelector("#ws-kept");
    this.list = this.root.querySelector("ul");
    this.outgoing = outgoing;
  }

  mount() {
    this.desk.on("tickets", () => this.paint());
    this.paint();
  }

  paint() {
    const kept = this.outgoing.kept();
    const shows = JSON.stringify(kept.map((entry) => [entry.id, this.back(entry.chat), this.open(entry.chat)]));
    if (shows === this.shows) return; // a frame that changes nothing here takes no focus away
    this.shows = shows;
    this.root.hidden = !kept.length;
    this.list.replaceChildren(...kept.map((entry) => this.item(entry)));
  }

  /** Whether this chat is on the desk (again). */
  back(chat) {
    return Boolean(this.desk.ticketOf(chat));
  }

  /** Whether one can write in it, too. */
  open(chat) {
    return Boolean(this.desk.ticketOf(chat)?.chats.some((one) => one.id === chat && !one.ended_at));
  }

  item({ id, chat, contact, text, refused, taken }) {
    const item = document.createElement("li");
    item.dataset.testid = "ws-kept-text";
    const why = Object.assign(document.createElement("p"), { className: "why", textContent: refused });
    if (taken && this.back(chat)) why.textContent = t("ws.unsent", { contact: contact || t("field.contactNoName") });
    why.prepend(icon("message-refused"));
    const words = Object.assign(document.createElement("blockquote"), { textContent: text });
    words.setAttribute("aria-label", contact || t("field.contactNoName"));
    const copy = this.button("copy", "ws.copy", async () => {
      await navigator.clipboard.writeText(text);
      copy.lastChild.textContent = t("ws.copied");
    });
    item.append(why, words, copy);
    if (this.open(chat)) item.append(this.button("send", "ws.send", () => this.outgoing.again(id)));
    item.append(this.button("close", "ws.discard", () => this.outgoing.drop(id)));
    return item;
  }

  button(name, key, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-light" });
    button.append(icon(name), Object.assign(document.createElement("span"), { textContent: t(key) }));
    button.addEventListener("click", act);
    return button;
  }
}

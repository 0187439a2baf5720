// Texts the server refused: shown wherever the agent goes in his Workspace, until he copied or put
// them away. They are never lost with the chat they were written for (E17).

import { t } from "../texts.js";
import { icon } from "./line.js";

export class Kept {
  constructor(page, outgoing) {
    this.root = page.querySelector("#ws-kept");
    this.list = this.root.querySelector("ul");
    this.outgoing = outgoing;
  }

  mount() {
    this.paint();
  }

  paint() {
    const kept = this.outgoing.kept();
    this.root.hidden = !kept.length;
    this.list.replaceChildren(...kept.map((entry) => this.item(entry)));
  }

  item({ id, contact, text, refused }) {
    const item = document.createElement("li");
    item.dataset.testid = "ws-kept-text";
    const why = Object.assign(document.createElement("p"), { className: "why", textContent: refused });
    why.prepend(icon("message-refused"));
    const words = Object.assign(document.createElement("blockquote"), { textContent: text });
    words.setAttribute("aria-label", contact || t("field.contactNoName"));
    const copy = this.button("copy", "ws.copy", async () => {
      await navigator.clipboard.writeText(text);
      copy.lastChild.textContent = t("ws.copied");
    });
    item.append(why, words, copy, this.button("close", "ws.discard", () => this.outgoing.drop(id)));
    return item;
  }

  button(name, key, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-light" });
    button.append(icon(name), Object.assign(document.createElement("span"), { textContent: t(key) }));
    button.addEventListener("click", act);
    return button;
  }
}

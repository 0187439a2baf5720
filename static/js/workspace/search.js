// The search of the list also finds contacts without a ticket of the agent; one that is chosen is shown
// in the contact's column, to be read.

import { t } from "../texts.js";
import * as doors from "./doors.js";

const REST = 300; // ms without a key before the server is asked
const LEAST = 3; // letters worth asking for
const MOST = 8; // contacts shown

export class ContactSearch {
  constructor(page, desk, column) {
    Object.assign(this, { desk, column });
    this.field = page.querySelector("#ws-search");
    this.root = page.querySelector("#ws-found");
    this.list = this.root.querySelector("ul");
    this.contacts = [];
  }

  mount(signal) {
    this.field.addEventListener("input", () => this.later(), { signal });
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("button")), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  later() {
    clearTimeout(this.timer);
    const text = this.field.value.trim();
    if (text.length < LEAST) this.paint([]);
    else this.timer = setTimeout(() => this.ask(text), REST);
  }

  async ask(text) {
    const answer = await doors.contacts(text, MOST).catch(() => null);
    if (answer && this.field.value.trim() === text) this.paint(answer.results);
  }

  /** Those who stand in the list of tickets already are not said twice. */
  paint(contacts) {
    const listed = new Set([...this.desk.tickets.values()].map((ticket) => ticket.contact.id));
    this.contacts = contacts.filter((contact) => !listed.has(contact.id));
    this.root.hidden = !this.contacts.length;
    this.list.replaceChildren(...this.contacts.map((contact) => {
      const button = Object.assign(document.createElement("button"), { type: "button", value: contact.id });
      const sub = [contact.code, contact.phone].filter(Boolean).join(" · ") || "—";
      button.append(
        Object.assign(document.createElement("span"), { className: "who", textContent: contact.name || t("field.contactNoName") }),
        Object.assign(document.createElement("span"), { className: "sub digits", textContent: sub }),
      );
      const item = document.createElement("li");
      item.append(button);
      return item;
    }));
  }

  choose(button) {
    const contact = button && this.contacts.find((one) => String(one.id) === button.value);
    if (contact) this.column.present(contact);
  }
}

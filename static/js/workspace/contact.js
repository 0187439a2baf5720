// The right column: who the contact is, his numbers, and what went on with him before.

import { channelIcon, channelName } from "../cells.js";
import { t } from "../texts.js";
import { moment } from "../time.js";
import * as doors from "./doors.js";
import { icon } from "./line.js";

const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

export class ContactColumn {
  /** `read(chat, ticket, contact)` shows a ticket of the history, `reopen(id)` takes it up again. */
  constructor(page, desk, { read, reopen }) {
    Object.assign(this, { desk, read, reopen });
    this.root = page.querySelector("#ws-contact");
    this.title = this.root.querySelector("h2");
    this.code = this.root.querySelector(".code");
    this.data = this.root.querySelector("#ws-panel-data dl");
    this.phones = this.root.querySelector("#ws-panel-phones ul");
    this.past = this.root.querySelector("#ws-panel-history ul");
    this.search = this.root.querySelector("#ws-history-search");
    this.tabs = [...this.root.querySelectorAll("[role=tab]")];
    this.contact = null;
  }

  mount(signal) {
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    for (const tab of this.tabs) on(tab, "click", () => this.tab(tab));
    on(this.root.querySelector("[role=tablist]"), "keydown", (event) => this.arrows(event));
    on(this.search, "input", () => this.paintPast());
    on(this.past, "click", (event) => this.open(event.target.closest("button")));
    this.desk.on("select", () => this.show());
    this.desk.on("tickets", () => this.paint());
  }

  tab(chosen) {
    for (const tab of this.tabs) {
      const is = tab === chosen;
      tab.setAttribute("aria-selected", is);
      tab.tabIndex = is ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !is;
    }
  }

  arrows(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = this.tabs.at((this.tabs.indexOf(document.activeElement) + step) % this.tabs.length);
    this.tab(next);
    next.focus();
  }

  focus() {
    this.tabs.find((tab) => tab.tabIndex === 0).focus();
  }

  async show() {
    const { ticket } = this.desk;
    this.root.dataset.state = ticket ? "shown" : "none";
    if (!ticket) return;
    const { id } = ticket.contact;
    if (this.contact !== id) {
      this.contact = id;
      this.search.value = "";
      this.answer = null;
      this.paintPast();
    }
    this.paint();
    const answer = await doors.history(id).catch(() => null);
    if (this.contact !== id || !answer) return;
    this.answer = answer;
    this.paint();
    this.paintPast();
  }

  /** Show somebody who is not on the desk, with what one attended him before. Resolves to the tickets. */
  async present(contact) {
    this.contact = contact.id;
    this.answer = null;
    this.root.dataset.state = "shown";
    this.title.textContent = contact.name || t("field.contactNoName");
    this.code.textContent = contact.code ?? "";
    this.data.replaceChildren(
      ...field(t("field.contact"), contact.name || t("field.contactNoName")),
      ...field(t("field.code"), contact.code || "—"),
      ...field(t("field.phone"), contact.phone || "—"),
    );
    this.numbers(contact.phone ? [contact.phone] : []);
    this.search.hidden = true;
    this.past.replaceChildren(make("li", "none", t("ws.historyOwn")));
    this.tab(this.tabs[0]);
    this.focus();
    const answer = await doors.history(contact.id).catch(() => null);
    if (this.contact !== contact.id || !answer) return [];
    this.answer = answer;
    this.numbers(answer.phones);
    this.paintPast();
    return answer.tickets;
  }

  paint() {
    const { ticket, chat } = this.desk;
    if (!ticket || (this.contact !== null && this.contact !== ticket.contact.id)) return;
    const { contact } = ticket;
    this.title.textContent = contact.name || t("field.contactNoName");
    this.code.textContent = contact.code ?? "";
    this.data.replaceChildren(
      ...field(t("field.contact"), contact.name || t("field.contactNoName")),
      ...field(t("field.code"), contact.code || "—"),
      ...field(t("field.phone"), contact.phone || "—"),
      ...field(t("field.campaign"), ticket.campaign.name),
      ...(chat ? field(t("field.channel"), channelName(chat.channel)) : []),
      ...(chat ? field(t("field.direction"), t(`direction.${chat.direction}`)) : []),
      ...(chat ? field(t("field.identifier"), chat.identifier.alias, chat.identifier.value) : []),
    );
    this.numbers(this.answer?.phones ?? (contact.phone ? [contact.phone] : []));
  }

  numbers(phones) {
    this.phones.replaceChildren(...(phones.length ? phones : [t("ws.phonesNone")]).map((one) => {
      const item = make("li", phones.length ? "digits" : "none", one);
      if (phones.length) item.prepend(icon("channel-voice"));
      return item;
    }));
  }

  paintPast() {
    const all = this.answer?.tickets ?? [];
    const wanted = this.search.value.trim().toLowerCase();
    const found = all.filter((one) => words(one).includes(wanted));
    this.search.hidden = all.length < 2;
    const none = all.length ? "ws.historyNoMatch" : "ws.historyNone";
    this.past.replaceChildren(...(found.length ? found.map((one) => this.pastItem(one)) : this.answer ? [make("li", "none", t(none))] : []));
  }

  pastItem(ticket) {
    const item = make("li", "past");
    const head = make("p", "past-head");
    head.append(make("b", "", t("field.ticket", { id: ticket.id })), make("span", "tag", t(`ticket.${ticket.state}`)), make("time", "", moment(ticket.resolved_at ?? ticket.created_at)));
    item.append(head, make("p", "sub", [ticket.campaign.name, ticket.assignee].filter(Boolean).join(" · ")));
    for (const act of ticket.dispositions) item.append(make("p", "act", [act.name, act.note].filter(Boolean).join(" — ")));
    for (const chat of ticket.chats) {
      const button = make("button", "link");
      button.type = "button";
      Object.assign(button.dataset, { chat: chat.id, ticket: ticket.id });
      button.append(icon(channelIcon(chat.channel)), make("span", "", channelName(chat.channel)));
      item.append(button);
    }
    if (ticket.reopen) {
      const button = make("button", "link", t("ws.reopen"));
      button.type = "button";
      button.dataset.reopen = ticket.id;
      item.append(button);
    }
    return item;
  }

  open(button) {
    if (!button) return;
    if (button.dataset.reopen) return this.reopen(Number(button.dataset.reopen));
    const [chat, id] = [Number(button.dataset.chat), Number(button.dataset.ticket)];
    if (this.desk.tickets.has(id)) this.desk.select(id, chat);
    else this.read(chat, this.answer.tickets.find((one) => one.id === id), this.answer.contact);
  }
}

function field(label, value, sub = "") {
  const answer = make("dd", "", value);
  if (sub) answer.append(make("span", "sub digits", sub));
  return [make("dt", "", label), answer];
}

const words = (ticket) => [
  ticket.id, ticket.campaign.name, ticket.assignee, ...ticket.dispositions.flatMap((act) => [act.name, act.note, act.by]),
].join(" ").toLowerCase();

// The tickets on the left: last action first, arrows go through them, Enter selects. While pointer or
// focus is in the list nothing changes places.

import { patch, view } from "../bind.js";
import { channelIcon, channelName } from "../cells.js";
import { t } from "../texts.js";
import { moment } from "../time.js";
import { eventText } from "./line.js";
import { mainChat, touchedAt, unread } from "./desk.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

export class List {
  constructor(page, desk) {
    this.desk = desk;
    this.root = page.querySelector("#ws-tickets");
    this.panel = page.querySelector("#ws-list");
    this.count = page.querySelector("#ws-count");
    this.empty = page.querySelector("#ws-empty");
    this.nomatch = page.querySelector("#ws-nomatch");
    this.search = page.querySelector("#ws-search");
    this.template = page.querySelector("#ticket-template").content.firstElementChild;
    this.items = new Map(); // ticket id → view
  }

  mount(signal) {
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    on(this.root, "click", (event) => this.choose(event.target.closest("button")));
    on(this.root, "keydown", (event) => this.arrows(event));
    on(this.root, "pointerleave", () => this.paint());
    on(this.root, "focusout", () => queueMicrotask(() => this.paint()));
    on(this.search, "input", () => this.paint());
    this.desk.on("tickets", () => this.paint());
    this.desk.on("select", () => this.paint());
  }

  choose(button) {
    if (button) this.desk.select(Number(button.closest("li").dataset.id));
  }

  arrows(event) {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const buttons = this.buttons();
    const at = buttons.indexOf(document.activeElement) + step;
    buttons[Math.max(0, Math.min(buttons.length - 1, at))]?.focus();
  }

  buttons() {
    return [...this.root.querySelectorAll("li:not([hidden]) > button")];
  }

  /** Go to the next or previous ticket, from wherever the keyboard is. */
  step(way) {
    const ids = this.buttons().map((button) => Number(button.parentElement.dataset.id));
    const at = ids.indexOf(this.desk.selected?.ticket);
    const id = ids[at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + way))];
    if (id) this.desk.select(id);
  }

  focus() {
    (this.root.querySelector('button[tabindex="0"]') ?? this.search).focus();
  }

  get held() {
    return this.root.matches(":hover") || this.root.contains(document.activeElement);
  }

  paint() {
    const { tickets, selected } = this.desk;
    for (const [id, item] of this.items) {
      if (tickets.has(id)) continue;
      item.root.remove();
      this.items.delete(id);
    }
    for (const ticket of tickets.values()) {
      if (!this.items.has(ticket.id)) this.add(ticket.id);
      patch(this.items.get(ticket.id), texts(ticket, ticket.id === selected?.ticket));
    }
    if (!this.held) this.order();
    const shown = this.filter();
    this.rove();
    this.count.textContent = tickets.size;
    this.empty.hidden = tickets.size > 0 || !this.desk.started;
    this.nomatch.hidden = shown > 0 || !tickets.size;
    this.panel.setAttribute("aria-busy", !this.desk.started);
  }

  add(id) {
    const root = this.template.cloneNode(true);
    root.dataset.id = id;
    this.items.set(id, view(root, this.template));
    this.root.prepend(root);
  }

  order() {
    const sorted = [...this.desk.tickets.values()].sort((a, b) => touchedAt(b) - touchedAt(a) || b.id - a.id);
    sorted.forEach((ticket, index) => {
      const { root } = this.items.get(ticket.id);
      if (this.root.children[index] !== root) this.root.insertBefore(root, this.root.children[index] ?? null);
    });
  }

  /** Hide what does not match the search; returns how many are left. */
  filter() {
    const wanted = plain(this.search.value.trim());
    let shown = 0;
    for (const [id, { root }] of this.items) {
      const { contact, campaign } = this.desk.tickets.get(id);
      const text = plain([contact.name, contact.code, contact.phone, campaign.name, id].join(" "));
      root.hidden = !text.includes(wanted);
      shown += root.hidden ? 0 : 1;
    }
    return shown;
  }

  /** One stop for Tab: the selected ticket, else the focused one, else the first. */
  rove() {
    const buttons = this.buttons();
    const stop = buttons.find((one) => one === document.activeElement)
      ?? buttons.find((one) => one.hasAttribute("aria-current")) ?? buttons[0];
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  }
}

const plain = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();

/** What one ticket of the list says. */
function texts(ticket, current) {
  const chat = mainChat(ticket);
  const n = unread(ticket);
  const last = chat?.last;
  return {
    testid: `ws-ticket-${ticket.id}`,
    current: current ? "true" : "",
    fresh: n ? "yes" : "",
    channel: chat?.channel ?? "voice",
    icon: channelIcon(chat?.channel ?? "voice"),
    channel_name: channelName(chat?.channel ?? "voice"),
    who: ticket.contact.name || t("field.contactNoName"),
    at: last ? moment(last.at) : "",
    last: last ? preview(last) : t(chat ? "ws.noMessages" : "ws.onCall"),
    campaign: ticket.campaign.name,
    unread: n ? String(n) : "",
    unread_label: n ? (n === 1 ? t("ws.unreadOne") : t("ws.unread", { n })) : "",
  };
}

function preview({ from, text, event }) {
  const line = from === "event" ? eventText({ event }) : text.replace(/\s+/g, " ").trim() || t("ws.fileSent");
  return from === "agent" ? `${t("ws.you")}: ${line}` : line;
}

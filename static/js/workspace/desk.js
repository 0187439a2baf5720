// The agent's desk as the server tells it (frames `tickets` and `messages`), and what is selected on
// it. The parts of the page listen here; none of them asks another.

/** Events: "tickets" after any change of the list, "select" {ticket, chat}, "gone" {ticket, wanted},
 *  "lines" a `messages` frame, "came" {ticket} for what is new on the desk. */
export class Desk {
  constructor(me) {
    this.me = me;
    this.tickets = new Map(); // id → ticket
    this.started = false;
    this.selected = null; // {ticket, chat}: ids, chat null when there is no conversation
    this.bus = new EventTarget();
  }

  on(type, listener) {
    const call = (event) => listener(event.detail);
    this.bus.addEventListener(type, call);
    return () => this.bus.removeEventListener(type, call);
  }

  tell(type, detail) {
    this.bus.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Take a `tickets` frame, or the answer a page begins with (whole, nothing gone). */
  take({ tickets, gone = [], whole = true }) {
    const before = new Map(this.tickets);
    if (whole) this.tickets.clear();
    for (const id of gone) this.tickets.delete(id);
    for (const ticket of tickets) this.tickets.set(ticket.id, ticket);
    const came = this.started ? tickets.filter((ticket) => !before.has(ticket.id)) : [];
    this.started = true;
    this.tell("tickets");
    for (const ticket of came) this.tell("came", ticket);
    for (const [id, ticket] of before) if (!this.tickets.has(id)) this.lost(ticket);
    if (this.selected) this.follow();
  }

  lost(ticket) {
    const selected = this.selected?.ticket === ticket.id ? this.selected : null;
    if (selected) this.selected = null;
    this.tell("gone", { ticket, selected });
  }

  /** The selected ticket got its first conversation, or another one. */
  follow() {
    const ticket = this.tickets.get(this.selected.ticket);
    if (!ticket) return;
    const chats = ticket.chats.map((chat) => chat.id);
    if (!chats.includes(this.selected.chat)) this.select(ticket.id);
  }

  /** Select a ticket of the desk, and one conversation of it (its last open one unless given). */
  select(id, chat = null) {
    const ticket = this.tickets.get(id);
    if (!ticket) return false;
    this.selected = { ticket: id, chat: chat ?? mainChat(ticket)?.id ?? null };
    this.tell("select", this.selected);
    return true;
  }

  unselect() {
    this.selected = null;
    this.tell("select", null);
  }

  get ticket() {
    return this.selected && this.tickets.get(this.selected.ticket);
  }

  get chat() {
    return this.ticket?.chats.find((chat) => chat.id === this.selected.chat) ?? null;
  }

  /** Which ticket a conversation belongs to. */
  ticketOf(chat) {
    return [...this.tickets.values()].find((ticket) => ticket.chats.some((one) => one.id === chat));
  }
}

/** The conversation a ticket shows first: the open one spoken in last, else the last of all. */
export function mainChat(ticket) {
  const open = ticket.chats.filter((chat) => !chat.ended_at);
  return (open.length ? open : ticket.chats).toSorted((a, b) => lastAt(a) - lastAt(b)).at(-1) ?? null;
}

const lastAt = (chat) => Date.parse(chat.last?.at ?? 0) || chat.id / 1e9;

/** When something last happened in a ticket, in ms. */
export function touchedAt(ticket) {
  return Math.max(Date.parse(ticket.assigned_at ?? 0) || 0, ...ticket.chats.map((chat) => Date.parse(chat.last?.at ?? 0) || 0));
}

/** Lines one has not seen and can still answer. */
export const unread = (ticket) => ticket.chats.reduce((sum, chat) => sum + (chat.ended_at ? 0 : chat.unread), 0);

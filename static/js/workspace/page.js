// The Workspace page: brings its parts together, starts and stops them, and says to the floor which
// conversation is before the agent's eyes (D13).

import * as live from "../live.js";
import * as presence from "../presence.js";
import { t } from "../texts.js";
import { timeOfDay } from "../time.js";
import { channelIcon, channelName } from "../cells.js";
import { Alerts } from "./alerts.js";
import { CallPanel } from "./call.js";
import { Captured, Transfer, Wrap } from "./handling.js";
import { toast } from "../notes.js";
import { Composer } from "./composer.js";
import { ContactColumn } from "./contact.js";
import { Conversation } from "./conversation.js";
import { Desk } from "./desk.js";
import { Drafts } from "./drafts.js";
import { Kept } from "./kept.js";
import { List } from "./list.js";
import { Outgoing } from "./outgoing.js";
import { ContactSearch } from "./search.js";
import { QuickAnswers, Templates } from "./ready.js";
import { Strategies } from "./strategies.js";
import * as doors from "./doors.js";
import { wireShortcuts } from "./keys.js";

class Page {
  constructor(root) {
    const start = JSON.parse(root.querySelector("#ws-start").textContent);
    this.root = root;
    this.centre = root.querySelector("#ws-centre");
    this.desk = new Desk(start.me);
    this.mine = new Set(); // tickets that leave by the agent's own act
    const own = (ticket) => this.mine.add(ticket);
    const reopen = (ticket) => this.reopen(ticket);
    this.outgoing = new Outgoing(start.me, {
      changed: (chat) => { this.kept.paint(); if (chat === this.conversation.chat) this.conversation.paint(); },
      sent: (chat, line) => this.conversation.sent(chat, line),
    });
    this.kept = new Kept(root, this.desk, this.outgoing);
    this.drafts = new Drafts(start.me);
    this.conversation = new Conversation(root, this.desk, this.outgoing);
    this.composer = new Composer(root, this.desk, this.outgoing, this.drafts);
    this.list = new List(root, this.desk);
    this.contact = new ContactColumn(root, this.desk, { read: (...past) => this.past(...past), reopen });
    this.strategies = new Strategies(root, start);
    this.wrap = new Wrap(root, this.desk, { own, reopen });
    this.transfer = new Transfer(root, this.desk, { own });
    this.quick = new QuickAnswers(root, this.desk, this.composer);
    this.parts = [
      this.list, this.conversation, this.composer, this.drafts, this.outgoing, this.kept, this.contact, this.strategies,
      this.wrap, this.transfer, this.quick, new CallPanel(root, this.desk, { wrap: this.wrap }), new Templates(root, this.desk, this.outgoing),
      new ContactSearch(root, this.desk, this.contact), new Captured(root, this.desk, { own, supervises: start.supervises }), new Alerts(root, this.desk),
    ];
  }

  mount(signal) {
    for (const part of this.parts) part.mount(signal);
    const { desk } = this;
    desk.on("select", () => this.selected());
    desk.on("gone", (event) => this.gone(event));
    desk.on("tickets", () => { this.conversation.compare(); this.header(); this.ended(); });
    desk.on("lines", (frame) => this.conversation.take(frame));
    const ends = [
      live.on("tickets", (frame) => { desk.take(frame); this.begin(); }),
      live.on("messages", (frame) => desk.tell("lines", frame)),
      live.on("desk", (frame) => { this.notices = frame.notices ?? []; this.explain(); }),
      live.on("link", ({ state }) => { this.centre.dataset.link = state; }),
      live.on("refused", ({ code }) => code === "workspace_required" && location.reload()),
      live.subscribe("conversation"),
      live.subscribe("desk"),
    ];
    signal.addEventListener("abort", () => ends.forEach((end) => end()));
    const on = (id, listener) => this.root.querySelector(id).addEventListener("click", listener, { signal });
    on("#ws-retry", () => this.selected());
    on("#ws-reopen", () => this.reopen(this.reading.id));
    on("#ws-back", () => this.back());
    for (const dialog of this.root.querySelectorAll("dialog")) {
      for (const button of dialog.querySelectorAll("[data-closes]")) button.addEventListener("click", () => dialog.close(), { signal });
    }
    this.shortcuts(signal);
    this.load();
  }

  /** What the page begins with, without waiting for the socket. */
  async load() {
    const answer = await doors.desk().catch(() => null);
    if (!answer) return;
    this.strategies.take(answer.strategies);
    if (!this.desk.started) this.desk.take(answer);
    this.begin();
  }

  /** Select what the address says, once it is on the desk (a capture may be a moment ahead). */
  begin() {
    const wanted = Number(new URLSearchParams(location.search).get("ticket"));
    if (!wanted || this.desk.selected || this.began) return;
    this.began = this.desk.select(wanted);
    if (!this.began && this.desk.started) this.find(wanted);
  }

  /** A ticket one attended that is resolved now: shown to be read, and taken up again by hand. */
  async find(id) {
    if (this.sought) return;
    this.sought = true;
    const ticket = await doors.ticket(id).catch(() => null);
    if (ticket?.state !== "resolved" || this.desk.selected) return;
    const before = await this.contact.present(ticket.contact);
    const past = before.find((one) => one.id === id);
    if (past && !this.desk.selected) await this.past(past.chats.at(-1)?.id ?? null, past, ticket.contact);
  }

  async selected() {
    const { selected, chat } = this.desk;
    this.reading = null;
    this.header();
    this.say(selected);
    this.composer.open(chat && !chat.ended_at ? chat.id : null);
    await this.show(selected?.chat ?? null, !selected ? "none" : chat ? (chat.ended_at ? "ended" : "open") : "silent");
  }

  /** The selected conversation ended while it was open: what was typed in it is kept. */
  ended() {
    const { chat, ticket } = this.desk;
    if (!chat?.ended_at || this.composer.chat !== chat.id) return;
    const text = this.composer.field.value.trim();
    this.drafts.forget(chat.id);
    if (text) this.outgoing.keep({ chat: chat.id, contact: ticket.contact.name, text }, true);
    this.selected();
  }

  /** Show the lines of a chat; the centre is in `state` when they are there. */
  async show(chat, state) {
    this.state(chat === null ? state : "loading");
    try {
      const draft = await this.conversation.show(chat);
      if (this.conversation.chat !== chat) return;
      this.state(state);
      if (chat !== null && state === "open") this.composer.draft(chat, draft);
      this.conversation.end();
    } catch (error) {
      if (this.conversation.chat === chat) this.state("error");
    }
  }

  state(state) {
    this.centre.dataset.state = state;
  }

  /** Tell the floor where the agent is, and keep the address right for a reload. */
  say(selected) {
    const { dataset } = this.root;
    dataset.place = selected ? (selected.chat ? "chat" : `ticket:${selected.ticket}`) : "";
    const chat = this.desk.chat;
    dataset.openChat = chat && !chat.ended_at ? String(chat.id) : "";
    presence.tell();
    history.replaceState(history.state, "", selected ? `?ticket=${selected.ticket}` : location.pathname);
  }

  /** Whose ticket is before the agent's eyes: the selected one, or one of the history. */
  header() {
    const ticket = this.desk.ticket ?? this.reading;
    if (!ticket) return;
    const { chat } = this.desk;
    const channel = (chat ?? ticket.chats.at(-1))?.channel;
    const find = (name) => this.centre.querySelector(`[data-h=${name}]`);
    find("who").textContent = ticket.contact.name || t("field.contactNoName");
    find("ticket").textContent = t("field.ticket", { id: ticket.id });
    find("campaign").textContent = ticket.campaign.name;
    find("since").textContent = ticket.assigned_at ? t("ws.assignedSince", { time: timeOfDay(ticket.assigned_at) }) : "";
    find("identifier").textContent = chat ? [chat.identifier.alias, chat.identifier.value].filter(Boolean).join(" · ") : "";
    find("channel").textContent = channel ? channelName(channel) : "";
    find("icon").setAttribute("href", `#i-${channelIcon(channel ?? "voice")}`);
    find("icon").parentElement.dataset.channel = channel ?? "voice";
    this.tabs(this.desk.ticket);
    this.composer.paint();
  }

  /** One button for each conversation of a ticket that has several. */
  tabs(ticket) {
    const holder = this.centre.querySelector("#ws-chats");
    const chats = (ticket?.chats ?? []).filter((chat) => !chat.ended_at || chat.id === this.desk.selected?.chat);
    holder.hidden = chats.length < 2;
    holder.replaceChildren(...(holder.hidden ? [] : chats.map((chat) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: chat.identifier.alias || channelName(chat.channel), title: chat.identifier.value });
      button.setAttribute("aria-pressed", chat.id === this.desk.selected?.chat);
      button.addEventListener("click", () => this.desk.select(ticket.id, chat.id));
      return button;
    })));
  }

  /** A ticket left the desk. What was typed in it and not sent stays with whoever typed it (E17). */
  gone({ ticket, selected }) {
    const own = this.mine.delete(ticket.id);
    const chats = ticket.chats.map((chat) => chat.id);
    const typed = selected ? this.composer.field.value.trim() : "";
    for (const chat of chats) {
      const text = selected?.chat === chat ? typed : (this.drafts.own(chat) ?? "").trim();
      this.drafts.forget(chat);
      if (text && !own) this.outgoing.keep({ chat, contact: ticket.contact.name, text });
    }
    if (!selected) return;
    this.composer.open(null);
    this.say(null);
    this.conversation.show(null);
    this.lost = { ticket, own };
    this.state(own ? "none" : "gone");
    this.explain();
    this.contact.show();
    if (!own || document.activeElement === document.body) this.list.focus();
  }

  /** Why the ticket that was open is not here any more: the notice that tells it. */
  explain() {
    if (this.centre.dataset.state !== "gone" || !this.lost) return;
    const notice = this.notices?.findLast((one) => one.ticket === this.lost.ticket.id);
    this.centre.querySelector("#ws-gone p").textContent = notice?.text ?? t("ws.gone");
  }

  /** Read a conversation of the history; nothing is open on the floor meanwhile but the current one. */
  async past(chat, ticket, contact) {
    this.reading = { ...ticket, contact };
    this.centre.querySelector("#ws-past-text").textContent = t("ws.historyOf", { id: ticket.id });
    this.centre.querySelector("#ws-reopen").hidden = !ticket.reopen;
    this.root.querySelector("#ws-back").hidden = !this.desk.selected;
    this.header();
    await this.show(chat, "past");
  }

  back() {
    this.reading = null;
    this.selected();
  }

  async reopen(ticket) {
    try {
      await doors.reopen(ticket);
      this.reading = null;
      const end = this.desk.on("tickets", () => { if (this.desk.select(ticket)) end(); });
      if (this.desk.select(ticket)) end();
    } catch (error) {
      toast(error.message || t("common.unknownError"));
    }
  }

  shortcuts(signal) {
    const click = (id) => () => { const button = this.root.querySelector(id); if (button.checkVisibility() && !button.disabled) button.click(); };
    const help = this.root.querySelector("#ws-help-dialog");
    wireShortcuts(help, this.root.querySelector("#ws-help"), {
      next: () => this.list.step(1), previous: () => this.list.step(-1),
      message: () => this.composer.focus(), list: () => this.list.focus(), contact: () => this.contact.focus(),
      wrap: click("#ws-wrap-button"), transfer: click("#ws-transfer"), resolve: click("#ws-resolve"),
      attach: click("#ws-attach"), quick: click("#ws-quick"), help: () => help.showModal(),
    }, signal);
  }
}

/** Bring the Workspace to life. Returns what takes it down. */
export function mount(root) {
  const end = new AbortController();
  new Page(root).mount(end.signal);
  return () => end.abort();
}

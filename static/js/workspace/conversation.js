// The lines of the selected conversation: the newest page first, earlier ones on demand, new ones as
// they come. A gap between revisions is never guessed over: what is missing is asked for.

import { Keyed } from "../keyed.js";
import { t } from "../texts.js";
import { day } from "../time.js";
import * as doors from "./doors.js";
import { lineElement, separator } from "./line.js";

const KEPT = 20; // conversations kept in memory
const NEAR = 80; // px from the end that count as "at the end"

export class Conversation {
  constructor(page, desk, outgoing) {
    this.desk = desk;
    this.outgoing = outgoing;
    this.scroller = page.querySelector("#ws-lines");
    this.list = new Keyed(this.scroller.querySelector("ol"));
    this.earlier = page.querySelector("#ws-older");
    this.latest = page.querySelector("#ws-newest");
    this.said = page.querySelector("#ws-said");
    this.template = page.querySelector("#line-template").content.firstElementChild;
    this.cache = new Map(); // chat → {rev, lines: Map(id → line), more, draft}
    this.chat = null;
  }

  mount(signal) {
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    on(this.earlier, "click", () => this.older());
    on(this.latest, "click", () => this.end());
    on(this.scroller, "scroll", () => this.scrolled());
    for (const sign of ["focus", "visibilitychange"]) on(sign === "focus" ? globalThis : document, sign, () => this.read());
    new ResizeObserver(() => this.stuck && this.end()).observe(this.scroller);
  }

  /** Show a conversation; null clears. Resolves to what was drafted in it, rejects as `doors` do. */
  async show(chat) {
    this.chat = chat;
    this.stuck = true;
    this.list.clear();
    this.latest.hidden = true;
    if (chat === null) return "";
    if (this.cache.has(chat)) this.paint();
    const answer = await doors.newest(chat);
    this.hold(chat, answer, { whole: !this.cache.has(chat) });
    if (this.chat === chat) this.read();
    return answer.draft;
  }

  /** Take lines into the memory of a chat. */
  hold(chat, { messages, rev, more }, { whole }) {
    const held = whole || !this.cache.has(chat) ? { lines: new Map(), rev: 0, more } : this.cache.get(chat);
    for (const line of messages) {
      if ((held.lines.get(line.id)?.rev ?? 0) <= line.rev) held.lines.set(line.id, line);
    }
    held.rev = Math.max(held.rev, rev);
    this.cache.delete(chat);
    this.cache.set(chat, held);
    if (this.cache.size > KEPT) this.cache.delete(this.cache.keys().next().value);
    if (this.chat === chat) this.paint();
  }

  /** A `messages` frame. One that does not join what is here makes us ask for the rest. */
  take(frame) {
    const held = this.cache.get(frame.chat);
    if (!held || frame.rev <= held.rev) return;
    if (frame.prev > held.rev) return this.catchUp(frame.chat);
    this.hold(frame.chat, frame, { whole: false });
    if (frame.chat === this.chat) this.announce(frame.messages);
  }

  /** The list says a conversation has gone on further than we have heard. */
  compare() {
    for (const ticket of this.desk.tickets.values()) {
      for (const { id, rev } of ticket.chats) {
        const held = this.cache.get(id);
        if (!held || held.rev >= rev) continue;
        if (id === this.chat) this.catchUp(id);
        else this.cache.delete(id);
      }
    }
    this.read();
  }

  async catchUp(chat) {
    if (this.catching) return;
    this.catching = true;
    try {
      for (let more = true; more;) {
        const held = this.cache.get(chat);
        if (!held) return;
        const answer = await doors.since(chat, held.rev);
        more = answer.more && answer.messages.length > 0;
        const rev = more ? answer.messages.at(-1).rev : answer.rev;
        this.hold(chat, { ...answer, rev }, { whole: false });
      }
    } catch (error) {
      if (error instanceof doors.Problem && !error.passing) this.cache.delete(chat);
    } finally {
      this.catching = false;
    }
  }

  /** The server's answer to a line we sent, perhaps before its frame. */
  sent(chat, line) {
    const held = this.cache.get(chat);
    if (!held) return;
    this.hold(chat, { messages: [line], rev: held.rev, more: held.more }, { whole: false });
  }

  async older() {
    const held = this.cache.get(this.chat);
    if (!held?.more || this.asking) return;
    this.asking = true;
    this.earlier.setAttribute("aria-busy", "true");
    const { chat } = this;
    const first = ordered(held.lines)[0];
    const answer = await doors.before(chat, first.id).catch(() => null);
    this.asking = false;
    this.earlier.removeAttribute("aria-busy");
    if (!answer || this.chat !== chat) return;
    held.more = answer.more;
    const bottom = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.hold(chat, { ...answer, rev: held.rev }, { whole: false });
    this.scroller.scrollTop = this.scroller.scrollHeight - bottom;
  }

  scrolled() {
    this.stuck = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR;
    if (this.stuck) this.latest.hidden = true;
    if (this.scroller.scrollTop < NEAR) this.older();
    this.read();
  }

  end() {
    this.stuck = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  paint() {
    const held = this.cache.get(this.chat);
    if (!held) return;
    this.earlier.hidden = !held.more;
    const lines = ordered(held.lines);
    const known = new Set(lines.map((line) => line.client_id).filter(Boolean));
    const waiting = this.outgoing.of(this.chat).filter((entry) => !known.has(entry.id)).map(asLine);
    const nodes = [];
    let before = "";
    for (const line of [...lines, ...waiting]) {
      const date = day(line.at);
      if (date !== before) nodes.push(this.list.element(`day:${date}`, date, () => separator(date)));
      before = date;
      nodes.push(this.list.element(line.id, `${line.rev}:${line.state}`, () => lineElement(this.template, line, this.desk.me)));
    }
    this.list.show(nodes);
    if (this.stuck) this.end();
  }

  announce(lines) {
    const fresh = lines.filter((line) => line.from === "contact");
    if (!fresh.length) return;
    this.latest.hidden = this.stuck;
    const name = this.desk.ticket?.contact.name || t("field.contactNoName");
    this.said.textContent = `${t("ws.sayer", { name })}: ${fresh.at(-1).text}`;
    this.read();
  }

  /** Tell the server what the agent has before his eyes. */
  read() {
    const { chat } = this.desk;
    const held = chat && this.cache.get(chat.id);
    if (!held || chat.ended_at || !chat.unread || chat.id !== this.chat || !this.stuck) return;
    if (document.visibilityState === "hidden" || !document.hasFocus() || this.told === `${chat.id}:${held.rev}`) return;
    this.told = `${chat.id}:${held.rev}`;
    doors.read(chat.id, held.rev).catch(() => { this.told = ""; });
  }
}

const ordered = (lines) => [...lines.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id - b.id));

/** A line of ours that the server has not confirmed. */
function asLine(entry) {
  return { id: entry.id, from: "agent", author: null, client_id: entry.id, rev: 0, state: "waiting", text: entry.text, at: entry.at, files: entry.files };
}

// What the agent has sent and the server has not confirmed. Kept in this browser until it is, so that
// neither a reload nor a crash loses or doubles a line: the line's own id makes a repeat the same line.
// What the server refuses stays as text that can be copied (E17).

import { t } from "../texts.js";
import { now } from "../time.js";
import * as doors from "./doors.js";

const WAITS = { first: 1_000, most: 15_000 }; // ms between two tries
const MOST = 200; // lines that may wait at once

export class Outgoing {
  /** `changed(chat)` after any change; `sent(chat, line)` with the server's line. */
  constructor(me, { changed, sent }) {
    this.prefix = `beex.out.${me}.`;
    this.changed = changed;
    this.sent = sent;
    this.entries = new Map(); // client id → entry
    this.busy = new Set(); // chats with a line on its way
  }

  mount(signal) {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(this.prefix))) {
      const entry = JSON.parse(localStorage.getItem(key));
      this.entries.set(entry.id, entry);
    }
    this.signal = signal;
    addEventListener("online", () => this.all(), { signal });
    this.all();
  }

  all() {
    for (const chat of new Set([...this.entries.values()].map((entry) => entry.chat))) this.run(chat);
  }

  /** Lines of a chat that wait, in the order they were written. */
  of(chat) {
    return [...this.entries.values()].filter((entry) => entry.chat === chat && !entry.refused);
  }

  /** Texts that were refused and not put away yet. */
  kept() {
    return [...this.entries.values()].filter((entry) => entry.refused);
  }

  get full() {
    return this.entries.size >= MOST;
  }

  /** Send a line: {chat, contact, text, files, template, blanks}. */
  push(line) {
    const entry = { files: [], ...line, id: crypto.randomUUID(), at: new Date(now()).toISOString() };
    this.save(entry);
    this.run(entry.chat);
  }

  /** Keep a text that was never sent, because its chat is somebody else's now, or `over`. */
  keep({ chat, contact, text }, over = false) {
    const entry = { chat, contact, text, files: [], id: crypto.randomUUID(), at: new Date(now()).toISOString() };
    this.refuse(entry, { code: over ? "" : "taken", message: t("deny.chat_closed") });
  }

  /** Send a kept text after all: its chat is ours again. */
  again(id) {
    const { refused, taken, ...entry } = this.entries.get(id);
    this.save({ ...entry, at: new Date(now()).toISOString() });
    this.run(entry.chat);
  }

  save(entry) {
    this.entries.set(entry.id, entry);
    localStorage.setItem(this.prefix + entry.id, JSON.stringify(entry));
    this.changed(entry.chat);
  }

  drop(id) {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    localStorage.removeItem(this.prefix + id);
    if (entry) this.changed(entry.chat);
  }

  /** One line after the other: the second leaves when the first has arrived. */
  async run(chat) {
    if (this.busy.has(chat)) return;
    this.busy.add(chat);
    let pause = WAITS.first;
    for (let entry; (entry = this.of(chat)[0]) && !this.signal.aborted;) {
      if (await this.attempt(entry)) pause = WAITS.first;
      else {
        await patience(pause, this.signal);
        pause = Math.min(WAITS.most, pause * 2);
      }
    }
    this.busy.delete(chat);
  }

  /** True when there is nothing more to do for this line. */
  async attempt(entry) {
    const { id, chat, text, files, template, blanks } = entry;
    const line = { id, files: files.map((file) => file.id), ...(template ? { template, blanks } : { text }) };
    try {
      const said = await doors.say(chat, line);
      this.sent(chat, said);
      this.drop(id);
      return true;
    } catch (error) {
      if (!(error instanceof doors.Problem) || error.passing) return false;
      this.refuse(entry, error);
      return true;
    }
  }

  refuse(entry, { code, message }) {
    const taken = code === "taken" || code === "not_found" || code === "conflict";
    this.save({ ...entry, taken, refused: taken ? t("capture.msgRefused") : t("ws.refused", { reason: message }) });
  }
}

/** Wait so long, or until the network is back. */
function patience(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
    addEventListener("online", done);
    signal.addEventListener("abort", done, { once: true });
  });
}

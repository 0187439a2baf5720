// What is typed and not sent: in this browser at once, on the server a moment later. The server's copy
// goes where the chat goes; this browser's survives what the server has not heard.

import * as doors from "./doors.js";

const REST = 600; // ms without a key before the server is told
const MOST = 3_000; // ms of typing without a rest

export class Drafts {
  constructor(me) {
    this.prefix = `beex.draft.${me}.`;
    this.timers = new Map(); // chat → {timer, since}
  }

  mount(signal) {
    signal.addEventListener("abort", () => [...this.timers.keys()].forEach((chat) => this.tell(chat)));
  }

  /** What to begin with: what the server has not heard of yet, else its copy. */
  open(chat, kept) {
    const own = this.own(chat);
    if (own === null) return kept;
    if (own !== kept) this.later(chat);
    return own;
  }

  own(chat) {
    return localStorage.getItem(this.prefix + chat);
  }

  typed(chat, text) {
    localStorage.setItem(this.prefix + chat, text);
    this.later(chat);
  }

  /** The text was sent, or is somebody else's now. */
  forget(chat) {
    clearTimeout(this.timers.get(chat)?.timer);
    this.timers.delete(chat);
    localStorage.removeItem(this.prefix + chat);
  }

  later(chat) {
    const { timer, since } = this.timers.get(chat) ?? { since: performance.now() };
    clearTimeout(timer);
    const wait = Math.max(0, Math.min(REST, since + MOST - performance.now()));
    this.timers.set(chat, { since, timer: setTimeout(() => this.tell(chat), wait) });
  }

  async tell(chat) {
    clearTimeout(this.timers.get(chat)?.timer);
    this.timers.delete(chat);
    const text = this.own(chat);
    if (text === null) return;
    try {
      await doors.draft(chat, text);
      if (this.own(chat) === text) localStorage.removeItem(this.prefix + chat);
    } catch (error) {
      if (!(error instanceof doors.Problem) || error.passing) this.later(chat);
    }
  }
}

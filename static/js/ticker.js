// One tick a second for every timer of the table: at once for the rows in sight, the others a body
// per frame, so that five thousand rows never make a long task.

import { duration, now } from "./time.js";

export class Ticker {
  constructor(list, entries) {
    this.list = list;
    this.entries = entries;
    this.visible = new WeakSet();
    this.queue = [];
  }

  mount() {
    this.timer = setInterval(() => this.tick(), 250);
    return () => clearInterval(this.timer);
  }

  /** Every quarter second, so that no second is skipped; each row is painted once per second. */
  tick() {
    const second = Math.floor(now() / 1000);
    if (second === this.second || document.visibilityState === "hidden") return;
    this.second = second;
    const scroller = this.list.table.parentElement.getBoundingClientRect();
    this.queue = [];
    for (const chunk of this.list.chunks) {
      const box = chunk.tbody.getBoundingClientRect();
      if (box.bottom > scroller.top && box.top < scroller.bottom) this.chunk(chunk);
      else this.queue.push(chunk);
    }
    if (this.queue.length) requestAnimationFrame(() => this.rest());
  }

  rest() {
    const chunk = this.queue.shift();
    if (!chunk) return;
    this.chunk(chunk);
    requestAnimationFrame(() => this.rest());
  }

  chunk({ entries }) {
    for (const entry of entries) if (entry.view) this.paint(entry.view);
  }

  /** Write the timers of a view as of the server's clock. */
  paint({ timers, shown }) {
    const at = now();
    for (const { el, name } of timers) {
      const since = shown[name];
      const text = since ? duration(at - instantOf(since)) : "";
      if (el.firstChild) {
        if (el.firstChild.data !== text) el.firstChild.data = text;
      } else if (text) el.append(text);
    }
  }
}

const instantOf = (iso) => Date.parse(iso);

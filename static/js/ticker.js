// One tick a second for every timer of the table: at once for the bodies in sight, and for some
// hundred rows of the others in turn, so that five thousand rows never make a long task. A body that
// comes into sight is painted then.

import { duration, now } from "./time.js";

const HIDDEN = 500; // rows out of sight painted each second
const LOOKS = 250; // ms between two looks at the clock, so that no second is skipped

export class Ticker {
  constructor(list) {
    this.list = list;
    this.turn = 0;
  }

  mount() {
    this.list.shown = (chunk) => this.body(chunk);
    const timer = setInterval(() => this.tick(), LOOKS);
    return () => clearInterval(timer);
  }

  tick() {
    const second = Math.floor(now() / 1000);
    if (second === this.second || document.visibilityState === "hidden") return;
    this.second = second;
    const { chunks, seen } = this.list;
    const away = chunks.filter((chunk) => !seen.has(chunk.tbody));
    for (const chunk of chunks) if (seen.has(chunk.tbody)) this.body(chunk);
    for (let rows = 0, at = 0; rows < HIDDEN && at < away.length; at += 1) {
      const chunk = away[this.turn++ % away.length];
      rows += chunk.entries.length;
      this.body(chunk);
    }
  }

  body(chunk) {
    for (const entry of chunk.entries) if (entry.view) this.paint(entry.view);
  }

  /** Write the timers of a view as of the server's clock. */
  paint({ timers, shown }) {
    const at = now();
    for (const { el, name } of timers) {
      const since = shown[name];
      const text = since ? duration(at - Date.parse(since)) : "";
      if (el.firstChild) {
        if (el.firstChild.data !== text) el.firstChild.data = text;
      } else if (text) el.append(text);
    }
  }
}

// The strip of totals, each a filter of one click, the counter, and the summary for screen readers.

import { callOf, webphoneOf } from "./filters.js";
import { t } from "./texts.js";

const EVERY = 250; // ms between counts
const SPOKEN = 30_000; // ms between two summaries that nobody asked for
const VALUE = { estado: (row) => row.status.code, webphone: webphoneOf, llamada: callOf };

export class Totals {
  constructor(root, filters) {
    this.filters = filters;
    this.strip = root.querySelector("#totals");
    this.counter = root.querySelector("#count");
    this.summary = root.querySelector("#summary");
    this.buttons = [...this.strip.querySelectorAll("button")].map((button) => ({
      button,
      number: button.querySelector("b"),
      name: button.parentElement.dataset.facet,
      value: button.dataset.value,
      label: button.querySelector("span").textContent,
    }));
    this.spoken = { at: performance.now(), text: "", asked: "" };
    this.strip.addEventListener("click", (event) => {
      const one = this.buttons.find(({ button }) => button.contains(event.target));
      if (one) filters.toggle(one.name, one.value);
    });
  }

  /** Count again, at most a few times a second. Each group leaves its own filter out. */
  show(entries) {
    this.entries = entries;
    if (this.timer) return;
    this.timer = setTimeout(() => { this.timer = 0; this.paint(); }, this.painted ? EVERY : 0);
  }

  paint() {
    this.painted = true;
    const counts = { estado: {}, webphone: {}, llamada: {} };
    for (const entry of this.entries.values()) {
      for (const name of Object.keys(counts)) {
        if (!this.filters.matches(entry, name)) continue;
        const value = VALUE[name](entry.row);
        counts[name][value] = (counts[name][value] ?? 0) + 1;
      }
    }
    for (const { button, number, name, value } of this.buttons) {
      const text = String(counts[name][value] ?? 0);
      if (number.textContent !== text) number.textContent = text;
      button.setAttribute("aria-pressed", this.filters.state[name] === value);
    }
    this.speak(counts);
  }

  count(n, total) {
    const text = this.filters.any
      ? t("page.countFiltered", { n, total })
      : n === 1 ? t("page.countOne") : t("page.count", { n });
    if (this.counter.textContent !== text) this.counter.textContent = text;
  }

  /** At once after a filter was chosen, otherwise twice a minute at most and only when it changed. */
  speak(counts) {
    const asked = JSON.stringify(this.filters.state);
    const parts = this.buttons
      .filter(({ name, value }) => name !== "webphone" && counts[name][value])
      .map(({ name, value, label }) => `${label} ${counts[name][value]}`);
    const text = [this.counter.textContent, ...parts].join(", ");
    const at = performance.now();
    if (text === this.spoken.text) return;
    if (asked === this.spoken.asked && at - this.spoken.at < SPOKEN) return;
    const first = !this.spoken.asked;
    this.spoken = { at, text, asked };
    if (!first) this.summary.textContent = text;
  }
}

// The order of the rows: one or several columns, remembered in this browser.

import { fullName } from "./cells.js";

const KEY = "beex.sort";
const DEFAULT = [["extension", 1]];
const names = new Intl.Collator(document.documentElement.lang, { sensitivity: "base", numeric: true });

export class Sorting {
  /** `changed()` is called after another order was chosen. */
  constructor(thead, about, changed) {
    this.thead = thead;
    this.changed = changed;
    this.me = about.me;
    this.rank = new Map(Object.keys(about.statuses).map((code, index) => [code, index]));
    this.keys = this.kept();
    this.compare = this.compare.bind(this);
  }

  mount() {
    const click = (event) => {
      const button = event.target.closest("[data-sort]");
      if (button) this.choose(button.dataset.sort, event.shiftKey);
    };
    this.thead.addEventListener("click", click);
    this.show();
    return () => this.thead.removeEventListener("click", click);
  }

  /** Up, down, and back to the usual order; with `also` beside the columns chosen before. */
  choose(column, also) {
    const now = this.keys.find(([code]) => code === column)?.[1];
    const next = now === 1 ? -1 : now === -1 ? 0 : 1;
    const others = also ? this.keys.filter(([code]) => code !== column) : [];
    this.keys = next ? [...others, [column, next]] : others;
    if (!this.keys.length) this.keys = DEFAULT;
    localStorage.setItem(`${KEY}.${this.me}`, JSON.stringify(this.keys));
    this.show();
    this.changed();
  }

  kept() {
    try {
      const keys = JSON.parse(localStorage.getItem(`${KEY}.${this.me}`));
      const known = keys.filter(([code, way]) => this[code] && Math.abs(way) === 1);
      return known.length ? known : DEFAULT;
    } catch {
      return DEFAULT;
    }
  }

  show() {
    for (const th of this.thead.querySelectorAll("th:has([data-sort])")) {
      const at = this.keys.findIndex(([code]) => code === th.dataset.col);
      const way = this.keys[at]?.[1];
      th.setAttribute("aria-sort", way === 1 ? "ascending" : way === -1 ? "descending" : "none");
      th.querySelector("use").setAttribute("href", way ? "#i-sort-up" : "#i-sort-none");
      th.querySelector(".nth").textContent = at >= 0 && this.keys.length > 1 ? at + 1 : "";
    }
  }

  compare(one, other) {
    for (const [code, way] of this.keys) {
      const order = this[code](one.row, other.row, way);
      if (order) return order;
    }
    return this.longest(one.row, other.row) || this.extension(one.row, other.row, 1) || one.id - other.id;
  }

  /** Who has no extension stands last, whichever way (R7). */
  extension(a, b, way) {
    if (!a.extension || !b.extension) return (a.extension ? 0 : 1) - (b.extension ? 0 : 1);
    return way * (a.extension - b.extension);
  }

  name(a, b, way) {
    return way * names.compare(fullName(a), fullName(b));
  }

  status(a, b, way) {
    const rank = (row) => this.rank.get(row.status.code) ?? this.rank.size;
    return way * (rank(a) - rank(b));
  }

  /** Where statuses are sorted, the longest in his comes first when nothing else tells. */
  longest(a, b) {
    const sorted = this.keys.some(([code]) => code === "status");
    return sorted ? instant(a.status.since) - instant(b.status.since) : 0;
  }

  tickets(a, b, way) {
    return way * (a.active_tickets - b.active_tickets);
  }

  /** The longest first, or last; who has no call stands last. */
  call(a, b, way) {
    if (!a.call || !b.call) return (a.call ? 0 : 1) - (b.call ? 0 : 1);
    return way * (instant(a.call.since) - instant(b.call.since));
  }
}

const instants = new Map();

/** Epoch ms of an ISO time; the same few texts are compared over and over. */
function instant(iso) {
  let at = instants.get(iso);
  if (at === undefined) {
    if (instants.size > 20_000) instants.clear();
    instants.set(iso, (at = Date.parse(iso)));
  }
  return at;
}

// The live table: takes the stream of the floor, keeps every row, shows those that match.
//
// Frames only mark rows; one flush per animation frame patches what is marked, within a budget, so
// a thousand changes a second never make the page stutter. Position and membership belong to
// list.js, what a row says to cells.js, what is asked for to filters.js.

import * as live from "./live.js";
import { drawIcons, patch, view } from "./bind.js";
import { card } from "./card.js";
import { cells } from "./cells.js";
import { Filters } from "./filters.js";
import { Hold } from "./hold.js";
import { List } from "./list.js";
import { Sorting } from "./sorting.js";
import { Ticker } from "./ticker.js";
import { Totals } from "./totals.js";
import { leavePlace, takePlace } from "./place.js";
import { wireExport } from "./export.js";
import { wireKeys } from "./keys.js";
import { wireView } from "./view.js";

const BUDGET = 8; // ms of script per animation frame
const START = 20; // the same while a great many rows come in
const MANY = 200; // rows at once that are worth sorting first
const PATIENCE = 10_000; // ms to wait for the first rows

/** Bring the floor in `page` to life. Returns what takes it down when the page is left. */
export function mount(page) {
  const floor = new Floor(page.querySelector("#floor"));
  floor.start();
  return () => floor.stop();
}

class Floor {
  constructor(root) {
    this.root = root;
    this.about = read("floor-about");
    this.about.statuses = Object.fromEntries(this.about.statuses.map((one) => [one.code, one]));
    this.entries = new Map(); // user id → {id, row, view, tr, chunk, text}
    this.dirty = new Set(); // ids of rows to patch and place
    this.queue = []; // the order in which a great many of them are taken
    this.rev = null;
    this.epoch = null;
    this.sub = null;
    this.total = 0;
    this.waiting = true;
    this.whole = null; // a whole start of which more parts come: whom it has named so far
    this.frame = 0;
    this.ends = [];
    this.template = stripped(root.querySelector("#row-template"));
    this.list = new List(root.querySelector("table"), (a, b) => this.sorting.compare(a, b));
    this.sorting = new Sorting(root.querySelector("thead"), this.about, () => this.resort());
    this.filters = new Filters(root, this.about, (scope) => (scope ? this.rescope() : this.refilter()));
    this.totals = new Totals(root, this.filters);
    this.scroller = root.querySelector("#scroller");
    this.hold = new Hold(this.scroller, () => this.release());
    this.ticker = new Ticker(this.list);
  }

  start() {
    this.adopt();
    this.ends.push(
      live.on("snapshot", (frame) => this.take(frame, true)),
      live.on("delta", (frame) => this.take(frame, false)),
      live.on("rows", (frame) => this.rows(frame)),
      live.on("beat", (frame) => !this.waiting && frame.rev > this.rev && this.again()),
      live.on("refused", (frame) => this.refused(frame.code)),
      live.subscribe("floor", () => this.describe()),
      card.mount(this.root, this),
      wireView(this.root, this.list),
      wireExport(this.root, () => this.list.ids()),
      wireKeys(this.scroller, this.list),
      this.filters.mount(),
      this.sorting.mount(),
      this.hold.mount(),
      this.ticker.mount(),
    );
    this.root.querySelector("#retry").onclick = () => this.rescope();
    this.patience();
    this.scroller.scrollTop = takePlace();
    this.later();
    this.root.dataset.ready = "";
  }

  stop() {
    leavePlace(this.filters.url, this.scroller);
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timeout);
    this.ends.forEach((end) => end());
  }

  /** The rows of the first response, already in the document and in the page's JSON. */
  adopt() {
    const start = read("floor-start");
    const shown = new Map([...this.root.querySelectorAll("tbody tr")].map((tr) => [Number(tr.dataset.id), tr]));
    this.total = start.total;
    for (const row of start.rows) {
      const entry = this.entry(row.id);
      entry.row = row;
      entry.tr = shown.get(row.id);
      this.dirty.add(row.id);
    }
    this.list.adopt(start.rows.map((row) => this.entries.get(row.id)));
    for (const entry of this.entries.values()) if (entry.tr) this.draw(entry);
    if (start.complete) [this.epoch, this.rev] = [start.epoch, start.rev];
    this.resort();
  }

  describe() {
    this.waiting = true;
    const { empresa, campania } = this.filters.state;
    const have = this.epoch && this.rev !== null ? { epoch: this.epoch, rev: this.rev } : null;
    return { company: empresa || null, campaign: campania || null, have };
  }

  again() {
    live.resubscribe("floor");
  }

  /** Another company or campaign: nothing we hold is of use to the server. */
  rescope() {
    [this.epoch, this.rev] = [null, null];
    if (!this.list.size) this.state("loading");
    this.patience();
    this.again();
  }

  patience() {
    clearTimeout(this.timeout);
    this.timeout = setTimeout(() => this.waiting && !this.list.size && this.state("error"), PATIENCE);
  }

  refused(code) {
    if (code === "role") return location.reload();
    if (!this.waiting) return;
    if (code === "unknown_filter") this.filters.clear();
    else this.state("error");
  }

  /** A start: everything there is (`whole`), or everything since what we had; in parts when it is long. */
  take(frame, whole) {
    const same = this.epoch === frame.epoch;
    Object.assign(this, { epoch: frame.epoch, rev: frame.rev, sub: frame.sub, waiting: false });
    if (frame.total !== undefined) this.total = frame.total;
    if (whole) this.whole = { ids: new Set(), same };
    for (const row of frame.rows) {
      this.whole?.ids.add(row.id);
      this.put(row, this.whole?.same ?? same);
    }
    for (const id of frame.gone ?? []) this.drop(id);
    if (!frame.more) this.forget();
    this.later();
  }

  /** Let go of whom a whole start, now complete, did not name. */
  forget() {
    if (!this.whole) return;
    for (const id of [...this.entries.keys()]) if (!this.whole.ids.has(id)) this.drop(id);
    this.whole = null;
  }

  rows(frame) {
    if (this.waiting || frame.sub !== this.sub) return;
    if (frame.epoch !== this.epoch || frame.prev > this.rev) return this.again();
    if (frame.rev <= this.rev) return;
    this.rev = frame.rev;
    for (const row of frame.rows) this.put(row, true);
    for (const id of frame.gone ?? []) this.drop(id);
    this.later();
  }

  put(row, ordered) {
    const entry = this.entry(row.id);
    if (ordered && entry.row && entry.row.rev >= row.rev) return;
    entry.row = row;
    this.dirty.add(row.id);
    this.filters.learn(row);
    card.changed(row);
  }

  drop(id) {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id);
    this.dirty.delete(id);
    this.list.remove(entry);
    card.gone(id);
    this.later();
  }

  entry(id) {
    if (!this.entries.has(id)) this.entries.set(id, { id, row: null, view: null, tr: null, chunk: null });
    return this.entries.get(id);
  }

  /** The row of a person, for the card that shows it. */
  row(id) {
    return this.entries.get(id)?.row ?? null;
  }

  later() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.flush());
  }

  /** Patch and place what is marked, as far as this frame's budget goes. */
  flush() {
    this.frame = 0;
    const until = performance.now() + (this.dirty.size > MANY ? START : BUDGET);
    const keep = this.hold.steady();
    if (!this.queue.length) this.queue = this.ordered();
    while (this.queue.length && performance.now() < until) {
      const id = this.queue.pop();
      if (this.dirty.delete(id)) this.settle(this.entries.get(id));
    }
    keep();
    if (this.dirty.size) return this.later();
    this.report();
  }

  /** Marked rows, the next one last; a great many in their final order, so that new ones are
   * appended, not inserted. */
  ordered() {
    const ids = [...this.dirty];
    if (ids.length < MANY) return ids.reverse();
    const entries = ids.map((id) => this.entries.get(id));
    return entries.sort((a, b) => this.sorting.compare(b, a)).map((entry) => entry.id);
  }

  settle(entry) {
    const held = this.hold.holds(entry);
    const fits = this.filters.matches(entry);
    if (!fits && entry.chunk && held) return this.leave(entry);
    if (!fits) return this.list.remove(entry);
    this.draw(entry);
    delete entry.tr.dataset.leaving;
    if (!entry.chunk) this.list.insert(entry);
    else if (this.hold.frozen) this.hold.pending.add(entry);
    else this.list.move(entry);
  }

  /** The row no longer matches, but somebody is on it: grey until he goes (R88). */
  leave(entry) {
    this.draw(entry);
    entry.tr.dataset.leaving = "";
    this.hold.pending.add(entry);
  }

  release() {
    for (const entry of this.hold.pending) if (this.entries.has(entry.id)) this.dirty.add(entry.id);
    this.hold.pending.clear();
    this.later();
  }

  draw(entry) {
    if (!entry.tr) entry.tr = this.clone(entry.id);
    entry.view ??= view(entry.tr, this.template);
    patch(entry.view, cells(entry.row, this.about));
    this.ticker.paint(entry.view);
  }

  clone(id) {
    const tr = this.template.cloneNode(true);
    for (const cell of tr.children) cell.dataset.testid = `mon-cell-${cell.dataset.col}-${id}`;
    return tr;
  }

  refilter() {
    for (const id of this.entries.keys()) this.dirty.add(id);
    this.later();
  }

  resort() {
    this.list.sort();
    this.later();
  }

  /** What stands around the rows: totals, counter, empty state. */
  report() {
    this.list.number();
    if (this.waiting && this.rev === null) return;
    const total = this.filters.scoped ? Math.max(this.total, this.entries.size) : this.entries.size;
    if (!this.filters.scoped) this.total = total;
    this.totals.show(this.entries);
    this.totals.count(this.list.size, total);
    this.state(this.list.size ? "ready" : this.filters.any ? "filtered" : "empty");
  }

  state(name) {
    if (this.root.dataset.state !== name) this.root.dataset.state = name;
  }
}

const read = (id) => JSON.parse(document.getElementById(id).textContent);

/** The template's row without the line breaks between its tags: five thousand copies of them add up. */
function stripped(template) {
  const tr = template.content.querySelector("tr");
  const texts = document.createTreeWalker(tr, NodeFilter.SHOW_TEXT);
  const breaks = [];
  while (texts.nextNode()) if (/^\s*\n\s*$/.test(texts.currentNode.data)) breaks.push(texts.currentNode);
  breaks.forEach((node) => node.remove());
  drawIcons(tr);
  return tr;
}

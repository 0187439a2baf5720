// The rows on the screen, in order, in <tbody>s of about twenty-five (the browser skips those out of sight).

const CHUNK = 25;

export class List {
  /** `compare` orders two entries. */
  constructor(table, compare) {
    this.table = table;
    this.compare = compare;
    this.chunks = []; // {tbody, entries}
    this.size = 0;
    this.numbered = true;
    this.seen = new Set(); // the bodies in sight
    this.shown = () => {}; // called with a chunk that comes into sight
    this.sight = new IntersectionObserver((changes) => this.looked(changes), { root: table.parentElement });
  }

  looked(changes) {
    for (const { target, isIntersecting } of changes) {
      if (!isIntersecting) this.seen.delete(target);
      else if (!this.seen.has(target)) {
        this.seen.add(target);
        const chunk = this.chunks.find((one) => one.tbody === target);
        if (chunk) this.shown(chunk);
      }
    }
  }

  /** Take over the rows that are already in the document, in their order. */
  adopt(entries) {
    const bodies = [...this.table.tBodies];
    let rest = entries.filter((entry) => entry?.tr);
    for (const tbody of bodies) {
      const chunk = { tbody, entries: rest.slice(0, tbody.rows.length) };
      rest = rest.slice(tbody.rows.length);
      chunk.entries.forEach((entry) => { entry.chunk = chunk; });
      this.chunks.push(chunk);
      this.sight.observe(tbody);
      this.measure(chunk);
    }
    this.size = this.chunks.reduce((sum, chunk) => sum + chunk.entries.length, 0);
  }

  ids() {
    return this.chunks.flatMap((chunk) => chunk.entries.map((entry) => entry.id));
  }

  rows() {
    return this.chunks.flatMap((chunk) => chunk.entries.map((entry) => entry.tr));
  }

  insert(entry) {
    let at = this.chunkFor(entry);
    if (at < 0) at = this.open(0);
    let place = search(this.chunks[at].entries, entry, this.compare);
    const last = at === this.chunks.length - 1 && place === this.chunks[at].entries.length;
    if (last && place >= CHUNK) [at, place] = [this.open(at + 1), 0];
    const chunk = this.chunks[at];
    put(chunk.tbody, entry.tr, chunk.entries[place]?.tr ?? null);
    chunk.entries.splice(place, 0, entry);
    entry.chunk = chunk;
    this.size += 1;
    this.numbered = false;
    if (chunk.entries.length >= 2 * CHUNK) this.split(at);
    else this.measure(chunk);
  }

  remove(entry) {
    if (!entry.chunk) return;
    const { chunk } = entry;
    chunk.entries.splice(chunk.entries.indexOf(entry), 1);
    entry.tr.remove();
    entry.chunk = null;
    this.size -= 1;
    this.numbered = false;
    if (chunk.entries.length) this.measure(chunk);
    else this.close(chunk);
  }

  /** Put a row that changed where it belongs now; nothing happens when it stands there already. */
  move(entry) {
    if (this.stands(entry)) return;
    const { chunk } = entry;
    chunk.entries.splice(chunk.entries.indexOf(entry), 1);
    this.measure(chunk);
    entry.chunk = null;
    this.size -= 1;
    this.insert(entry);
    if (!chunk.entries.length) this.close(chunk);
  }

  stands(entry) {
    const { entries } = entry.chunk;
    const at = entries.indexOf(entry);
    const chunkAt = this.chunks.indexOf(entry.chunk);
    const before = entries[at - 1] ?? this.chunks[chunkAt - 1]?.entries.at(-1);
    const after = entries[at + 1] ?? this.chunks[chunkAt + 1]?.entries[0];
    return (!before || this.compare(before, entry) <= 0) && (!after || this.compare(entry, after) <= 0);
  }

  /** Another order: every row may move. */
  sort() {
    const all = this.chunks.flatMap((chunk) => chunk.entries).sort(this.compare);
    let from = 0;
    for (const chunk of this.chunks) {
      chunk.entries = all.slice(from, from + chunk.entries.length);
      from += chunk.entries.length;
      chunk.entries.forEach((entry, index) => {
        if (chunk.tbody.rows[index] !== entry.tr) put(chunk.tbody, entry.tr, chunk.tbody.rows[index] ?? null);
        entry.chunk = chunk;
      });
    }
    this.numbered = false;
  }

  /** aria-rowcount and aria-rowindex (the header is row 1); only what changed is written. */
  number() {
    if (this.numbered) return;
    this.numbered = true;
    this.table.setAttribute("aria-rowcount", this.size + 1);
    let index = 1;
    for (const { entries } of this.chunks) {
      for (const entry of entries) {
        index += 1;
        if (entry.index === index) continue;
        entry.index = index;
        entry.tr.setAttribute("aria-rowindex", index);
      }
    }
  }

  /** Index of the chunk that should hold `entry`, −1 when there is none at all. */
  chunkFor(entry) {
    const firsts = this.chunks.filter((chunk) => chunk.entries.length);
    if (!firsts.length) return this.chunks.length ? 0 : -1;
    let [low, high] = [0, this.chunks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const first = this.chunks[middle].entries[0];
      if (!first || this.compare(first, entry) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  open(at) {
    const tbody = document.createElement("tbody");
    tbody.setAttribute("role", "rowgroup");
    this.table.insertBefore(tbody, this.chunks[at]?.tbody ?? null);
    this.chunks.splice(at, 0, { tbody, entries: [] });
    this.sight.observe(tbody);
    return at;
  }

  close(chunk) {
    this.sight.unobserve(chunk.tbody);
    this.seen.delete(chunk.tbody);
    chunk.tbody.remove();
    this.chunks.splice(this.chunks.indexOf(chunk), 1);
  }

  /** A chunk grew to twice its size: its second half becomes the next one. */
  split(at) {
    const chunk = this.chunks[at];
    const next = this.chunks[this.open(at + 1)];
    next.entries = chunk.entries.splice(CHUNK);
    for (const entry of next.entries) {
      put(next.tbody, entry.tr, null);
      entry.chunk = next;
    }
    this.measure(chunk);
    this.measure(next);
  }

  measure({ tbody, entries }) {
    tbody.style.setProperty("--rows", entries.length);
  }
}

/** First place in sorted `entries` after those not greater than `entry`. */
function search(entries, entry, compare) {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(entries[middle], entry) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** moveBefore keeps focus, selection and open popovers of a row that is already in the document. */
function put(tbody, tr, before) {
  if (tr.isConnected && tbody.isConnected && tbody.moveBefore) tbody.moveBefore(tr, before);
  else tbody.insertBefore(tr, before);
}

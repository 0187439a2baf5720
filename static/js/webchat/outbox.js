// What the visitor has sent and the server has not stored. Kept in his browser until it is: a message
// written without a connection leaves when there is one, once, in its order.

import { store } from "./session.js";

const WAITS = { first: 1_000, most: 15_000 }; // ms between two tries
const MOST = 50; // messages that may wait

export class Outbox {
  /** `enter()` makes sure there is a visitor; `changed()` after any change. */
  constructor(session, { enter, changed }) {
    Object.assign(this, { session, enter, changed });
    this.prefix = `beex.webchat.${session.widget}.out.`;
    this.entries = keys().filter((key) => key.startsWith(this.prefix)).map((key) => JSON.parse(store.getItem(key)));
    this.entries.sort((a, b) => a.at.localeCompare(b.at));
  }

  get full() {
    return this.entries.length >= MOST;
  }

  push(text, files) {
    const entry = { id: crypto.randomUUID(), text, files, at: new Date().toISOString(), failed: "" };
    this.entries.push(entry);
    this.save(entry);
    this.run();
  }

  save(entry) {
    store.setItem(this.prefix + entry.id, JSON.stringify(entry));
    this.changed();
  }

  /** The conversation has this line now, or the visitor gave it up. */
  drop(id) {
    if (!this.entries.some((entry) => entry.id === id)) return;
    this.entries = this.entries.filter((entry) => entry.id !== id);
    store.removeItem(this.prefix + id);
    this.changed();
  }

  again(id) {
    const entry = this.entries.find((one) => one.id === id);
    if (!entry) return;
    entry.failed = "";
    this.save(entry);
    this.run();
  }

  async run() {
    if (this.running) return;
    this.running = true;
    let pause = WAITS.first;
    for (let entry; (entry = this.entries.find((one) => !one.stored && !one.failed));) {
      if (await this.attempt(entry)) pause = WAITS.first;
      else {
        await patience(pause);
        pause = Math.min(WAITS.most, pause * 2);
      }
    }
    this.running = false;
  }

  async attempt(entry) {
    try {
      await this.enter();
      await this.session.ask("POST", "messages/", { id: entry.id, text: entry.text, files: entry.files.map((file) => file.id) });
      entry.stored = true;
      this.save(entry);
      return true;
    } catch (error) {
      if (!error.final) return false;
      entry.failed = error.message || "—";
      this.save(entry);
      return true;
    }
  }
}

const keys = () => (store.keys ? store.keys() : Object.keys(store));

/** Wait so long, or until the network is back. */
function patience(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
    addEventListener("online", done);
  });
}

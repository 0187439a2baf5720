// A contact's conversation with us: what was said, what he writes, who attends him.

import { upload } from "../http.js";
import { Keyed } from "../keyed.js";
import { t } from "../texts.js";
import { day, timeOfDay } from "../time.js";
import { Files } from "../workspace/files.js";
import { fileElement, separator } from "../workspace/line.js";
import { Outbox } from "./outbox.js";
import { Session } from "./session.js";

const NEAR = 80; // px from the end that count as "at the end"
const ASK = 60_000; // ms between two looks whether somebody is there, before anything is said

const find = (id) => document.getElementById(id);

class Chat {
  constructor() {
    this.session = new Session(document.body.dataset.widget);
    this.lines = new Map(); // id → line
    this.told = new Map(); // line id → state we told the server
    this.status = { state: "none", agent: null, staffed: true };
    this.outbox = new Outbox(this.session, { enter: () => this.session.enter(this.who()), changed: () => this.paint() });
    this.files = new Files(find("wc-files"), { send: (file, progress) => this.send(file, progress), changed: () => this.ready() });
    [this.root, this.form, this.field, this.scroller] = ["webchat", "wc-form", "wc-text", "wc-lines"].map(find);
    this.list = new Keyed(this.scroller.querySelector("ol"));
    this.template = find("line-template").content.firstElementChild;
    this.stuck = true;
    this.unread = 0;
    this.open = true;
  }

  start() {
    const { session } = this;
    session.on("conversation", (frame) => this.whole(frame));
    session.on("messages", (frame) => this.take(frame.messages));
    session.on("state", ({ state, agent }) => this.say({ state, agent }));
    session.on("link", (up) => this.link(up));
    session.on("stranger", () => this.stranger());
    for (const sign of ["online", "offline"]) addEventListener(sign, () => this.link(navigator.onLine && Boolean(session.socket || !session.token)));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.field.addEventListener("input", () => this.ready());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("paste", (event) => event.clipboardData.files.length && this.files.add(event.clipboardData.files));
    find("wc-attach").addEventListener("click", () => find("wc-file").click());
    find("wc-file").addEventListener("change", (event) => { this.files.add(event.target.files); event.target.value = ""; });
    this.scroller.addEventListener("scroll", () => { this.stuck = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR; });
    document.addEventListener("visibilitychange", () => this.see());
    addEventListener("focus", () => this.see());
    new ResizeObserver(() => this.stuck && this.end()).observe(this.scroller);
    this.frame();
    if (session.token) session.connect();
    else this.greet();
    this.paint();
    this.outbox.run();
  }

  /** Inside a frame: the site around tells when it shows us, and hears of new messages. */
  frame() {
    find("wc-close")?.addEventListener("click", () => this.post({ close: true }));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.post({ close: true }));
    addEventListener("message", (event) => {
      if (event.source !== parent || event.data?.beex !== "webchat") return;
      this.open = Boolean(event.data.open);
      this.see();
    });
    this.post({ ready: true });
  }

  post(message) {
    if (parent !== window) parent.postMessage({ beex: "webchat", ...message }, location.ancestorOrigins?.[0] ?? "*");
  }

  /** Nothing was said yet: whether somebody is there, asked again now and then. */
  async greet() {
    if (this.session.token) return;
    const answer = document.visibilityState === "visible" || !this.greeted ? await this.session.ask("GET", "").catch(() => null) : null;
    this.greeted = true;
    if (answer && !this.session.token) this.say({ state: "none", agent: null, staffed: answer.staffed });
    setTimeout(() => this.greet(), ASK);
  }

  stranger() {
    this.lines.clear();
    this.paint();
    if (this.outbox.entries.length) this.outbox.run();
    else this.greet();
  }

  who() {
    return { name: this.form.name.value.trim(), phone: this.form.phone.value.trim() };
  }

  async send(file, progress) {
    await this.session.enter(this.who());
    const answer = await upload(`webchat/${this.session.widget}/files/`, file, progress, { headers: this.session.headers });
    if (!answer.ok) throw new Error(answer.body?.detail ?? "");
    return answer.body;
  }

  whole({ messages, state, agent, staffed }) {
    this.say({ state, agent, staffed });
    this.take(messages, { quiet: !this.began });
    this.began = true;
  }

  take(messages, { quiet = false } = {}) {
    for (const line of messages) {
      const known = this.lines.has(line.id);
      this.lines.set(line.id, line);
      if (line.client_id) this.outbox.drop(line.client_id);
      if (line.from === "agent" && !known && !quiet) this.heard(line);
    }
    this.paint();
    this.see();
  }

  heard(line) {
    find("wc-said").textContent = t("webchat.newLine", { name: this.status.agent || t("webchat.us"), text: line.text });
    if (this.seen) return;
    this.unread += 1;
    this.post({ unread: this.unread });
  }

  get seen() {
    return this.open && document.visibilityState === "visible" && document.hasFocus();
  }

  /** Tell how far our lines have come: to his browser, and before his eyes. */
  see() {
    const state = this.seen ? "read" : "delivered";
    if (this.seen && this.unread) this.post({ unread: (this.unread = 0) });
    for (const line of this.lines.values()) {
      if (line.from !== "agent" || line.state === "read" || line.state === state) continue;
      const told = this.told.get(line.id);
      if (told === state || told === "read") continue;
      this.told.set(line.id, state);
      this.session.ask("POST", "seen/", { message: line.id, state }).catch(() => this.told.delete(line.id));
    }
  }

  say(status) {
    Object.assign(this.status, status);
    const { agent, staffed } = this.status;
    const spoken = this.lines.size > 0 || this.outbox.entries.length > 0;
    const state = this.status.state === "none" && spoken ? "waiting" : this.status.state;
    this.root.dataset.state = state;
    const away = !staffed && state !== "attended";
    find("wc-state").textContent = away && state !== "closed" ? t(state === "waiting" ? "webchat.left" : "webchat.away")
      : t(`webchat.${state}`, { name: agent ?? "" });
    find("wc-who").hidden = state !== "none";
    find("wc-who").dataset.away = away ? "yes" : "no";
  }

  link(up) {
    document.querySelector(".wc-offline").hidden = up;
    if (up) this.outbox.run();
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  ready() {
    const empty = !this.field.value.trim() && !this.files.done.length;
    find("wc-send").disabled = empty || this.files.uploading || this.outbox.full;
  }

  submit() {
    if (find("wc-send").disabled) return;
    this.outbox.push(this.field.value.trim(), this.files.done);
    this.field.value = "";
    this.files.clear();
    this.stuck = true;
    this.ready();
    this.say({});
    this.end();
    this.field.focus();
  }

  paint() {
    const lines = [...this.lines.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id - b.id));
    const waiting = this.outbox.entries.map((entry) => ({ ...entry, from: "contact", state: entry.failed ? "failed" : entry.stored ? "sent" : "waiting" }));
    const nodes = [];
    let before = "";
    for (const line of [...lines, ...waiting]) {
      const date = day(line.at);
      if (date !== before && before) nodes.push(this.list.element(`day:${date}`, date, () => separator(date)));
      before = date;
      nodes.push(this.list.element(line.id, `${line.state}${line.failed ?? ""}`, () => this.line(line)));
    }
    this.list.show(nodes);
    if (this.stuck) this.end();
  }

  line(line) {
    const root = this.template.cloneNode(true);
    const mine = line.from === "contact";
    root.dataset.from = mine ? "agent" : "contact"; // who sits on which side
    root.dataset.state = line.state;
    root.dataset.id = line.id;
    root.querySelector(".sayer").textContent = `${t(mine ? "webchat.you" : "webchat.us")}:`;
    root.querySelector(".text").textContent = line.text;
    root.querySelector(".text").hidden = !line.text;
    root.querySelector(".files").replaceChildren(...line.files.filter((file) => file.url).map(fileElement));
    const time = root.querySelector("time");
    time.dateTime = line.at;
    time.textContent = timeOfDay(line.at);
    const state = root.querySelector(".state");
    state.hidden = !mine;
    const shown = line.state === "received" ? "delivered" : line.state;
    state.querySelector("use").setAttribute("href", `#i-message-${shown}`);
    state.querySelector(".sr").textContent = t(`message.${line.state}`);
    if (line.failed) this.failed(root, line);
    return root;
  }

  failed(root, { id, failed }) {
    const note = root.querySelector(".wc-failed");
    note.hidden = false;
    note.querySelector("span").textContent = t("webchat.failed", { reason: failed });
    const again = note.querySelector("button");
    again.textContent = t("webchat.retry");
    again.addEventListener("click", () => this.outbox.again(id));
  }

  end() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}

new Chat().start();

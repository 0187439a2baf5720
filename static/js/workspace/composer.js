// Where the agent writes: text, files, internal notes, ready texts. It never holds the only copy of
// what was typed (drafts.js), and never decides that something was sent (outgoing.js).

import { t } from "../texts.js";
import { now, timeOfDay } from "../time.js";
import * as doors from "./doors.js";
import { Files } from "./files.js";

const SOON = 4 * 3_600_000; // ms before the window ends in which it is said

export class Composer {
  constructor(page, desk, outgoing, drafts) {
    Object.assign(this, { desk, outgoing, drafts });
    this.form = page.querySelector("#ws-composer");
    this.field = page.querySelector("#ws-text");
    this.sendButton = page.querySelector("#ws-send");
    this.noteButton = page.querySelector("#ws-note");
    this.hint = page.querySelector("#ws-hint");
    this.window = page.querySelector("#ws-window");
    this.input = page.querySelector("#ws-file");
    this.files = new Files(page.querySelector("#ws-files"), {
      send: (file, progress) => doors.attach(this.chat, file, progress),
      changed: () => this.paint(),
    });
    this.chat = null;
    this.drafted = ""; // what was drafted before, for as long as nothing else is typed
    this.desk.on("lines", (frame) => this.elsewhere(frame));
  }

  mount(signal) {
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    on(this.form, "submit", (event) => { event.preventDefault(); this.send(); });
    on(this.field, "input", () => this.typed());
    on(this.field, "keydown", (event) => this.key(event));
    on(this.field, "paste", (event) => this.attach(event.clipboardData.files));
    on(this.noteButton, "click", () => this.note(this.noteButton.getAttribute("aria-pressed") !== "true"));
    on(this.form.querySelector("#ws-attach"), "click", () => this.input.click());
    on(this.input, "change", () => { this.attach(this.input.files); this.input.value = ""; });
    const zone = this.form.closest("section");
    on(zone, "dragover", (event) => event.preventDefault());
    on(zone, "drop", (event) => this.dropped(event));
    const timer = setInterval(() => this.chat && this.paint(), 5_000);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  dropped(event) {
    event.preventDefault();
    this.attach(event.dataTransfer.files);
  }

  /** Files for the next line, where there can be one. */
  attach(files) {
    if (this.chat && files.length) this.files.add(files);
  }

  /** Write in this conversation from now on; null in none. */
  open(chat) {
    this.chat = chat;
    this.files.clear();
    this.field.value = this.drafted = "";
    this.note(false);
  }

  /** What was typed in it before, unless something is typed already. */
  draft(chat, kept) {
    if (this.chat !== chat || this.field.value) return;
    const text = this.drafts.open(chat, kept);
    if (this.outgoing.kept().some((entry) => entry.chat === chat && entry.text === text)) this.drafts.typed(chat, ""); // offered there
    else this.field.value = this.drafted = text;
    this.paint();
  }

  /** One's own line from another tab: the draft that lies here untouched was sent there. */
  elsewhere({ chat, messages }) {
    const mine = messages.some((line) => line.from === "agent" && line.author?.id === this.desk.me);
    if (chat !== this.chat || !mine || !this.drafted || this.field.value !== this.drafted) return;
    this.drafts.forget(chat);
    this.field.value = this.drafted = "";
    this.paint();
  }

  typed() {
    if (!this.noting) this.drafts.typed(this.chat, this.field.value);
    this.paint();
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  get noting() {
    return this.noteButton.getAttribute("aria-pressed") === "true";
  }

  note(on) {
    this.noteButton.setAttribute("aria-pressed", on);
    this.form.dataset.mode = on ? "note" : "message";
    this.paint();
  }

  /** Free text is over by this channel (24 h). */
  get closed() {
    const until = this.desk.chat?.window_until;
    return Boolean(until) && Date.parse(until) <= now();
  }

  paint() {
    const closed = this.closed && !this.noting;
    const until = this.desk.chat?.window_until;
    const soon = until && !closed && Date.parse(until) - now() < SOON;
    this.window.hidden = !closed;
    this.form.dataset.window = closed ? "closed" : "open";
    this.field.disabled = closed;
    const empty = !this.field.value.trim() && !this.files.done.length;
    this.sendButton.disabled = closed || empty || this.files.uploading;
    if (this.files.uploading) this.hint.textContent = t("ws.attachWait");
    else if (this.noting) this.hint.textContent = t("ws.noteHint");
    else this.hint.textContent = soon ? t("ws.windowUntil", { time: timeOfDay(until) }) : "";
  }

  send() {
    const text = this.field.value.trim();
    if (this.sendButton.disabled || this.outgoing.full) return;
    if (this.noting) return this.sendNote(text);
    this.outgoing.push({ chat: this.chat, contact: this.desk.ticket?.contact.name ?? "", text, files: this.files.done });
    this.drafts.forget(this.chat);
    this.field.value = this.drafted = "";
    this.files.clear();
    this.paint();
  }

  async sendNote(text) {
    const { chat } = this;
    try {
      await doors.note(chat, text);
      if (this.chat !== chat) return;
      this.field.value = "";
      this.drafts.forget(chat);
      this.note(false);
    } catch (error) {
      this.hint.textContent = error.message || t("common.unknownError");
    }
  }

  /** Put a ready text where the cursor is. */
  insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.field.focus();
    this.typed();
  }

  focus() {
    this.field.focus();
  }
}

// Ready texts: quick answers (a list at the message box, found by a few letters) and templates, which
// may be sent when free text may not.

import { t } from "../texts.js";
import * as doors from "./doors.js";

const BLANK = /\{(\w+)\}/g;

/** The list of quick answers: opens by its button or by "/" in an empty message. */
export class QuickAnswers {
  constructor(page, desk, composer) {
    Object.assign(this, { desk, composer });
    this.panel = page.querySelector("#ws-quick-panel");
    this.button = page.querySelector("#ws-quick");
    this.field = this.panel.querySelector("input");
    this.list = this.panel.querySelector("ul");
    this.none = this.panel.querySelector("p");
  }

  mount(signal) {
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    on(this.panel, "beforetoggle", (event) => event.newState === "open" && this.opened());
    on(this.field, "input", () => this.paint());
    on(this.panel, "keydown", (event) => this.key(event));
    on(this.list, "click", (event) => this.choose(event.target.closest("button")));
    on(this.composer.field, "keydown", (event) => {
      if (event.key !== "/" || this.composer.field.value) return;
      event.preventDefault();
      this.panel.showPopover({ source: this.button });
    });
  }

  opened() {
    this.field.value = "";
    this.loading ??= this.load();
    this.paint();
  }

  async load() {
    this.answers = await doors.quickAnswers().catch(() => null);
    if (!this.answers) this.loading = null;
    this.paint();
  }

  paint() {
    const wanted = this.field.value.trim().toLowerCase();
    const campaign = this.desk.ticket?.campaign.id;
    const found = (this.answers ?? []).filter((one) => (one.campaign_id === null || one.campaign_id === campaign)
      && `${one.shortcut} ${one.text}`.toLowerCase().includes(wanted));
    this.none.hidden = found.length > 0;
    this.list.replaceChildren(...found.map((one) => this.item(one)));
  }

  item({ shortcut, text }) {
    const button = Object.assign(document.createElement("button"), { type: "button", value: text });
    button.append(
      Object.assign(document.createElement("b"), { textContent: `/${shortcut}` }),
      Object.assign(document.createElement("span"), { textContent: text }),
    );
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...this.list.querySelectorAll("button")];
    if (event.key === "Enter" && event.target === this.field) {
      event.preventDefault();
      this.first();
    }
    if (!step) return;
    event.preventDefault();
    (buttons[buttons.indexOf(document.activeElement) + step] ?? this.field).focus();
  }

  /** The best match, as soon as the answers are here. */
  async first() {
    await this.loading;
    this.choose(this.list.querySelector("button"));
  }

  choose(button) {
    if (!button) return;
    this.panel.hidePopover();
    this.composer.insert(button.value);
  }
}

/** The dialog that sends a template with its blanks filled. */
export class Templates {
  constructor(page, desk, outgoing) {
    Object.assign(this, { desk, outgoing });
    this.dialog = page.querySelector("#ws-template-dialog");
    this.select = this.dialog.querySelector("select");
    this.blanks = this.dialog.querySelector(".blanks");
    this.preview = this.dialog.querySelector(".preview");
    this.submit = this.dialog.querySelector("[type=submit]");
    this.openers = page.querySelectorAll("[data-opens=template]");
  }

  mount(signal) {
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    for (const opener of this.openers) on(opener, "click", () => this.open());
    on(this.select, "change", () => this.chosen());
    on(this.blanks, "input", () => this.paint());
    on(this.dialog.querySelector("form"), "submit", (event) => { event.preventDefault(); this.send(); });
  }

  async open() {
    this.chat = this.desk.chat?.id;
    if (!this.chat) return;
    this.dialog.showModal();
    this.all ??= await doors.templates().catch(() => null);
    const mine = (this.all ?? []).filter((one) => one.campaign_id === this.desk.ticket?.campaign.id);
    const first = new Option(t(mine.length ? "ws.templateChoose" : "ws.templateNone"), "");
    this.select.replaceChildren(first, ...mine.map((one) => new Option(one.name, one.id)));
    this.chosen();
  }

  get template() {
    return this.all?.find((one) => String(one.id) === this.select.value);
  }

  chosen() {
    const names = new Set([...(this.template?.text ?? "").matchAll(BLANK)].map((match) => match[1]));
    this.blanks.replaceChildren(...[...names].map((name) => {
      const label = document.createElement("label");
      label.append(
        Object.assign(document.createElement("span"), { textContent: name.replaceAll("_", " ") }),
        Object.assign(document.createElement("input"), { name, required: true, maxLength: 400, className: "form-control" }),
      );
      return label;
    }));
    this.paint();
  }

  values() {
    return Object.fromEntries([...this.blanks.querySelectorAll("input")].map((input) => [input.name, input.value]));
  }

  text() {
    const values = this.values();
    return (this.template?.text ?? "").replace(BLANK, (whole, name) => values[name] || whole);
  }

  paint() {
    this.preview.textContent = this.text();
    this.preview.hidden = !this.template;
    this.submit.disabled = !this.template;
  }

  send() {
    const { template } = this;
    this.outgoing.push({
      chat: this.chat, contact: this.desk.ticket?.contact.name ?? "", text: this.text(), template: template.id, blanks: this.values(),
    });
    this.dialog.close();
  }
}

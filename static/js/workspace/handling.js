// What an agent does with a ticket besides writing: wrap it up (tipificar), resolve, reopen, hand it
// on, give a captured one back. The server's word moves the ticket; buttons only ask.

import { toast } from "../notes.js";
import { t } from "../texts.js";
import * as doors from "./doors.js";
import { named } from "./line.js";

const reason = (error) => error.message || t("common.unknownError");

/** The form with the campaign's tree: one select for each level. */
export class Wrap {
  /** `own(ticket)` is told before one's own act takes a ticket away; `reopen(ticket)` undoes. */
  constructor(page, desk, { own, reopen }) {
    Object.assign(this, { desk, own, reopen });
    this.form = page.querySelector("#ws-wrap");
    this.levels = this.form.querySelector(".levels");
    this.note = this.form.querySelector("textarea");
    this.error = this.form.querySelector(".problem");
    this.button = page.querySelector("[data-opens=wrap]");
    this.resolveButton = page.querySelector("#ws-resolve");
    this.trees = new Map(); // campaign code → tree
  }

  mount(signal) {
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    on(this.button, "click", () => (this.form.hidden ? this.open() : this.close()));
    on(this.form, "submit", (event) => { event.preventDefault(); this.save(event.submitter?.value === "resolve"); });
    on(this.form.querySelector("[data-closes]"), "click", () => this.close());
    on(this.form, "keydown", (event) => event.key === "Escape" && (event.stopPropagation(), this.close()));
    on(this.levels, "change", (event) => this.level(event.target));
    on(this.resolveButton, "click", () => this.resolve());
    this.desk.on("select", () => { if (this.desk.selected?.ticket !== this.ticket?.id) this.hide(); });
  }

  async open() {
    const ticket = (this.ticket = this.desk.ticket);
    if (!ticket) return;
    this.id = crypto.randomUUID();
    this.form.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.error.textContent = "";
    const { code } = ticket.campaign;
    try {
      if (!this.trees.has(code)) this.trees.set(code, await doors.tree(code));
    } catch (error) {
      this.error.textContent = reason(error);
    }
    this.levels.replaceChildren(this.picker(this.trees.get(code) ?? []));
    this.levels.querySelector("select").focus();
  }

  hide() {
    this.form.hidden = true;
    this.note.value = "";
    this.ticket = null;
    this.button.setAttribute("aria-expanded", "false");
  }

  close() {
    this.hide();
    this.button.focus();
  }

  picker(nodes) {
    const select = Object.assign(document.createElement("select"), { className: "form-select" });
    select.setAttribute("aria-label", t("ws.disposition"));
    select.append(new Option(t("ws.choose"), ""), ...nodes.map((node) => new Option(node.name, node.id)));
    select.nodes = nodes;
    return select;
  }

  /** A branch was chosen: the next level follows it. */
  level(select) {
    while (select.nextElementSibling) select.nextElementSibling.remove();
    const node = select.nodes.find((one) => String(one.id) === select.value);
    if (!node?.children.length) return;
    const next = this.picker(node.children);
    this.levels.append(next);
    next.focus();
  }

  get code() {
    const last = this.levels.lastElementChild;
    const node = last?.nodes.find((one) => String(one.id) === last.value);
    return node && !node.children.length ? node.id : null;
  }

  async save(resolve) {
    const { ticket, code } = this;
    if (!code) {
      this.error.textContent = t("ws.dispositionRequired");
      return this.levels.lastElementChild?.focus();
    }
    if (resolve) this.own(ticket.id);
    try {
      await doors.dispose(ticket.id, { id: this.id, code, note: this.note.value, resolve });
    } catch (error) {
      this.error.textContent = reason(error);
      return;
    }
    if (resolve) this.said(ticket);
    else toast(t("ws.wrapSaved"));
    this.hide();
  }

  async resolve() {
    const { ticket } = this.desk;
    if (!ticket) return;
    this.own(ticket.id);
    try {
      await doors.resolve(ticket.id);
      this.said(ticket);
    } catch (error) {
      toast(reason(error));
    }
  }

  said(ticket) {
    toast(t("ws.resolved", { id: ticket.id }), { label: t("ws.reopen"), run: () => this.reopen(ticket.id) });
  }
}

/** The dialog that hands a ticket to a colleague or a queue. */
export class Transfer {
  constructor(page, desk, { own }) {
    Object.assign(this, { desk, own });
    this.dialog = page.querySelector("#ws-transfer-dialog");
    this.select = this.dialog.querySelector("select");
    this.note = this.dialog.querySelector("textarea");
    this.error = this.dialog.querySelector(".problem");
    this.submit = this.dialog.querySelector("[type=submit]");
    this.button = page.querySelector("#ws-transfer");
  }

  mount(signal) {
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    on(this.button, "click", () => this.open());
    on(this.select, "change", () => { this.submit.disabled = !this.select.value; });
    on(this.dialog.querySelector("form"), "submit", (event) => { event.preventDefault(); this.send(); });
  }

  async open() {
    this.ticket = this.desk.ticket;
    if (!this.ticket) return;
    this.error.textContent = this.note.value = "";
    this.submit.disabled = true;
    this.select.replaceChildren(new Option(t("ws.choose"), ""));
    this.dialog.showModal();
    try {
      this.offer(await doors.targets(this.ticket.id));
    } catch (error) {
      this.error.textContent = reason(error);
    }
  }

  offer({ users, queues }) {
    const people = users.map((one) => new Option(`${one.name} (${one.extension ?? t("cell.noExtension")}) · ${t(`status.${one.status}`)}`, `user:${one.id}`));
    const lines = queues.map((one) => new Option(one.name, `queue:${one.id}`));
    for (const [label, options] of [[t("ws.transferUsers"), people], [t("ws.transferQueues"), lines]]) {
      if (!options.length) continue;
      const group = Object.assign(document.createElement("optgroup"), { label });
      group.append(...options);
      this.select.append(group);
    }
    if (!people.length && !lines.length) this.error.textContent = t("ws.transferNone");
  }

  async send() {
    const [kind, id] = this.select.value.split(":");
    this.own(this.ticket.id);
    try {
      await doors.transfer(this.ticket.id, { [kind]: Number(id), note: this.note.value });
      toast(t("ws.transferred", { id: this.ticket.id }));
      this.dialog.close();
    } catch (error) {
      this.error.textContent = reason(error);
    }
  }
}

/** The line over a captured conversation, and the dialog that gives it back. */
export class Captured {
  /** `supervises`: whether the person may have captured anything. */
  constructor(page, desk, { own, supervises }) {
    Object.assign(this, { desk, own, supervises });
    this.banner = page.querySelector("#ws-captured");
    this.text = this.banner.querySelector("span");
    this.dialog = page.querySelector("#ws-give-back-dialog");
    this.note = this.dialog.querySelector("textarea");
    this.error = this.dialog.querySelector(".problem");
    this.sessions = new Map(); // chat id → supervision session
    this.people = new Map(); // user id → {name, extension}
  }

  mount(signal) {
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    on(this.banner.querySelector("button"), "click", () => this.ask());
    on(this.dialog.querySelector("form"), "submit", (event) => { event.preventDefault(); this.send(); });
    this.desk.on("came", () => this.load());
    this.desk.on("select", () => this.paint());
    this.load();
  }

  async load() {
    if (!this.supervises) return;
    const answer = await doors.captures(this.desk.me).catch(() => null);
    if (!answer) return;
    const open = answer.results.filter((one) => one.chat);
    await Promise.all(open.map(async (one) => { one.user = await this.person(one.user); }));
    this.sessions = new Map(open.map((one) => [one.chat, one]));
    this.paint();
  }

  /** {name, extension} of whose chat it was. */
  async person(id) {
    if (!this.people.has(id)) {
      const user = await doors.user(id).catch(() => null);
      if (!user) return { name: "—", extension: null };
      this.people.set(id, { name: `${user.first_names} ${user.last_names}`.trim(), extension: user.extension });
    }
    return this.people.get(id);
  }

  get session() {
    const chat = this.desk.chat?.id;
    return chat ? this.sessions.get(chat) : undefined;
  }

  paint() {
    const { session } = this;
    this.banner.hidden = !session;
    if (session) this.text.textContent = t("capture.banner", { name: session.user.name, ext: session.user.extension ?? "—" });
  }

  ask() {
    const { session } = this;
    if (!session) return;
    this.note.value = this.error.textContent = "";
    const contact = this.desk.ticket.contact.name || t("field.contactNoName");
    this.dialog.querySelector(".body").textContent = t("ws.giveBackBody", { name: named(session.user), contact });
    this.asked = { session, ticket: this.desk.ticket.id };
    this.dialog.showModal();
  }

  async send() {
    const { session, ticket } = this.asked;
    this.own(ticket);
    try {
      await doors.giveBack(session.id, this.note.value);
      this.dialog.close();
      toast(t("ws.gaveBack", { name: named(session.user) }));
    } catch (error) {
      this.error.textContent = reason(error);
    }
  }
}

// The one hover card (3.5): opens after a rest of the pointer, on focus, or on a tap; stays while the
// pointer is on it; Esc closes it. It is bound to one person, call or chat: never to the next one.

import * as live from "./live.js";
import { patch, view } from "./bind.js";
import { cells } from "./cells.js";
import { duration, now } from "./time.js";
import { t } from "./texts.js";

const REST = 300; // ms of rest before it opens
const LINGER = 200; // ms after the pointer left both
const GAP = 6; // px between the cell and the card
const FRESH = 250; // ms to gather changes before the card is read again
const FAREWELL = 3_000; // ms a card of somebody who is gone stays

class Card {
  /** Serve the triggers (`data-card`) inside `root`; `floor` knows the rows. Returns the way out. */
  mount(root, floor) {
    this.host = document.getElementById("card");
    this.floor = floor;
    this.open = null; // {trigger, kind, id, user, seen}
    this.point = null; // where the pointer last was of its own accord
    const listen = (target, type, method, capture = false) => {
      const listener = (event) => this[method](event);
      target.addEventListener(type, listener, capture);
      return () => target.removeEventListener(type, listener, capture);
    };
    const ends = [
      listen(root, "pointermove", "moved"),
      listen(root, "pointerover", "over"),
      listen(root, "pointerout", "out"),
      listen(this.host, "pointerenter", "stay"),
      listen(this.host, "pointerleave", "out"),
      listen(root, "focusin", "focus"),
      listen(root, "focusout", "blur"),
      listen(this.host, "focusout", "blur"),
      listen(root, "click", "click", true),
      listen(document, "keydown", "key"),
      listen(document, "scroll", "scrolled", true), // the table, or in a small window the page
    ];
    ends.push(live.on("rights", () => this.reread()));
    const tick = setInterval(() => this.tick(), 500);
    return () => {
      clearInterval(tick);
      this.close();
      ends.forEach((end) => end());
    };
  }

  trigger(event) {
    const trigger = event.target.closest?.("[data-card]");
    return trigger?.dataset.card && !trigger.disabled ? trigger : null;
  }

  moved({ clientX: x, clientY: y }) {
    this.point = [x, y];
  }

  over(event) {
    this.touch = event.pointerType === "touch";
    const trigger = this.trigger(event);
    if (this.touch || !trigger) return;
    // The row that slid under a pointer at rest does not hide what is said about the one that went.
    const rests = this.point?.[0] === event.clientX && this.point[1] === event.clientY;
    if (rests && this.open?.over) return;
    if (this.open?.trigger === trigger) return this.stay();
    this.soon(trigger);
  }

  out(event) {
    if (event.pointerType === "touch" || this.host.contains(event.relatedTarget)) return;
    if (event.relatedTarget?.closest?.("[data-card]") && event.relatedTarget.closest("[data-card]") === this.awaited) return;
    clearTimeout(this.opening);
    this.leave();
  }

  stay() {
    clearTimeout(this.closing);
  }

  leave() {
    clearTimeout(this.closing);
    if (this.open) this.closing = setTimeout(() => this.used() || this.close(), LINGER);
  }

  /** Somebody reads it with the keyboard, or answers what one of its buttons asked. */
  used() {
    const active = document.activeElement;
    const here = this.host.contains(active) || (active === this.open?.trigger && this.open.byFocus);
    return this.open && (here || Boolean(active.closest("dialog[open]")));
  }

  soon(trigger, byFocus = false) {
    clearTimeout(this.opening);
    clearTimeout(this.closing);
    this.awaited = trigger;
    this.opening = setTimeout(() => this.show(trigger, byFocus), REST);
  }

  focus(event) {
    const trigger = this.trigger(event);
    if (trigger && trigger.matches(":focus-visible") && this.open?.trigger !== trigger) this.soon(trigger, true);
  }

  blur(event) {
    clearTimeout(this.opening);
    if (this.open && !this.host.contains(event.relatedTarget) && event.relatedTarget !== this.open.trigger) this.leave();
  }

  /** A button opens its card at once; on touch also the name, whose second tap follows the link. */
  click(event) {
    const trigger = this.trigger(event);
    if (!trigger) return;
    if (trigger.href && (!this.touch || this.open?.trigger === trigger)) return;
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(this.opening);
    if (this.open?.trigger !== trigger) this.show(trigger, true);
  }

  key(event) {
    if (!this.open || event.target.closest?.("dialog[open]")) return;
    if (event.key === "Tab") return this.tab(event);
    if (event.key !== "Escape") return;
    event.stopPropagation();
    const { trigger } = this.open;
    const inside = this.host.contains(document.activeElement);
    this.close();
    if (inside) trigger.focus();
  }

  /** The card stands right after its trigger in the order of Tab, wherever it is in the document. */
  tab(event) {
    const { trigger } = this.open;
    const stops = [...this.host.querySelectorAll("a, button, [tabindex]")];
    const active = document.activeElement;
    if (active === trigger && !event.shiftKey && stops.length) {
      event.preventDefault();
      stops[0].focus();
    } else if (active === stops[0] && event.shiftKey) {
      event.preventDefault();
      trigger.focus();
    } else if (active === stops.at(-1) && !event.shiftKey) trigger.focus(); // and on to what follows it
  }

  scrolled(event) {
    if (this.open && !this.host.contains(event.target)) this.place();
  }

  /** Read the card of `trigger` and show it, unless another was asked for meanwhile. */
  async show(trigger, byFocus) {
    const { card: kind, cardId: id } = trigger.dataset;
    const user = Number(trigger.closest("tr").dataset.id);
    const ask = (this.asked = { trigger, kind, id, user, byFocus });
    const answer = await this.read(kind, id);
    if (this.asked !== ask || !answer || !trigger.isConnected) return;
    this.close();
    this.open = { ...ask, seen: this.key_of(user, kind) };
    this.fill(answer);
    this.host.hidden = false;
    this.host.showPopover();
    trigger.setAttribute("aria-expanded", "true");
    trigger.setAttribute("aria-describedby", "card");
    this.floor.hold.card(trigger.closest("tr"));
    this.place();
  }

  /** The card's element, null when there is none for us or the network failed. */
  async read(kind, id) {
    const response = await fetch(`/supervision/cards/${kind}/${id}/`).catch(() => null);
    if (!response?.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector(".hover-card");
  }

  fill(element) {
    this.host.replaceChildren(element);
    this.host.setAttribute("role", element.querySelector("a, button") ? "dialog" : "tooltip");
    this.host.setAttribute("aria-label", element.getAttribute("aria-label") ?? "");
    this.view = view(element);
    this.paint();
  }

  /** The parts that say the same as the row are patched from the row. */
  paint() {
    const row = this.floor.row(this.open.user);
    if (row && this.open.kind === "user") patch(this.view, cells(row, this.floor.about));
    this.tick();
  }

  tick() {
    if (!this.open) return;
    for (const timer of this.host.querySelectorAll("time.timer[datetime]")) {
      const text = duration(now() - Date.parse(timer.dateTime));
      if (timer.textContent !== text) timer.textContent = text;
    }
  }

  /** Beside its trigger, so that the way down the column stays free; below or above it where the
   * window is too narrow for that. */
  place() {
    const { trigger } = this.open;
    if (!trigger.isConnected) return;
    const cell = trigger.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.host;
    const [before, behind] = [cell.left - GAP - width, cell.right + GAP];
    const most = { left: innerWidth - width - GAP, top: innerHeight - height - GAP };
    const beside = behind <= most.left ? behind : before >= GAP ? before : null;
    const above = cell.bottom + GAP > most.top && cell.top - GAP - height > 0;
    const away = above ? cell.top - GAP - height : cell.bottom + GAP;
    const left = beside ?? Math.min(cell.left, most.left);
    const top = Math.min(beside === null ? away : cell.top - GAP, most.top);
    this.host.style.left = `${Math.max(GAP, left)}px`;
    this.host.style.top = `${Math.max(GAP, top)}px`;
  }

  close() {
    clearTimeout(this.closing);
    clearTimeout(this.rereading);
    this.asked = null;
    if (!this.open) return;
    const { trigger } = this.open;
    this.open = null;
    trigger.removeAttribute("aria-expanded");
    trigger.removeAttribute("aria-describedby");
    if (this.host.matches(":popover-open")) this.host.hidePopover();
    this.host.replaceChildren();
    this.floor.hold.card(null);
  }

  /** What the open card depends on in its person's row. */
  key_of(user, kind) {
    const row = this.floor.row(user);
    if (!row) return "";
    if (kind === "campaigns") return JSON.stringify([row.campaigns, row.strategies]);
    if (kind === "call" || kind === "waiting") return JSON.stringify(row.call);
    if (kind === "chat" || kind === "chats") return JSON.stringify(row.chats);
    return JSON.stringify([row.first_names, row.last_names, row.role, row.online, row.campaigns]);
  }

  /** A row changed: the card of that person is patched, and read again when its own matter changed. */
  changed(row) {
    if (this.open?.user !== row.id) return;
    queueMicrotask(() => this.open?.user === row.id && this.follow());
  }

  follow() {
    this.paint();
    const { user, kind, id } = this.open;
    const seen = this.key_of(user, kind);
    if (seen === this.open.seen) return;
    this.open.seen = seen;
    this.guard(kind, id);
    clearTimeout(this.rereading);
    this.rereading = setTimeout(() => this.reread(), FRESH);
  }

  /** The call of this card is no longer the person's: nothing on it may be pressed any more (R43). */
  guard(kind, id) {
    const now_ = this.floor.row(this.open.user)?.call;
    if (kind === "call" && String(now_?.id) !== id) this.host.querySelectorAll("button").forEach((one) => one.remove());
  }

  async reread() {
    const { open } = this;
    if (!open) return;
    const element = await this.read(open.kind, open.id);
    if (this.open !== open) return;
    if (!element) return this.farewell();
    open.over = false;
    const focused = document.activeElement?.dataset?.testid;
    const had = this.host.contains(document.activeElement);
    this.fill(element);
    if (had) (focused && this.host.querySelector(`[data-testid="${focused}"]`) || open.trigger).focus();
    this.place();
  }

  /** The person left the viewer's table; out of a company's table he may only have left the company. */
  gone(id) {
    if (this.open?.user !== id) return;
    this.open.over = true;
    if (this.open.kind === "user" && !this.floor.filters.scoped) this.farewell();
    else this.reread();
  }

  /** What stays of the card says of whom it speaks: the next row may stand under it by now (E33). */
  farewell() {
    const { open } = this;
    if (open.kind !== "user" || this.floor.row(open.user)) return this.close();
    const said = document.createElement("p");
    said.textContent = t("card.userDeactivated");
    const element = this.host.firstElementChild;
    element.replaceChildren(element.querySelector("header"), said);
    setTimeout(() => this.open === open && this.close(), FAREWELL);
  }
}

export const card = new Card();

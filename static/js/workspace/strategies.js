// The strategies one works: chips of those entered, a menu of the others (R30–R32, D23, D24).

import * as live from "../live.js";
import { t } from "../texts.js";
import * as doors from "./doors.js";
import { icon } from "./line.js";

export class Strategies {
  constructor(page, { receiving }) {
    this.root = page.querySelector("#ws-strategies");
    this.chips = this.root.querySelector("ul");
    this.menu = this.root.querySelector("#ws-strategy-menu");
    this.button = this.root.querySelector("#ws-enter");
    this.problem = this.root.querySelector(".problem");
    this.receiving = new Set(receiving); // statuses that receive work
    this.status = "";
    this.all = [];
  }

  mount(signal) {
    this.menu.addEventListener("click", (event) => this.enter(event.target.closest("button")), { signal });
    this.chips.addEventListener("click", (event) => this.leave(event.target.closest("button")), { signal });
    const end = live.on("desk", (frame) => {
      const before = this.status;
      this.status = frame.status?.code ?? "";
      if (before === "unavailable") this.load();
      this.paint();
    });
    signal.addEventListener("abort", end);
  }

  async load() {
    const answer = await doors.desk().catch(() => null);
    if (answer) this.take(answer.strategies);
  }

  take(strategies) {
    this.all = strategies;
    this.paint();
  }

  paint() {
    const entered = this.all.filter((one) => one.entered_at);
    const others = this.all.filter((one) => !one.entered_at);
    const paused = this.status && !this.receiving.has(this.status);
    this.chips.replaceChildren(...entered.map((one) => this.chip(one, paused)));
    this.menu.replaceChildren(...others.map((one) => {
      const button = Object.assign(document.createElement("button"), { type: "button", value: one.id });
      button.append(icon(`strategy-${one.kind}`), Object.assign(document.createElement("span"), { textContent: one.name }), Object.assign(document.createElement("span"), { className: "sub", textContent: t(`strategy.${one.kind}`) }));
      return button;
    }));
    this.button.hidden = !others.length;
  }

  chip(one, paused) {
    const chip = document.createElement("li");
    chip.className = "chip";
    chip.dataset.kind = one.kind;
    if (paused) chip.dataset.paused = "";
    const name = Object.assign(document.createElement("span"), { className: "label", textContent: one.name });
    name.title = [t(`strategy.${one.kind}`), paused && t("strategy.paused")].filter(Boolean).join(" · ");
    const close = Object.assign(document.createElement("button"), { type: "button", value: one.id });
    close.setAttribute("aria-label", `${t("ws.leaveStrategy")}: ${one.name}`);
    close.append(icon("close"));
    chip.append(icon(`strategy-${one.kind}`), name);
    if (paused) chip.append(Object.assign(document.createElement("span"), { className: "sub", textContent: t("strategy.paused") }));
    chip.append(close);
    return chip;
  }

  async enter(button) {
    if (!button) return;
    this.menu.hidePopover();
    await this.ask(() => doors.enter(button.value));
  }

  async leave(button) {
    if (button) await this.ask(() => doors.leave(button.value));
    this.button.focus();
  }

  async ask(work) {
    this.problem.textContent = "";
    try {
      await work();
    } catch (error) {
      this.problem.textContent = error.message || t("common.unknownError");
    }
    await this.load();
  }
}

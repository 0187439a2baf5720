// The agent's own call above the conversation: waiting, ringing, talking, in ACW and for how long (R36,
// R41). The state is his row's on the floor, so his supervisor reads the same; whom he talks to is
// asked for once for each call.

import * as live from "../live.js";
import { t } from "../texts.js";
import { duration, now } from "../time.js";
import * as doors from "./doors.js";

const LOOKS = 250; // ms between two looks at the clock

export class CallPanel {
  constructor(page, desk, { wrap }) {
    Object.assign(this, { desk, wrap });
    this.root = page.querySelector("#ws-call");
    this.icon = this.root.querySelector("use");
    this.state = this.root.querySelector("b");
    this.who = this.root.querySelector(".who");
    this.said = this.root.querySelector("[role=status]");
    [this.opens, this.wraps] = this.root.querySelectorAll("button");
    this.call = null;
    this.about = null; // what the door says of this call
  }

  mount(signal) {
    this.opens.addEventListener("click", () => this.open(), { signal });
    this.wraps.addEventListener("click", () => this.open() && this.wrap.open(), { signal });
    this.desk.on("tickets", () => this.paint());
    this.desk.on("select", () => this.paint());
    const timer = setInterval(() => this.tick(), LOOKS);
    const end = live.on("desk", (frame) => this.take(frame.call ?? null));
    signal.addEventListener("abort", () => { clearInterval(timer); end(); });
  }

  take(call) {
    const { id, state } = this.call ?? {};
    this.call = call;
    if (call?.id !== id) this.ask(call?.id ?? null);
    if (call?.state !== state) this.said.textContent = t(call ? `call.${call.state}` : "call.none");
    this.paint();
  }

  async ask(id) {
    this.about = null;
    if (id === null) return;
    const about = await doors.call(id).catch(() => null);
    if (this.call?.id !== id) return;
    this.about = about;
    this.paint();
  }

  /** Select the ticket of the call; false when it is not on the desk. */
  open() {
    return this.desk.select(this.about?.ticket_id);
  }

  paint() {
    const { call, about } = this;
    this.root.hidden = !call;
    if (!call) return this.prominent(false);
    this.root.dataset.state = call.state;
    this.icon.setAttribute("href", `#i-call-${call.state}`);
    const contact = about && (about.contact.name || t("field.contactNoName"));
    this.who.textContent = about ? [contact, about.contact.phone].filter(Boolean).join(" · ") : "";
    const mine = this.desk.tickets.has(about?.ticket_id);
    const acw = call.state === "acw";
    const open = mine && this.desk.selected?.ticket === about.ticket_id;
    this.opens.hidden = !mine || acw || open;
    this.wraps.hidden = !mine || !acw || open; // its own button stands right below
    this.prominent(acw && open);
    this.tick();
  }

  /** In ACW of the open ticket its own button is the one to press. */
  prominent(is) {
    this.wrap.button.classList.toggle("btn-primary", is);
    this.wrap.button.classList.toggle("btn-light", !is);
  }

  tick() {
    const { call } = this;
    if (!call) return;
    const since = Date.parse(call.since);
    const until = Date.parse(call.acw_until ?? "");
    const time = duration(now() - since);
    const text = until ? t("ws.acwOf", { time, cap: duration(until - since) }) : `${t(`call.${call.state}`)} ${time}`;
    if (this.state.textContent !== text) this.state.textContent = text;
    this.root.toggleAttribute("data-over", until <= now());
  }
}

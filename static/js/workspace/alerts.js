// Somebody wrote and the agent may not be looking: a sound if he wants it, a notification of the
// system if he allowed those, and the number in the title of the tab.

import { t } from "../texts.js";
import { notify } from "../notes.js";
import { unread } from "./desk.js";

const KEY = "beex.sound";
const QUIET = 1_500; // ms between two sounds

export class Alerts {
  constructor(page, desk) {
    this.desk = desk;
    this.button = page.querySelector("#ws-sound");
    this.title = document.title;
    this.last = 0;
  }

  mount(signal) {
    this.button.addEventListener("click", () => {
      localStorage.setItem(KEY, this.wanted ? "no" : "yes");
      this.paint();
      if (this.wanted) this.ring();
    }, { signal });
    this.desk.on("lines", (frame) => this.heard(frame));
    this.desk.on("came", (ticket) => this.alert(ticket, ticket.chats.at(-1)?.last?.text ?? ""));
    this.desk.on("tickets", () => this.count());
    signal.addEventListener("abort", () => this.audio?.close());
    this.paint();
  }

  get wanted() {
    return localStorage.getItem(KEY) === "yes";
  }

  paint() {
    this.button.setAttribute("aria-pressed", this.wanted);
    this.button.querySelector("use").setAttribute("href", `#i-sound-${this.wanted ? "on" : "off"}`);
  }

  heard({ chat, messages }) {
    const line = messages.findLast((one) => one.from === "contact");
    if (!line || (chat === this.desk.selected?.chat && document.hasFocus())) return;
    const ticket = this.desk.ticketOf(chat);
    if (ticket) this.alert(ticket, line.text);
  }

  alert(ticket, text) {
    if (this.wanted) this.ring();
    const contact = ticket.contact.name || t("field.contactNoName");
    notify(t("ws.newMessage", { contact }), text, `ticket-${ticket.id}`);
  }

  /** Two short tones, made here: no file, nothing to load. */
  ring() {
    if (performance.now() - this.last < QUIET && this.last) return;
    this.last = performance.now();
    this.audio ??= new AudioContext();
    [880, 1175].forEach((hertz, index) => {
      const at = this.audio.currentTime + index * 0.12;
      const tone = new OscillatorNode(this.audio, { frequency: hertz });
      const volume = new GainNode(this.audio, { gain: 0 });
      volume.gain.setTargetAtTime(0.12, at, 0.01);
      volume.gain.setTargetAtTime(0, at + 0.08, 0.03);
      tone.connect(volume).connect(this.audio.destination);
      tone.start(at);
      tone.stop(at + 0.4);
    });
  }

  count() {
    const n = [...this.desk.tickets.values()].reduce((sum, ticket) => sum + unread(ticket), 0);
    document.title = n ? `(${n}) ${this.title}` : this.title;
  }
}

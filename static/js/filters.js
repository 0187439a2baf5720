// What is asked for, in the address and in the bar above the table (R83–R89). Company and campaign
// go to the server; status, webphone, call and text choose among the rows the browser holds.

import { fullName } from "./cells.js";
import { steps } from "./navigation.js";
import { t } from "./texts.js";

const NAMES = ["empresa", "campania", "estado", "webphone", "llamada", "q"];
const TYPING = 150; // ms

/** What the address asks for. */
const asked = () => {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, given.get(name) ?? ""]));
};

/** Without case and accents: "Rodríguez" is "rodriguez". */
export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export class Filters {
  /** `changed(scope)`: `scope` is true when the server must be asked again. */
  constructor(root, about, changed) {
    this.root = root;
    this.form = root.querySelector("#filters");
    this.about = about;
    this.changed = changed;
    this.state = Object.fromEntries(NAMES.map((name) => [name, this.form.elements[name].value]));
    this.words = words(this.state.q);
    this.typed = false; // whether the newest step of the history is a search being typed
    this.owner = new Map(about.companies.flatMap((company) => company.campaigns.map((one) => [one.code, { company, campaign: one }])));
  }

  mount() {
    const input = (event) => this.input(event.target);
    const click = (event) => {
      if (!event.target.closest("[data-clear]")) return;
      this.clear();
      if (!event.detail) this.form.elements.empresa.focus(); // by keyboard: the button is gone now
    };
    const submit = (event) => event.preventDefault();
    this.address(false); // what did not mean anything goes from the address
    const end = steps(() => this.back());
    this.form.addEventListener("input", input);
    this.form.addEventListener("submit", submit);
    this.root.addEventListener("click", click);
    return () => {
      clearTimeout(this.typing);
      end();
      this.form.removeEventListener("input", input);
      this.form.removeEventListener("submit", submit);
      this.root.removeEventListener("click", click);
    };
  }

  input(field) {
    clearTimeout(this.typing);
    if (field.name === "q") this.typing = setTimeout(() => this.set({ q: field.value.trim() }, true), TYPING);
    else if (field.name === "empresa") this.set({ empresa: field.value, campania: "" });
    else this.set({ [field.name]: field.value });
  }

  clear() {
    this.set(Object.fromEntries(NAMES.map((name) => [name, ""])));
  }

  /** One click on a total: that value, or none when it was chosen already. */
  toggle(name, value) {
    this.set({ [name]: this.state[name] === value ? "" : value });
  }

  /** Choose; each choice is a step of the history, a search being typed is one as a whole. */
  set(change, typed = false) {
    if (!this.take({ ...this.state, ...change })) return;
    this.address(!(typed && this.typed));
    this.typed = typed;
  }

  /** Back or forward among the choices made on this page; other pages are the navigation's. */
  back() {
    if (location.pathname !== this.path) return false;
    clearTimeout(this.typing);
    this.typed = false;
    this.take(asked());
    this.url = location.pathname + location.search;
    return true;
  }

  /** Make `state` what is asked for; false when it was so already. */
  take(state) {
    const before = this.state;
    if (NAMES.every((name) => before[name] === state[name])) return false;
    this.state = state;
    this.words = words(state.q);
    this.show(before.empresa !== state.empresa);
    this.changed(before.empresa !== this.state.empresa || before.campania !== this.state.campania);
    return true;
  }

  show(company) {
    if (company) this.campaigns();
    for (const name of NAMES) {
      const field = this.form.elements[name];
      if (field.value.trim() !== this.state[name]) field.value = this.state[name];
    }
    this.form.querySelector("[data-clear]").hidden = !this.any;
  }

  /** The campaigns of the chosen company; none to choose from before there is one (R85). */
  campaigns() {
    const select = this.form.elements.campania;
    const company = this.about.companies.find((one) => one.code === this.state.empresa);
    const first = !company ? "filter.campaignDisabled" : company.campaigns.length ? "filter.allCampaigns" : "filter.noCampaigns";
    select.replaceChildren(
      new Option(t(first), ""),
      ...(company?.campaigns ?? []).map((one) => new Option(one.name, one.code)),
    );
    select.disabled = !company;
  }

  /** Names in the bar follow the rows: a renamed company or campaign keeps its code (E34). */
  learn(row) {
    for (const { code, name, company } of row.campaigns) {
      const known = this.owner.get(code);
      if (!known) continue;
      if (known.campaign.name !== name) {
        known.campaign.name = name;
        rename(this.form.elements.campania, code, name);
      }
      if (known.company.name !== company) {
        known.company.name = company;
        rename(this.form.elements.empresa, known.company.code, company);
      }
    }
  }

  /** Write it into the address; `step` makes it one that Back undoes. Every step is marked as the
   * navigation marks its own, which brings the page back from another one. */
  address(step) {
    const url = new URL(location.href);
    for (const name of NAMES) {
      if (this.state[name]) url.searchParams.set(name, this.state[name]);
      else url.searchParams.delete(name);
    }
    if (step) {
      history.replaceState({ ...history.state, htmx: true }, "");
      history.pushState({ htmx: true }, "", url);
    } else if (url.href !== location.href) history.replaceState(history.state, "", url);
    this.path = url.pathname;
    this.url = url.pathname + url.search;
  }

  get any() {
    return NAMES.some((name) => this.state[name]);
  }

  /** Whether the server sends only a part of the rows. */
  get scoped() {
    return Boolean(this.state.empresa);
  }

  /** Whether an entry's row is asked for; `but` leaves one filter out, for its own totals. */
  matches(entry, but = "") {
    const { row } = entry;
    const { estado, webphone, llamada } = this.state;
    return (
      (but === "estado" || !estado || row.status.code === estado) &&
      (but === "webphone" || !webphone || webphoneOf(row) === webphone) &&
      (but === "llamada" || !llamada || callOf(row) === llamada) &&
      (!this.words.length || this.found(entry))
    );
  }

  found(entry) {
    if (entry.hayOf !== entry.row) {
      entry.hay = plain(`${fullName(entry.row)} ${entry.row.extension ?? ""}`);
      entry.hayOf = entry.row;
    }
    return this.words.every((word) => entry.hay.includes(word));
  }
}

function rename(select, code, name) {
  const option = [...select.options].find((one) => one.value === code);
  if (option) option.textContent = name;
}

const words = (text) => plain(text).split(/\s+/).filter(Boolean);

export const webphoneOf = (row) => row.webphone?.state ?? "none";

export const callOf = (row) => row.call?.state ?? "none";

// What one line of a conversation says, and what it looks like.

import { has, t } from "../texts.js";
import { timeOfDay } from "../time.js";

/** The element of a line; `me` is the reader's id. Text is only ever text. */
export function lineElement(template, line, me) {
  const root = template.cloneNode(true);
  root.dataset.from = line.from;
  root.dataset.id = line.id ?? line.client_id;
  root.dataset.state = line.state;
  if (line.client_id) root.dataset.client = line.client_id;
  if (line.from === "event") root.querySelector(".text").textContent = eventText(line);
  else root.querySelector(".text").textContent = line.text;
  root.querySelector(".text").hidden = line.from !== "event" && !line.text;
  const mine = line.author?.id === me || line.from === "agent" && !line.author;
  const name = line.author && !mine && line.from !== "event" ? line.author.name : "";
  root.querySelector(".author").textContent = name;
  root.querySelector(".author").hidden = !name;
  const who = sayer(line, mine);
  root.querySelector(".sayer").textContent = who && `${who}: `;
  const time = root.querySelector("time");
  time.dateTime = line.at ?? "";
  time.textContent = line.at ? timeOfDay(line.at) : "";
  if (line.from === "event" && line.text) root.querySelector(".said-with").textContent = line.text;
  state(root, line);
  root.querySelector(".files").replaceChildren(...(line.files ?? []).map(fileElement));
  return root;
}

function sayer(line, mine) {
  if (line.from === "contact") return t("field.contact");
  if (line.from === "note") return t("ws.noteAdd");
  if (line.from === "event") return "";
  return mine ? t("ws.you") : line.author?.name ?? "";
}

function state(root, line) {
  const holder = root.querySelector(".state");
  holder.hidden = line.from !== "agent";
  if (holder.hidden) return;
  holder.querySelector("use").setAttribute("href", `#i-message-${line.state}`);
  holder.querySelector(".sr").textContent = t(`message.${line.state}`);
  holder.title = t(`message.${line.state}`);
}

/** The sentence of an event line. */
export function eventText({ event }) {
  const key = `line.${event?.what}`;
  if (!has(key)) return t("line.other");
  return t(key, { by: named(event.by), to: named(event.to), from: named(event.from), queue: event.queue ?? "" });
}

/** A file: images and sounds are shown, the rest can be saved. */
export function fileElement(file) {
  if (file.kind.startsWith("image/")) {
    const link = Object.assign(document.createElement("a"), { href: file.url, download: file.name, className: "picture" });
    link.append(Object.assign(document.createElement("img"), { src: file.url, alt: file.name, loading: "lazy" }));
    return link;
  }
  if (file.kind.startsWith("audio/") || file.kind.startsWith("video/")) {
    const sound = Object.assign(document.createElement("audio"), { src: file.url, controls: true, preload: "metadata" });
    sound.setAttribute("aria-label", file.name);
    return sound;
  }
  const link = Object.assign(document.createElement("a"), { href: file.url, download: file.name, className: "document" });
  link.append(icon("file"), Object.assign(document.createElement("span"), { textContent: file.name }), size(file.size));
  return link;
}

function size(bytes) {
  const small = document.createElement("small");
  small.textContent = bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return small;
}

/** The line between two days. */
export function separator(date) {
  const root = document.createElement("li");
  root.className = "day";
  root.append(Object.assign(document.createElement("span"), { textContent: date }));
  return root;
}

/** A person as one names him: his extension tells him from others of the same name (R8). */
export const named = (person) => (person?.extension ? t("field.named", { name: person.name, ext: person.extension }) : person?.name ?? "");

/** An icon of the page's sprite. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

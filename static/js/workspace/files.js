// Files for the next line: uploaded as soon as they are chosen, dropped or pasted.

import { t } from "../texts.js";
import { icon } from "./line.js";

const MOST = 10; // files of one line

export class Files {
  /** `send(file, progress)` uploads one and resolves to {id, name, kind, size, url?}. */
  constructor(root, { send, changed }) {
    this.root = root; // the list that shows them
    this.send = send;
    this.changed = changed;
    this.items = []; // {file, done, failed, element}
  }

  add(files) {
    for (const file of [...files].slice(0, MOST - this.items.length)) this.one(file);
    this.changed();
  }

  async one(file) {
    const item = { name: file.name, done: null, failed: "" };
    item.element = this.chip(item);
    this.items.push(item);
    this.root.append(item.element);
    try {
      item.done = await this.send(file, (share) => item.element.style.setProperty("--share", share));
    } catch (error) {
      item.failed = t("ws.attachFailed", { name: file.name, reason: error.message || t("common.unknownError") });
      item.element.querySelector(".name").textContent = item.failed;
    }
    item.element.dataset.state = item.done ? "done" : "failed";
    this.changed();
  }

  chip(item) {
    const chip = document.createElement("li");
    chip.className = "file";
    chip.dataset.state = "sending";
    const close = Object.assign(document.createElement("button"), { type: "button" });
    close.setAttribute("aria-label", t("ws.attachRemove", { name: item.name }));
    close.append(icon("close"));
    close.addEventListener("click", () => this.remove(item));
    chip.append(icon("file"), Object.assign(document.createElement("span"), { className: "name", textContent: item.name }), close);
    return chip;
  }

  remove(item) {
    item.element.remove();
    this.items = this.items.filter((one) => one !== item);
    this.changed();
  }

  clear() {
    this.items = [];
    this.root.replaceChildren();
  }

  get uploading() {
    return this.items.some((item) => !item.done && !item.failed);
  }

  get done() {
    return this.items.filter((item) => item.done).map((item) => item.done);
  }
}

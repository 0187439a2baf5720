// The strip of queues above the table: how many wait, for how long, and the day's service level.

import * as live from "./live.js";
import { patch, view } from "./bind.js";
import { t } from "./texts.js";
import { duration, now } from "./time.js";

const LATE = 60_000; // ms of the longest wait that ask for attention

/** Follow the queues in `page`; returns the way out. */
export function mount(page) {
  const root = page.querySelector("#queues");
  const list = root.querySelector("ul");
  const template = root.querySelector("template").content.firstElementChild;
  const items = new Map(); // queue id → view

  const paint = (queues) => {
    root.hidden = !queues.length;
    const ids = new Set(queues.map((queue) => queue.id));
    for (const [id, item] of items) if (!ids.has(id)) { item.root.remove(); items.delete(id); }
    queues.forEach((queue, index) => {
      if (!items.has(queue.id)) items.set(queue.id, view(template.cloneNode(true), template));
      const item = items.get(queue.id);
      patch(item, texts(queue));
      if (list.children[index] !== item.root) list.insertBefore(item.root, list.children[index] ?? null);
    });
    tick();
  };
  const tick = () => {
    for (const timer of list.querySelectorAll("time[datetime]")) {
      const waited = now() - Date.parse(timer.dateTime);
      const text = duration(waited);
      if (timer.textContent !== text) timer.textContent = text;
      timer.closest("li").toggleAttribute("data-late", waited > LATE);
    }
  };
  paint(JSON.parse(root.querySelector("#queues-start").textContent));
  const end = live.on("queues", (frame) => paint(frame.queues));
  const timer = setInterval(tick, 500);
  return () => {
    end();
    clearInterval(timer);
  };
}

function texts({ id, name, waiting, oldest_since: since, service_level: level }) {
  const percent = level === null ? null : Math.round(level * 100);
  return {
    testid: `queue-${id}`,
    name,
    n: String(waiting),
    waiting: waiting ? (waiting === 1 ? t("queues.waitingOne") : t("queues.waiting", { n: waiting })) : t("queues.none"),
    since: since ?? "",
    oldest_title: t("queues.oldest"),
    level: percent === null ? "—" : t("queues.levelOf", { n: percent }),
    level_title: percent === null ? t("queues.levelNone") : t("queues.level"),
  };
}

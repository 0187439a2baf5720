// A person's page: what his card says, live for as long as the page is open.

import * as live from "./live.js";
import { patch, view } from "./bind.js";
import { cells } from "./cells.js";
import { wireBack } from "./place.js";
import { duration, now } from "./time.js";

/** Bring the page of one person to life. Returns what takes it down. */
export function mount(page) {
  const start = JSON.parse(page.querySelector("#person-start").textContent);
  const about = { me: start.me, statuses: Object.fromEntries(start.statuses.map((one) => [one.code, one])) };
  const shown = view(page.querySelector("[data-user]"));
  let { epoch, rev } = start;

  const take = (frame) => {
    [epoch, rev] = [frame.epoch, frame.rev];
    const row = frame.rows.find((one) => one.id === start.id);
    if (row) patch(shown, cells(row, about));
    tick();
  };
  const tick = () => {
    for (const timer of page.querySelectorAll("time.timer[datetime]")) {
      const text = duration(now() - Date.parse(timer.dateTime));
      if (timer.textContent !== text) timer.textContent = text;
    }
  };
  const ends = [
    live.on("snapshot", take),
    live.on("delta", take),
    live.on("rows", take),
    live.subscribe("floor", () => ({ company: null, campaign: null, have: { epoch, rev } })),
  ];
  const timer = setInterval(tick, 500);
  wireBack(page);
  tick();
  return () => {
    clearInterval(timer);
    ends.forEach((end) => end());
  };
}

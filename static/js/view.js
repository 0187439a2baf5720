// The switch between the two views (R66–R68): the same rows, another density. The row at the top of
// the window stays there.

import { post } from "./http.js";

/** Wire the switch inside `root`; returns the way out. */
export function wireView(root, list) {
  const button = root.querySelector("#view-switch");
  const scroller = root.querySelector("#scroller");
  const toggle = () => {
    const compact = root.dataset.view !== "compact";
    const keep = anchored(scroller, list);
    root.dataset.view = compact ? "compact" : "normal";
    button.setAttribute("aria-checked", compact);
    keep();
    post("/account/preferences/", { view: root.dataset.view });
  };
  button.addEventListener("click", toggle);
  return () => button.removeEventListener("click", toggle);
}

/** Remember which row is at the top; the result brings it back there. */
function anchored(scroller, list) {
  const row = () => Number.parseFloat(getComputedStyle(list.table.tBodies[0]?.rows[0] ?? scroller).height) || 1;
  const head = () => list.table.tHead.offsetHeight;
  const at = scroller.scrollTop / row();
  return () => { if (at > 0) { head(); scroller.scrollTop = at * row(); } };
}

// The table by keyboard: arrows go to the same control of the next or previous row, Home and End to
// the first and the last, so that nobody must press Tab through every chip of sixty people.

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
const CONTROLS = "a, button:not([hidden], :disabled)";

/** Wire the arrows in `scroller` over the rows of `list`; returns the way out. */
export function wireKeys(scroller, list) {
  const listener = (event) => {
    const step = STEPS[event.key];
    const here = event.target.closest?.("tbody tr [data-col]");
    if (!step || !here || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const rows = list.rows();
    const way = Math.sign(step);
    const target = clamp(rows.indexOf(here.closest("tr")) + step, rows);
    const find = (from, by) => nearest(rows, here.dataset.col, from, by);
    (find(target, way) ?? find(target - way, -way))?.focus();
  };
  scroller.addEventListener("keydown", listener);
  return () => scroller.removeEventListener("keydown", listener);
}

const clamp = (index, rows) => Math.max(0, Math.min(rows.length - 1, index));

/** The first control of this column from row `from` on; undefined when none of those rows has one. */
function nearest(rows, column, from, by) {
  for (let at = from; rows[at]; at += by) {
    const control = rows[at].querySelector(`[data-col="${column}"] :is(${CONTROLS})`);
    if (control) return control;
  }
  return undefined;
}

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
    const at = rows.indexOf(here.closest("tr"));
    const way = Math.sign(step);
    for (let next = clamp(at + step, rows); rows[next]; next += way) {
      const control = rows[next].querySelector(`[data-col="${here.dataset.col}"] :is(${CONTROLS})`);
      if (control) return control.focus();
    }
  };
  scroller.addEventListener("keydown", listener);
  return () => scroller.removeEventListener("keydown", listener);
}

const clamp = (index, rows) => Math.max(0, Math.min(rows.length - 1, index));

// The page by keyboard. Every shortcut has Alt, or is a single key that works outside of fields only
// and can be switched off (WCAG 2.1.4).

const KEY = "beex.keys";

/** Wire the shortcuts to `acts` (name → function); `dialog` explains them. */
export function wireShortcuts(dialog, button, acts, signal) {
  const choice = dialog.querySelector("input");
  const single = () => localStorage.getItem(KEY) !== "no";
  choice.checked = single();
  choice.addEventListener("change", () => localStorage.setItem(KEY, choice.checked ? "yes" : "no"), { signal });
  button.addEventListener("click", () => dialog.showModal(), { signal });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || document.querySelector("dialog:modal")) return;
    const act = event.altKey ? ALT[event.code] : single() && !typing(event.target) && SINGLE[event.key];
    if (!act || !acts[act]) return;
    event.preventDefault();
    acts[act]();
  }, { signal });
}

const ALT = {
  ArrowDown: "next", ArrowUp: "previous", KeyM: "message", KeyL: "list", KeyI: "contact", KeyW: "wrap",
  KeyT: "transfer", KeyQ: "quick", KeyA: "attach", KeyR: "resolve",
};
const SINGLE = { "?": "help", j: "next", k: "previous", m: "message" };

const typing = (target) => target.matches?.("input, textarea, select, [contenteditable]");

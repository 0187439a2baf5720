// Patches what a template bound: `data-b="text:name title:other show:third"`.
//
// A view is the list of bound elements of one copy of a template, and what each of them shows now.
// Only differences touch the document: text goes into one text node, so nothing a person typed is
// ever read as markup.

const PARTS = new WeakMap(); // template row → its parsed bindings, in document order

function parse(root) {
  return bound(root).map((el) => el.dataset.b.split(" ").map((part) => {
    const cut = part.indexOf(":");
    return [part.slice(0, cut), part.slice(cut + 1)];
  }));
}

const bound = (root) => [...(root.matches("[data-b]") ? [root] : []), ...root.querySelectorAll("[data-b]")];

const SETTERS = {
  text(el, value) {
    const node = el.firstChild;
    if (node?.nodeType === Node.TEXT_NODE) node.data = value;
    else if (value) el.prepend(value);
  },
  show(el, value) { el.toggleAttribute("hidden", !value); },
  icon(el, value) {
    if (el.localName === "path") attribute(el, "d", drawing(value));
    else attribute(el, "href", value && `#i-${value}`);
  },
  since(el, value) { attribute(el, "datetime", value); },
};

function attribute(el, name, value) {
  if (value) el.setAttribute(name, value);
  else el.removeAttribute(name);
}

const drawings = new Map();

/** The outline of an icon of the page's sprite, all its paths in one. */
function drawing(name) {
  if (!drawings.has(name)) {
    const paths = name ? [...document.querySelectorAll(`#i-${name} path`)] : [];
    drawings.set(name, paths.map((path) => path.getAttribute("d")).join(" "));
  }
  return drawings.get(name);
}

/** In a template that is copied thousands of times: a `<use>` costs five nodes a copy, a path one. */
export function drawIcons(root) {
  for (const use of root.querySelectorAll("use[data-b]")) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.dataset.b = use.dataset.b;
    path.setAttribute("fill-rule", "evenodd");
    use.parentElement.setAttribute("viewBox", "0 0 16 16");
    use.replaceWith(path);
  }
}

/** A view of `root`. Copies of one template share the parsed bindings of `like`. */
export function view(root, like = root) {
  if (!PARTS.has(like)) PARTS.set(like, parse(like));
  const elements = bound(root);
  const slots = [];
  PARTS.get(like).forEach((parts, index) => {
    for (const [kind, name] of parts) slots.push({ el: elements[index], kind, name });
  });
  return { root, slots, shown: {}, timers: slots.filter((slot) => slot.kind === "since") };
}

/** Make the view show `texts` (name → string). Touches only what differs from the last time. */
export function patch(view, texts) {
  for (const { el, kind, name } of view.slots) {
    const value = texts[name] ?? "";
    if (view.shown[name] === value) continue;
    (SETTERS[kind] ?? ((node, text) => attribute(node, kind, text)))(el, value);
  }
  view.shown = texts;
}

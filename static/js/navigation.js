// From page to page without losing the shell: socket, telephone and bars outlive what stands in <main>.
//
// Every plain link inside the platform is followed by htmx; links that are made or changed later count
// too, because the click is heard here and not at each link.

/* global htmx */

import { toast } from "./notes.js";
import { t } from "./texts.js";

const PAGE = { target: "#main", select: "#page", swap: "innerHTML show:none" };

let own = null; // the page's own steps of the history

/** `taken()` tells whether a step back or forward is one of the page's own, and takes it. Returns
 * the way out. */
export function steps(taken) {
  own = taken;
  return () => { if (own === taken) own = null; };
}

/** Follow links, and tell when a page goes and when the next is there. */
export function navigate({ leave, arrive }) {
  document.addEventListener("click", follow);
  // htmx listens only once the document is complete, so this comes before it.
  addEventListener("popstate", (event) => own?.() && event.stopImmediatePropagation());
  const { body } = document;
  body.addEventListener("htmx:beforeSwap", (event) => ours(event) && leave());
  body.addEventListener("htmx:historyCacheMissLoad", leave);
  body.addEventListener("htmx:historyRestore", arrive);
  body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "main") return;
    arrive();
    event.target.focus({ preventScroll: true });
  });
}

/** Go to an address of ours, as a click on a link would; without a link to the server, say so. */
export function go(href) {
  return htmx.ajax("GET", href, { ...PAGE, push: href }).catch(() => toast(t("nav.unreachable")));
}

function follow(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute("download") || link.closest("[data-whole]")) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || (url.hash && url.pathname === location.pathname)) return;
  event.preventDefault();
  go(url.pathname + url.search);
}

/** Only a page of ours replaces a page; anything else (the sign-in, the administration) is a new one. */
function ours(event) {
  const { xhr, target } = event.detail;
  if (target.id !== "main") return false;
  if (xhr.responseText.includes('id="page"')) return true;
  event.preventDefault();
  location.assign(xhr.responseURL || location.href);
  return false;
}

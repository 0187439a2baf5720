// The shell: one socket for the life of the window, the account menu, and the page modules that come
// and go while htmx replaces what stands in <main>.

import * as live from "./live.js";
import * as presence from "./presence.js";
import { account } from "./account.js";
import { heard, now, timeWithSeconds } from "./time.js";
import { t } from "./texts.js";

const PAGES = {
  floor: () => import("./supervision.js"),
  user: () => import("./person.js"),
  workspace: () => import("./workspace/page.js"),
};
let leave = null; // takes down the page module that is mounted

/** Bring the page in <main> to life, after the one before was taken down. */
async function arrive() {
  leave?.();
  leave = null;
  const page = document.getElementById("page");
  if (!page) return;
  presence.tell();
  current(page.dataset.module);
  const load = PAGES[page.dataset.page];
  if (!load) return;
  const { mount } = await load();
  if (document.getElementById("page") === page) leave = mount(page);
}

/** Mark the module in the navigation. */
function current(module) {
  for (const link of document.querySelectorAll("#rail a[data-module]")) {
    if (link.dataset.module === module) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Say when the table may be out of date, since when, and that it is right again (R92). */
function linkState({ state }) {
  const bar = document.getElementById("link-state");
  bar.hidden = state === "live";
  bar.dataset.link = state;
  document.body.dataset.link = state;
  if (state === "lost") {
    bar.textContent = `${t("page.reconnecting")} ${t("page.dataOf", { time: timeWithSeconds(now()) })}`;
  } else if (state === "restored") bar.textContent = t("page.reconnected");
}

/** Replace only pages of ours; anything else (the sign-in, a file) is a whole new page. */
function guard(event) {
  const { xhr } = event.detail;
  if (xhr.responseText.includes('id="page"')) return;
  event.preventDefault();
  location.assign(xhr.responseURL || location.href);
}

const started = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
heard(document.documentElement.dataset.at, started);
live.on("link", linkState);
document.body.addEventListener("htmx:beforeSwap", guard);
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "main") return;
  arrive();
  document.getElementById("main").focus({ preventScroll: true });
});
document.body.addEventListener("htmx:historyRestore", () => arrive());
account();
presence.follow();
arrive();
live.connect(presence.tab());

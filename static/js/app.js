// The shell: one socket for the life of the window, the account menu, and the page modules that come
// and go while htmx replaces what stands in <main>.

import * as live from "./live.js";
import * as presence from "./presence.js";
import { account } from "./account.js";
import { navigate } from "./navigation.js";
import { heard, now, timeWithSeconds } from "./time.js";
import { t } from "./texts.js";

const PAGES = {
  floor: () => import("./supervision.js"),
  user: () => import("./person.js"),
  workspace: () => import("./workspace/page.js"),
};
let here = null; // the page that is there
let end = null; // takes down the page module that is mounted

/** Bring the page in <main> to life. */
async function arrive() {
  const page = document.getElementById("page");
  if (!page || page === here) return;
  here = page;
  presence.tell();
  document.body.dataset.page = page.dataset.page ?? "";
  current(page.dataset.module);
  const load = PAGES[page.dataset.page];
  if (!load) return;
  const { mount } = await load();
  if (document.getElementById("page") === page) end = mount(page);
}

/** Take down the page that is about to go. */
function leave() {
  end?.();
  end = null;
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

const started = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
heard(document.documentElement.dataset.at, started);
live.on("link", linkState);
navigate({ leave, arrive });
account();
presence.follow();
arrive();
live.connect(presence.tab());

"""The live table in a real Chromium: 5,000 rows, 200 and 1,000 row updates a second.

The rows come from the demo's snapshot, repeated; a worker of the page plays the server's part, so
that only the page's own work is measured. ``python -m bench.table [ROWS]`` prints frames a second,
the longest task, the main thread's CPU, and the memory of the scripts.
"""

import sys
from contextlib import ExitStack
from typing import Any

from django.core.management import call_command
from playwright.sync_api import CDPSession, Page

from bench.parts import CORES, Broken, daphne, parts

SECONDS = 5
RATES = (0, 200, 1000)  # row updates a second
WATCH = """
  async (seconds) => {
    tasks.length = 0;
    let frames = 0;
    const end = performance.now() + seconds * 1000;
    await new Promise((done) => {
      const frame = () => {
        frames += 1;
        if (performance.now() < end) requestAnimationFrame(frame);
        else done();
      };
      requestAnimationFrame(frame);
    });
    return {frames: frames / seconds, longest: Math.max(0, ...tasks)};
  }
"""


def sign_in(page: Page, url: str) -> None:
    """As the usual supervisor of the demo."""
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", "carlos.benavides")
    page.fill("[name=password]", "beex-demo")
    page.click("button.btn-primary")
    page.wait_for_url("**/supervision/users/")


def metrics(session: CDPSession) -> dict[str, float]:
    """The browser's own counters; ``ThreadTime`` is the main thread's CPU in seconds."""
    found: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in found}


def measure(page: Page, session: CDPSession, rate: int) -> str:
    """One line of the table printed."""
    page.evaluate("(rate) => feed.postMessage({rate})", rate)
    page.wait_for_timeout(1000)
    seen = page.evaluate(WATCH, SECONDS)
    before = metrics(session)  # once more without counting frames, which costs CPU itself
    page.wait_for_timeout(SECONDS * 1000)
    after = metrics(session)
    cpu = (after["ThreadTime"] - before["ThreadTime"]) / SECONDS
    heap = after["JSHeapUsedSize"] / 1e6
    return f"{rate:>9} {seen['frames']:>8.1f} {seen['longest']:>12} {cpu:>8.0%} {heap:>8.0f}"


def run(count: int) -> None:
    """Fill the table, then watch it idle and under changes."""
    from tests.parts.chromium import chromium_running
    from tests.parts.feed import FEED, FILL

    with ExitStack() as stack:
        stack.enter_context(parts())
        call_command("seed_demo", snapshot="f1")
        from monitoring.engine import Engine

        Engine().tick()
        port, _pid = stack.enter_context(daphne("beex.asgi:application", CORES))
        browser = stack.enter_context(chromium_running())
        context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
        page, url = context.new_page(), f"http://127.0.0.1:{port}"
        sign_in(page, url)
        base = page.request.get(f"{url}/api/v1/floor/").json()["rows"]
        if not base:
            raise Broken("the floor is empty")
        context.add_init_script(FEED)
        page.goto(f"{url}/supervision/users/")
        page.wait_for_selector("#floor[data-ready]")
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        filled = page.evaluate(FILL, [base, count])
        session = context.new_cdp_session(page)
        session.send("Performance.enable")
        print(f"first paint {paint:.0f} ms, {count} rows in {filled} ms")  # noqa: T201
        print("changes/s  frames/s  longest task ms   CPU  heap MB")  # noqa: T201
        for rate in RATES:
            print(measure(page, session, rate))  # noqa: T201


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)

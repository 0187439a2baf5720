"""An agent in one real Chromium, his supervisor in another: what the one does, the other sees."""

import statistics
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from beex.lib.clock import iso
from monitoring.demo import seed
from tests.floor.live import cookie_of
from tests.parts.server import Server, manage
from workspace.models import StatusInterval, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODES = ("available", "lunch", "dinner", "busy", "in_services", "training", "unavailable")


@pytest.fixture
def floor(live_server: Server, database_url: str) -> Iterator[Server]:
    """The demo's people, a web process and a floor process."""
    seed.seed()
    env = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    engine = manage("run_floor", env=env)
    engine.start()
    yield live_server
    engine.stop()


def page_of(browser: Browser, server: Server, username: str, path: str) -> Page:
    """Somebody's own browser context, signed in, on a page with its socket open."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    name, _, value = cookie_of(User.objects.get(username=username)).partition("=")
    context.add_cookies([{"name": name, "value": value, "url": server.url}])
    return visit(context.new_page(), path)


def visit(page: Page, path: str) -> Page:
    with page.expect_websocket():
        page.goto(path)
    return page


def test_the_supervisor_s_cells_follow_the_agent(floor: Server, chromium: Browser) -> None:
    agent = User.objects.get(username="juan.quispe")
    watched = page_of(chromium, floor, "carlos.benavides", "/supervision/users/")
    mine = page_of(chromium, floor, "juan.quispe", "/agenda/")
    row = watched.get_by_test_id(f"mon-row-{agent.pk}")
    status = watched.get_by_test_id(f"mon-cell-status-{agent.pk}")
    module = watched.get_by_test_id(f"mon-cell-module-{agent.pk}")
    expect(row).to_have_attribute("data-online", "yes")
    expect(module).to_have_attribute("data-value", "agenda")

    # thirty changes, each seen within a second, `since` being the server's
    delays = []
    for number in range(30):
        code = CODES[number % len(CODES)]
        mine.get_by_test_id("acc-menu").click()
        started = time.monotonic()
        mine.get_by_test_id(f"acc-status-{code}").click()
        expect(status).to_have_attribute("data-value", code, timeout=3000)
        delays.append(time.monotonic() - started)
        if mine.get_by_test_id(f"acc-status-{code}").is_visible():
            mine.keyboard.press("Escape")
    assert statistics.quantiles(delays, n=20)[-1] <= 1.0, delays
    opened = StatusInterval.objects.get(user=agent, ended_at=None)
    shown = status.locator("time").get_attribute("datetime") or ""
    assert iso(datetime.fromisoformat(shown)) == iso(opened.started_at)

    # he walks through the modules
    for path, code in (("/workspace/", "workspace"), ("/agenda/", "agenda")):
        visit(mine, path)
        expect(module).to_have_attribute("data-value", code, timeout=1500)
    expect(row).to_have_attribute("data-online", "yes")  # a reload never greys the row

    # a second tab: the one that is used is shown; closed, the other is
    second = visit(mine.context.new_page(), "/workspace/")
    second.bring_to_front()
    second.mouse.click(5, 5)
    expect(module).to_have_attribute("data-value", "workspace", timeout=1500)
    second.close()
    expect(module).to_have_attribute("data-value", "agenda", timeout=1500)

    # signing out is at once
    mine.get_by_test_id("acc-menu").click()
    mine.get_by_role("button", name="Cerrar sesión").click()
    expect(row).not_to_have_attribute("data-online", "yes", timeout=2000)
    expect(status).to_have_attribute("data-value", "unavailable")
    watched.context.close()
    mine.context.close()


def test_a_killed_browser_leaves_after_its_grace(floor: Server, chromium: Browser) -> None:
    agent = User.objects.get(username="juan.quispe")
    watched = page_of(chromium, floor, "carlos.benavides", "/supervision/users/")
    row = watched.get_by_test_id(f"mon-row-{agent.pk}")
    mine = page_of(chromium, floor, "juan.quispe", "/agenda/")
    expect(row).to_have_attribute("data-online", "yes")
    mine.context.close()
    cut = time.monotonic()
    expect(row).not_to_have_attribute("data-online", "yes", timeout=40_000)
    assert 26.0 <= time.monotonic() - cut <= 32.0
    watched.context.close()

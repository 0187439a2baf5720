"""The demonstration as anybody starts it: SQLite, everything in one process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.floor.conftest import TABLE, sign_in
from tests.parts.process import free_port
from tests.parts.server import manage

pytestmark = pytest.mark.browser

LOCAL = {"DATABASE_URL": "", "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "beex.settings"}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """Its address; nothing moves in it by itself."""
    port = free_port()
    options = ("--data-dir", str(tmp_path), "--port", str(port), "--pause")
    process = manage("demo", *options, env=LOCAL)
    process.start(lambda: "Ctrl-C ends it." in process.printed())
    yield f"http://127.0.0.1:{port}"
    process.stop()


def test_the_demo_shows_people_and_what_they_do(demo: str, chromium: Browser) -> None:
    supervisor = sign_in(chromium.new_page(base_url=demo), "carlos.benavides", TABLE)
    expect(supervisor.locator("#floor tbody tr")).to_have_count(66)
    expect(supervisor.locator("body")).to_have_attribute("data-link", "live")
    agent = sign_in(chromium.new_page(base_url=demo), "juan.quispe")
    agent.get_by_test_id("acc-menu").click()
    agent.get_by_test_id("acc-status-training").click()
    me = agent.locator("body").get_attribute("data-me")
    for column, value in (("status", "training"), ("module", "agenda")):
        shown = supervisor.get_by_test_id(f"mon-cell-{column}-{me}")
        expect(shown).to_have_attribute("data-value", value)
    for page in (supervisor, agent):
        page.context.close()

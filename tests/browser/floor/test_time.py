"""Time that passes for the page: behind other tabs, asleep, a day long (R15, R92, E26).

The page's own clock is moved, and what the server says of the time is moved with it on the way, so
that hours pass within a second. The world goes on meanwhile; right afterwards rows and timers hold.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from beex.lib import clock
from tests.browser.floor.conftest import TABLE, Look, user
from tests.browser.floor.test_table import PEOPLE, cell, differences
from workspace.models import StatusInterval
from workspace.services.statuses import status_change

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PERSON, OTHER = "edgar.paucar", "hernan.cifuentes"
HIDE = """
  (hidden) => {
    const state = hidden ? 'hidden' : 'visible';
    Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
    Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
  }
"""
UNITS = (86_400, 3_600, 60, 1)  # seconds


@dataclass
class Far:
    """A server whose clock is ahead; its sockets can be cut."""

    ahead: timedelta = timedelta()
    sockets: list[WebSocketRoute] = field(default_factory=list)

    def between(self, route: WebSocketRoute) -> None:
        """Carry frames, with the server's time moved."""
        server = route.connect_to_server()
        self.sockets.append(route)

        def to_page(text: str | bytes) -> None:
            frame = json.loads(text)
            if "at" in frame:
                frame["at"] = (datetime.fromisoformat(frame["at"]) + self.ahead).isoformat()
            route.send(json.dumps(frame))

        server.on_message(to_page)
        route.on_message(server.send)


def far(look: Look) -> tuple[Page, Far]:
    """The table with a clock of its own."""
    page, server = look(path="/agenda/"), Far()
    page.clock.install()
    page.route_web_socket("**/ws/v1/live/**", server.between)
    page.goto(TABLE)
    page.wait_for_selector("#floor[data-ready]")
    expect(page.locator("body")).to_have_attribute("data-link", "live")
    return page, server


def seconds(text: str) -> int:
    """What a timer says: "1 d 02:10:00", "2:10:00", "10:00"."""
    parts = [int(part) for part in text.replace(" d ", ":").split(":")]
    return sum(n * unit for n, unit in zip(reversed(parts), reversed(UNITS), strict=False))


def off_by(page: Page, server: Far, username: str) -> float:
    """Seconds by which this person's timer is wrong."""
    interval = StatusInterval.objects.get(user=user(username), ended_at=None)
    shown = seconds(cell(page, "status", username).locator("time").inner_text())
    return abs(shown - (clock.now() + server.ahead - interval.started_at).total_seconds())


def right(page: Page, server: Far) -> None:
    """Rows are those a fresh response has; timers go by the server's clock, at once."""
    expect(page.locator("body")).to_have_attribute("data-link", "live", timeout=15_000)
    expect(cell(page, "status", PERSON)).to_have_attribute("data-value", "dinner")
    expect(cell(page, "status", OTHER)).to_have_attribute("data-value", "busy")
    page.wait_for_function("() => !document.querySelector('#floor tr[data-leaving]')")
    assert max(off_by(page, server, one) for one in (PERSON, OTHER)) < 3
    assert page.locator("#floor tbody tr").count() == PEOPLE
    assert not differences(page)


def meanwhile() -> None:
    """The world goes on."""
    for code in ("lunch", "dinner"):
        status_change(user(PERSON).pk, code)
    status_change(user(OTHER).pk, "busy")


def afterwards() -> None:
    """As it was."""
    for username in (PERSON, OTHER):
        status_change(user(username).pk, "available")


def jump(page: Page, server: Far, ahead: timedelta, *, ticks: bool) -> None:
    """So much time goes by at once while nobody looks, and the world goes on."""
    page.evaluate(HIDE, True)
    meanwhile()
    server.ahead += ahead
    if ticks:
        page.clock.fast_forward(int(ahead.total_seconds() * 1000))
    else:  # nothing of the page ran, and the server has closed the socket since
        server.sockets[-1].close()
    page.evaluate(HIDE, False)


def test_after_a_long_while_everything_is_right(look: Look) -> None:
    """Ten minutes behind other tabs; a laptop asleep whose monotonic clock stops, as on Linux, or
    goes on, as on Windows; a whole day, with its session kept (E26)."""
    page, server = far(look)
    for ahead, ticks in (
        (timedelta(minutes=10), True),
        (timedelta(hours=8), False),
        (timedelta(hours=8), True),
    ):
        jump(page, server, ahead, ticks=ticks)
        right(page, server)
        server.ahead = timedelta()  # what happens next happens at the server's own time
        afterwards()
        expect(cell(page, "status", PERSON)).to_have_attribute("data-value", "available")
        expect(cell(page, "status", OTHER)).to_have_attribute("data-value", "available")
    with page.expect_request("**/account/alive/") as asked:
        jump(page, server, timedelta(hours=24, seconds=5), ticks=True)
    right(page, server)
    timer = cell(page, "status", PERSON).locator("time")
    assert timer.inner_text().startswith("1 d 00:00:")
    answer = asked.value.response()
    assert answer
    assert answer.status == 204
    afterwards()


def test_setting_the_computer_s_clock_changes_nothing(look: Look) -> None:
    """While the table is open: ten minutes ahead, then ten behind."""
    page, server = far(look)
    meanwhile()
    for minutes in (10, -10):
        page.clock.set_system_time(clock.now() + timedelta(minutes=minutes))
        right(page, server)
    afterwards()

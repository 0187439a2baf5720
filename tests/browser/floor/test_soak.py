"""The table after hours of changes: memory, nodes and listeners stay what they were (R96)."""

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.floor.conftest import TABLE, Look
from tests.parts.feed import FEED, FILL

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.soak]

PEOPLE = 5_000
RATE, MINUTES = 1_000, 12  # changes a second: as many as an hour of 200 a second brings
GROWTH = 5_000_000  # bytes that one moment may differ from another without a leak


def weight(session: CDPSession) -> dict[str, float]:
    """Bytes of scripts, nodes and listeners, after all garbage is gone."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    counted = session.send("Memory.getDOMCounters")
    return {"heap": heap, "nodes": counted["nodes"], "listeners": counted["jsEventListeners"]}


def test_an_hour_of_changes_leaves_the_page_as_light_as_it_was(look: Look) -> None:
    page = look(path="/agenda/", bypass_csp=True)
    base = page.request.get("/api/v1/floor/").json()["rows"]
    page.context.add_init_script(FEED)
    page.goto(TABLE)
    page.wait_for_selector("#floor[data-ready]")
    page.evaluate(FILL, [base, PEOPLE])
    session = page.context.new_cdp_session(page)
    page.evaluate("(rate) => feed.postMessage({rate})", RATE)
    seen: list[dict[str, float]] = []
    for _ in range(MINUTES):
        page.wait_for_timeout(50_000)
        for choice in ("lunch", ""):  # rows leave the document and come back
            page.get_by_test_id("flt-status").select_option(choice)
            page.wait_for_timeout(5_000)
        expect(page.locator("#floor tbody tr")).to_have_count(PEOPLE)
        seen.append(weight(session))
        print({name: round(number) for name, number in seen[-1].items()})  # noqa: T201
    first, last = seen[: MINUTES // 2], seen[MINUTES // 2 :]
    assert least(last, "heap") < least(first, "heap") + GROWTH, seen
    assert least(last, "nodes") < least(first, "nodes") * 1.01, seen
    assert least(last, "listeners") == least(first, "listeners"), seen


def least(seen: list[dict[str, float]], name: str) -> float:
    """The lightest of these moments: what else there was, changes not yet shown, goes again."""
    return min(one[name] for one in seen)

"""Both views tell the same (R67): every cell of every person of F1, read as people read it.

Who sees reads texts, icons and, with the pointer, tooltips and cards. Who listens hears accessible
names. The compact view shows less at once; nothing of it may be out of reach.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.floor.conftest import SUPERVISOR, TABLE, Look, user
from tests.browser.floor.test_cards import card
from tests.browser.floor.test_table import PEOPLE, cell
from workspace.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

TALL = {"width": 1600, "height": 6000}
COLUMNS = [
    "extension", "name", "status", "webphone", "module",
    "tickets", "strategies", "campaigns", "call", "chats",
]  # fmt: skip
#: what changes only because time goes on
CLOCK = re.compile(r"(\d+ d )?(\d+:)?\d\d:\d\d")
#: user → column → {value, seen, said, icons, since, cards}: texts to be seen at once; texts within
#: reach, by tooltip or accessible name; icons drawn; starts of timers; cards that can be opened
CELLS = """
  () => {
    const drawn = (one) => one.checkVisibility() && one.getBoundingClientRect().width > 1
      && getComputedStyle(one).fontSize !== '0px' && !one.closest('.sr, .avatar');
    const inside = (cell, css) => [cell, ...cell.querySelectorAll(css ?? '*')];
    const trimmed = (texts) => [...new Set(texts.map((text) => text?.trim()).filter(Boolean))];
    const read = (cell) => {
      const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      const [seen, said] = [[], []];
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        if (node.parentElement.closest('time, .avatar') || node.data.trim() === '—') continue;
        if (drawn(node.parentElement)) seen.push(node.data);
        else if (node.parentElement.checkVisibility()) said.push(node.data);
      }
      for (const one of inside(cell)) {
        if (one.checkVisibility()) said.push(one.title, one.getAttribute('aria-label'));
      }
      return {
        value: cell.dataset.value ?? '',
        seen: trimmed(seen),
        said: trimmed(said),
        icons: [...cell.querySelectorAll('svg')].filter(drawn).map((one) =>
          one.querySelector('path')?.getAttribute('d') ?? one.querySelector('use').href.baseVal),
        since: [...cell.querySelectorAll('time')].filter(drawn).map((one) => one.dateTime),
        cards: inside(cell, '[data-card]').filter((one) => one.dataset.card && drawn(one))
          .map((one) => `${one.dataset.card}:${one.dataset.cardId}`),
      };
    };
    const row = (tr) => [tr.dataset.id,
      Object.fromEntries([...tr.children].map((one) => [one.dataset.col, read(one)]))];
    return Object.fromEntries([...document.querySelectorAll('#floor tbody tr')].map(row));
  }
"""
Cells = dict[str, dict[str, dict[str, Any]]]


def lacking(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What this cell shows at once and that one does not even tell."""
    told = [CLOCK.sub("", text) for text in (*other["seen"], *other["said"])]
    return [text for text in one["seen"] if not any(CLOCK.sub("", text) in each for each in told)]


def heard(page: Page, pk: str) -> list[str]:
    """What a screen reader says of a row, one text a cell."""
    snapshot = CLOCK.sub("", page.get_by_test_id(f"mon-row-{pk}").aria_snapshot())
    return re.split(r"\n  - (?='?(?:cell|rowheader))", snapshot)[1:]


def test_every_cell_tells_the_same_in_both_views(look: Look) -> None:
    """By the eye, by tooltip and by ear; states never by colour alone."""
    page = look(path=f"{TABLE}?vista=normal", viewport=TALL)
    expect(page.get_by_test_id("mon-table").get_by_role("row")).to_have_count(PEOPLE + 1)
    normal: Cells = page.evaluate(CELLS)
    said = {pk: heard(page, pk) for pk in normal}
    page.get_by_test_id("view-switch").click()
    expect(page.locator("#floor")).to_have_attribute("data-view", "compact")
    assert page.locator("tbody tr").first.bounding_box()["height"] == 32  # type: ignore[index]
    compact: Cells = page.evaluate(CELLS)
    differing: list[str] = []
    for pk, row in normal.items():
        assert list(row) == list(compact[pk]) == COLUMNS
        again = heard(page, pk)
        assert len(again) == len(said[pk]) == len(COLUMNS), again
        for at, column in enumerate(COLUMNS):
            one, other = row[column], compact[pk][column]
            where = f"{column} of {row['name']['value']}"
            if missed := lacking(one, other) + lacking(other, one):
                differing.append(f"{where}: {missed} not in both views")
            differing += [
                f"{where}: {name} {one[name]} ≠ {other[name]}"
                for name in ("value", "icons", "since", "cards")
                if one[name] != other[name]
            ]
            if said[pk][at] != again[at]:
                differing.append(f"{where}: {said[pk][at]!r} ≠ {again[at]!r}")
    assert not differing, "\n".join(differing[:20])
    for row in compact.values():  # a sign of its own, and words for it (3)
        for column in ("status", "webphone", "call"):
            if row[column]["value"] != "none":
                assert row[column]["icons"]
                assert row[column]["seen"] or row[column]["said"]
    page.goto(TABLE)  # the choice is kept (R68)
    expect(page.get_by_test_id("view-switch")).to_have_attribute("aria-checked", "true")
    User.objects.filter(username=SUPERVISOR).update(table_view="normal")


CARDS = [
    ("name", "luis.huaman", "user"),
    ("campaigns", "paola.guzman", "campaigns"),
    ("call", "juan.quispe", "call"),
    ("chats", "ximena.cordero", "chat"),
]


def test_every_card_opens_in_both_views(look: Look) -> None:
    page = look(path=f"{TABLE}?vista=normal")
    told: list[list[str]] = []
    for _ in ("normal", "compact"):
        for column, username, kind in CARDS:
            trigger = cell(page, column, username).locator("[data-card]").first
            trigger.scroll_into_view_if_needed()
            trigger.hover()
            expect(card(page, kind)).to_be_visible()
            told.append(CLOCK.sub("", card(page, kind).inner_text()).splitlines())
            page.mouse.move(640, 20)
            expect(card(page, kind)).not_to_be_attached()
        page.goto(f"{TABLE}?vista=compact")
        page.wait_for_selector("#floor[data-ready]")
    assert told[:4] == told[4:]
    assert user("luis.huaman").full_name in told[0]


@pytest.mark.parametrize(("width", "height"), [(640, 400), (390, 844)])
def test_a_small_window_scrolls_as_a_whole(look: Look, width: int, height: int) -> None:
    """1280 × 800 at 200 %, and a phone: the table gets the window once the rest scrolled away."""
    page = look(viewport={"width": width, "height": height})
    title, account = (
        page.locator("h1").bounding_box(),
        page.get_by_test_id("acc-menu").bounding_box(),
    )
    assert title
    assert account
    below = title["y"] >= account["y"] + account["height"]
    assert below or title["x"] + title["width"] <= account["x"]
    cut = "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    assert page.eval_on_selector_all("#totals span", cut) == 0
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    table = page.locator("#scroller").bounding_box()
    assert table
    assert table["y"] >= 0
    assert table["y"] + table["height"] <= height + 1
    assert table["height"] >= min(height - 40, 340)
    assert page.evaluate("document.documentElement.scrollWidth") == width

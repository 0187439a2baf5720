"""The table itself: who is in it, what its columns say, in both views (R1–R10, R14–R16, R67)."""

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from monitoring.cells import length
from tests.browser.floor.conftest import SUPERVISOR, TABLE, Look, user
from workspace.models import User
from workspace.services.statuses import status_change

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SPANS = [-5, 0, 59, 3599, 3600, 86399, 86405, 8 * 86400 + 7810]  # seconds
CODES = ["available", "lunch", "dinner", "busy", "in_services", "training", "unavailable"]
PEOPLE = 67  # the cast and the stranger
HEADINGS = {
    "es": [
        "Anexo", "Nombres y apellidos", "Estado", "Estado del webphone", "Módulo",
        "Tickets activos", "Estrategias activas", "Campañas", "Llamadas activas", "Chats abiertos",
    ],
    "en": [
        "Extension", "Full name", "Status", "Webphone status", "Module",
        "Active tickets", "Active strategies", "Campaigns", "Active calls", "Open chats",
    ],
}  # fmt: skip
#: every row of a document as texts and attributes, without what goes on by itself
ROWS = """
  (html) => {
    const page = html ? new DOMParser().parseFromString(html, 'text/html') : document;
    const clean = (tr) => {
      const copy = tr.cloneNode(true);
      copy.removeAttribute('aria-rowindex');
      copy.querySelectorAll('.timer, svg').forEach((one) => one.replaceChildren());
      copy.querySelectorAll('svg').forEach((one) => one.removeAttribute('viewBox'));
      const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
      const blank = [];
      while (texts.nextNode()) if (!texts.currentNode.data.trim()) blank.push(texts.currentNode);
      blank.forEach((node) => node.remove());
      for (const one of [copy, ...copy.querySelectorAll('*')]) {
        const kept = [...one.attributes].map(({name, value}) => [name, value]).sort();
        for (const [name] of kept) one.removeAttribute(name);
        for (const [name, value] of kept) one.setAttribute(name, value);
      }
      return [tr.dataset.id, copy.outerHTML];
    };
    return Object.fromEntries([...page.querySelectorAll('#floor tbody tr')].map(clean));
  }
"""


def cell(page: Page, column: str, username: str) -> Locator:
    """A cell by column and person."""
    return page.get_by_test_id(f"mon-cell-{column}-{user(username).pk}")


def values_of(cells: str) -> str:
    """A script that lists the code names of these cells of the table's body."""
    return f"() => [...document.querySelectorAll('tbody {cells}')].map((one) => one.dataset.value)"


def differences(page: Page) -> list[str]:
    """Where the rows shown and those of a fresh response are not the same, after some seconds at
    most: a row may be on its way."""
    differing: list[str] = ["not compared"]
    until = time.monotonic() + 5
    while differing and time.monotonic() < until:  # my own row still learns where I am
        sent = page.evaluate(ROWS, page.request.get(TABLE).text())
        shown = page.evaluate(ROWS)
        assert sent.keys() == shown.keys()
        differing = [
            f"row {pk}: {ours} ≠ {theirs}"
            for pk in sent
            for ours, theirs in zip(sent[pk].split("<"), shown[pk].split("<"), strict=False)
            if ours != theirs
        ]
    return differing


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_script_says_what_the_first_response_said(look: Look, language: str) -> None:
    User.objects.filter(username=SUPERVISOR).update(language=language)
    page = look(path=f"{TABLE}?estado=dinner")
    assert page.locator("thead .long").all_inner_texts() == HEADINGS[language]
    expect(page.locator("#floor tbody tr")).to_have_count(1)
    page.get_by_test_id("flt-clear").click()
    expect(page.locator("#floor tbody tr")).to_have_count(PEOPLE)
    differing = differences(page)
    User.objects.filter(username=SUPERVISOR).update(language="")
    assert not differing, differing[0]


def test_everybody_registered_is_there_also_without_script(look: Look) -> None:
    page = look()
    text = page.request.get(TABLE).text()
    for person in User.objects.filter(is_active=True):
        assert f'data-testid="mon-row-{person.pk}"' in text
    assert "Usuario de Prueba" not in text
    expect(page.get_by_test_id("flt-count")).to_have_text(f"{PEOPLE} usuarios")
    for username in ("ximena.cordero", "tito.lu"):  # E1
        expect(cell(page, "extension", username)).to_have_text("—")
        expect(cell(page, "webphone", username)).to_have_attribute(
            "title", "Sin anexo: este usuario no usa webphone"
        )
    expect(cell(page, "module", "carmen.diaz")).to_have_text("Fuera de la plataforma")
    expect(cell(page, "strategies", "jose.rodriguez")).to_have_attribute(
        "data-value", "predictive:paused"
    )
    assert "null" not in page.get_by_test_id("mon-table").inner_text()
    assert "undefined" not in page.get_by_test_id("mon-table").inner_text()


def test_rows_stand_by_extension_and_by_what_is_chosen(look: Look) -> None:
    page = look()
    extensions = values_of("[data-col=extension]")
    by_extension = page.evaluate(extensions)
    numbers = [one for one in by_extension if one]
    assert numbers == sorted(numbers, key=int)
    assert by_extension[-3:] == [None, None, None]  # who has none stands last (R7)
    page.locator("[data-sort=extension]").click()
    down = page.evaluate(extensions)
    assert [one for one in down if one] == numbers[::-1]
    assert down[-3:] == [None, None, None]
    page.locator("[data-sort=status]").click()
    page.locator("[data-sort=tickets]").click(modifiers=["Shift"])
    page.locator("[data-sort=tickets]").click(modifiers=["Shift"])
    pairs = page.evaluate(
        """() => [...document.querySelectorAll('tbody tr')].map((tr) => [
          tr.querySelector('[data-col=status]').dataset.value,
          Number(tr.querySelector('[data-col=tickets]').dataset.value)])"""
    )
    available = [n for code, n in pairs if code == "available"]
    assert available == sorted(available, reverse=True)
    assert [code for code, _ in pairs[: len(available)]] == ["available"] * len(available)
    page.reload()
    expect(page.locator("th[data-col=status]")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("th[data-col=tickets]")).to_have_attribute("aria-sort", "descending")


@pytest.mark.parametrize("minutes", [-10, 10])
def test_timers_go_by_the_server_s_clock(look: Look, minutes: int) -> None:
    """R15: whatever the computer's own clock says."""
    page = look("patricia.montoya")
    page.context.add_init_script(
        f"const real = Date.now; Date.now = () => real() + {minutes * 60_000};"
    )
    page.goto(TABLE)
    page.wait_for_selector("#floor[data-ready]")
    status_change(user("edgar.paucar").pk, "lunch")
    timer = cell(page, "status", "edgar.paucar").locator("time")
    expect(cell(page, "status", "edgar.paucar")).to_have_attribute("data-value", "lunch")
    expect(timer).to_have_text(re.compile("00:0[2-4]"), timeout=5000)
    status_change(user("edgar.paucar").pk, "lunch")  # the same again: the time goes on (R16)
    expect(timer).to_have_text(re.compile("00:0[5-7]"), timeout=5000)
    status_change(user("edgar.paucar").pk, "available")


def test_durations_are_written_as_the_server_writes_them(look: Look) -> None:
    page = look()
    written = page.evaluate(
        """async (spans) => {
          const { duration } = await import('/static/js/time.js');
          return spans.map((seconds) => duration(seconds * 1000));
        }""",
        SPANS,
    )
    assert written == [length(timedelta(seconds=seconds)) for seconds in SPANS]


def test_nothing_moves_under_a_pointer(look: Look) -> None:
    """While somebody is in the table rows do not re-order; afterwards they do."""
    page = look()
    page.locator("[data-sort=status]").click()
    order = "all => all.map((tr) => tr.dataset.id)"
    cell(page, "module", "alex.romero").hover()
    before = page.eval_on_selector_all("tbody tr", order)
    status_change(user("alex.romero").pk, "training")
    expect(cell(page, "status", "alex.romero")).to_have_attribute("data-value", "training")
    assert page.eval_on_selector_all("tbody tr", order) == before
    page.mouse.move(640, 20)
    page.wait_for_function(
        """(before) => [...document.querySelectorAll('tbody tr')]
          .some((tr, index) => tr.dataset.id !== before[index])""",
        arg=before,
    )
    codes = page.evaluate(values_of("[data-col=status]"))
    assert codes == sorted(codes, key=CODES.index)
    status_change(user("alex.romero").pk, "available")
    page.locator("[data-sort=extension]").click()


def test_a_page_that_slept_is_right_when_it_wakes(look: Look) -> None:
    page = look()
    session = page.context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    status_change(user("hernan.cifuentes").pk, "busy")
    status_change(user("hernan.cifuentes").pk, "dinner")
    session.send("Page.setWebLifecycleState", {"state": "active"})
    expect(cell(page, "status", "hernan.cifuentes")).to_have_attribute("data-value", "dinner")
    status_change(user("hernan.cifuentes").pk, "available")


def test_a_very_long_name_changes_no_height(look: Look) -> None:
    """E28: cut with an ellipsis, whole in the card."""
    page = look()
    row = page.get_by_test_id(f"mon-row-{user('maria.huaman').pk}")
    row.scroll_into_view_if_needed()
    assert row.bounding_box()["height"] == 56  # type: ignore[index]

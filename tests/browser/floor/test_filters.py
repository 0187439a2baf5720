"""The filters above the table: what they choose, the address, the totals (R83–R89, E15, E18)."""

import csv
import re
from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from tests.browser.floor.conftest import TABLE, Look, user
from tests.browser.floor.test_table import PEOPLE, ROWS, cell
from workspace.models import Campaign, User
from workspace.services.organization import campaign_saved
from workspace.services.statuses import status_change

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

#: whether exactly these people, by ascending id, are in the table
SHOWN = """
  (wanted) => {
    const rows = [...document.querySelectorAll('#floor tbody tr')];
    return rows.map((tr) => Number(tr.dataset.id)).sort((a, b) => a - b).join() === wanted.join();
  }
"""


def count(page: Page) -> int:
    """The rows that are there."""
    return page.locator("#floor tbody tr:not([data-leaving])").count()


def expect_total(page: Page, name: str, value: str, n: int) -> None:
    """A number of the strip, which is counted again a few times a second."""
    expect(page.get_by_test_id(f"tot-{name}-{value}").locator("b")).to_have_text(str(n))


def test_totals_are_those_of_the_snapshot_and_filter_with_one_click(look: Look) -> None:
    page = look()
    numbers = {
        ("estado", "available"): 49, ("estado", "lunch"): 4, ("estado", "busy"): 3,
        ("estado", "in_services"): 2, ("estado", "training"): 2, ("estado", "dinner"): 1,
        ("webphone", "connected"): 58, ("webphone", "connecting"): 1,
        ("llamada", "talking"): 16, ("llamada", "ringing"): 6, ("llamada", "acw"): 5,
        ("llamada", "waiting"): 4,
    }  # fmt: skip
    for (name, value), n in numbers.items():
        expect_total(page, name, value, n)
    page.get_by_test_id("tot-llamada-talking").click()
    expect(page.locator("#floor tbody tr")).to_have_count(16)
    assert "llamada=talking" in page.url
    expect_total(page, "llamada", "ringing", 6)  # a group leaves its own filter out
    expect(page.get_by_test_id("flt-count")).to_have_text(f"16 de {PEOPLE} usuarios")
    page.get_by_test_id("tot-webphone-connected").click()
    page.get_by_test_id("tot-llamada-talking").click()
    expect(page.locator("#floor tbody tr")).to_have_count(58)
    page.get_by_test_id("flt-clear").click()
    expect(page.locator("#floor tbody tr")).to_have_count(PEOPLE)
    assert page.url.endswith(TABLE)
    expect(page.get_by_test_id("flt-clear")).to_be_hidden()


def test_campaigns_come_after_a_company(look: Look) -> None:
    """R85, E15."""
    page = look()
    company, campaign = page.get_by_test_id("flt-company"), page.get_by_test_id("flt-campaign")
    assert company.locator("option").all_inner_texts() == [
        "Todas", "Financiera Qori", "Mercado Lúcuma", "Telandes",
    ]  # fmt: skip
    expect(campaign).to_be_disabled()
    expect(campaign).to_contain_text("Primero elige una empresa")
    company.select_option("telandes")
    expect(page.locator("#floor tbody tr")).to_have_count(28)
    assert campaign.locator("option").all_inner_texts() == [
        "Todas", "Avisos de Corte", "Retención Hogar", "Ventas Portabilidad",
    ]  # fmt: skip
    campaign.select_option("tel-port")
    expect(page.locator("#floor tbody tr")).to_have_count(17)
    company.select_option("qori")
    expect(page.locator("#floor tbody tr")).to_have_count(28)
    expect(campaign).to_have_value("")
    page.goto(f"{TABLE}?empresa=qori&campania=tel-port")  # a campaign of another company
    expect(page.locator("#floor tbody tr")).to_have_count(28)
    expect(page).to_have_url(re.compile(r"/users/\?empresa=qori$"))  # says what is applied
    page.goto(f"{TABLE}?empresa=<script>&estado=nothing&webphone=x&q=%20%20")
    expect(page.locator("#floor tbody tr")).to_have_count(PEOPLE)
    expect(page).to_have_url(re.compile(r"/users/$"))
    expect(page.get_by_test_id("flt-count")).to_have_text(f"{PEOPLE} usuarios")


def test_back_undoes_a_choice(look: Look) -> None:
    """Each choice is a step, a search typed is one; the page is not loaded again."""
    page = look(path="/operations/")
    page.locator("#rail a[data-module=supervision]").click()
    page.wait_for_selector("#floor[data-ready]")
    rows, box = page.locator("#floor tbody tr"), page.get_by_test_id("flt-search")
    page.evaluate("window.sameWindow = true")
    page.get_by_test_id("flt-company").select_option("telandes")
    expect(rows).to_have_count(28)
    page.get_by_test_id("flt-campaign").select_option("tel-port")
    expect(rows).to_have_count(17)
    for words, found in (("quis", 1), ("quispe juan ", 1), ("quispe nobody", 0)):
        box.fill(words)
        expect(rows).to_have_count(found)
    page.go_back()
    expect(rows).to_have_count(17)
    expect(box).to_have_value("")
    page.go_back()
    expect(rows).to_have_count(28)
    expect(page.get_by_test_id("flt-campaign")).to_have_value("")
    page.go_forward()
    expect(rows).to_have_count(17)
    expect(page.get_by_test_id("flt-campaign")).to_have_value("tel-port")
    for count in (28, PEOPLE):
        page.go_back()
        expect(rows).to_have_count(count)
    page.go_back()
    expect(page.locator("#page")).to_have_attribute("data-module", "operations")
    assert page.evaluate("window.sameWindow")


def test_combinations_equal_counting_by_hand(look: Look) -> None:
    """R87: every company × status, in the first response and by the script."""
    page = look()
    for company, status in product(("telandes", "qori", "lucuma"), ("available", "busy", "lunch")):
        people = User.objects.filter(
            is_active=True, campaigns__company__code=company,
            status_intervals__ended_at=None, status_intervals__status__code=status,
        ).distinct()  # fmt: skip
        expected = set(people.values_list("pk", flat=True))
        text = page.request.get(f"{TABLE}?empresa={company}&estado={status}").text()
        assert set(map(int, page.evaluate(ROWS, text))) == expected
        page.get_by_test_id("flt-company").select_option(company)
        page.get_by_test_id("flt-status").select_option(status)
        page.wait_for_function(SHOWN, arg=sorted(expected))
    address = page.url
    page.goto(address)
    expect(page.locator("#floor tbody tr")).to_have_count(len(expected))


def test_search_ignores_accents_and_order(look: Look) -> None:
    page = look()
    box = page.get_by_test_id("flt-search")
    for words, rows in (("rodriguez", 3), ("RODRÍGUEZ josé", 3), ("1048", 1), ("d'angelo", 1)):
        box.fill(words)
        expect(page.locator("#floor tbody tr")).to_have_count(rows)
    box.fill("nobody like this")
    expect(page.locator("#empty-filtered")).to_be_visible()
    expect(page.locator("#empty-filtered")).to_contain_text(
        "Ningún usuario coincide con los filtros"
    )
    page.locator("#empty-filtered [data-clear]").click()
    expect(page.locator("#floor tbody tr")).to_have_count(PEOPLE)
    expect(box).to_have_value("")


def test_what_is_shown_can_be_taken_along(look: Look) -> None:
    page = look(path=f"{TABLE}?estado=lunch")
    page.locator("[data-sort=name]").click()
    shown = page.locator("tbody .person").all_inner_texts()
    page.get_by_title("Descargar lo que se ve").click()
    with page.expect_download() as waiting:
        page.get_by_test_id("exp-csv").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    names = [line[1] for line in csv.reader(text.splitlines())][1:]
    assert names == [" ".join(name.split()) for name in shown]
    assert len(names) == 4


@pytest.fixture
def renzo() -> Iterator[User]:
    """Somebody who is available before and after."""
    somebody = user("renzo.bustamante")
    yield somebody
    status_change(somebody.pk, "available")


def test_a_row_leaves_the_filter_at_once_when_nobody_is_on_it(look: Look, renzo: User) -> None:
    page = look(path=f"{TABLE}?estado=available")
    row = page.get_by_test_id(f"mon-row-{renzo.pk}")
    expect(row).to_be_attached()
    status_change(renzo.pk, "lunch")
    expect(row).not_to_be_attached(timeout=1500)
    status_change(renzo.pk, "available")
    expect(row).to_be_attached(timeout=1500)


@pytest.mark.parametrize("way", ["pointer", "focus"])
def test_a_row_in_use_turns_grey_and_leaves_afterwards(look: Look, renzo: User, way: str) -> None:
    """R88, E18."""
    page = look(path=f"{TABLE}?estado=available")
    row, name = page.get_by_test_id(f"mon-row-{renzo.pk}"), cell(page, "name", renzo.username)
    if way == "pointer":
        name.hover()
    else:
        name.locator("a").focus()
    top = row.bounding_box()
    status_change(renzo.pk, "lunch")
    expect(cell(page, "status", renzo.username)).to_have_attribute("data-value", "lunch")
    expect(row).to_have_attribute("data-leaving", "")
    above = user("maria.flores2")
    status_change(above.pk, "busy")  # a row above goes: this one stands where it stood
    expect(page.get_by_test_id(f"mon-row-{above.pk}")).not_to_be_attached()
    assert (
        row.bounding_box() == top or page.locator("#scroller").evaluate("one => one.scrollTop") == 0
    )
    status_change(above.pk, "available")
    if way == "pointer":
        page.mouse.move(640, 20)
    else:
        page.get_by_test_id("flt-search").focus()
    expect(row).not_to_be_attached(timeout=1500)


def test_renamed_things_are_renamed_in_the_bar(look: Look) -> None:
    """E34: the text changes, the filter stays."""
    page = look(path=f"{TABLE}?empresa=lucuma&campania=luc-entr")
    rows = count(page)
    campaign = Campaign.objects.get(code="luc-entr")
    campaign.name = "Entregas de hoy"
    campaign.save()
    campaign_saved(campaign)
    option = page.get_by_test_id("flt-campaign").locator("[value=luc-entr]")
    expect(option).to_have_text("Entregas de hoy")
    assert count(page) == rows

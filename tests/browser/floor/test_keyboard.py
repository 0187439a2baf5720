"""The whole of supervision by keyboard alone (R93): one walk through spec 3.1–3.5, no pointer."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.floor.conftest import SUPERVISOR, TABLE, Look, user
from tests.browser.floor.test_cards import card
from tests.browser.floor.test_shell import STATUSES
from tests.browser.floor.test_table import CODES, PEOPLE
from workspace.models import User
from workspace.services.statuses import status_change

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

#: counts what a pointer does
POINTERS = """
  window.pointed = 0;
  for (const sign of ['pointermove', 'pointerdown', 'touchstart'])
    addEventListener(sign, () => { window.pointed += 1; }, {capture: true});
"""


class Keys:
    """Somebody who only has a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, css: str, key: str = "Tab", most: int = 40) -> None:
        """Press this key until the focus is on what `css` names."""
        for _ in range(most):
            self.press(key)
            if self.page.evaluate("(css) => document.activeElement.matches(css)", css):
                return
        here = self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        raise AssertionError(f"{css} cannot be reached by {key}; the focus is on {here}")

    def to_test_id(self, name: str, key: str = "Tab") -> None:
        """As `to`, by the name tests use."""
        self.to(f'[data-testid="{name}"]', key)


def rows(page: Page) -> Locator:
    """What the table shows."""
    return page.locator("#floor tbody tr")


def test_everything_by_keyboard_alone(look: Look) -> None:
    page = look(path="/agenda/")
    page.context.add_init_script(POINTERS)
    page.reload()
    page.wait_for_selector("#statuses [aria-checked=true]", state="attached")
    keys = Keys(page)
    walk_to_the_table(page, keys)
    choose_each_status(page, keys)
    filter_by_the_bar(page, keys)
    filter_by_totals(page, keys)
    sort_by_columns(page, keys)
    switch_view_and_export(page, keys)
    walk_through_rows(page, keys)
    open_cards(page, keys)
    go_and_come_back(page, keys)
    assert page.evaluate("window.pointed") == 0
    User.objects.filter(username=SUPERVISOR).update(table_view="normal")


def walk_to_the_table(page: Page, keys: Keys) -> None:
    """The skip link, the modules (locked ones say why), the table's module."""
    keys.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    keys.to(".logo")
    keys.to("#rail a[data-module=supervision]")
    keys.press("Enter")
    page.wait_for_selector("#floor[data-ready]")
    expect(page.locator("#main")).to_be_focused()
    expect(rows(page)).to_have_count(PEOPLE)


def choose_each_status(page: Page, keys: Keys) -> None:
    """The account menu: the seven statuses, closed by Escape with the focus where it was."""
    keys.to_test_id("acc-menu", "Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_test_id("acc-status-available")).to_be_focused()
    for code, label in [*zip(CODES[1:], STATUSES[1:], strict=True), (CODES[0], STATUSES[0])]:
        keys.press("ArrowDown", "Space")
        expect(page.get_by_test_id(f"acc-status-{code}")).to_have_attribute("aria-checked", "true")
        expect(page.locator("[data-own=button] .label")).to_have_text(label)
        expect(page.get_by_test_id(f"acc-status-{code}")).to_be_focused()
    keys.press("Escape")
    expect(page.locator("#account-menu")).to_be_hidden()
    expect(page.get_by_test_id("acc-menu")).to_be_focused()


def filter_by_the_bar(page: Page, keys: Keys) -> None:
    """Empresa, then Campaña, then Estado, text; nobody left; all of it cleared."""
    keys.to(".skip", "Shift+Tab")
    keys.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    keys.press("Tab")
    expect(page.get_by_test_id("flt-company")).to_be_focused()
    page.keyboard.type("Tel")
    expect(rows(page)).to_have_count(28)
    keys.press("Tab")
    page.keyboard.type("Ventas")
    expect(rows(page)).to_have_count(17)
    keys.press("Tab")
    page.keyboard.type("Disp")
    expect(page.get_by_test_id("flt-status")).to_have_value("available")
    keys.press("Tab")
    page.keyboard.type("nobody like this")
    expect(page.locator("#empty-filtered")).to_be_visible()
    keys.to("#empty-filtered [data-clear]")
    keys.press("Enter")
    expect(rows(page)).to_have_count(PEOPLE)
    expect(page.get_by_test_id("flt-company")).to_be_focused()  # not nowhere
    keys.to_test_id("flt-search")
    page.keyboard.type("rodriguez")
    expect(rows(page)).to_have_count(3)
    keys.to_test_id("flt-clear")
    keys.press("Space")
    expect(rows(page)).to_have_count(PEOPLE)
    expect(page.get_by_test_id("flt-company")).to_be_focused()


def filter_by_totals(page: Page, keys: Keys) -> None:
    """Each number is a filter, and again none."""
    for name, count, way in (
        ("estado-lunch", 4, "Tab"), ("llamada-talking", 16, "Tab"),
        ("webphone-connected", 58, "Shift+Tab"),
    ):  # fmt: skip
        keys.to_test_id(f"tot-{name}", way)
        keys.press("Space")
        expect(rows(page)).to_have_count(count)
        expect(page.get_by_test_id(f"tot-{name}")).to_have_attribute("aria-pressed", "true")
        keys.press("Enter")
        expect(rows(page)).to_have_count(PEOPLE)


def sort_by_columns(page: Page, keys: Keys) -> None:
    """One column, then a second one beside it, then the usual order again."""
    heading = page.locator("thead th[data-col=status]")
    keys.to("[data-sort=status]")
    keys.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    keys.to("[data-sort=tickets]")
    keys.press("Shift+Enter", "Shift+Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("thead th[data-col=tickets]")).to_have_attribute("aria-sort", "descending")
    keys.to("[data-sort=extension]", "Shift+Tab")
    keys.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "none")
    expect(rows(page).first.locator("[data-col=extension]")).to_have_text("1001")


def switch_view_and_export(page: Page, keys: Keys) -> None:
    """The other view, and the file of what is shown."""
    keys.to_test_id("view-switch", "Shift+Tab")
    keys.press("Space")
    expect(page.locator("#floor")).to_have_attribute("data-view", "compact")
    keys.press("Space")
    expect(page.locator("#floor")).to_have_attribute("data-view", "normal")
    keys.press("Shift+Tab", "Enter")
    keys.to_test_id("exp-csv")
    with page.expect_download() as waiting:
        keys.press("Enter")
    assert waiting.value.suggested_filename.endswith(".csv")
    expect(page.locator("#export-menu")).to_be_hidden()


def walk_through_rows(page: Page, keys: Keys) -> None:
    """Arrows and pages go along one column, and what has the focus is in sight."""
    keys.to("tbody a.person", most=60)
    for key, at in (("ArrowDown", 1), ("PageDown", 11), ("PageUp", 1), ("End", -1), ("Home", 0)):
        keys.press(key)
        name = rows(page).nth(at).locator("a.person")
        expect(name).to_be_focused()
        expect(name).to_be_in_viewport()


def open_cards(page: Page, keys: Keys) -> None:
    """A card by focus alone or at once by Enter; Tab goes in, Escape closes, the focus is back."""
    trigger = rows(page).first.locator("a.person")
    expect(card(page, "user")).to_be_visible()
    keys.press("Tab")
    expect(page.get_by_test_id("card-detail")).to_be_focused()
    keys.press("Escape")
    expect(card(page, "user")).not_to_be_attached()
    expect(trigger).to_be_focused()
    for kind, column in (("campaigns", "campaigns"), ("call", "call")):
        keys.to(f"[data-col={column}] [data-card]")
        open_and_close(page, keys, kind)
    keys.press("End")  # the last who has a call; behind him come those with chats
    keys.to("[data-col=chats] [data-card]")
    keys.to(f"[data-testid=mon-cell-chats-{user('ximena.cordero').pk}] *", "ArrowDown")
    keys.press("Enter")
    expect(page.get_by_test_id("act-capture")).to_be_visible()  # the card has come
    question_and_back(page, keys)
    keys.press("Escape")
    expect(card(page, "chat")).not_to_be_attached()


def open_and_close(page: Page, keys: Keys, kind: str) -> None:
    """The card of the button that has the focus."""
    button = page.locator(":focus")
    keys.press("Enter")
    expect(card(page, kind)).to_be_visible()
    expect(page.locator("[aria-expanded=true]")).to_be_focused()
    keys.press("Escape")
    expect(card(page, kind)).not_to_be_attached()
    expect(button).to_be_focused()


def question_and_back(page: Page, keys: Keys) -> None:
    """The dialog of a capture, closed without one."""
    keys.to_test_id("act-capture")
    keys.press("Enter")
    expect(page.get_by_test_id("dlg-capture")).to_be_visible()
    keys.to_test_id("dlg-capture-confirm")
    keys.press("Escape")
    expect(page.get_by_test_id("dlg-capture")).to_be_hidden()
    expect(page.get_by_test_id("act-capture")).to_be_focused()


def go_and_come_back(page: Page, keys: Keys) -> None:
    """A person's page, and back to the table."""
    keys.to("tbody a.person", "Shift+Tab")
    keys.press("Enter")
    expect(page.locator("#page")).to_have_attribute("data-page", "user")
    expect(page.locator("#main")).to_be_focused()
    keys.to("a[data-back]")
    keys.press("Enter")
    page.wait_for_selector("#floor[data-ready]")


def test_a_reader_hears_few_summaries_of_many_changes(look: Look) -> None:
    """At once what one asked for; the world's own changes at most twice a minute."""
    page = look(path="/agenda/")
    page.clock.install()
    page.goto(TABLE)
    page.wait_for_selector("#floor[data-ready]")
    summary = page.locator("#summary")
    expect(page.get_by_test_id("tot-estado-lunch")).to_contain_text("4")
    assert summary.inner_text() == ""
    page.evaluate(
        """() => { window.heard = [];
          const summary = document.getElementById('summary');
          new MutationObserver(() => heard.push(summary.textContent))
            .observe(summary, {childList: true, characterData: true, subtree: true}); }"""
    )
    page.get_by_test_id("tot-estado-lunch").click()
    expect(summary).to_contain_text(f"4 de {PEOPLE} usuarios")
    people = [user(name).pk for name in ("renzo.bustamante", "hernan.cifuentes", "edgar.paucar")]
    for code in ("lunch", "busy", "training", "lunch"):
        for pk in people:
            status_change(pk, code)
        expect(rows(page)).to_have_count(7 if code == "lunch" else 4)
    assert len(page.evaluate("heard")) == 1
    page.clock.fast_forward(31_000)
    expect(summary).to_contain_text(f"7 de {PEOPLE} usuarios")
    assert len(page.evaluate("heard")) == 2
    for pk in people:
        status_change(pk, "available")
    expect(rows(page)).to_have_count(4)
    assert len(page.evaluate("heard")) == 2
    assert page.locator("tbody .timer").first.get_attribute("aria-live") == "off"
    expect(page.get_by_test_id("mon-table")).to_have_attribute("aria-rowcount", "5")
    indices = page.eval_on_selector_all(
        "#floor tbody tr", "all => all.map((tr) => Number(tr.getAttribute('aria-rowindex')))"
    )
    assert indices == [2, 3, 4, 5]

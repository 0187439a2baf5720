"""Everybody can use it: axe, the keyboard alone, screen readers; text stays text (R93)."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.floor.conftest import TABLE, Look, user
from tests.browser.floor.test_table import cell
from workspace.models import Contact, User
from workspace.services.organization import contact_saved
from workspace.services.people import user_saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """What axe finds serious or worse on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["normal", "compact"])
def test_axe_finds_nothing_serious(look: Look, view: str, theme: str) -> None:
    User.objects.filter(username="fernando.arce").update(theme=theme)
    page = look("fernando.arce", f"{TABLE}?vista={view}&empresa=lucuma", bypass_csp=True)
    expect(page.locator("#floor tbody tr")).to_have_count(18)
    assert violations(page) == []
    if view == "normal":
        cell(page, "name", "paola.guzman").locator("a").hover()
        expect(page.get_by_test_id("card-user")).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.get_by_test_id("acc-menu").click()
        assert violations(page) == []


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/", "/operations/", "/nowhere/"])
def test_axe_finds_nothing_serious_on_the_other_pages(look: Look, path: str) -> None:
    page = look("fernando.arce", "/operations/", bypass_csp=True)
    if path.endswith("login/"):
        page.context.clear_cookies()
    page.goto(path)
    assert violations(page) == []


def test_the_table_by_keyboard_alone(look: Look) -> None:
    page = look()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")  # company
    page.keyboard.type("Tel")
    expect(page.locator("#floor tbody tr")).to_have_count(28)
    for _ in range(4):  # campaign, status, search, clear
        page.keyboard.press("Tab")
    expect(page.get_by_test_id("flt-clear")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#floor tbody tr")).to_have_count(67)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.sort") == "name":
            break
    page.keyboard.press("Enter")
    expect(page.locator("thead th[data-col=name]")).to_have_attribute("aria-sort", "ascending")
    page.locator("tbody a.person").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    third = page.locator("tbody tr").nth(2)
    expect(third.locator("a.person")).to_be_focused()
    expect(page.get_by_test_id("card-user")).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator("tbody tr").last.locator("a.person")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#page")).to_have_attribute("data-page", "user")


def test_a_reader_hears_a_summary_and_not_every_second(look: Look) -> None:
    page = look()
    summary = page.locator("#summary")
    assert summary.inner_text() == ""
    page.evaluate(
        """() => { window.heard = 0;
          new MutationObserver(() => { window.heard += 1; })
            .observe(document.getElementById('summary'), {childList: true}); }"""
    )
    page.get_by_test_id("tot-estado-lunch").click()
    expect(summary).to_contain_text("4 de 67 usuarios")
    for index in range(6):  # as rows come and go
        page.get_by_test_id("flt-search").fill("a" * (index % 2))
        page.wait_for_timeout(200)
    assert page.evaluate("window.heard") <= 7
    assert page.locator("tbody .timer").first.get_attribute("aria-live") == "off"
    expect(page.get_by_test_id("mon-table")).to_have_attribute("aria-rowcount", "5")
    indices = page.eval_on_selector_all(
        "#floor tbody tr", "all => all.map((tr) => Number(tr.getAttribute('aria-rowindex')))"
    )
    assert indices == [2, 3, 4, 5]


STARTS = [
    "<script>fetch('/canary')</script>", "<img src=/canary onerror=fetch('/canary')>",
    "<svg/onload=fetch('/canary')>", "\"><img src=/canary>", "'><b>bold</b>",
    "</td></tr></table><h1>out</h1>", "<iframe src=/canary></iframe>",
    "<a href=javascript:fetch('/canary')>x</a>", "{{ 7 * 7 }}", "{% now 'Y' %}", "${7*7}",
    "javascript:fetch('/canary')", "<style>@import '/canary'</style>",
    "<link rel=stylesheet href=/canary>",
    "<base href=/canary>", "<form action=/canary><input>", "<math><mi xlink:href=/canary>",
    "<object data=/canary>", "<embed src=/canary>", "<body onload=fetch('/canary')>",
    "&lt;b&gt;", "&#60;script&#62;", "\\u003cscript\\u003e", "<!--", "]]>", "<![CDATA[x]]>",
    "<template><script>fetch('/canary')</script></template>", "<x hx-get=/canary hx-trigger=load>",
    "<x data-hx-get=/canary data-hx-trigger=load>", "<details open ontoggle=fetch('/canary')>",
]  # fmt: skip
TWISTS = ["{}", "Ana {}", '{} O\'Brien "x"', "\u202e{}\u200b"]
PAYLOADS = [
    twist.format(start) if start.isascii() else start for start in STARTS for twist in TWISTS
]


def test_names_are_shown_as_typed(look: Look) -> None:
    """120 payloads as names of people and of a contact: no script, no request, no report."""
    assert len(PAYLOADS) == 120
    page = look()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    people = list(User.objects.filter(is_active=True).order_by("pk")[:60])
    kept = [(person.pk, person.first_names, person.last_names) for person in people]
    for person, first, last in zip(people, PAYLOADS[:60], PAYLOADS[60:], strict=True):
        person.first_names, person.last_names = first, last
        person.save()
        user_saved(person)
    last_row = page.get_by_test_id(f"mon-cell-name-{people[-1].pk}")
    expect(last_row).to_contain_text(PAYLOADS[119].strip())
    for _ in ("by the stream", "by the first response"):
        shown = page.evaluate(
            """() => {
              const texts = (tr) =>
                [...tr.querySelectorAll('.person span')].map((one) => one.textContent);
              const rows = [...document.querySelectorAll('tbody tr')];
              return Object.fromEntries(rows.map((tr) => [tr.dataset.id, texts(tr)]));
            }"""
        )
        for person in people:
            assert shown[str(person.pk)] == [person.first_names, person.last_names]
        page.reload()
        page.wait_for_selector("#floor[data-ready]")
    contact = Contact.objects.get(name="Roger Inga Rojas")
    contact.name = PAYLOADS[1]
    contact.save()
    contact_saved(contact)
    cell(page, "name", people[0].username).locator("a").hover()
    expect(page.get_by_test_id("card-user").locator("h2")).to_have_text(people[0].full_name)
    cell(page, "call", "juan.quispe").locator("button").hover()
    expect(page.get_by_test_id("card-call")).to_contain_text(PAYLOADS[1])
    page.goto(f"{TABLE}{user('juan.quispe').pk}/")
    expect(page.locator("h1")).to_have_text(people[0].full_name)
    assert not [url for url in asked if "canary" in url]
    for pk, first, last in kept:
        User.objects.filter(pk=pk).update(first_names=first, last_names=last)

"""Everybody can use it: axe, the keyboard alone, screen readers; text stays text (R93)."""

from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.floor.conftest import SUPERVISOR, TABLE, Look, user
from tests.browser.floor.test_cards import card
from tests.browser.floor.test_table import cell
from workspace.models import Contact, User
from workspace.services.organization import contact_saved
from workspace.services.people import user_saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
#: a trigger of each kind of card among the people of one company
CARDS = [
    ("name", "paola.guzman", "user"),
    ("campaigns", "paola.guzman", "campaigns"),
    ("call", "paola.guzman", "call"),
    ("chats", "ximena.cordero", "chat"),
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page, part: str = "html") -> list[str]:
    """What axe finds serious or worse in this part of the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "([part, tags]) => axe.run(part, {runOnly: {type: 'tag', values: tags}})", [part, TAGS]
    )
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


LOOKS = list(product(["normal", "compact"], ["light", "dark"]))


@pytest.mark.parametrize(("view", "theme"), LOOKS)
def test_axe_finds_nothing_serious(look: Look, view: str, theme: str) -> None:
    """The table, each card on it, the menus, the question before a capture."""
    User.objects.filter(username=SUPERVISOR).update(theme=theme)
    page = look(path=f"{TABLE}?vista={view}&empresa=lucuma", bypass_csp=True)
    expect(page.locator("#floor tbody tr")).to_have_count(18)
    assert violations(page) == []
    for column, username, kind in CARDS:
        trigger = cell(page, column, username).locator("[data-card]").first
        trigger.scroll_into_view_if_needed()
        trigger.hover()
        expect(card(page, kind)).to_be_visible()
        assert violations(page, "#card") == []
        if kind != "chat":
            page.mouse.move(640, 20)
            expect(card(page, kind)).not_to_be_attached()
    card(page, "chat").get_by_test_id("act-capture").click()
    expect(page.get_by_test_id("dlg-capture")).to_be_visible()
    assert violations(page, "#capture-dialog") == []
    page.keyboard.press("Escape")
    page.get_by_test_id("acc-menu").click()
    assert violations(page, ".top") == []
    page.keyboard.press("Escape")
    page.get_by_title("Descargar lo que se ve").click()
    assert violations(page, "#filters") == []
    User.objects.filter(username=SUPERVISOR).update(theme="system")


@pytest.mark.parametrize(("view", "theme"), LOOKS[1:3])
def test_axe_finds_nothing_serious_without_rows_or_link(look: Look, view: str, theme: str) -> None:
    """Nobody matches; the link is lost; nothing could be read at all."""
    User.objects.filter(username=SUPERVISOR).update(theme=theme)
    page = look(path=f"{TABLE}?vista={view}&q=nobody", bypass_csp=True)
    expect(page.locator("#empty-filtered")).to_be_visible()
    assert violations(page) == []
    page.route_web_socket("**/ws/v1/live/**", lambda route: route.close())
    page.goto(f"{TABLE}?vista={view}&empresa=lucuma")
    expect(page.locator("#link-state")).to_contain_text("Reconectando…")
    expect(page.locator("body")).to_have_attribute("data-link", "lost")
    assert violations(page) == []
    page.evaluate("document.getElementById('floor').dataset.state = 'error'")
    expect(page.locator("#load-error")).to_be_visible()
    assert violations(page, "#floor") == []
    User.objects.filter(username=SUPERVISOR).update(theme="system")


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/", "/operations/", "/nowhere/"])
def test_axe_finds_nothing_serious_on_the_other_pages(look: Look, path: str) -> None:
    page = look("fernando.arce", "/operations/", bypass_csp=True)
    if path.endswith("login/"):
        page.context.clear_cookies()
    page.goto(path)
    assert violations(page) == []


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

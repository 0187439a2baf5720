"""The hover cards: by pointer, keyboard and touch, bound to what they were opened for (3.5)."""

import pytest
from playwright.sync_api import Locator, Page, expect

from telephony.models import Call
from telephony.services.calls import call_connect, call_finish, call_hang_up
from tests.browser.floor.conftest import TABLE, Look, user
from tests.browser.floor.test_table import cell
from workspace.models import Chat
from workspace.services.people import user_deactivate
from workspace.services.statuses import status_change

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def card(page: Page, kind: str) -> Locator:
    """The open card."""
    return page.get_by_test_id(f"card-{kind}")


def lines(found: Locator) -> dict[str, str]:
    """The labelled lines of a card, in their order."""
    labels, values = found.locator("dt").all_inner_texts(), found.locator("dd").all_inner_texts()
    return {label: " ".join(value.split()) for label, value in zip(labels, values, strict=True)}


def inside(page: Page, found: Locator) -> bool:
    """Whether the card stands wholly in the window."""
    box = found.bounding_box()
    size = page.viewport_size
    assert box
    assert size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
    )


def beside(trigger: Locator, found: Locator) -> bool:
    """Whether the card leaves the column of its trigger free, for the way to the next row."""
    cell, box = trigger.bounding_box(), found.bounding_box()
    assert cell
    assert box
    return box["x"] >= cell["x"] + cell["width"] or box["x"] + box["width"] <= cell["x"]


def test_a_name_tells_more_by_pointer_and_by_keyboard(look: Look) -> None:
    """R10, R93: dismissible, hoverable, persistent."""
    page = look()
    name = cell(page, "name", "luis.huaman").locator("a")
    name.hover()
    expect(card(page, "user")).to_be_visible()
    told = lines(card(page, "user"))
    assert list(told)[:4] == ["Rol", "Estado", "Webphone", "Módulo"]
    assert told["Empresas"] == "Telandes"
    assert "luis.huaman" in card(page, "user").inner_text()
    since = cell(page, "status", "luis.huaman").locator("time").get_attribute("datetime")
    assert since
    expect(card(page, "user").locator("time").first).to_have_attribute("datetime", since)
    card(page, "user").hover()  # it stays while the pointer is on it
    page.wait_for_timeout(400)
    expect(card(page, "user")).to_be_visible()
    status_change(user("luis.huaman").pk, "training")  # and lives while it is open
    expect(card(page, "user")).to_contain_text("En capacitación")
    page.keyboard.press("Escape")
    expect(card(page, "user")).not_to_be_attached()
    page.mouse.move(640, 20)
    page.keyboard.press("Tab")
    name.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(card(page, "user")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("card-detail")).to_be_focused()
    page.keyboard.press("Escape")
    expect(name).to_be_focused()
    status_change(user("luis.huaman").pk, "available")


def test_people_of_one_name_are_told_apart(look: Look) -> None:
    """R8, R11, E2: each card and each link is that person's."""
    page = look()
    for username in ("maria.flores", "maria.flores2", "maria.flores3"):
        person = user(username)
        link = cell(page, "name", username).locator("a")
        link.hover()
        expect(card(page, "user")).to_contain_text(f"· {username}")
        assert link.get_attribute("href") == f"{TABLE}{person.pk}/"
        page.mouse.move(640, 20)
        expect(card(page, "user")).not_to_be_attached()


def test_the_campaigns_card_lists_all_by_company(look: Look) -> None:
    """R35, E6."""
    page = look()
    trigger = cell(page, "campaigns", "paola.guzman").locator("button")
    trigger.hover()
    found = card(page, "campaigns")
    expect(found).to_be_visible()
    assert inside(page, found)
    assert beside(trigger, found)
    assert found.locator("h2").inner_text() == "Campañas de Paola Andrea Guzmán Delgado (1047)"
    assert found.locator("h3").all_inner_texts() == [
        "Financiera Qori", "Mercado Lúcuma", "Telandes",
    ]  # fmt: skip
    expect(found.locator("li")).to_have_count(5)
    expect(cell(page, "campaigns", "raul.maldonado").locator("button")).to_be_hidden()
    cell(page, "campaigns", "jose.rodriguez").locator("button").hover()  # not available (R18)
    expect(found.locator(".active")).to_have_text("en pausa")


def test_the_call_card_tells_the_call(look: Look) -> None:
    """R42: the fields of 3.5.3."""
    page = look()
    cell(page, "call", "juan.quispe").locator("button").hover()
    found = card(page, "call")
    expect(found).to_be_visible()
    assert lines(found) == {
        "Contacto": "Roger Inga Rojas",
        "Código": "TEL-104537",
        "Teléfono": "+51 900 011 137",
        "Tipo de interacción": "Saliente",
        "Campaña": "Ventas Portabilidad",
        "Estrategia": "Predictivo",
        "Identificador": "Telandes Ventas Lima +51 1 700 0101",
    }
    expect(found).to_contain_text("Ticket 10401")
    page.mouse.move(640, 20)
    expect(found).not_to_be_attached()
    cell(page, "call", "maria.flores").locator("button").hover()
    expect(found).to_contain_text("El marcador asignará la próxima llamada contestada.")
    assert lines(found) == {"Campaña": "Ventas Portabilidad"}
    expect(cell(page, "call", "rosa.mamani").locator("button")).to_be_hidden()  # E5


def test_a_card_never_becomes_the_next_call(look: Look) -> None:
    """R43, E7, E8: the pointer lies still, the call ends, another begins at once."""
    page = look()
    old = Call.objects.get(user__username="kevin.ticona", state="talking")
    cell(page, "call", "kevin.ticona").locator("button").hover()
    found = card(page, "call")
    expect(found).to_have_attribute("data-call-id", str(old.pk))
    call_hang_up(old.pk)
    call_finish(old.pk)
    fresh = call_connect(
        user_id=old.user_id, campaign_id=old.campaign_id, strategy_id=old.strategy_id,
        identifier_id=old.identifier_id, direction=old.direction, contact_id=old.contact_id,
        ticket_id=old.ticket_id,
    )  # fmt: skip
    expect(cell(page, "call", "kevin.ticona")).to_have_attribute("data-call-id", str(fresh.pk))
    expect(found.locator("h2")).to_contain_text("La llamada terminó ·")
    expect(found).to_have_attribute("data-call-id", str(old.pk))
    expect(found.locator("button")).to_have_count(0)
    page.mouse.move(640, 20)
    expect(found).not_to_be_attached()
    cell(page, "call", "kevin.ticona").locator("button").hover()
    expect(found).to_have_attribute("data-call-id", str(fresh.pk))


def test_chats_have_a_card_each_and_a_list(look: Look) -> None:
    """R46–R48, E4."""
    page = look()
    chips = cell(page, "chats", "ximena.cordero").locator("button:visible")
    chips.first.scroll_into_view_if_needed()
    expect(chips).to_have_count(3)
    chips.nth(0).hover()
    found = card(page, "chat")
    expect(found).to_be_visible()
    assert list(lines(found)) == [
        "Contacto", "Código", "Teléfono", "Tipo de interacción", "Canal", "Identificador",
    ]  # fmt: skip
    first = found.get_attribute("data-interaction-id")
    assert first
    assert Chat.objects.filter(pk=first, ticket__assignee=user("ximena.cordero")).exists()
    assert inside(page, found)
    assert beside(chips.nth(0), found)
    chips.nth(2).hover()
    expect(card(page, "chats")).to_be_visible()
    expect(found).to_have_count(3)
    unnamed = lines(found.nth(1))
    assert "—" in unnamed["Teléfono"]  # Messenger tells no number (E27)


def test_touch_opens_first_and_follows_then(look: Look) -> None:
    """R94."""
    page = look(has_touch=True)
    name = cell(page, "name", "luis.huaman").locator("a")
    name.tap()
    expect(card(page, "user")).to_be_visible()
    assert page.url.endswith(TABLE)
    name.tap()
    page.wait_for_url(f"**{TABLE}{user('luis.huaman').pk}/")
    expect(page.locator("#page")).to_have_attribute("data-page", "user")


def test_the_card_of_somebody_deactivated_says_so_and_goes(look: Look) -> None:
    """E33."""
    page = look()
    person = user("nathaly.meza")
    cell(page, "name", person.username).locator("a").hover()
    expect(card(page, "user")).to_be_visible()
    user_deactivate(person)
    expect(page.locator("#card")).to_contain_text("Este usuario fue desactivado")
    expect(page.locator("#card")).to_contain_text(person.full_name)  # others move up meanwhile
    expect(page.get_by_test_id(f"mon-row-{person.pk}")).not_to_be_attached()
    expect(page.locator("#card")).to_be_hidden(timeout=6000)


def test_back_brings_the_table_as_it_was_left(look: Look) -> None:
    """R11: the same filters, view and place; the socket stays one."""
    page = look(path=f"{TABLE}?estado=available")
    opened: list[str] = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    scroller = page.locator("#scroller")
    name = cell(page, "name", "alex.romero").locator("a")
    name.scroll_into_view_if_needed()
    top = scroller.evaluate("one => one.scrollTop")
    assert top > 0
    name.click()
    expect(page.locator("h1")).to_have_text("Alex Javier Romero Sotelo")
    person = user("alex.romero")
    status_change(person.pk, "busy")
    expect(page.locator("[data-user]")).to_contain_text("Ocupado")
    status_change(person.pk, "available")
    page.go_back()
    page.wait_for_selector("#floor[data-ready]")
    assert "estado=available" in page.url
    expect(page.get_by_test_id("flt-status")).to_have_value("available")
    assert abs(scroller.evaluate("one => one.scrollTop") - top) < 60
    assert not opened

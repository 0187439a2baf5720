"""An agent's Workspace by keyboard and by mouse: nothing typed is lost, nothing needs a reload."""

import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from beex.lib import clock
from beex.lib.clock import iso
from tests.browser.desk.conftest import (
    WORKSPACE,
    House,
    Look,
    answer,
    choose,
    fresh,
    tickets,
    until,
)
from workspace.choices import MessageOrigin, MessageState
from workspace.models import Chat, Disposition, Draft, Message, Ticket
from workspace.services.tickets import ticket_resolve

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_a_whole_case_by_keyboard(house: House, look: Look) -> None:
    ana = house.people.ana
    first = house.ticket(ana, fresh(), "Primera consulta", "Alan Vera")
    second = house.ticket(ana, fresh(), "Segunda consulta", "Zoila Bravo")
    page = look(ana, WORKSPACE)
    centre = page.get_by_test_id("ws-centre")

    # through the list, into the message box, a quick answer, and sent
    page.keyboard.press("Alt+l")
    page.keyboard.press("Home")
    expect(page.get_by_test_id(f"ws-ticket-{second.pk}").get_by_role("button")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(centre).to_have_attribute("data-state", "open")
    expect(centre).to_contain_text("Primera consulta")
    house.sound(page)
    page.keyboard.press("Alt+m")
    page.keyboard.press("/")
    page.keyboard.type("sal")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("ws-text")).to_have_value("Buenas tardes, ¿en qué le ayudo?")
    page.keyboard.press("Enter")
    mine = page.locator(".line[data-from=agent]").last
    expect(mine).to_have_attribute("data-state", "sent", timeout=10_000)

    # the help, the tree, saved and resolved; then the next one
    page.keyboard.press("Escape")
    page.get_by_test_id("ws-lines").focus()
    page.keyboard.press("?")
    expect(page.get_by_test_id("dlg-help")).to_be_visible()
    house.sound(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+w")
    wrap = page.get_by_test_id("ws-wrap")
    wrap.get_by_label("Tipificación").first.select_option(label="Consulta")
    wrap.get_by_label("Tipificación").last.select_option(label="Resuelta")
    house.sound(page)
    wrap.get_by_role("button", name="Guardar y resolver").press("Enter")
    expect(page.get_by_test_id(f"ws-ticket-{first.pk}")).to_have_count(0)
    assert Disposition.objects.get(ticket=first).code.name == "Resuelta"
    page.keyboard.press("Alt+ArrowDown")
    expect(centre).to_contain_text("Segunda consulta")

    # taken up again by hand
    page.locator("#notes").get_by_role("button", name="Reabrir").click()
    expect(page.get_by_test_id(f"ws-ticket-{first.pk}")).to_be_visible()
    expect(centre).to_contain_text("Primera consulta")


def test_drafts_and_unsent_lines_survive(house: House, look: Look) -> None:
    ana = house.people.ana
    ticket = house.ticket(ana, fresh(), "¿Hay stock?", "Iván Inga")
    chat = Chat.objects.get(ticket=ticket)
    page = look(ana, WORKSPACE)
    choose(page, ticket)
    page.get_by_test_id("ws-text").fill("A medio escribir")
    until(lambda: Draft.objects.filter(chat=chat, text="A medio escribir").first())
    page.get_by_test_id("ws-text").press_sequentially(" y más")
    page.reload()  # before the server has heard of the rest
    expect(page.get_by_test_id("ws-text")).to_have_value("A medio escribir y más")

    # sent without a connection: it waits, outlives the page, and leaves once
    page.context.set_offline(True)
    page.get_by_test_id("ws-text").press("Enter")
    expect(page.locator(".line[data-state=waiting]")).to_contain_text("A medio escribir y más")
    page.context.set_offline(False)
    expect(page.locator(".line[data-state=waiting]")).to_have_count(0, timeout=20_000)
    sent = Message.objects.filter(chat=chat, origin=MessageOrigin.AGENT)
    assert [line.text for line in sent] == ["A medio escribir y más"]
    assert not Draft.objects.filter(chat=chat).exists()

    # new lines come by themselves, those of other chats are counted in the list
    other = house.ticket(ana, fresh(), "Buenas", "Alan Vera")
    expect(page.get_by_test_id(f"ws-ticket-{other.pk}")).to_contain_text("1 sin leer")
    choose(page, other)
    expect(page.get_by_test_id(f"ws-ticket-{other.pk}")).not_to_contain_text("sin leer")


def test_earlier_lines_come_by_page_and_a_closed_window_asks_for_a_template(
    house: House, look: Look
) -> None:
    ana = house.people.ana
    before = clock.now() - timedelta(hours=30)
    ticket = house.ticket(ana, fresh(), "Hace mucho", "Hilda Matos", at=iso(before))
    chat = Chat.objects.get(ticket=ticket)
    history(chat, 120)
    page = look(ana, WORKSPACE)
    choose(page, ticket)
    lines = page.locator(".line")
    expect(lines).to_have_count(50)
    expect(lines.last).to_be_in_viewport()
    page.locator("#ws-older").click()
    expect(lines).to_have_count(100)

    expect(page.get_by_test_id("ws-window")).to_contain_text("La ventana de 24 horas terminó")
    expect(page.get_by_test_id("ws-text")).to_be_disabled()
    page.get_by_test_id("ws-window").get_by_role("button").click()
    dialog = page.get_by_test_id("dlg-template")
    dialog.get_by_role("combobox").select_option(label="Retomar")
    dialog.get_by_label("nombre").fill("Hilda")
    house.sound(page)
    dialog.get_by_role("button", name="Enviar").click()
    expect(page.get_by_test_id("ws-lines")).to_contain_text("Hola Hilda, ¿seguimos?")


def history(chat: Chat, lines: int) -> None:
    """So many lines of an agent, a minute apart, up to yesterday."""
    start = clock.now() - timedelta(hours=29)
    Message.objects.bulk_create(
        Message(
            chat=chat,
            identifier=chat.identifier,
            rev=chat.rev + number,
            origin=MessageOrigin.AGENT,
            author_id=chat.ticket.assignee_id,
            text=f"Línea {number}",
            at=start + timedelta(minutes=number),
            state=MessageState.READ,
            client_id=uuid.uuid4(),
        )
        for number in range(1, lines + 1)
    )
    Chat.objects.filter(pk=chat.pk).update(rev=chat.rev + lines)


def test_finding_a_contact_and_handing_on(house: House, look: Look) -> None:
    ana, beto = house.people.ana, house.people.beto
    ticket = house.ticket(ana, fresh(), "¿Me pasan con Beto?", "Néstor Inga")
    page = look(ana, WORKSPACE)
    ticket_resolve(house.ticket(ana, "+51 955 000 111", "Gracias", "Úrsula Paz").pk, ana.pk)
    page.locator("#ws-search").fill("Úrsula")
    page.get_by_test_id("ws-found").get_by_role("button").click()
    expect(page.locator("#ws-contact")).to_contain_text("Úrsula Paz")
    page.locator("#ws-search").fill("")
    colleague = look(beto, WORKSPACE, status="lunch")
    expect(tickets(colleague)).to_have_count(0)
    choose(page, ticket)
    page.get_by_test_id("ws-transfer").click()
    dialog = page.get_by_test_id("dlg-transfer")
    dialog.get_by_role("combobox").select_option(label="Beto De Prueba (1002) · Almuerzo")
    dialog.get_by_role("textbox").fill("Te conoce")
    house.sound(page)
    dialog.get_by_role("button", name="Transferir").click()
    expect(tickets(page)).to_have_count(0)
    expect(colleague.locator("#notes")).to_contain_text("Ana De Prueba")
    choose(colleague, Ticket.objects.get(assignee=beto))
    expect(colleague.get_by_test_id("ws-lines")).to_contain_text("Te conoce")
    answer(colleague, "Aquí Beto")
    expect(colleague.locator(".line[data-from=agent]")).to_contain_text("Aquí Beto")

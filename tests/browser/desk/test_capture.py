"""Contact, agent and supervisor in three real browsers: what one does, the others see."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk.conftest import (
    TABLE,
    WORKSPACE,
    House,
    Look,
    answer,
    choose,
    fresh,
    tickets,
    until,
)
from workspace.choices import Module, ModuleAccess
from workspace.models import Chat, Ticket, User
from workspace.services.people import module_access_set

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def cell(page: Page, column: str, user: User) -> Locator:
    return page.get_by_test_id(f"mon-cell-{column}-{user.pk}")


def chips(page: Page, user: User) -> Locator:
    """The chats he has open, as his row shows them."""
    return cell(page, "chats", user).locator("[data-card=chat]:visible")


def open_card(page: Page, user: User) -> Locator:
    """The card of his open chat."""
    chips(page, user).first.hover()
    card = page.get_by_test_id("card-chat")
    expect(card).to_be_visible()
    return card


def test_a_web_chat_is_attended_captured_and_given_back(house: House, look: Look) -> None:
    ana, carlos = house.people.ana, house.people.carlos
    agent = look(ana, WORKSPACE, status="available")
    floor = look(carlos, TABLE)
    contact = look(None, house.widget)
    ticket = attend(house, contact, agent, floor)

    # captured with a text half written: the agent keeps it and reads who has the chat now (E17)
    agent.get_by_test_id("ws-text").press_sequentially("Y también")
    open_card(floor, ana).get_by_test_id("act-capture").click()
    expect(floor.get_by_test_id("dlg-capture")).to_contain_text("Ana De Prueba (anexo 1001)")
    house.sound(floor)
    floor.get_by_test_id("dlg-capture-confirm").click()
    expect(agent.get_by_test_id("ws-gone")).to_contain_text("Carlos De Prueba (anexo 1101)")
    kept = agent.get_by_test_id("ws-kept-text")
    expect(kept).to_contain_text("Este chat fue capturado. Tu mensaje no se envió")
    expect(kept).to_contain_text("Y también")
    expect(tickets(agent)).to_have_count(0)
    house.sound(agent)

    # the supervisor's Workspace has it, and his answers arrive
    expect(floor).to_have_url(f"{house.server.url}/workspace/?ticket={ticket.pk}")
    expect(floor.get_by_test_id("ws-captured")).to_contain_text("Ana De Prueba (anexo 1001)")
    answer(floor, "Soy Carlos, sigo con su consulta")
    expect(contact.get_by_test_id("wc-lines")).to_contain_text("Soy Carlos, sigo con su consulta")
    say(contact, "Gracias, Carlos")
    expect(floor.get_by_test_id("ws-lines")).to_contain_text("Gracias, Carlos")
    assert Ticket.objects.get(pk=ticket.pk).assignee_id == carlos.pk

    given_back(house, ticket, agent, floor, contact)


def given_back(house: House, ticket: Ticket, agent: Page, floor: Page, contact: Page) -> None:
    """With a note; the agent reads only what is true now, and may send what was refused."""
    ana, kept = house.people.ana, agent.get_by_test_id("ws-kept-text")
    floor.get_by_test_id("ws-give-back").click()
    dialog = floor.get_by_test_id("dlg-give-back")
    expect(dialog).to_contain_text("Ana De Prueba (anexo 1001) volverá a atender")
    dialog.get_by_role("textbox").fill("Ya está resuelto el envío")
    dialog.get_by_role("button", name="Devolver").click()
    expect(tickets(floor)).to_have_count(0)
    expect(agent.locator("#notes .note")).to_have_count(1)
    expect(agent.locator("#notes")).to_contain_text("Carlos De Prueba (anexo 1101) te devolvió")
    row = agent.get_by_test_id(f"ws-ticket-{ticket.pk}")
    expect(row).to_contain_text("devolvió el chat a Ana De Prueba (anexo 1001)")
    choose(agent, ticket)
    expect(agent.get_by_test_id("ws-lines")).to_contain_text("Ya está resuelto el envío")
    taken = agent.locator(".line[data-from=event]").first
    expect(taken.locator(".text")).to_have_text(
        "Carlos De Prueba (anexo 1101) capturó el chat de Ana De Prueba (anexo 1001)"
    )
    expect(taken.locator(".author")).to_be_hidden()
    assert Ticket.objects.get(pk=ticket.pk).assignee_id == ana.pk
    agent.reload()
    expect(kept).to_contain_text(re.compile("^Tu mensaje a .* no se envió"))
    kept.get_by_role("button", name="Enviar").click()
    expect(kept).to_have_count(0)
    expect(contact.get_by_test_id("wc-lines")).to_contain_text("Y también")


def attend(house: House, contact: Page, agent: Page, floor: Page) -> Ticket:
    """The contact writes, the chat goes to whoever is free, she answers, he reads it."""
    ana = house.people.ana
    say(contact, "Hola, ¿hacen envíos?")
    expect(tickets(agent)).to_have_count(1, timeout=15_000)
    expect(tickets(agent)).to_contain_text("Hola, ¿hacen envíos?")
    expect(cell(floor, "tickets", ana)).to_have_text("1")
    ticket = Ticket.objects.get(assignee=ana, state="assigned")
    choose(agent, ticket)
    chat = Chat.objects.get(ticket=ticket)
    expect(chips(floor, ana)).to_have_attribute("data-card-id", str(chat.pk))
    expect(contact.locator("#wc-state")).to_contain_text("Ana")
    answer(agent, "Sí, a todo el país")
    expect(contact.get_by_test_id("wc-lines")).to_contain_text("Sí, a todo el país")
    mine = agent.locator(".line[data-from=agent]").last
    expect(mine).to_have_attribute("data-state", "read", timeout=10_000)
    return ticket


def say(contact: Page, text: str) -> None:
    """The contact writes a line in his web chat."""
    contact.get_by_test_id("wc-text").fill(text)
    contact.get_by_test_id("wc-text").press("Enter")


def test_the_floor_shows_exactly_the_chat_that_is_selected(house: House, look: Look) -> None:
    ana = house.people.ana
    three = [house.ticket(ana, fresh(), f"Caso {number}", f"Contacto {number}") for number in "abc"]
    agent = look(ana, WORKSPACE)
    floor = look(house.people.carlos, TABLE)
    expect(cell(floor, "tickets", ana)).to_have_text("3")
    for ticket in three:
        choose(agent, ticket)
        chat = Chat.objects.get(ticket=ticket)
        expect(chips(floor, ana)).to_have_count(1)
        expect(chips(floor, ana)).to_have_attribute("data-card-id", str(chat.pk))
    expect(cell(floor, "module", ana)).to_contain_text("Chat")

    # to Agenda: nothing is open, and the tickets stay; back: what was selected is again
    agent.locator("#rail a[data-module=agenda]").click()
    expect(chips(floor, ana)).to_have_count(0)
    expect(cell(floor, "tickets", ana)).to_have_text("3")
    agent.go_back()
    expect(chips(floor, ana)).to_have_count(1)
    agent.get_by_test_id("ws-resolve").click()
    expect(cell(floor, "tickets", ana)).to_have_text("2")
    expect(chips(floor, ana)).to_have_count(0)


def test_access_taken_away_while_the_card_is_open(house: House, look: Look) -> None:
    """E9: the button greys, a press of the same moment reads why not; given back, it works."""
    ana, carlos = house.people.ana, house.people.carlos
    ticket = house.ticket(ana, fresh(), "Necesito ayuda", "Zoila Bravo")
    agent = look(ana, WORKSPACE)
    choose(agent, ticket)
    floor = look(carlos, TABLE)
    card = open_card(floor, ana)
    button = card.get_by_test_id("act-capture")
    button.click()
    try:
        grant(carlos, ModuleAccess.HIDDEN)
        dialog = floor.get_by_test_id("dlg-capture")
        expect(dialog).to_contain_text("Necesitas acceso al módulo Workspace")
        expect(floor.get_by_test_id("dlg-capture-confirm")).to_be_disabled()
        dialog.get_by_role("button", name="Cancelar").click()
        card = open_card(floor, ana)
        expect(card.get_by_test_id("act-capture")).to_have_attribute(
            "data-deny", "workspace_required"
        )
        expect(card).to_contain_text("Necesitas acceso al módulo Workspace")
        said = floor.evaluate(
            "path => import('/static/js/http.js').then(({api}) => api('POST', path, {}))",
            f"chats/{Chat.objects.get(ticket=ticket).pk}/capture/",
        )
        assert (said["status"], said["body"]["code"]) == (403, "workspace_required")
    finally:
        grant(carlos, ModuleAccess.ACTIVE)
    expect(floor.get_by_test_id("act-capture")).not_to_have_attribute(
        "data-deny", "workspace_required"
    )


def grant(user: User, access: str) -> None:
    """His profile's access to Workspace."""
    assert user.profile is not None
    module_access_set(user.profile, {Module.WORKSPACE: access})


def test_two_supervisors_ask_at_once(house: House, look: Look) -> None:
    """R59: one has it, the other reads who."""
    ana = house.people.ana
    ticket = house.ticket(ana, fresh(), "¿Sigue ahí?", "Alan Vera")
    agent = look(ana, WORKSPACE)
    choose(agent, ticket)
    pages = [look(user, TABLE) for user in (house.people.carlos, house.people.lorena)]
    for page in pages:
        open_card(page, ana).get_by_test_id("act-capture").click()
    for page in pages:
        page.get_by_test_id("dlg-capture-confirm").click(no_wait_after=True)
    until(lambda: Ticket.objects.exclude(assignee=ana).filter(pk=ticket.pk).first())
    winner = Ticket.objects.get(pk=ticket.pk).assignee
    loser = pages[1] if winner == house.people.carlos else pages[0]
    assert winner is not None
    expect(loser.get_by_test_id("dlg-capture")).to_contain_text(winner.full_name)

"""What an agent does with a case: files, notes, codes, calls, handing on, in several tabs."""

import contextlib
import re
import struct
import zlib
from datetime import timedelta

import pytest
from playwright.sync_api import Error, FilePayload, Locator, Page, expect

from beex.lib import clock
from telephony.services.calls import call_connect, call_hang_up
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
from tests.factories import StrategyFactory
from workspace.choices import TicketState
from workspace.models import Campaign, Chat, Disposition, Draft, Message, StrategySession, Ticket
from workspace.services.chats import chat_end
from workspace.services.statuses import status_change

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def png() -> bytes:
    """One red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def wav() -> bytes:
    """A tenth of a second of silence."""
    data = bytes(800)
    head = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + head
        + b"data"
        + (struct.pack("<I", len(data)) + data)
    )


def file(name: str, kind: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def line(page: Page) -> Locator:
    """The agent's last line."""
    return page.locator(".line[data-from=agent]").last


def test_files_and_notes(house: House, look: Look) -> None:
    """Images, sounds and documents arrive and are shown; what is too large, or not what its name
    says, is refused beside its name; a note stays inside."""
    contact = look(None, house.widget)
    contact.get_by_test_id("wc-text").fill("Hola")
    contact.get_by_test_id("wc-text").press("Enter")
    agent = look(house.people.ana, WORKSPACE, status="available")
    expect(tickets(agent)).to_have_count(1, timeout=15_000)
    choose(agent, Ticket.objects.get(assignee=house.people.ana, state="assigned"))
    choice = agent.locator("#ws-file")
    choice.set_input_files(
        [
            file("foto.png", "image/png", png()),
            file("audio.wav", "audio/wav", wav()),
            file("plan.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n"),
        ]
    )
    expect(agent.locator(".file[data-state=done]")).to_have_count(3)
    answer(agent, "Aquí va todo")
    expect(line(agent).locator(".picture img")).to_have_js_property("naturalWidth", 1)
    expect(line(agent).locator("audio")).to_have_js_property("error", None)
    expect(line(agent).locator("a.document")).to_contain_text("plan.pdf")
    theirs = contact.locator(".line").last
    expect(theirs).to_contain_text("Aquí va todo")
    expect(theirs.locator("img")).to_have_js_property("naturalWidth", 1)

    # a program named like a picture, and too much
    choice.set_input_files(file("foto.png", "image/png", b"MZ" + bytes(200)))
    failed = agent.locator(".file[data-state=failed]")
    expect(failed).to_contain_text("foto.png: Este tipo de archivo no se admite")
    house.sound(agent)
    failed.get_by_role("button").click()
    choice.set_input_files(file("grande.png", "image/png", png() + bytes(11 * 1024 * 1024)))
    expect(failed).to_contain_text("grande.png: El archivo pesa más de 10 MB", timeout=15_000)
    failed.get_by_role("button").click()

    agent.locator("#ws-note").click()
    answer(agent, "Ojo: cliente difícil")
    expect(agent.locator(".line[data-from=note]")).to_contain_text("Ojo: cliente difícil")
    answer(agent, "Después de la nota")
    expect(contact.get_by_test_id("wc-lines")).to_contain_text("Después de la nota")
    expect(contact.get_by_test_id("wc-lines")).not_to_contain_text("cliente difícil")


def test_a_call_its_after_work_and_its_code(house: House, look: Look) -> None:
    """R41: the state of the call stands above the desk; ACW runs to the campaign's limit and ends
    with the code; resolved, and taken up again."""
    ana, campaign = house.people.ana, house.people.campaign
    ticket = house.ticket(ana, fresh(), "Llámenme", "Roger Inga Rojas")
    page = look(ana, WORKSPACE, status="busy")
    panel = page.get_by_test_id("ws-call")
    expect(panel).to_be_hidden()
    Campaign.objects.filter(pk=campaign.pk).update(acw_limit=90)
    call = call_connect(
        user_id=ana.pk,
        at=clock.now() - timedelta(seconds=130),
        campaign_id=campaign.pk,
        contact_id=ticket.contact_id,
        identifier_id=house.people.whatsapp.pk,
        direction="outbound",
        ticket_id=ticket.pk,
    )
    expect(panel).to_contain_text(re.compile(r"Hablando 02:1\d"))
    expect(panel).to_contain_text("Roger Inga Rojas")
    page.get_by_test_id("ws-call-ticket").click()
    expect(page.get_by_test_id("ws-centre")).to_contain_text("Llámenme")
    house.sound(page)
    call_hang_up(call.pk)
    expect(panel).to_contain_text(re.compile(r"En ACW 00:0\d de 01:30"))
    house.sound(page)
    expect(page.get_by_test_id("ws-call-wrap")).to_be_hidden()  # the ticket's own stands below
    page.get_by_test_id("ws-wrap-button").click()
    wrap = page.get_by_test_id("ws-wrap")
    wrap.get_by_label("Tipificación").select_option(label="No responde")
    wrap.get_by_label("Nota").fill("Tercer intento")
    wrap.get_by_role("button", name="Guardar", exact=True).click()
    expect(panel).to_be_hidden()
    kept = Disposition.objects.get(ticket=ticket)
    assert (kept.code.name, kept.note) == ("No responde", "Tercer intento")
    Campaign.objects.filter(pk=campaign.pk).update(acw_limit=0)

    page.get_by_test_id("ws-resolve").click()
    expect(tickets(page)).to_have_count(0)
    page.locator("#notes").get_by_role("button", name="Reabrir").click()
    expect(page.get_by_test_id("ws-centre")).to_contain_text("Llámenme")
    expect(page.get_by_test_id("ws-centre")).to_have_attribute("data-state", "open")
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.ASSIGNED
    over(house, page, ticket)
    from_its_address(house, page, ticket)


def over(house: House, page: Page, ticket: Ticket) -> None:
    """A conversation ends while something is half written: said why, kept, nothing is sent."""
    chat = ticket.chats.get()
    page.get_by_test_id("ws-text").fill("Una cosa más")
    chat_end(chat.pk)
    expect(page.get_by_test_id("ws-ended")).to_contain_text("Tipifica o resuelve el ticket")
    expect(page.get_by_test_id("ws-text")).to_be_hidden()
    expect(page.get_by_test_id("ws-kept-text")).to_contain_text("Una cosa más")
    house.sound(page)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.method == "POST" else None)
    Chat.objects.filter(pk=chat.pk).update(unread=1)
    page.locator("#ws-file").set_input_files(file("foto.png", "image/png", png()))
    page.reload()
    expect(page.get_by_test_id("ws-ended")).to_be_visible()
    assert not [url for url in asked if f"chats/{chat.pk}/" in url or "null" in url]


def from_its_address(house: House, page: Page, ticket: Ticket) -> None:
    """Resolved: found by its address, read, and reopened by hand."""
    page.get_by_test_id("ws-resolve").click()
    expect(tickets(page)).to_have_count(0)
    page.goto(f"{WORKSPACE}?ticket={ticket.pk}")
    expect(page.get_by_test_id("ws-lines")).to_contain_text("Llámenme")
    expect(page.get_by_test_id("ws-centre")).to_have_attribute("data-state", "past")
    page.get_by_test_id("ws-tab-history").click()
    expect(page.locator(".past")).to_contain_text(["No responde"])
    house.sound(page)
    page.locator("#ws-reopen").click()
    expect(tickets(page)).to_have_count(1)
    expect(page.get_by_test_id("ws-centre")).to_have_attribute("data-state", "ended")


def test_two_tabs_of_one_agent(house: House, look: Look) -> None:
    """Both show the same desk; each its own chat. A tab that crashes loses nothing typed."""
    ana = house.people.ana
    one = house.ticket(ana, fresh(), "Primero", "Alan Vera")
    two = house.ticket(ana, fresh(), "Segundo", "Zoila Bravo")
    first = look(ana, WORKSPACE, status="lunch")
    second = first.context.new_page()
    second.goto(WORKSPACE)
    choose(first, one)
    choose(second, two)
    expect(first.get_by_test_id("ws-lines")).to_contain_text("Primero")
    answer(first, "Desde la primera")
    choose(second, one)
    expect(second.get_by_test_id("ws-lines")).to_contain_text("Desde la primera")
    answer(second, "Desde la segunda")
    expect(first.get_by_test_id("ws-lines")).to_contain_text("Desde la segunda")
    expect(first.locator(".line[data-from=agent]")).to_have_count(2)

    # what is drafted in both and sent in one is not sent again by the other
    second.get_by_test_id("ws-text").press_sequentially("Una sola vez")
    until(lambda: Draft.objects.filter(text="Una sola vez").exists())
    first.reload()
    expect(first.get_by_test_id("ws-text")).to_have_value("Una sola vez")
    second.keyboard.press("Enter")
    expect(first.get_by_test_id("ws-lines")).to_contain_text("Una sola vez")
    expect(first.get_by_test_id("ws-text")).to_have_value("")

    choose(second, two)
    second.get_by_test_id("ws-text").press_sequentially("A medio decir")
    with second.expect_event("crash"):
        crash(second)
    again = first.context.new_page()
    again.goto(f"{WORKSPACE}?ticket={two.pk}")
    expect(again.get_by_test_id("ws-text")).to_have_value("A medio decir")
    assert not Message.objects.filter(chat__ticket=two, origin="agent").exists()

    # to a queue, in one tab: gone from both, and nobody's
    again.get_by_test_id("ws-transfer").click()
    dialog = again.get_by_test_id("dlg-transfer")
    dialog.get_by_role("combobox").select_option(label="Atención")
    dialog.get_by_role("button", name="Transferir").click()
    expect(tickets(again)).to_have_count(1)
    expect(tickets(first)).to_have_count(1)
    left = Ticket.objects.get(pk=two.pk)
    assert (left.state, left.assignee) == (TicketState.QUEUED, None)


def crash(page: Page) -> None:
    """The page's process dies, as by lack of memory."""
    with contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=500)


#: what sounds and what is told by the system, counted where the browser does it
COUNT = """() => {
  window.told = {tones: 0, notes: [], last: 0};
  window.OscillatorNode = class extends OscillatorNode {
    constructor(...given) {
      super(...given);
      window.told.tones += 1;
      window.told.last = performance.now();
    }
  };
  window.Notification = class extends Notification {
    constructor(title, more) { super(title, more); window.told.notes.push(title); }
  };
}"""


#: two sounds are further apart than this
QUIET = "() => performance.now() - window.told.last > 1500"


def test_strategies_and_being_told(house: House, look: Look) -> None:
    """R30, R32, D23: entered, refused, paused, left. Sound and notification only by choice."""
    ana, campaign = house.people.ana, house.people.campaign
    for name, kind in (("Porta Lima", "progressive"), ("Retención", "predictive")):
        StrategyFactory.create(name=name, kind=kind, campaign=campaign)
    page = look(ana, WORKSPACE, status="available", permissions=["notifications"])
    chips, entry = page.locator("#ws-strategies .chip"), page.locator("#ws-enter")
    entry.click()
    page.locator("#ws-strategy-menu").get_by_role("button", name="Porta Lima").click()
    expect(chips).to_have_text(re.compile("Porta Lima"))
    entry.click()
    expect(page.locator("#ws-strategy-menu")).to_contain_text("Predictivo")
    house.sound(page)
    page.locator("#ws-strategy-menu").get_by_role("button", name="Retención").click()
    expect(page.locator("#ws-strategies .problem")).to_contain_text("Porta Lima")
    status_change(ana.pk, "lunch")
    expect(chips).to_contain_text("en pausa")
    chips.get_by_role("button").click()
    expect(chips).to_have_count(0)
    assert not StrategySession.objects.filter(user=ana, left_at=None).exists()

    # nothing sounds or pops up until it is wanted
    page.evaluate(COUNT)
    number = fresh()
    ticket = house.ticket(ana, number, "Sin ruido", "Alan Vera")
    row = page.get_by_test_id(f"ws-ticket-{ticket.pk}")
    expect(row).to_contain_text("1 sin leer")
    assert page.evaluate("window.told") == {"tones": 0, "notes": [], "last": 0}
    page.locator("#ws-sound").click()
    page.get_by_test_id("acc-menu").click()
    page.locator("#notify-switch").click()
    expect(page.locator("#notify-switch")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Escape")
    look_away(page)
    page.wait_for_function(QUIET)
    house.writes(number, "Con ruido")
    expect(row).to_contain_text("2 sin leer")
    told = page.evaluate("window.told")
    assert told["tones"] == 4, "two when it was switched on, two for the line"
    assert told["notes"] == ["Mensaje nuevo de Alan Vera"]
    expect(page).to_have_title(re.compile(r"^\(2\) "))


def look_away(page: Page) -> None:
    """The person turns to another tab."""
    page.context.new_cdp_session(page).send(
        "Emulation.setFocusEmulationEnabled", {"enabled": False}
    )
    page.context.new_page().bring_to_front()
    page.wait_for_function("() => !document.hasFocus()")

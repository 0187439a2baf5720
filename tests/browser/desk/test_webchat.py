"""A contact at his web chat: on its own page, without a connection, and inside somebody's site."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk.conftest import (
    WORKSPACE,
    House,
    Look,
    answer,
    choose,
    tickets,
    until,
)
from tests.parts.process import free_port
from workspace.models import Message, Ticket
from workspace.services.statuses import status_change

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PHONE = {"width": 390, "height": 760}


def say(page: Page, text: str) -> None:
    page.get_by_test_id("wc-text").fill(text)
    page.get_by_test_id("wc-text").press("Enter")


def test_a_message_is_left_and_answered_after_a_reload(house: House, look: Look) -> None:
    status_change(house.people.ana.pk, "lunch")
    contact = look(None, house.widget, viewport=PHONE)
    expect(contact.locator("#wc-state")).to_contain_text("Ahora no hay nadie")
    contact.get_by_label("Tu nombre").fill("Zoila Bravo")
    contact.get_by_label("Tu teléfono").fill("+51 900 000 001")
    house.sound(contact)
    say(contact, "Llámenme <b>por favor</b>")
    expect(contact.locator("#wc-state")).to_contain_text("Recibimos tu mensaje")

    # it waits like any other; whoever comes gets it, with who he is
    agent = look(house.people.ana, WORKSPACE, status="available")
    expect(tickets(agent)).to_contain_text("Zoila Bravo", timeout=15_000)
    choose(agent, Ticket.objects.get(assignee=house.people.ana, state="assigned"))
    expect(agent.get_by_test_id("ws-lines")).to_contain_text("Llámenme <b>por favor</b>")
    contact.reload()
    expect(contact.get_by_test_id("wc-lines")).to_contain_text("Llámenme <b>por favor</b>")
    answer(agent, "Hola Zoila, la llamo en un momento")
    expect(contact.get_by_test_id("wc-lines")).to_contain_text("la llamo en un momento")
    house.sound(contact)


def test_what_is_written_offline_leaves_once_and_in_order(house: House, look: Look) -> None:
    contact = look(None, house.widget)
    say(contact, "uno")
    until(lambda: Message.objects.filter(text="uno").first())
    contact.context.set_offline(True)
    say(contact, "dos")
    say(contact, "tres")
    expect(contact.locator(".wc-offline")).to_be_visible()
    expect(contact.locator(".line[data-state=waiting]")).to_have_count(2)
    contact.context.set_offline(False)
    expect(contact.locator(".line[data-state=received]")).to_have_count(3, timeout=20_000)
    texts = Message.objects.filter(identifier=house.people.webchat, text__in=["uno", "dos", "tres"])
    assert list(texts.order_by("at", "pk").values_list("text", flat=True)) == ["uno", "dos", "tres"]
    contact.reload()
    expect(contact.locator(".line")).to_have_count(3)


@contextmanager
def site(port: int, script: str) -> Iterator[str]:
    """Somebody's own site, whose pages load the script."""
    page = f'<!doctype html><html lang="en"><title>Shop</title><script src="{script}"></script>'

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.shutdown()
        server.server_close()


def test_a_site_shows_it_in_its_corner(house: House, look: Look) -> None:
    """Only a site we named may; the script needs nothing from it."""
    script = f"{house.server.url}{house.widget}embed.js"
    with site(house.shop, script) as ours, site(free_port(), script) as other:
        page = look(None, ours)
        page.get_by_role("button", name="Open the chat").click()
        chat = page.frame_locator("iframe")
        expect(chat.locator("#webchat")).to_have_attribute("data-state", "none")
        chat.get_by_test_id("wc-text").fill("From the shop")
        chat.get_by_test_id("wc-text").press("Enter")
        expect(chat.get_by_test_id("wc-lines")).to_contain_text("From the shop")
        until(lambda: Message.objects.filter(text="From the shop").first())
        chat.get_by_test_id("wc-text").press("Escape")
        expect(page.locator("iframe")).to_be_hidden()

        assert not house.complaints, "nothing is posted to a page that does not listen yet"
        page.clock.install()
        page.goto(other)
        with page.expect_console_message(lambda line: "frame-ancestors" in line.text):
            page.get_by_role("button", name="Open the chat").click()
        with page.expect_console_message(lambda line: "WEBCHAT_ORIGINS" in line.text):
            page.clock.fast_forward(5_000)
        expect(page.get_by_text("The chat is not available on this site")).to_be_visible()
        expect(page.locator("iframe")).to_be_hidden()
        house.complaints.clear()

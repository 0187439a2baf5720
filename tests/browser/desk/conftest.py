"""A small contact centre with all its processes, and its people in a real Chromium.

Starting it costs some seconds, so the tests of this folder share it; each begins with empty desks.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pytest_django.plugin import DjangoDbBlocker

from tests.floor.live import cookie_of
from tests.parts.process import free_port
from tests.parts.server import Server, manage
from tests.workspace.cast import Cast, cast, event
from workspace.choices import Module, ModuleAccess, TicketState
from workspace.models import (
    DispositionCode,
    DispositionTree,
    Message,
    MessageTemplate,
    QuickAnswer,
    Ticket,
    User,
)
from workspace.services.inbox import inbox_accept
from workspace.services.people import module_access_set
from workspace.services.statuses import status_change
from workspace.services.tickets import ticket_assign, ticket_resolve
from workspace.statuses import ensure_statuses

AXE = Path(__file__).resolve().parents[3] / "node_modules/axe-core/axe.min.js"
#: what is asked of a page in each of its two looks; it ends light
SCHEMES: dict[Literal["dark", "light"], list[str]] = {
    "dark": ["color-contrast"],
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
}
#: until nothing fades from one colour to another
STILL = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime < Infinity)
  .map((one) => one.finished.catch(() => {})))"""
#: what axe finds by these rules; nothing else is worked out or carried over
ASK = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]})
  .then((said) => said.violations)"""
WORKSPACE, TABLE = "/workspace/", "/supervision/users/"
#: a page whose script has taken over
READY = "#floor[data-ready], #ws-list[aria-busy=false], #page:not([data-page])"
#: seconds in which a worker has looked at what came in
SOON = 10.0
Look = Callable[..., Page]
T = TypeVar("T")


@dataclass
class House:
    """The people, the servers, and what the pages complained of."""

    people: Cast
    server: Server
    shop: int  # the port of a site that may show the web chat
    complaints: list[str] = field(default_factory=list)

    @property
    def widget(self) -> str:
        return f"/webchat/{self.people.webchat.code}/"

    def writes(self, sender: str, text: str, name: str = "", at: str | None = None) -> Message:
        """A contact writes by WhatsApp; the line, once the worker has it."""
        identifier = self.people.whatsapp
        more = {"name": name, **({"at": at} if at else {})}
        raw = event(sender, text, **more)
        inbox_accept(identifier.channel, identifier.pk, raw)
        return until(lambda: Message.objects.filter(identifier=identifier, text=text).last())

    def sound(self, page: Page) -> None:
        """axe finds nothing on the page as it stands, nor in its colours when it is dark. What it
        tries meanwhile (styles of its own) is not the page's fault."""
        before = list(self.complaints)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text())
        found = []
        for scheme, rules in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
            page.evaluate(STILL)
            found += page.evaluate(ASK, rules)
        with page.expect_console_message(lambda line: line.text == "axe is done"):
            page.evaluate("console.debug('axe is done')")  # after all that it caused
        self.complaints[:] = before
        assert not found, [
            (one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found
        ]

    def ticket(
        self, user: User, sender: str, text: str, name: str, at: str | None = None
    ) -> Ticket:
        """A conversation that this user has."""
        ticket = self.writes(sender, text, name, at).chat.ticket
        ticket_assign(ticket.pk, user.pk, expected=ticket.assignee_id)
        return Ticket.objects.get(pk=ticket.pk)


def until(look: Callable[[], T | None]) -> T:
    """What ``look`` finds, as soon as it finds something."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came")


def furnish(people: Cast) -> None:
    """Codes to choose from, ready texts, and templates."""
    tree = DispositionTree.objects.create(code="atencion", name="Atención")
    branch = DispositionCode.objects.create(tree=tree, name="Consulta")
    DispositionCode.objects.create(tree=tree, parent=branch, name="Resuelta")
    DispositionCode.objects.create(tree=tree, name="No responde")
    people.campaign.disposition_tree = tree
    people.campaign.save()
    assert people.ana.profile is not None
    module_access_set(people.ana.profile, {Module.AGENDA: ModuleAccess.ACTIVE})
    QuickAnswer.objects.create(shortcut="saludo", text="Buenas tardes, ¿en qué le ayudo?")
    MessageTemplate.objects.create(
        campaign=people.campaign, name="Retomar", text="Hola {nombre}, ¿seguimos?"
    )


@pytest.fixture(scope="package")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A web process, a floor process and a worker on the test database."""
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)
        ensure_statuses()
        people = cast()
        furnish(people)
        shop = free_port()
        parts = urlsplit(os.environ["DATABASE_URL"])
        name = settings.DATABASES["default"]["NAME"]
        env = {
            "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "WEBCHAT_ORIGINS": f"http://127.0.0.1:{shop}",
        }
        server = Server(env)
        workers = [manage(command, env=env) for command in ("run_floor", "run_tasks")]
        for worker in workers:
            worker.start()
        server.open()
        yield House(people, server, shop)
        for process in (server, *workers):
            process.stop()
        call_command("flush", interactive=False, verbosity=0)
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def _django_db_helper(house: House, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's, which would empty the database after every test."""
    with django_db_blocker.unblock():
        yield
        for ticket in Ticket.objects.exclude(state=TicketState.RESOLVED):
            if ticket.state == TicketState.QUEUED:
                ticket_assign(ticket.pk, house.people.ana.pk, expected=None)
            ticket_resolve(ticket.pk, Ticket.objects.get(pk=ticket.pk).assignee_id or 0)


@pytest.fixture
def look(house: House, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Look]:
    """``look(user, path, **context)``: somebody's page in his own browser, its socket open.
    Without a user it is a contact's. What pages complain of fails the test at its end."""
    contexts: list[BrowserContext] = []

    def open_page(user: User | None, path: str, *, status: str = "", **options: Any) -> Page:
        if user is not None and status:
            status_change(user.pk, status)
        options = {"viewport": {"width": 1280, "height": 800}, **options}
        context = chromium.new_context(base_url=house.server.url, **options)
        contexts.append(context)
        if user is not None:
            name, _, value = cookie_of(user).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": house.server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: house.complaints.append(str(error)))
        page.on("console", lambda line: complain(house, line.type, line.text))
        if user is None:
            page.goto(path)
            return page
        with page.expect_websocket():
            page.goto(path)
        page.wait_for_selector(READY, state="attached")
        return page

    house.complaints.clear()
    yield open_page
    for context in contexts:
        context.close()
    assert not house.complaints, "\n".join(house.complaints)


def complain(house: House, kind: str, text: str) -> None:
    """Scripts that fail and policies that are broken; a refused request is not one of them."""
    expected = ("Failed to load resource", "WebSocket")
    if kind == "error" and not any(word in text for word in expected):
        house.complaints.append(text)


def tickets(page: Page) -> Locator:
    """The tickets in the list of a Workspace."""
    return page.locator("#ws-tickets > li:not([hidden])")


def choose(page: Page, ticket: Ticket) -> None:
    """Select a ticket and wait for its conversation."""
    page.get_by_test_id(f"ws-ticket-{ticket.pk}").get_by_role("button").click()
    expect(page.get_by_test_id("ws-centre")).to_have_attribute("data-state", "open")


def answer(page: Page, text: str) -> None:
    """Write a line and send it with Enter."""
    page.get_by_test_id("ws-text").fill(text)
    page.get_by_test_id("ws-text").press("Enter")


def fresh() -> str:
    """A telephone number that nobody has used."""
    return f"+51 9{uuid.uuid4().int % 10**8:08}"

"""A whole floor with the snapshot F1, and people who look at it in a real Chromium.

Making it costs some seconds, so the tests of one file share it; each minds his own people.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.plugin import DjangoDbBlocker

from tests.floor.live import cookie_of
from tests.parts.server import Server, manage
from workspace.models import User

SUPERVISOR = "carlos.benavides"
TABLE = "/supervision/users/"
Look = Callable[..., Page]
#: what the console says of a request that was refused or did not get through
REFUSED = ("Failed to load resource", "htmx:sendError", "htmx:afterRequest")


@dataclass
class Stage:
    """The servers of a file's tests, and what their pages complained of."""

    server: Server
    env: dict[str, str]
    complaints: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.server.url


def user(username: str) -> User:
    """A person of the cast."""
    return User.objects.get(username=username)


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """F1 on the test database, a web process and a floor process."""
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)
        call_command("seed_demo", snapshot="f1", stranger=True, stdout=StringIO())
        parts = urlsplit(os.environ["DATABASE_URL"])
        name = settings.DATABASES["default"]["NAME"]
        env = {
            "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        server, engine = Server(env), manage("run_floor", env=env)
        engine.start()
        server.open()
        yield Stage(server, env)
        server.stop()
        engine.stop()
        call_command("flush", interactive=False, verbosity=0)
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def _django_db_helper(stage: Stage, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's, which would empty the database after every test."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def look(stage: Stage, chromium: Browser) -> Iterator[Look]:
    """``look(username, path, **context)``: that person's page, its socket open, complaints kept."""
    contexts: list[BrowserContext] = []

    def open_page(username: str = SUPERVISOR, path: str = TABLE, **options: Any) -> Page:
        options = {"viewport": {"width": 1280, "height": 800}, **options}
        context = chromium.new_context(base_url=stage.url, **options)
        contexts.append(context)
        name, _, value = cookie_of(user(username)).partition("=")
        context.add_cookies([{"name": name, "value": value, "url": stage.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: stage.complaints.append(str(error)))
        page.on("console", lambda line: complain(stage, line.type, line.text))
        with page.expect_websocket():
            page.goto(path)
        page.wait_for_selector("#floor[data-ready], #page:not([data-page=floor])", state="attached")
        return page

    stage.complaints.clear()
    yield open_page
    for context in contexts:
        context.close()
    assert not stage.complaints, stage.complaints


def sign_in(page: Page, username: str, path: str = "/agenda/") -> Page:
    """As a person of the demo does it, on the way to this address."""
    page.goto(f"/accounts/login/?next={path}")
    page.fill("[name=login]", username)
    page.fill("[name=password]", "beex-demo")
    with page.expect_websocket():
        page.get_by_role("button", name="Entrar").click()
    return page


def complain(stage: Stage, kind: str, text: str) -> None:
    """Scripts that fail and policies that are broken; a refused request is not one of them."""
    if kind == "error" and not text.startswith(REFUSED) and "WebSocket" not in text:
        stage.complaints.append(text)

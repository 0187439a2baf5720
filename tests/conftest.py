"""Fixtures that every test may ask for. The parts themselves are in tests/parts/."""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from playwright.sync_api import Browser

from tests.parts import session
from tests.parts.chromium import chromium_running
from tests.parts.server import Server


def pytest_unconfigure(config: pytest.Config) -> None:
    """The shared parts end with the run."""
    session.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last.

    Playwright keeps a loop running in the main thread, which async tests cannot share.
    """
    items.sort(key=lambda item: "browser" in item.keywords)


@pytest.fixture(scope="session", autouse=True)
def _empty_by_deleting() -> Iterator[None]:
    """After a test that commits, PostgreSQL needs thirty times as long to truncate all tables as to
    delete the little that is in them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection.ops), "sql_flush", _deletions)
        yield


def _deletions(
    self: BaseDatabaseOperations, style: Any, tables: list[str], **options: bool
) -> list[str]:
    return [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608 - our names


@pytest.fixture(autouse=True)
def _no_counts_left() -> Iterator[None]:
    """Rate limits start at nothing in every test."""
    yield
    cache.clear()


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of the run's Redis-protocol server."""
    return os.environ["REDIS_URL"]


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The address of the test database, for child processes.

    What the test writes is committed, so they see it.
    """
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{settings.DATABASES['default']['NAME']}"))


@pytest.fixture(autouse=True)
def _live_server_helper() -> None:
    """In place of pytest-django's, which serves its own kind of `live_server`."""


@pytest.fixture
def live_server(database_url: str) -> Iterator[Server]:
    """A real daphne on the test database."""
    server = Server({"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"})
    server.open()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the run; ask it for a context per person."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop is not ours
    with chromium_running() as browser:
        yield browser

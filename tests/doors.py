"""The cast of F1 behind the doors: who is signed in, what he is answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from monitoring.demo import seed, snapshot
from monitoring.engine import Engine
from monitoring.models import SupervisionSession
from telephony.models import Call
from workspace.access import Actor, actor_of
from workspace.models import Attachment, Chat, Contact, Notice, Strategy, Ticket, User

OWNER = "patricia.montoya"
SUPERVISOR = "carlos.benavides"
STRANGER = "supervisor.lucuma"
API = "/api/v1/"


@contextmanager
def f1(change: Callable[[], None] = lambda: None) -> Iterator[None]:
    """F1 with the stranger, its floor computed after ``change``; all is undone afterwards."""
    with transaction.atomic():
        seed.seed(stranger=True)
        snapshot.load()
        change()
        compute()
        yield
        transaction.set_rollback(True)


def compute() -> None:
    """Let the engine take every mark."""
    engine = Engine()
    while engine.tick() is not None:
        pass
    engine.resign()


def person(username: str) -> User:
    """One of the cast by user name."""
    return User.objects.get(username=username)


def actor(username: str) -> Actor:
    """The rights of one of the cast."""
    found = actor_of(person(username).pk)
    assert found is not None
    return found


def client_of(user: User | str) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user if isinstance(user, User) else person(user))
    return client


def answer(client: Client, path: str, status: int = 200) -> Any:
    """What GET of this address under /api/v1/ says, as JSON."""
    response = client.get(API + path)
    assert response.status_code == status, (path, response.status_code, response.content)
    return response.json()


def everything(client: Client, path: str) -> list[Any]:
    """All results of a list, page after page."""
    found: list[Any] = []
    address: str | None = API + path
    while address:
        page = client.get(address).json()
        found += page["results"]
        address = page["next"]
    assert len(found) == page["count"]
    return found


def doors() -> dict[str, str]:
    """Name → route of every door under /api/v1/, read off the address table."""
    return {name: route for name, (route, _) in _table().items()}


#: what a door that takes an id is about, by the first word of its route
NOUNS: dict[str, type[Model]] = {
    "attachments": Attachment,
    "calls": Call,
    "chats": Chat,
    "contacts": Contact,
    "notices": Notice,
    "strategies": Strategy,
    "supervision": SupervisionSession,
    "tickets": Ticket,
    "users": User,
}
ABSENT = 999_999_999


def noun(route: str) -> type[Model]:
    """The model behind a door that takes an id."""
    return NOUNS[route.partition("/")[0]]


def for_visitors(name: str) -> bool:
    """Whether this door is for the visitor of a web chat, who has no account."""
    return name.partition("_")[0] == "webchat"


def methods() -> dict[str, set[str]]:
    """Name → what can be done at that door."""
    return {
        name: {word.upper() for word in view.http_method_names if hasattr(view, word)}
        - {"HEAD", "OPTIONS"}
        for name, (_, view) in _table().items()
    }


def _table() -> dict[str, tuple[str, Any]]:
    api = next(one for one in get_resolver().url_patterns if str(one.pattern) == API[1:])
    assert isinstance(api, URLResolver)
    found: dict[str, tuple[str, Any]] = {}
    for one in api.url_patterns:
        assert isinstance(one, URLPattern), one
        assert one.name, f"the door {one.pattern} has no name"
        found[one.name] = (str(one.pattern), one.callback.cls)  # type: ignore[attr-defined]
    return found

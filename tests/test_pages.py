"""The pages of supervision and of the account: who gets them, and at what cost (R4, R75, R91)."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitoring.cells import length
from monitoring.demo import seed, snapshot
from telephony.models import Call
from tests.doors import compute
from tests.factories import extras
from workspace.models import Chat, User

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = "/supervision/users/"


@pytest.fixture
def floor() -> None:
    """F1 with the stranger, its rows computed."""
    seed.seed(stranger=True)
    snapshot.load()
    compute()


def client_of(username: str) -> Client:
    """That person's browser."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def cards() -> list[str]:
    """One address of every kind of card, of people and work outside Mercado Lúcuma."""
    juan = User.objects.get(username="juan.quispe").pk
    waiting = User.objects.get(username="maria.flores").pk
    call = Call.objects.get(user_id=juan, state="talking").pk
    chat = Chat.objects.filter(ticket__assignee__username="ruth.atauchi").first()
    assert chat
    return [
        f"/supervision/cards/user/{juan}/",
        f"/supervision/cards/campaigns/{juan}/",
        f"/supervision/cards/call/{call}/",
        f"/supervision/cards/waiting/{waiting}/",
        f"/supervision/cards/chat/{chat.pk}/",
        f"/supervision/cards/chats/{chat.ticket.assignee_id}/",
    ]


@pytest.mark.usefixtures("floor")
def test_pages_and_cards_cost_the_same_whatever_the_number_of_people() -> None:
    client = client_of("carlos.benavides")
    juan = User.objects.get(username="juan.quispe").pk
    addresses = [TABLE, f"{TABLE}?empresa=qori", f"{TABLE}{juan}/", *cards()]

    def costs() -> list[int]:
        counted = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200, address
            counted.append(len(queries))
        return counted

    few = costs()
    seed.add_people(extras(120))
    compute()
    assert costs() == few
    assert max(few) <= 25, few


@pytest.mark.usefixtures("floor")
def test_a_stranger_gets_no_card_of_others() -> None:
    """D2: absent and forbidden are alike."""
    stranger = client_of("supervisor.lucuma")
    for address in [*cards(), f"{TABLE}{User.objects.get(username='juan.quispe').pk}/"]:
        answer = stranger.get(address)
        assert answer.status_code == 404
        assert answer.content == stranger.get("/supervision/cards/user/999999/").content
    page = stranger.get(TABLE).content.decode()
    for canary in ("Telandes", "Qori", "Juan Carlos", "tel-port", "qor-temp", "Porta Lima"):
        assert canary not in page
    assert "18 usuarios" in page
    shared = User.objects.get(username="paola.guzman").pk
    card = stranger.get(f"/supervision/cards/campaigns/{shared}/").content.decode()
    assert "Mercado Lúcuma" in card
    assert "Telandes" not in card


@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 10**20])
def test_a_number_that_is_nobody_s_is_not_found(floor: None, number: int) -> None:
    client = client_of("carlos.benavides")
    for card in ("user", "campaigns", "call", "waiting", "chat", "chats"):
        assert client.get(f"/supervision/cards/{card}/{number}/").status_code == 404, card
    assert client.get(f"{TABLE}{number}/").status_code == 404


@pytest.mark.usefixtures("floor")
def test_without_the_module_there_is_no_page() -> None:
    agent = client_of("juan.quispe")
    maria = User.objects.get(username="maria.flores").pk
    for address in [TABLE, f"{TABLE}{maria}/", *cards()]:
        answer = agent.get(address)
        assert answer.status_code == 403
        assert "No tienes acceso a este módulo" in answer.content.decode()
        assert "Quispe Mamani (1001)" not in answer.content.decode()
    anonymous = Client().get(TABLE)
    assert anonymous.status_code == 302
    assert anonymous.headers["Location"].startswith("/accounts/login/")


@pytest.mark.usefixtures("floor")
@pytest.mark.parametrize(
    "query",
    [
        "empresa=%00", "campania=x&empresa=qori", "estado=%F0%9F%90%9D", "q=%00%ff", "vista=9",
        "q=" + "a" * 5000, "webphone[]=1", "llamada=none&llamada=acw", "empresa=qori%27%20OR%201=1",
        "page=-1", "q=%25%5F",
    ],
)  # fmt: skip
def test_no_query_string_breaks_the_page(query: str) -> None:
    assert client_of("carlos.benavides").get(f"{TABLE}?{query}").status_code == 200


@pytest.mark.usefixtures("floor")
@pytest.mark.parametrize(
    "address", ["user/0/", "call/99999999999999999999/", "bogus/1/", "user/-1/"]
)
def test_no_card_address_breaks(address: str) -> None:
    assert client_of("carlos.benavides").get(f"/supervision/cards/{address}").status_code == 404


def test_a_page_is_bound_to_its_own_scripts() -> None:
    seed.seed()
    answer = client_of("carlos.benavides").get(TABLE)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    body = answer.content.decode()
    assert " style=" not in body
    assert " on" + "click=" not in body


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"theme": "dark"}, 204),
        ({"view": "compact", "language": "en"}, 204),
        ({"theme": "pink"}, 422),
        ({"role": "owner"}, 422),
        ({}, 422),
        ({"theme": "dark", "next": "https://evil.example/"}, 302),
    ],
)
def test_only_known_preferences_are_kept(data: dict[str, Any], status: int) -> None:
    seed.seed()
    client = client_of("carlos.benavides")
    answer = client.post("/account/preferences/", data)
    assert answer.status_code == status
    if status == 302:
        assert answer.headers["Location"] == "/"
    assert client.get("/account/preferences/").status_code == 405


def test_an_open_page_keeps_the_session() -> None:
    """E26: a night at the table does not end at the sign-in page."""
    seed.seed()
    client = client_of("carlos.benavides")
    session = client.session
    session.set_expiry(60)
    session.save()
    before = client.session.get_expiry_date()
    assert client.post("/account/alive/").status_code == 204
    assert settings.SESSION_COOKIE_NAME in client.cookies
    assert client.session.get_expiry_date() >= before
    assert Client().post("/account/alive/").status_code == 302


def test_a_forgotten_password_is_set_again_by_mail() -> None:
    seed.seed()
    User.objects.filter(username="juan.quispe").update(email="juan@example.org")
    client = Client()
    assert (
        client.post("/accounts/password/reset/", {"email": "juan@example.org"}).status_code == 302
    )
    link = next(
        line for line in mail.outbox[0].body.split() if "/accounts/password/reset/key/" in line
    )
    path = "/" + link.split("/", 3)[3]
    form = client.get(path, follow=True)
    assert "Nueva contraseña" in form.content.decode()
    words = {"password1": "una-clave-larga-9", "password2": "una-clave-larga-9"}
    assert client.post(form.redirect_chain[-1][0], words).status_code == 302
    assert Client().login(username="juan.quispe", password=words["password1"])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "00:00"), (0, "00:00"), (59, "00:59"), (3599, "59:59"), (3600, "1:00:00"),
     (86399, "23:59:59"), (86405, "1 d 00:00:05"), (8 * 86400 + 7810, "8 d 02:10:10")],
)  # fmt: skip
def test_durations_are_written_as_people_read_them(seconds: int, text: str) -> None:
    """R15, E26, E28."""
    assert length(timedelta(seconds=seconds)) == text

"""The doors of reading: what they answer, in what shape, with how many queries."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from monitoring.models import FloorRow
from telephony.models import Call
from tests.doors import API, SUPERVISOR, answer, client_of, compute, everything, f1
from workspace.models import Chat, StatusInterval, Ticket, User
from workspace.services.statuses import status_change

pytestmark = pytest.mark.django_db

Get = Callable[..., Any]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(scope="module", autouse=True)
def _f1(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), f1():
        yield


@pytest.fixture
def carlos() -> Client:
    return client_of(SUPERVISOR)


def holder(extension: str) -> User:
    return User.objects.get(extension__number=extension)


def ids(things: list[dict[str, Any]]) -> set[int]:
    return {thing["id"] for thing in things}


def test_the_floor_is_every_active_user(carlos: Client) -> None:
    floor = answer(carlos, "floor/")
    assert set(floor) == {"epoch", "rev", "at", "total", "rows"}
    assert floor["total"] == len(floor["rows"]) == 67
    assert ids(floor["rows"]) == ids(everything(carlos, "users/?active=true&page_size=20"))
    assert [row["extension"] for row in floor["rows"]][-3:] == [None] * 3, "no extension: last"


@pytest.mark.parametrize(
    "query",
    [
        "company=qori",
        "company=qori&campaign=qor-temp",
        "company=qori&campaign=qor-temp&status=available",
        "company=telandes&campaign=qor-temp",
        "status=lunch",
        "webphone=connecting",
        "webphone=none",
        "call=waiting",
        "call=talking&company=lucuma",
        "call=none&status=available",
    ],
)
def test_filters_are_those_of_the_rows(carlos: Client, query: str) -> None:
    """R87: every combination equals a walk over all rows."""
    asked = dict(pair.split("=") for pair in query.split("&"))
    companies = {one["name"]: one["code"] for one in everything(carlos, "companies/")}

    def fits(row: dict[str, Any]) -> bool:
        found = {
            "company": {companies[one["company"]] for one in row["campaigns"]},
            "campaign": {one["code"] for one in row["campaigns"]},
            "status": {row["status"]["code"]},
            "webphone": {row["webphone"]["state"] if row["webphone"] else "none"},
            "call": {row["call"]["state"] if row["call"] else "none"},
        }
        return all(value in found[name] for name, value in asked.items())

    everybody = answer(carlos, "floor/")["rows"]
    floor = answer(carlos, f"floor/?{query}")
    assert floor["rows"] == [row for row in everybody if fits(row)]
    assert floor["total"] == 67
    assert floor["rows"], "the example finds somebody"


@pytest.mark.parametrize(
    ("text", "extensions"),
    [
        ("rodriguez garcia", {"1005", "1035", "1048"}),
        ("RODRÍGUEZ García", {"1005", "1035", "1048"}),
        ("garcia   rodriguez jose", {"1005", "1035", "1048"}),
        ("1047", {"1047"}),
        ("nobody has this", set()),
        ("%", set()),
        ("_", set()),
        ("'; DROP TABLE", set()),
    ],
)
def test_search_minds_no_accents(carlos: Client, text: str, extensions: set[str]) -> None:
    response = carlos.get(f"{API}floor/", {"q": text})
    assert {row["extension"] for row in response.json()["rows"]} == extensions


def test_search_finds_apostrophes(carlos: Client) -> None:
    rows = carlos.get(f"{API}floor/", {"q": "d'angelo"}).json()["rows"]
    assert [row["extension"] for row in rows] != []


def test_since_tells_what_changed(carlos: Client) -> None:
    before = answer(carlos, "floor/")
    mark = f"floor/?since={before['epoch']}:{before['rev']}"
    agent = holder("1001")
    status_change(agent.pk, "training")
    compute()
    after = answer(carlos, mark)
    assert set(after) == {"epoch", "rev", "at", "total", "rows", "gone"}
    assert after["rev"] > before["rev"]
    assert {row["id"]: row["status"]["code"] for row in after["rows"]}[agent.pk] == "training"
    assert all(before["rev"] < row["rev"] <= after["rev"] for row in after["rows"])
    assert after["gone"] == []


def test_since_of_another_history_asks_for_a_snapshot(carlos: Client) -> None:
    floor = answer(carlos, "floor/")
    other = "00000000-0000-4000-8000-000000000000"
    here = f"{floor['epoch']}:{floor['rev']}"
    for query in (f"{other}:1", f"{floor['epoch']}:{floor['rev'] + 1}", f"{here}&status=lunch"):
        problem = answer(carlos, f"floor/?since={query}", 410)
        assert problem["code"] == "epoch_changed"
    assert answer(client_of("supervisor.lucuma"), f"floor/?since={here}", 410)


def test_the_lists_add_up_to_the_rows(carlos: Client) -> None:
    """What a row says of a person is what the lists say of him."""
    for row in answer(carlos, "floor/")["rows"]:
        user = row["id"]
        tickets = answer(carlos, f"tickets/?assignee={user}&active=true")
        assert tickets["count"] == row["active_tickets"]
        chats = everything(carlos, f"chats/?user={user}&open=true")
        chips = [
            {"id": chat["id"], "channel": chat["channel"], "contact": chat["contact"]["name"],
             "since": chat["since"]}
            for chat in chats
        ]  # fmt: skip
        assert chips == row["chats"]
        campaigns = everything(carlos, f"users/{user}/campaigns/")
        assert [one["id"] for one in campaigns] == [one["id"] for one in row["campaigns"]]
        strategies = everything(carlos, f"strategies/?user={user}")
        assert ids(strategies) == ids(row["strategies"])
        calls = everything(carlos, f"calls/?user={user}&active=true")
        real = row["call"] if row["call"] and row["call"]["id"] else None
        assert [(call["id"], call["state"], call["since"]) for call in calls] == (
            [(real["id"], real["state"], real["since"])] if real else []
        )


def test_open_chats_come_last_interaction_first(carlos: Client) -> None:
    """R48, E4: Ximena Cordero has three."""
    ximena = User.objects.get(first_names__startswith="Ximena")
    chats = everything(carlos, f"chats/?user={ximena.pk}&open=true")
    touched = [Chat.objects.get(pk=chat["id"]).focus.touched_at for chat in chats]
    assert len(chats) == 3
    assert touched == sorted(touched, reverse=True)


def test_one_user(carlos: Client) -> None:
    agent = holder("1047")
    found = answer(carlos, f"users/{agent.pk}/")
    row = next(row for row in answer(carlos, "floor/")["rows"] if row["id"] == agent.pk)
    for name in ("extension", "first_names", "last_names", "username", "role", "webphone"):
        assert found[name] == row[name], name
    assert found["status"] == row["status"]
    assert len(found["campaigns"]) == 5
    assert found["active"] is True
    assert answer(carlos, "users/999999/", 404)["code"] == "not_found"


def test_users_by_activity(carlos: Client) -> None:
    closed = everything(carlos, "users/?active=false")
    assert closed
    assert not any(user["active"] for user in closed)
    assert len(everything(carlos, "users/")) == 67 + len(closed)


def test_no_extension_is_null(carlos: Client) -> None:
    """R7, R23."""
    ximena = User.objects.get(first_names__startswith="Ximena")
    found = answer(carlos, f"users/{ximena.pk}/")
    assert (found["extension"], found["webphone"]) == (None, None)


def test_moments_are_utc(carlos: Client) -> None:
    call = Call.objects.filter(state="acw").first()
    assert call
    found = answer(carlos, f"calls/{call.pk}/")
    for name in ("since", "started_at", "hung_up_at", "acw_until"):
        assert MOMENT.fullmatch(found[name]), name


def test_one_call_chat_ticket(carlos: Client) -> None:
    for model, path in ((Call, "calls"), (Chat, "chats"), (Ticket, "tickets")):
        first = answer(carlos, f"{path}/?page_size=1")["results"][0]
        assert answer(carlos, f"{path}/{first['id']}/") == first
        assert model.objects.filter(pk=first["id"]).exists()


def test_pages_are_bounded(carlos: Client) -> None:
    page = answer(carlos, "contacts/?page_size=1000000")
    assert len(page["results"]) <= 1000
    first = answer(carlos, "contacts/?page_size=7")
    assert (len(first["results"]), first["previous"]) == (7, None)
    assert "page=2" in first["next"]
    assert answer(carlos, "contacts/?page=4000", 404)["code"] == "not_found"


def test_me_is_oneself() -> None:
    agent = holder("1001")
    me = answer(client_of(agent), "me/")
    assert (me["id"], me["extension"], me["role"]) == (agent.pk, "1001", "agent")
    assert me["modules"]["workspace"] == "active"
    assert {"scope", "companies", "language", "theme", "view", "status", "webphone"} <= set(me)


def test_a_status_is_changed_by_oneself() -> None:
    """R13, R16: and the same again changes nothing."""
    agent = holder("1002")
    client = client_of(agent)

    def put(code: str) -> dict[str, str]:
        response = client.put(f"{API}me/status/", {"status": code}, content_type="application/json")
        assert response.status_code == 200
        found: dict[str, str] = response.json()
        return found

    lunch = put("lunch")
    assert lunch["code"] == "lunch"
    assert MOMENT.fullmatch(lunch["since"])
    intervals = StatusInterval.objects.filter(user=agent).count()
    assert put("lunch") == lunch
    assert StatusInterval.objects.filter(user=agent).count() == intervals
    assert answer(client, "me/status/") == lunch
    compute()
    row = FloorRow.objects.get(pk=agent.pk)
    assert row.status == "lunch"


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("floor/", 9),
        ("floor/?company=qori&campaign=qor-temp&status=available&q=a", 12),
        ("users/", 8),
        ("users/{user}/", 10),
        ("users/{user}/campaigns/", 9),
        ("me/", 10),
        ("me/status/", 7),
        ("companies/", 8),
        ("campaigns/", 8),
        ("strategies/?user={user}", 8),
        ("statuses/", 8),
        ("identifiers/", 8),
        ("contacts/", 8),
        ("calls/", 8),
        ("chats/?open=true", 8),
        ("tickets/?active=true", 8),
    ],
)
def test_queries_are_few_whatever_the_number(carlos: Client, path: str, queries: int) -> None:
    """Two for the session, four for the rights, and the answer's own."""
    address = path.format(user=holder("1017").pk)  # who is in two strategies
    with CaptureQueriesContext(connection) as many:
        answer(carlos, address)
    assert len(many) == queries, [query["sql"] for query in many.captured_queries]
    one = address + ("&" if "?" in address else "?") + "page_size=1"
    response = carlos.get(API + one)
    if response.status_code == 200:
        with CaptureQueriesContext(connection) as single:
            answer(carlos, one)
        assert len(single) == len(many)

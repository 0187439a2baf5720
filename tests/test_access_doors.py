"""Every door against every kind of person. A door without a line here fails."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.doors import (
    ABSENT,
    API,
    answer,
    client_of,
    compute,
    doors,
    everything,
    f1,
    for_visitors,
    methods,
    noun,
    person,
)
from workspace.choices import Module, ModuleAccess
from workspace.models import Campaign, Chat, Identifier, ProfileModule, Ticket, User
from workspace.services.people import profile_saved, user_deactivate

pytestmark = pytest.mark.django_db


class Line(NamedTuple):
    """What a door answers: a supervisor about the agent's work; the agent, who has no Supervisión,
    about his own and about another's. ``body`` is a command that would be carried out."""

    supervisor: int
    own: int
    other: int
    body: dict[str, Any] | None = None


READ = Line(200, 200, 200)
OF_SUPERVISORS = Line(200, 403, 403)
WORK = Line(200, 200, 404)
OF_THE_OWNER = Line(404, 200, 404)
NOBODYS = Line(404, 404, 404)
AGENT, COLLEAGUE = "1001", "1002"  # of the same campaign; the colleague stands for his id
LINE_ID = "0b0e7d0c-6b0b-4a55-8d0c-2f6c0a4c0a11"

DOORS = {
    ("attachment", "GET"): NOBODYS,
    ("call", "GET"): WORK,
    ("calls", "GET"): READ,
    ("campaigns", "GET"): READ,
    ("chat", "GET"): WORK,
    ("chat_attachments", "POST"): Line(415, 415, 415, {}),
    ("chat_capture", "POST"): Line(201, 403, 403, {}),
    ("chat_draft", "PUT"): Line(404, 204, 404, {"text": "hola"}),
    ("chat_messages", "GET"): OF_THE_OWNER,
    ("chat_messages", "POST"): Line(404, 201, 404, {"id": LINE_ID, "text": "hola"}),
    ("chat_notes", "POST"): Line(404, 201, 404, {"text": "hola"}),
    ("chat_read", "POST"): Line(404, 204, 404, {"rev": 1}),
    ("chats", "GET"): READ,
    ("companies", "GET"): READ,
    ("contact_history", "GET"): OF_THE_OWNER,
    ("contacts", "GET"): READ,
    ("dispositions", "GET"): READ,
    ("floor", "GET"): OF_SUPERVISORS,
    ("identifiers", "GET"): READ,
    ("me", "GET"): READ,
    ("my_status", "GET"): READ,
    ("my_status", "PUT"): Line(200, 200, 200, {"status": "busy"}),
    ("notice", "DELETE"): NOBODYS,
    ("queues", "GET"): READ,
    ("quick_answers", "GET"): READ,
    ("statuses", "GET"): READ,
    ("strategies", "GET"): READ,
    ("strategy_enter", "POST"): Line(200, 200, 404, {}),
    ("strategy_leave", "POST"): Line(204, 204, 204, {}),
    ("supervision", "GET"): OF_SUPERVISORS,
    ("supervision_give_back", "POST"): Line(404, 404, 404, {}),
    ("supervision_session", "DELETE"): Line(404, 403, 403),
    ("supervision_session", "GET"): Line(404, 403, 403),
    ("templates", "GET"): READ,
    ("ticket", "GET"): WORK,
    ("ticket_disposition", "POST"): Line(404, 422, 404, {"code": 1}),
    ("ticket_reopen", "POST"): Line(409, 409, 404, {}),
    ("ticket_resolve", "POST"): Line(404, 204, 404, {}),
    ("ticket_targets", "GET"): OF_THE_OWNER,
    ("ticket_transfer", "POST"): Line(404, 204, 404, {"user": COLLEAGUE}),
    ("tickets", "GET"): READ,
    ("user", "GET"): OF_SUPERVISORS,
    ("user_campaigns", "GET"): OF_SUPERVISORS,
    ("users", "GET"): OF_SUPERVISORS,
    ("workspace", "GET"): READ,
}
#: what leads from a thing to the person who has it
OWNERS = {
    "calls": "user",
    "chats": "ticket__assignee",
    "contacts": "tickets__assignee",
    "strategies": "campaign__members",
    "tickets": "assignee",
    "users": "pk",
}


@pytest.fixture(scope="module", autouse=True)
def _f1(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), f1():
        yield


def holder(extension: str) -> User:
    """Whose extension it is."""
    return User.objects.get(extension__number=extension)


def agent() -> User:
    """An agent who has a call and tickets, and no Supervisión."""
    return holder(AGENT)


def address(name: str, *, own: bool) -> str:
    """The door to a thing of the agent's, or of another's; to none where nobody has one."""
    route = doors()[name]
    if "<id:pk>" not in route:
        return API + route
    rows = noun(route)._default_manager.order_by("-pk")
    owner = {f"{OWNERS.get(route.partition('/')[0], 'pk')}": agent().pk}
    found = (rows.filter(**owner) if own else rows.exclude(**owner)).first()
    return API + route.replace("<id:pk>", str(found.pk if found else ABSENT))


def test_no_door_is_forgotten() -> None:
    there = {(name, word) for name, words in methods().items() for word in words}
    assert {pair for pair in there if not for_visitors(pair[0])} == set(DOORS)


@pytest.fixture
def chatting() -> None:
    """The agent of the calls has a chat too."""
    chat = Chat.objects.filter(ended_at=None, ticket__state="assigned")[0]
    Ticket.objects.filter(pk=chat.ticket_id).update(assignee=agent())


@pytest.mark.parametrize(("name", "method"), DOORS)
@pytest.mark.usefixtures("chatting")
def test_what_each_door_answers(name: str, method: str) -> None:
    line = DOORS[name, method]
    body = "" if line.body is None else json.dumps(line.body)
    body = body.replace(json.dumps(COLLEAGUE), str(holder(COLLEAGUE).pk))
    for user, own, expected in (
        (None, True, 401),
        (None, False, 401),
        (agent(), False, line.other),
        (person("carlos.benavides"), True, line.supervisor),
        (agent(), True, line.own),
    ):
        client = client_of(user) if user else Client()
        with transaction.atomic():
            path = address(name, own=own)
            response = client.generic(method, path, body, "application/json")
            transaction.set_rollback(True)
        assert response.status_code == expected, (path, response.content)
        if expected >= 400:
            assert response["Content-Type"] == "application/problem+json"
        if expected in CODES:
            assert json.loads(response.content)["code"] == CODES[expected]


CODES = {401: "not_authenticated", 403: "role", 404: "not_found"}


@pytest.mark.parametrize("name", [name for name in doors() if for_visitors(name)])
def test_an_account_opens_no_visitors_door(name: str) -> None:
    """Nor does a session; but whoever asks may see whether somebody is there, and begin."""
    widget = Identifier.objects.get(channel="webchat").code
    path = doors()[name].replace("<slug:widget>", widget).replace("<id:pk>", str(ABSENT))
    for word in methods()[name]:
        response = client_of("carlos.benavides").generic(word, API + path, "{}", "application/json")
        open_to_all = {"webchat": 200, "webchat_sessions": 201, "webchat_file": 404}
        assert response.status_code == open_to_all.get(name, 401), response.content


def test_who_is_nobody_is_told_how() -> None:
    assert "Session" in Client().get(f"{API}me/")["WWW-Authenticate"]
    response = Client().put(
        f"{API}me/status/", {"status": "lunch"}, content_type="application/json"
    )
    assert response.status_code == 401


@pytest.mark.usefixtures("chatting")
def test_without_supervision_lists_hold_ones_own() -> None:
    me, client = agent(), client_of(agent())
    campaigns = set(me.campaigns.values_list("pk", flat=True))
    companies = set(me.campaigns.values_list("company", flat=True))
    assert {one["id"] for one in everything(client, "campaigns/")} == campaigns
    assert {one["id"] for one in everything(client, "companies/")} == companies
    for path in ("strategies/", "identifiers/"):
        listed = everything(client, path)
        assert listed
        assert {one["campaign_id"] for one in listed} <= campaigns
    assert {one["user_id"] for one in everything(client, "calls/")} == {me.pk}
    assert {one["user_id"] for one in everything(client, "chats/")} == {me.pk}
    tickets = everything(client, "tickets/")
    assert {one["assignee_id"] for one in tickets} == {me.pk}
    contacts = {one["id"] for one in everything(client, "contacts/")}
    assert contacts == {ticket["contact"]["id"] for ticket in tickets}
    assert len(everything(client, "statuses/")) == 7


def test_filters_do_not_reach_beyond_ones_own() -> None:
    client, other = client_of(agent()), holder("1017")
    for path in ("calls/?user={}", "chats/?user={}", "tickets/?assignee={}", "strategies/?user={}"):
        assert everything(client, path.format(other.pk)) == []
    foreign = Campaign.objects.exclude(members=agent())[0]
    response = client.get(f"{API}tickets/", {"campaign": foreign.code})
    assert (response.status_code, response.json()["code"]) == (400, "unknown_filter")


def test_a_status_is_only_ever_ones_own() -> None:
    """D9: there is no door to another's status."""
    other = holder("1002").pk
    client = client_of("patricia.montoya")
    for path in (f"users/{other}/status/", f"users/{other}/", "users/", "statuses/"):
        body = {"status": "lunch"}
        response = client.put(API + path, body, content_type="application/json")
        assert response.status_code in (404, 405)


def test_a_closed_account_is_nobody_at_once() -> None:
    """E33: also with its session open."""
    user = holder("1003")
    client = client_of(user)
    answer(client, "me/")
    user_deactivate(user)
    compute()
    assert answer(client, "me/", 401)["code"] == "not_authenticated"
    supervisor = client_of("carlos.benavides")
    assert user.pk not in {row["id"] for row in answer(supervisor, "floor/")["rows"]}
    assert answer(supervisor, f"users/{user.pk}/")["active"] is False


def test_losing_supervision_closes_the_doors_at_once() -> None:
    """R4, R52: no signing in again."""
    carlos = person("carlos.benavides")
    client = client_of(carlos)
    answer(client, "floor/")
    assert carlos.profile
    modules = ProfileModule.objects.filter(profile=carlos.profile, module=Module.SUPERVISION)
    modules.update(access=ModuleAccess.INACTIVE)
    profile_saved(carlos.profile)
    assert answer(client, "floor/", 403)["code"] == "role"
    assert answer(client, "users/", 403)["code"] == "role"
    assert everything(client, "tickets/") == []


def test_people_without_a_profile_have_themselves_only() -> None:
    user = holder("1002")
    User.objects.filter(pk=user.pk).update(profile=None)
    client = client_of(user)
    assert answer(client, "me/")["modules"] == {}
    assert answer(client, "floor/", 403)["code"] == "role"

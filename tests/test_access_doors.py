"""Every door against every kind of person. A door without a line here fails."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from telephony.models import Call
from tests.doors import API, answer, client_of, compute, doors, everything, f1, person
from workspace.choices import Module, ModuleAccess
from workspace.models import Campaign, Chat, ProfileModule, Ticket, User
from workspace.services.people import profile_saved, user_deactivate

pytestmark = pytest.mark.django_db


class Line(NamedTuple):
    """What a door answers people who have it: with Supervisión, and without (for a thing by its
    id: of one's own, and of another)."""

    supervisor: int
    own: int
    other: int


DOORS = {
    "floor": Line(200, 403, 403),
    "users": Line(200, 403, 403),
    "user": Line(200, 403, 403),
    "user_campaigns": Line(200, 403, 403),
    "me": Line(200, 200, 200),
    "my_status": Line(200, 200, 200),
    "companies": Line(200, 200, 200),
    "campaigns": Line(200, 200, 200),
    "strategies": Line(200, 200, 200),
    "statuses": Line(200, 200, 200),
    "identifiers": Line(200, 200, 200),
    "contacts": Line(200, 200, 200),
    "calls": Line(200, 200, 200),
    "call": Line(200, 200, 404),
    "chats": Line(200, 200, 200),
    "chat": Line(200, 200, 404),
    "tickets": Line(200, 200, 200),
    "ticket": Line(200, 200, 404),
}
AGENT = "1001"


@pytest.fixture(scope="module", autouse=True)
def _f1(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), f1():
        yield


def agent() -> User:
    """An agent who has a call and tickets, and no Supervisión."""
    return User.objects.get(extension__number=AGENT)


def things(name: str) -> tuple[Any, Any]:
    """One of the agent's own and one of another's, behind a door that takes an id."""
    found: dict[str, tuple[Any, str]] = {
        "call": (Call, "user"),
        "ticket": (Ticket, "assignee"),
        "chat": (Chat, "ticket__assignee"),
    }
    model, owner = found.get(name, (User, "pk"))
    rows = model.objects.order_by("-pk")
    return rows.filter(**{owner: agent().pk})[0], rows.exclude(**{owner: agent().pk})[0]


def address(name: str, *, own: bool) -> str:
    route = doors()[name]
    if "<int:pk>" not in route:
        return API + route
    return API + route.replace("<int:pk>", str(things(name)[0 if own else 1].pk))


def test_no_door_is_forgotten() -> None:
    assert set(DOORS) == set(doors())


@pytest.fixture
def chatting() -> None:
    """The agent of the calls has a chat too."""
    chat = Chat.objects.filter(ended_at=None, ticket__state="assigned")[0]
    Ticket.objects.filter(pk=chat.ticket_id).update(assignee=agent())


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.usefixtures("chatting")
def test_what_each_door_answers(name: str) -> None:
    line = DOORS[name]
    supervisor, nobody, signed_in = client_of("carlos.benavides"), Client(), client_of(agent())
    for client, own, expected in (
        (supervisor, True, line.supervisor),
        (supervisor, False, line.supervisor),
        (signed_in, True, line.own),
        (signed_in, False, line.other),
        (nobody, True, 401),
        (nobody, False, 401),
    ):
        response = client.get(address(name, own=own))
        assert response.status_code == expected, response.content
        if expected >= 400:
            assert response["Content-Type"] == "application/problem+json"
            code = {401: "not_authenticated", 403: "role", 404: "not_found"}[expected]
            assert json.loads(response.content)["code"] == code


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
    client, other = client_of(agent()), User.objects.get(extension__number="1017")
    for path in ("calls/?user={}", "chats/?user={}", "tickets/?assignee={}", "strategies/?user={}"):
        assert everything(client, path.format(other.pk)) == []
    foreign = Campaign.objects.exclude(members=agent())[0]
    response = client.get(f"{API}tickets/", {"campaign": foreign.code})
    assert (response.status_code, response.json()["code"]) == (400, "unknown_filter")


def test_a_status_is_only_ever_ones_own() -> None:
    """D9: there is no door to another's status."""
    other = User.objects.get(extension__number="1002").pk
    client = client_of("patricia.montoya")
    for path in (f"users/{other}/status/", f"users/{other}/", "users/", "statuses/"):
        body = {"status": "lunch"}
        response = client.put(API + path, body, content_type="application/json")
        assert response.status_code in (404, 405)


def test_a_closed_account_is_nobody_at_once() -> None:
    """E33: also with its session open."""
    user = User.objects.get(extension__number="1003")
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
    user = User.objects.get(extension__number="1002")
    User.objects.filter(pk=user.pk).update(profile=None)
    client = client_of(user)
    assert answer(client, "me/")["modules"] == {}
    assert answer(client, "floor/", 403)["code"] == "role"

"""The stranger: a supervisor whose scope is one company. Of the others not one byte reaches him.

``supervisor.lucuma`` may look into Mercado Lúcuma (D2). Here everything of the other companies
carries a canary in its name, and whoever works only for them too.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from telephony.models import Call
from telephony.services.calls import call_connect, call_finish, call_hang_up
from tests.doors import (
    ABSENT,
    API,
    STRANGER,
    SUPERVISOR,
    answer,
    client_of,
    doors,
    everything,
    f1,
    for_visitors,
    methods,
    noun,
    person,
)
from workspace.models import (
    Campaign,
    CampaignMember,
    Chat,
    Company,
    Contact,
    Identifier,
    MessageTemplate,
    Queue,
    Strategy,
    StrategySession,
    Ticket,
    User,
)
from workspace.services.chats import chat_start, chat_touch
from workspace.services.people import memberships_set
from workspace.services.strategies import strategy_enter, strategy_leave

pytestmark = pytest.mark.django_db

OURS = "lucuma"
CANARY = "canario"
FOREIGN: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (Company, "code", ("code", "name")),
    (Campaign, "company__code", ("code", "name")),
    (Strategy, "campaign__company__code", ("code", "name")),
    (Identifier, "campaign__company__code", ("code", "value", "alias")),
    (Queue, "campaign__company__code", ("code", "name")),
    (MessageTemplate, "campaign__company__code", ("name", "text")),
    (Contact, "company__code", ("name", "code", "phone")),
)


def sing() -> None:
    """Give a shared person foreign work, and put the canary into every name that is not the
    stranger's to read."""
    lend()
    for model, company, names in FOREIGN[::-1]:
        foreign = model.objects.exclude(**{company: OURS}).values("pk")
        marked = {name: Concat(Value(f"{CANARY}-"), F(name)) for name in names}
        model.objects.filter(pk__in=foreign).update(**marked)
    strangers = User.objects.exclude(campaigns__company__code=OURS).values("pk")
    marked = {name: Concat(Value(f"{CANARY}-"), F(name)) for name in ("first_names", "last_names")}
    User.objects.filter(pk__in=strangers).update(**marked)


def lend() -> None:
    """Paola Guzmán works for all three companies; now she talks and chats for another."""
    shared = person("paola.guzman").pk
    identifier = Identifier.objects.exclude(campaign__company__code=OURS)[0]
    campaign = identifier.campaign
    contact = Contact.objects.exclude(company__code=OURS)[0]
    ticket = Ticket.objects.filter(contact=contact)[0]
    for call in Call.objects.filter(user=shared):
        call_hang_up(call.pk)
        call_finish(call.pk)
    call_connect(
        user_id=shared, campaign_id=campaign.pk, contact_id=contact.pk,
        identifier_id=identifier.pk, direction="inbound",
    )  # fmt: skip
    Ticket.objects.filter(pk=ticket.pk).update(assignee=shared, state="assigned")
    chat = chat_start(ticket.pk, identifier.pk, channel="whatsapp", direction="inbound")
    chat_touch(shared, chat.pk, selected=True)
    for one in Company.objects.all():
        Queue.objects.create(code=one.code, name=one.name, campaign=one.campaigns.all()[0])
    strategy_leave(shared)
    strategy_enter(shared, Strategy.objects.filter(campaign__code="tel-port")[0].pk)


@pytest.fixture(scope="module", autouse=True)
def _f1(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), f1(sing):
        yield


@pytest.fixture
def stranger() -> Client:
    return client_of(STRANGER)


def known() -> set[int]:
    """Ids of the people who exist for the stranger."""
    there = CampaignMember.objects.filter(campaign__company__code=OURS)
    return set(there.values_list("user_id", flat=True))


#: doors that name nothing of any company, and one's own desk
SILENT = {"statuses", "my_status", "notice", "quick_answers", "templates", "workspace"}
SILENT |= {"supervision", "supervision_session", "attachment"}  # there are none in F1
#: doors to one's own work only
DESK = {"chat_messages", "contact_history", "ticket_targets", "dispositions"}
READING = sorted(
    name for name, words in methods().items() if "GET" in words and not for_visitors(name)
)
BY_ID = sorted(
    name for name, route in doors().items() if "<id:pk>" in route and not for_visitors(name)
)
#: what leads to the company of a thing
COMPANY = {
    "contacts": "company__code",
    "strategies": "campaign__company__code",
    "calls": "campaign__company__code",
    "chats": "ticket__campaign__company__code",
    "tickets": "campaign__company__code",
    "users": "campaigns__company__code",
}


def addresses(name: str) -> list[str]:
    """The door to many things, his and not his, and to nothing."""
    route = doors()[name]
    if "<id:pk>" not in route:
        return [route]
    things, company = noun(route)._default_manager.all(), COMPANY.get(route.partition("/")[0])
    inside = Q(**{company: OURS}) if company else Q(pk__lt=0)
    some = (*things.exclude(inside)[:25], *things.filter(inside)[:10])
    ids = (*(one.pk for one in some), ABSENT)
    return [route.replace("<id:pk>", str(pk)) for pk in ids]


def test_the_canary_sings_for_everybody_else() -> None:
    """Otherwise the silence below would prove nothing."""
    carlos = client_of(SUPERVISOR)
    for name in set(READING) - SILENT - DESK:
        assert any(CANARY in carlos.get(API + one).content.decode() for one in addresses(name)), (
            name
        )


@pytest.mark.parametrize("name", READING)
def test_no_door_tells_of_other_companies(stranger: Client, name: str) -> None:
    for address in addresses(name):
        response = stranger.get(API + address)
        assert response.status_code in (200, 404), address
        assert CANARY not in response.content.decode(), address
        assert CANARY not in str(response.headers), address


@pytest.mark.parametrize("name", ["call", "chat", "ticket", "user", "user_campaigns"])
def test_what_is_his_is_there(stranger: Client, name: str) -> None:
    route = doors()[name]
    model, company = noun(route), COMPANY[route.partition("/")[0]]
    his = set(model._default_manager.filter(**{company: OURS}).values_list("pk", flat=True))
    there = set(model._default_manager.values_list("pk", flat=True))
    seen = {
        pk
        for pk in there
        if stranger.get(API + route.replace("<id:pk>", str(pk))).status_code == 200
    }
    assert seen == his
    assert 0 < len(his) < len(there)


COMMANDS = [(name, word) for name in BY_ID for word in sorted(methods()[name])]
BODIES: dict[str, dict[str, Any]] = {
    "chat_draft": {"text": "hola"},
    "chat_messages": {"id": "0b0e7d0c-6b0b-4a55-8d0c-2f6c0a4c0a11", "text": "hola"},
    "chat_notes": {"text": "hola"},
    "chat_read": {"rev": 1},
    "ticket_disposition": {"code": 1},
    "ticket_transfer": {"queue": 1},
}


@pytest.mark.parametrize(("name", "method"), COMMANDS)
def test_what_is_not_his_is_as_if_absent(stranger: Client, name: str, method: str) -> None:
    """Forbidden and absent answer with the same bytes, and nothing is changed."""
    route = doors()[name]
    company = COMPANY.get(route.partition("/")[0])
    foreign = noun(route)._default_manager.all()
    if company:
        foreign = foreign.exclude(**{company: OURS})
    body = json.dumps(BODIES.get(name, {})) if method != "GET" else ""

    def ask(pk: int) -> tuple[int, bytes]:
        path = API + route.replace("<id:pk>", str(pk))
        response = stranger.generic(method, path, body, "application/json")
        return response.status_code, response.content

    absent = ask(ABSENT)
    assert absent[0] in (404, 204, 415)
    for pk in list(foreign.values_list("pk", flat=True))[:25]:
        assert ask(pk) == absent
    assert not StrategySession.objects.filter(user=person(STRANGER), left_at=None).exists()


def test_lists_count_only_what_is_his(stranger: Client) -> None:
    lists: tuple[tuple[str, Any, str], ...] = (
        ("companies/", Company, "code"),
        ("campaigns/", Campaign, "company__code"),
        ("strategies/", Strategy, "campaign__company__code"),
        ("identifiers/", Identifier, "campaign__company__code"),
        ("contacts/", Contact, "company__code"),
        ("calls/", Call, "campaign__company__code"),
        ("tickets/", Ticket, "campaign__company__code"),
        ("chats/", Chat, "ticket__campaign__company__code"),
    )
    for path, model, company in lists:
        his = set(model.objects.filter(**{company: OURS}).values_list("pk", flat=True))
        listed = everything(stranger, f"{path}?page_size=7")
        assert {one["id"] for one in listed} == his, path
        assert len(his) < model.objects.count(), path
    assert {user["id"] for user in everything(stranger, "users/")} == known()


def test_filters_reach_nothing_that_is_not_his(stranger: Client) -> None:
    """A foreign code or id is answered like one that does not exist."""
    company, campaign = Company.objects.exclude(code=OURS)[0], Campaign.objects.exclude(
        company__code=OURS
    )[0]  # fmt: skip
    user = User.objects.exclude(pk__in=known())[0].pk
    for path, foreign, absent in (
        ("floor/", f"company={company.code}", "company=nobody"),
        ("floor/", f"campaign={campaign.code}", "campaign=nobody"),
        ("campaigns/", f"company={company.code}", "company=nobody"),
        ("strategies/", f"campaign={campaign.code}", "campaign=nobody"),
        ("strategies/", f"user={user}", f"user={ABSENT}"),
        ("identifiers/", f"campaign={campaign.code}", "campaign=nobody"),
        ("contacts/", f"company={company.code}", "company=nobody"),
        ("calls/", f"user={user}", f"user={ABSENT}"),
        ("calls/", f"campaign={campaign.code}", "campaign=nobody"),
        ("chats/", f"user={user}", f"user={ABSENT}"),
        ("tickets/", f"assignee={user}", f"assignee={ABSENT}"),
        ("tickets/", f"campaign={campaign.code}", "campaign=nobody"),
    ):
        ours, theirs = stranger.get(f"{API}{path}?{foreign}"), stranger.get(f"{API}{path}?{absent}")
        assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content), path


def test_a_foreign_person_is_not_found_by_search(stranger: Client) -> None:
    floor = answer(stranger, f"floor/?q={CANARY}")
    assert (floor["rows"], floor["total"]) == ([], len(known()))


def test_a_shared_persons_foreign_work_is_a_bare_state(stranger: Client) -> None:
    """ "En otra empresa": no campaign, contact, id, count or card."""
    rows = {row["id"]: row for row in answer(stranger, "floor/")["rows"]}
    assert set(rows) == known()
    shared = rows[person("paola.guzman").pk]
    assert set(shared["call"]) == {"id", "state", "since", "hidden"}
    assert (shared["call"]["id"], shared["call"]["state"]) == (None, "talking")
    assert everything(stranger, f"calls/?user={shared['id']}&active=true") == []
    assert (shared["chats"], shared["strategies"]) == ([], [])
    whole = {row["id"]: row for row in answer(client_of(SUPERVISOR), "floor/")["rows"]}
    assert shared["active_tickets"] == whole[shared["id"]]["active_tickets"] - 1
    for user, row in rows.items():
        assert {one["company"] for one in row["campaigns"]} == {"Mercado Lúcuma"}
        tickets = answer(stranger, f"tickets/?assignee={user}&active=true")
        assert tickets["count"] == row["active_tickets"]
        chats = everything(stranger, f"chats/?user={user}&open=true")
        assert [chat["id"] for chat in chats] == [chat["id"] for chat in row["chats"]]


def test_somebody_who_leaves_the_company_ceases_to_exist(stranger: Client) -> None:
    """Also his work there, which names him."""
    ticket = Ticket.objects.filter(campaign__company__code=OURS, assignee__isnull=False)[0]
    assert ticket.assignee
    assert answer(stranger, f"tickets/{ticket.pk}/")
    memberships_set(ticket.assignee, [])
    assert answer(stranger, f"tickets/{ticket.pk}/", 404)
    assert answer(stranger, f"users/{ticket.assignee.pk}/", 404)
    assert ticket.assignee.pk not in {row["id"] for row in answer(stranger, "floor/")["rows"]}

"""The doors of Workspace: what they answer, to whom, with how many queries; what they refuse."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beex.lib import clock
from telephony.models import Call
from telephony.services.calls import call_connect, call_hang_up
from tests.doors import client_of
from tests.factories import CampaignFactory, IdentifierFactory, StrategyFactory, UserFactory
from tests.workspace.cast import Cast, arrive, cast
from tests.workspace.web import Door
from workspace.choices import MessageState
from workspace.models import (
    Attachment,
    Chat,
    Disposition,
    DispositionCode,
    DispositionTree,
    Message,
    MessageTemplate,
    ProfileModule,
    Queue,
    QuickAnswer,
    Ticket,
    User,
)
from workspace.services import messages
from workspace.services.tickets import ticket_resolve

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Cast:
    return cast()


def door(user: User) -> Door:
    return Door(client_of(user))


def queries(act: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert act()[0] == 200
    return len(seen.captured_queries)


# --- size -----------------------------------------------------------------------------------------


def test_forty_tickets_and_five_hundred_lines_cost_as_many_queries_as_one(made: Cast) -> None:
    ana = door(made.ana)
    chat = made.chat_of(made.ana, "+51900000000")
    few = queries(lambda: ana.get("workspace/"))
    few_lines = queries(lambda: ana.get(f"chats/{chat.pk}/messages/"))
    for number in range(1, 40):
        made.chat_of(made.ana, f"+519000001{number:02}")
    fill(chat, 499)
    assert queries(lambda: ana.get("workspace/")) == few
    assert queries(lambda: ana.get(f"chats/{chat.pk}/messages/")) == few_lines
    assert len(ana.get("workspace/")[1]["tickets"]) == 40


def fill(chat: Chat, count: int) -> None:
    """So many more lines of the contact, one a second before now."""
    began = clock.now() - timedelta(hours=2)
    Message.objects.bulk_create(
        Message(
            chat=chat,
            identifier=chat.identifier,
            rev=number + 2,
            origin="contact",
            external_id=f"old-{number}",
            text=f"línea {number}",
            at=began + timedelta(seconds=number),
            state="received",
        )
        for number in range(count)
    )
    Chat.objects.filter(pk=chat.pk).update(rev=count + 1)


def test_older_lines_come_page_by_page_each_once_in_order(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    fill(chat, 230)
    ana = door(made.ana)
    found: list[dict[str, Any]] = []
    before, more = "", True
    while more:
        page = ana.get(f"chats/{chat.pk}/messages/?limit=60{before}")[1]
        found = page["messages"] + found
        more = page["more"]
        before = f"&before={found[0]['id']}"
    assert len(found) == 231
    assert len({line["id"] for line in found}) == 231
    assert [line["at"] for line in found] == sorted(line["at"] for line in found)


def test_what_changed_since_a_revision(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    ana = door(made.ana)
    line = ana.say(chat.pk, "Hola")[1]
    messages.message_progress(line["id"], MessageState.SENT)
    page = ana.get(f"chats/{chat.pk}/messages/?since=1")[1]
    assert [(one["id"], one["rev"], one["state"]) for one in page["messages"]] == [
        (line["id"], 3, "sent")
    ]
    assert page["rev"] == 3


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "limit=0", "limit=201", "since=9" * 9, "limit=1e3", "zz=1"]
)
def test_nonsense_in_a_page_is_refused(made: Cast, query: str) -> None:
    chat = made.chat_of(made.ana)
    status, problem = door(made.ana).get(f"chats/{chat.pk}/messages/?{query}")
    assert status in (400, 404, 422), problem


# --- answering ------------------------------------------------------------------------------------


def test_a_repeated_line_is_told_apart_from_a_new_one(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    name = uuid.uuid4()
    first, again = (door(made.ana).say(chat.pk, "Hola", name) for _ in range(2))
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    assert Message.objects.filter(origin="agent").count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "x", "text": "Hola"},
        {"id": str(uuid.uuid4()), "text": "a\0b"},
        {"id": str(uuid.uuid4()), "text": "x" * 5000},
        {"id": str(uuid.uuid4()), "text": ""},
        {"id": str(uuid.uuid4()), "text": "Hola", "author": 1},
        {"id": str(uuid.uuid4()), "text": "Hola", "files": [10**30]},
        {"id": str(uuid.uuid4()), "text": "Hola", "files": [999]},
        {"id": str(uuid.uuid4()), "text": ["Hola"]},
        {"id": str(uuid.uuid4()), "blanks": {"a": {"b": 1}}, "template": 1},
    ],
)
def test_what_is_no_answer_is_refused(made: Cast, body: dict[str, Any]) -> None:
    chat = made.chat_of(made.ana)
    status, problem = door(made.ana).post(f"chats/{chat.pk}/messages/", **body)
    assert status in (404, 422), problem
    assert problem["code"] in ("invalid", "not_found")
    assert not Message.objects.filter(origin="agent").exists()


def test_notes_drafts_and_reading(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    ana = door(made.ana)
    assert ana.post(f"chats/{chat.pk}/notes/", text="Cliente molesto")[0] == 201
    assert ana.put(f"chats/{chat.pk}/draft/", text="Estimado")[0] == 204
    assert ana.get(f"chats/{chat.pk}/messages/")[1]["draft"] == "Estimado"
    assert ana.post(f"chats/{chat.pk}/read/", rev=2)[0] == 204
    ticket = ana.get("workspace/")[1]["tickets"][0]
    assert ticket["chats"][0]["unread"] == 0


# --- strangers ------------------------------------------------------------------------------------

COMMANDS: list[tuple[str, str, dict[str, Any]]] = [
    ("post", "chats/{chat}/messages/", {"id": str(uuid.uuid4()), "text": "Hola"}),
    ("post", "chats/{chat}/notes/", {"text": "Hola"}),
    ("post", "chats/{chat}/read/", {"rev": 1}),
    ("put", "chats/{chat}/draft/", {"text": "Hola"}),
    ("post", "tickets/{ticket}/disposition/", {"code": 1}),
    ("post", "tickets/{ticket}/resolve/", {}),
    ("post", "tickets/{ticket}/reopen/", {}),
    ("post", "tickets/{ticket}/transfer/", {"queue": 1}),
    ("get", "tickets/{ticket}/targets/", {}),
    ("get", "chats/{chat}/messages/", {}),
    ("get", "contacts/{contact}/history/", {}),
    ("get", "attachments/{file}/", {}),
]


@pytest.mark.parametrize(("verb", "path", "body"), COMMANDS, ids=[one[1] for one in COMMANDS])
def test_a_stranger_finds_nothing_and_changes_nothing(
    made: Cast, verb: str, path: str, body: dict[str, Any]
) -> None:
    chat = made.chat_of(made.ana)
    file = Attachment.objects.create(
        chat=chat, name="a", kind="text/plain", size=1, path="a", created_at=clock.now()
    )
    here = {"chat": chat.pk, "ticket": chat.ticket_id, "file": file.pk}
    path = path.format(**here, contact=chat.ticket.contact_id)
    absent = path.replace(str(chat.pk), "99999999")
    for user in (made.ivan, made.carlos if verb != "post" or "reopen" not in path else made.ivan):
        found = getattr(door(user), verb)(path, **body)
        assert (found[0], found[1]["code"]) == (404, "not_found"), (user, found)
        assert getattr(door(user), verb)(absent, **body) == found, "absent looks the same"
    anonymous = getattr(Door(Client()), verb)(path, **body)
    assert anonymous[0] == 401
    assert (Message.objects.count(), Ticket.objects.get().assignee) == (1, made.ana)


def test_without_workspace_every_door_says_so(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    ProfileModule.objects.filter(profile=made.ana.profile).update(access="inactive")
    for verb, path, body in COMMANDS:
        where = {"chat": chat.pk, "ticket": chat.ticket_id, "file": 1}
        full = path.format(**where, contact=chat.ticket.contact_id)
        status, problem = getattr(door(made.ana), verb)(full, **body)
        assert (status, problem["code"]) == (403, "workspace_required"), full


def test_earlier_conversations_of_the_contact_can_be_read_by_who_attends_him(made: Cast) -> None:
    old = made.chat_of(made.beto)
    ticket_resolve(old.ticket_id, made.beto.pk)
    ana = door(made.ana)
    assert ana.get(f"chats/{old.pk}/messages/")[0] == 404
    now = made.chat_of(made.ana)
    assert now.ticket.contact_id == old.ticket.contact_id
    assert ana.get(f"chats/{old.pk}/messages/")[0] == 200
    past = ana.get(f"contacts/{now.ticket.contact_id}/history/")[1]
    assert [one["id"] for one in past["tickets"]] == [now.ticket_id, old.ticket_id]
    assert past["phones"] == ["+51900000001"]
    assert [one["reopen"] for one in past["tickets"]] == [False, True]


def test_what_one_resolved_can_be_found_and_taken_up_again_and_nothing_else(made: Cast) -> None:
    """One's own tickets stay one's own; those of colleagues are seen only while one attends."""
    others = made.chat_of(made.beto)
    ticket_resolve(others.ticket_id, made.beto.pk)
    chat = made.chat_of(made.ana)
    ticket_resolve(chat.ticket_id, made.ana.pk)
    ana, address = door(made.ana), f"contacts/{chat.ticket.contact_id}/history/"
    (past,) = ana.get(address)[1]["tickets"]
    assert (past["id"], past["reopen"]) == (chat.ticket_id, True)
    assert ana.get(f"chats/{chat.pk}/messages/")[0] == 200
    assert ana.get(f"chats/{others.pk}/messages/")[0] == 404
    assert ana.get(f"tickets/{chat.ticket_id}/")[1]["state"] == "resolved"
    assert door(made.carlos).get(address)[0] == 404, "he never attended the contact"
    made.campaign.memberships.filter(user=made.ana).delete()
    (past,) = ana.get(address)[1]["tickets"]
    assert past["reopen"] is False
    assert ana.post(f"tickets/{chat.ticket_id}/reopen/")[0] == 404


# --- handling -------------------------------------------------------------------------------------


@pytest.fixture
def leaf(made: Cast) -> DispositionCode:
    tree = DispositionTree.objects.create(code=f"tree-{uuid.uuid4().hex[:8]}", name="Cobranza")
    made.campaign.disposition_tree = tree
    made.campaign.save()
    branch = DispositionCode.objects.create(tree=tree, name="Contacto directo")
    return DispositionCode.objects.create(tree=tree, parent=branch, name="Promesa de pago")


def test_the_tree_of_the_campaign_is_offered_and_only_a_leaf_can_be_chosen(
    made: Cast, leaf: DispositionCode
) -> None:
    chat = made.chat_of(made.ana)
    ana = door(made.ana)
    assert leaf.parent is not None
    tree = ana.get(f"dispositions/?campaign={made.campaign.code}")[1]
    assert tree == [
        {
            "id": leaf.parent.pk,
            "name": "Contacto directo",
            "children": [{"id": leaf.pk, "name": "Promesa de pago", "children": []}],
        }
    ]
    assert ana.get("dispositions/")[1] == tree, "without a name, those of every campaign of hers"
    path = f"tickets/{chat.ticket_id}/disposition/"
    assert ana.post(path, code=leaf.parent.pk)[1]["code"] == "invalid"
    foreign = DispositionTree.objects.create(code="foreign", name="Otro")
    other = DispositionCode.objects.create(tree=foreign, name="Venta")
    assert ana.post(path, code=other.pk)[1]["code"] == "invalid"
    name = str(uuid.uuid4())
    first = ana.post(path, id=name, code=leaf.pk, note="Paga el lunes")
    again = ana.post(path, id=name, code=leaf.pk, note="Paga el lunes", resolve=True)
    assert first == again
    assert Disposition.objects.get().note == "Paga el lunes"
    assert Ticket.objects.get().state == "assigned"
    assert ana.post(path, code=leaf.pk, resolve=True)[0] == 201
    assert Ticket.objects.get().state == "resolved"


def test_saving_the_disposition_closes_after_call_work(made: Cast, leaf: DispositionCode) -> None:
    made.campaign.acw_limit = 60
    made.campaign.save()
    chat = made.chat_of(made.ana)
    call = call_connect(
        user_id=made.ana.pk,
        campaign_id=made.campaign.pk,
        contact_id=chat.ticket.contact_id,
        identifier_id=IdentifierFactory.create(campaign=made.campaign).pk,
        direction="outbound",
        ticket_id=chat.ticket_id,
    )
    call_hang_up(call.pk)
    assert Call.objects.get().state == "acw"
    assert door(made.ana).post(f"tickets/{chat.ticket_id}/disposition/", code=leaf.pk)[0] == 201
    assert Call.objects.get().state == "ended"


def test_targets_are_those_who_are_there_and_queues_of_the_campaign(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    arrive(made.beto, status="busy")
    Queue.objects.create(code="foreign", name="Otra", campaign=CampaignFactory.create())
    targets = door(made.ana).get(f"tickets/{chat.ticket_id}/targets/")[1]
    beto = {"id": made.beto.pk, "name": "Beto De Prueba", "extension": "1002", "status": "busy"}
    assert targets == {
        "users": [beto],
        "queues": [{"id": made.queue.pk, "name": "Atención"}],
    }
    path = f"tickets/{chat.ticket_id}/transfer/"
    for body in ({}, {"user": made.beto.pk, "queue": made.queue.pk}, {"user": "x"}):
        assert door(made.ana).post(path, **body)[0] == 422
    assert door(made.ana).post(path, user=made.beto.pk, note="Habla inglés")[0] == 204
    notice = door(made.beto).get("workspace/")[1]["notices"][0]
    assert (notice["kind"], notice["note"]) == ("transferred", "Habla inglés")
    assert notice["text"].startswith("Ana De Prueba (anexo 1001) te transfirió")
    assert door(made.ana).delete(f"notices/{notice['id']}/")[0] == 404
    assert door(made.beto).delete(f"notices/{notice['id']}/")[0] == 204
    assert door(made.beto).get("workspace/")[1]["notices"] == []


def test_strategies_are_entered_and_left(made: Cast) -> None:
    voice = StrategyFactory.create(campaign=made.campaign)
    second = StrategyFactory.create(campaign=made.campaign, kind="progressive")
    foreign = StrategyFactory.create()
    ana = door(made.ana)
    assert ana.post(f"strategies/{voice.pk}/enter/")[0] == 200
    refused = ana.post(f"strategies/{second.pk}/enter/")
    assert (refused[0], refused[1]["code"]) == (409, "in_strategy")
    assert ana.post(f"strategies/{foreign.pk}/enter/")[1]["code"] in (
        "not_in_campaign", "not_found",
    )  # fmt: skip
    shown = {one["id"]: one["entered_at"] for one in ana.get("workspace/")[1]["strategies"]}
    assert shown[voice.pk]
    assert shown[second.pk] is None
    assert ana.post(f"strategies/{voice.pk}/leave/")[0] == 204
    assert ana.post(f"strategies/{second.pk}/enter/")[0] == 200


def test_ready_texts_are_those_of_ones_campaigns(made: Cast) -> None:
    other = CampaignFactory.create()
    for campaign in (made.campaign, other, None):
        QuickAnswer.objects.create(campaign=campaign, shortcut="hola", text="Hola")
    for campaign in (made.campaign, other):
        MessageTemplate.objects.create(campaign=campaign, name="hola", text="Hola {nombre}")
    ana = door(made.ana)
    mine = {made.campaign.pk, None}
    assert {one["campaign_id"] for one in ana.get("quick-answers/")[1]} == mine
    assert {one["campaign_id"] for one in ana.get("templates/")[1]} == {made.campaign.pk}
    assert ana.get(f"dispositions/?campaign={other.code}")[1]["code"] == "unknown_filter"


# --- queue strip ----------------------------------------------------------------------------------


def test_the_strip_shows_who_waits_and_the_service_level_within_the_scope(made: Cast) -> None:
    made.queue.service_level_seconds = 20
    made.queue.save()
    for number in range(3):
        made.says(f"+5190000000{number}", "Hola")
    waits = list(made.queue.waits.order_by("pk"))
    early = clock.now() - timedelta(seconds=5)
    for wait, answered in zip(waits, (early, early + timedelta(seconds=60)), strict=False):
        made.queue.waits.filter(pk=wait.pk).update(
            entered_at=early,
            due_at=early + timedelta(seconds=20),
            left_at=answered,
            outcome="answered",
        )
    stand = next(one for one in door(made.carlos).get("queues/")[1] if one["id"] == made.queue.pk)
    assert (stand["waiting"], stand["service_level"]) == (1, 0.5)
    assert stand["oldest_since"]
    assert stand in door(made.ana).get("queues/")[1]
    assert stand["id"] not in {one["id"] for one in door(made.ivan).get("queues/")[1]}
    nobody = UserFactory.create()
    assert door(nobody).get("queues/")[1]["code"] == "role"

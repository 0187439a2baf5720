"""Capturing a chat: who may, what moves, what is written down (R51, R56–R65, E9, E16, E17)."""

from typing import Any

import pytest

from monitoring.cards import chat_card
from monitoring.models import SupervisionSession
from tests.doors import client_of
from tests.factories import CampaignFactory
from tests.workspace.cast import Cast, arrive, cast, profile
from tests.workspace.web import Door
from workspace.access import actor_of
from workspace.choices import Module, Role
from workspace.models import Chat, Draft, ProfileModule, Ticket, TicketHolding, User
from workspace.services import handling, messages
from workspace.services.chats import chat_touch
from workspace.services.people import memberships_set
from workspace.services.tickets import ticket_resolve

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Cast:
    return cast()


def door(user: User) -> Door:
    return Door(client_of(user))


def capture(user: User, chat: Chat) -> tuple[int, Any]:
    return door(user).post(f"chats/{chat.pk}/capture/")


def test_chat_ticket_and_draft_move_and_the_record_says_so(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    chat_touch(made.ana.pk, chat.pk, selected=True)
    messages.draft_save(made.ana.pk, chat.pk, "Estimada se")
    status, session = capture(made.carlos, chat)
    assert status == 201
    assert {key: session[key] for key in ("kind", "mode", "state", "call", "chat", "user")} == {
        "kind": "capture", "mode": None, "state": "active", "call": None, "chat": chat.pk,
        "user": made.ana.pk,
    }  # fmt: skip
    assert (session["ended_at"], session["result"]) == (None, None)
    assert Ticket.objects.get().assignee == made.carlos
    assert Draft.objects.get().user == made.carlos
    assert not hasattr(Chat.objects.get(), "focus"), "open on nobody's screen (R45)"
    page = door(made.carlos).get(f"chats/{chat.pk}/messages/")[1]
    assert page["draft"] == "Estimada se"
    event = page["messages"][-1]["event"]
    assert (event["what"], event["by"]["extension"], event["from"]["name"]) == (
        "captured", "1101", "Ana De Prueba",
    )  # fmt: skip
    assert [one.how for one in TicketHolding.objects.all()] == ["assigned", "captured"]


def test_a_second_capture_is_taken_also_by_the_winner(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    capture(made.carlos, chat)
    for user in (made.lorena, made.carlos):
        status, problem = capture(user, chat)
        assert (status, problem["code"]) == (409, "taken")
        assert problem["owner"] == {
            "id": made.carlos.pk, "name": "Carlos De Prueba", "extension": "1101",
        }  # fmt: skip
        assert problem["detail"].endswith("Carlos De Prueba (anexo 1101)")
    assert SupervisionSession.objects.count() == 1


def test_a_captured_chat_greys_the_button_of_the_others(made: Cast) -> None:
    """R59: the card says who has it, before anybody presses; given back, it can be pressed."""
    chat = made.chat_of(made.ana)
    arrive(made.ana)
    session = capture(made.carlos, chat)[1]["id"]
    assert button(made.lorena, chat) == ("taken", "Carlos De Prueba (anexo 1101)")
    assert button(made.carlos, chat)[0] == "self"
    door(made.carlos).post(f"supervision/{session}/give-back/")
    assert button(made.lorena, chat) == (None, "")


def button(user: User, chat: Chat) -> tuple[str | None, str]:
    """Why the card's button is of no use, and whom it names."""
    actor = actor_of(user.pk)
    assert actor is not None
    act = chat_card(actor, chat.pk)["act"]
    return act["deny"], act["why"].partition("por ")[2]


def test_who_may_not_capture(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    watcher = profile(Role.ADMIN, Module.SUPERVISION)
    agent = profile(Role.AGENT, Module.SUPERVISION, Module.WORKSPACE)
    for held, role, status, code in (
        (watcher, Role.ADMIN, 403, "workspace_required"),
        (agent, Role.AGENT, 403, "role"),
    ):
        User.objects.filter(pk=made.lorena.pk).update(profile=held, role=role)
        answer = capture(made.lorena, chat)
        assert (answer[0], answer[1]["code"]) == (status, code)
    assert capture(made.beto, chat)[1]["code"] == "role", "without Supervisión"
    assert capture(made.ivan, chat)[0] == 404, "another company's"
    assert capture(made.ivan, chat)[1] == door(made.ivan).post("chats/9999999/capture/")[1]
    memberships_set(made.carlos, [CampaignFactory.create().pk])
    answer = capture(made.carlos, chat)
    assert (answer[0], answer[1]["code"]) == (403, "not_in_campaign")
    assert made.campaign.name in answer[1]["detail"]
    assert not SupervisionSession.objects.exists()
    assert Ticket.objects.get().assignee == made.ana


def test_a_right_taken_away_while_the_card_is_open_is_judged_at_the_press(made: Cast) -> None:
    """E9."""
    chat = made.chat_of(made.ana)
    carlos = door(made.carlos)
    assert carlos.get(f"chats/{chat.pk}/")[0] == 200
    ProfileModule.objects.filter(profile=made.carlos.profile, module="workspace").update(
        access="inactive"
    )
    answer = carlos.post(f"chats/{chat.pk}/capture/")
    assert (answer[0], answer[1]["code"]) == (403, "workspace_required")
    assert answer[1]["detail"]


def test_what_cannot_be_captured(made: Cast) -> None:
    waiting = made.says("+51900000009", "Hola").chat
    assert capture(made.carlos, waiting)[1]["code"] == "conflict"
    own = made.chat_of(made.carlos, "+51900000008")
    assert capture(made.carlos, own)[1]["code"] == "self"
    over = made.chat_of(made.ana)
    ticket_resolve(over.ticket_id, made.ana.pk)
    assert capture(made.carlos, over)[1]["code"] == "chat_closed"
    for path in ("listen", "whisper", "barge"):
        assert door(made.carlos).post(f"chats/{own.pk}/{path}/")[0] == 404, "R56"
    assert door(made.carlos).post(f"chats/{own.pk}/capture/", mode="x")[0] == 422


def test_giving_back_returns_chat_and_note(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    session = capture(made.carlos, chat)[1]
    path = f"supervision/{session['id']}/give-back/"
    assert door(made.carlos).post(path)[1]["code"] == "user_offline"
    arrive(made.ana)
    assert door(made.lorena).post(path, note="x")[0] == 404
    status, back = door(made.carlos).post(path, note="Ofrécele el plan B")
    assert (status, back["state"], back["result"], back["note"]) == (
        200, "ended", "given_back", "Ofrécele el plan B",
    )  # fmt: skip
    assert Ticket.objects.get().assignee == made.ana
    line = chat.messages.latest("pk")
    assert line.event is not None
    assert (line.event["what"], line.text) == ("given_back", "Ofrécele el plan B")
    assert door(made.carlos).post(path)[1]["code"] == "conflict"
    assert capture(made.lorena, chat)[0] == 201, "and can be captured again"


@pytest.mark.parametrize("end", ["resolve", "transfer", "queue", "delete"])
def test_the_session_ends_with_what_happens_to_the_chat(made: Cast, end: str) -> None:
    chat = made.chat_of(made.ana)
    arrive(made.beto)
    session = SupervisionSession.objects.get(pk=capture(made.carlos, chat)[1]["id"])
    carlos = made.carlos.pk
    if end == "resolve":
        handling.ticket_finish(carlos, chat.ticket_id)
    elif end == "transfer":
        handling.ticket_transfer_to_user(carlos, chat.ticket_id, made.beto.pk)
    elif end == "queue":
        handling.ticket_transfer_to_queue(carlos, chat.ticket_id, made.queue.pk)
    else:
        assert door(made.carlos).delete(f"supervision/{session.pk}/")[0] == 204
        assert Ticket.objects.get().assignee == made.carlos, "the chat stays his"
    session.refresh_from_db()
    results = {
        "resolve": "resolved", "transfer": "transferred", "queue": "queued", "delete": "kept",
    }  # fmt: skip
    assert (session.state, session.result) == ("ended", results[end])
    assert session.ended_at
    answer = door(made.carlos).post(f"supervision/{session.pk}/give-back/")
    assert answer[1]["code"] == "conflict"


def test_the_record_is_read_by_the_owner_and_by_oneself(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    session = capture(made.carlos, chat)[1]["id"]
    owner = profile(Role.OWNER, Module.SUPERVISION)
    User.objects.filter(pk=made.lorena.pk).update(profile=owner, role=Role.OWNER)
    found = door(made.lorena).get(f"supervision/?active=true&user={made.ana.pk}")[1]
    assert [one["id"] for one in found["results"]] == [session]
    assert door(made.carlos).get(f"supervision/{session}/")[0] == 200
    assert door(made.ivan).get("supervision/")[1]["count"] == 0
    assert door(made.ivan).get(f"supervision/{session}/")[0] == 404
    assert door(made.ana).get("supervision/")[0] == 403
    for verb in ("put", "post"):
        assert getattr(door(made.lorena), verb)(f"supervision/{session}/", note="x")[0] == 405
    assert door(made.lorena).delete(f"supervision/{session}/")[0] == 404, "not one's own"

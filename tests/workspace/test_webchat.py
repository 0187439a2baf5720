"""A contact's side of the web chat: a token is all he has, and all he needs."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from beex.lib import clock
from tests.factories import IdentifierFactory
from tests.workspace.cast import Cast, arrive, cast, give
from tests.workspace.test_files import PNG
from tests.workspace.web import API, Door
from workspace.models import Attachment, Contact, InboxEvent, Message, Ticket, Visitor
from workspace.services.attachments import attachments_prune
from workspace.services.inbox import inbox_process
from workspace.services.messages import message_send
from workspace.services.outbox import outbox_process
from workspace.services.tickets import ticket_resolve
from workspace.services.visitors import visitors_prune

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Cast:
    return cast()


@pytest.fixture(autouse=True)
def _files_of_tests(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


class Guest:
    """One browser on the widget."""

    def __init__(self, made: Cast, **who: str) -> None:
        self.code = made.webchat.code
        status, said = Door(Client()).post(f"webchat/{self.code}/sessions/", **who)
        assert status == 201
        self.door = Door(Client(), said["token"])

    def __call__(self, verb: str, path: str, **body: Any) -> tuple[int, Any]:
        answer: tuple[int, Any] = getattr(self.door, verb)(f"webchat/{self.code}/{path}", **body)
        return answer

    def says(self, text: str, name: str = "", **more: Any) -> tuple[int, Any]:
        answer = self("post", "messages/", id=name or str(uuid.uuid4()), text=text, **more)
        inbox_process()
        return answer


def test_the_conversation_goes_on_after_a_reload_and_after_its_ticket(made: Cast) -> None:
    guest = Guest(made, name="Zoila")
    assert guest("get", "conversation/")[1] == {
        "state": "none", "agent": None, "staffed": False, "messages": [],
    }  # fmt: skip
    guest.says("Hola")
    assert guest("get", "conversation/")[1]["state"] == "waiting"
    ticket = Ticket.objects.get()
    assert ticket.contact.name == "Zoila"
    give(ticket, made.ana)
    arrive(made.ana)
    message_send(made.ana.pk, ticket.chats.get().pk, uuid.uuid4(), text="Buenas")
    page = guest("get", "conversation/")[1]
    assert (page["state"], page["agent"], page["staffed"]) == ("attended", "Ana", True)
    assert [line["text"] for line in page["messages"]] == ["Hola"], "not before it has left"
    outbox_process()
    page = guest("get", "conversation/")[1]
    assert [line["text"] for line in page["messages"]] == ["Hola", "Buenas"]
    ticket_resolve(ticket.pk, made.ana.pk)
    assert guest("get", "conversation/")[1]["state"] == "closed"
    guest.says("Una cosa más")
    assert Ticket.objects.count() == 2
    assert Contact.objects.count() == 1
    assert len(guest("get", "conversation/")[1]["messages"]) == 3


def test_a_message_left_when_nobody_is_there_waits_with_who_wrote_it(made: Cast) -> None:
    guest = Guest(made)
    assert guest("get", "")[1] == {"alias": made.webchat.alias, "staffed": False}
    assert guest("put", "me/", name="Hilda Montes", phone="+51 900 000 111")[0] == 204
    guest.says("Llámenme, por favor")
    ticket = Ticket.objects.get()
    assert (ticket.contact.name, ticket.contact.phone) == ("Hilda Montes", "+51 900 000 111")
    assert ticket.waits.get().left_at is None


def test_a_repeated_line_is_one_line(made: Cast) -> None:
    guest = Guest(made)
    name = str(uuid.uuid4())
    assert guest.says("Hola", name)[0] == guest.says("Hola", name)[0] == 202
    assert Message.objects.count() == 1
    other = Guest(made)
    other.says("La misma marca", name)
    assert Message.objects.count() == 2, "another browser's name is another line"


def test_notes_and_what_happens_inside_never_reach_him(made: Cast) -> None:
    guest = Guest(made)
    guest.says("Hola")
    ticket = Ticket.objects.get()
    give(ticket, made.ana)
    chat = ticket.chats.get()
    from monitoring.services.captures import chat_capture
    from workspace.services.messages import note_add

    note_add(made.ana.pk, chat.pk, "Moroso")
    chat_capture(made.carlos.pk, chat.pk)
    page = guest("get", "conversation/")[1]
    assert [line["text"] for line in page["messages"]] == ["Hola"]
    assert page["agent"] == "Carlos"
    assert set(page["messages"][0]) == {
        "id", "from", "client_id", "text", "at", "state", "files",
    }  # fmt: skip


def test_nobody_speaks_or_reads_without_the_token_of_this_widget(made: Cast) -> None:
    guest = Guest(made)
    guest.says("Hola")
    other = IdentifierFactory.create(campaign=made.campaign, channel="webchat")
    code = made.webchat.code
    for door, widget in (
        (Door(Client()), code),
        (Door(Client(), "x" * 43), code),
        (Door(Client(), "x" * 5000), code),
        (guest.door, other.code),
    ):
        for verb, path, body in (
            ("get", "conversation/", {}),
            ("post", "messages/", {"id": str(uuid.uuid4()), "text": "x"}),
            ("post", "seen/", {"message": 1, "state": "read"}),
            ("put", "me/", {"name": "x"}),
        ):
            status, problem = getattr(door, verb)(f"webchat/{widget}/{path}", **body)
            assert (status, problem["code"]) == (401, "not_authenticated")
    for code in ("nowhere", made.whatsapp.code):
        assert Door(Client()).post(f"webchat/{code}/sessions/")[0] == 404
    assert Visitor.objects.count() == 1
    assert InboxEvent.objects.count() == 1


def test_he_can_only_say_that_he_saw_what_was_said_to_him(made: Cast) -> None:
    guest, other = Guest(made), Guest(made)
    guest.says("Hola")
    chat = Ticket.objects.get().chats.get()
    give(chat.ticket, made.ana)
    line, _ = message_send(made.ana.pk, chat.pk, uuid.uuid4(), text="Buenas")
    outbox_process()
    assert other("post", "seen/", message=line.pk, state="read")[0] == 404
    mine = chat.messages.earliest("pk")
    assert guest("post", "seen/", message=mine.pk, state="read")[0] == 404
    assert guest("post", "seen/", message=line.pk, state="failed")[0] == 422
    assert guest("post", "seen/", message=line.pk, state="read")[0] == 202
    inbox_process()
    line.refresh_from_db()
    assert line.state == "read"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "x", "text": "Hola"},
        {"id": str(uuid.uuid4()), "text": ""},
        {"id": str(uuid.uuid4()), "text": "x" * 4097},
        {"id": str(uuid.uuid4()), "text": "a\0"},
        {"id": str(uuid.uuid4()), "text": "Hola", "visitor": "x"},
        {"id": str(uuid.uuid4()), "text": "Hola", "files": [1]},
        {"id": str(uuid.uuid4()), "text": {"a": 1}},
    ],
)
def test_what_is_no_line_is_refused_at_the_door(made: Cast, body: dict[str, Any]) -> None:
    status, problem = Guest(made)("post", "messages/", **body)
    assert (status, problem["code"]) == (422, "invalid")
    assert not InboxEvent.objects.exists()


def test_a_file_goes_both_ways_by_an_address_that_ends(made: Cast) -> None:
    guest = Guest(made)
    file = SimpleUploadedFile("foto.png", PNG, "image/png")
    status, kept = guest.door.upload(f"webchat/{guest.code}/files/", file)
    assert status == 201
    assert guest.says("", files=[kept["id"]])[0] == 202
    shown = guest("get", "conversation/")[1]["messages"][0]["files"][0]
    answer = Client().get(shown["url"])
    assert answer.content == PNG
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert Client().get(shown["url"][:-3] + "xyz").status_code == 404
    assert Client().get(shown["url"].partition("?")[0]).status_code == 404
    thief = Guest(made)
    assert thief.says("", files=[kept["id"]])[0] == 422, "another's file"
    chat = Ticket.objects.get().chats.get()
    give(chat.ticket, made.ana)
    from tests.doors import client_of

    address = Door(client_of(made.ana)).get(f"chats/{chat.pk}/messages/")[1]
    file_of = address["messages"][0]["files"][0]
    assert client_of(made.ana).get(file_of["url"]).content == PNG


@pytest.mark.parametrize("media", ["multipart/form-data; boundary=q", "multipart/form-data"])
def test_a_torn_envelope_is_refused_in_words(made: Cast, media: str) -> None:
    guest = Guest(made)
    response = guest.door.client.generic(
        "POST", f"{API}webchat/{guest.code}/files/", b"zzz", media, headers=guest.door.headers
    )
    assert response.status_code in (400, 422)
    assert response.json()["code"] in ("malformed", "invalid")


def test_a_chatterbox_is_slowed_down(made: Cast) -> None:
    guest = Guest(made)
    answers = [guest("get", "conversation/")[0] for _ in range(125)]
    assert answers[:120] == [200] * 120
    assert set(answers[120:]) == {429}
    assert Guest(made)("get", "conversation/")[0] == 200, "others are not"


def test_what_was_never_used_is_forgotten(made: Cast, tmp_path: Path) -> None:
    silent, talker = Guest(made), Guest(made)
    talker.says("Hola")
    file = SimpleUploadedFile("foto.png", PNG, "image/png")
    talker.door.upload(f"webchat/{talker.code}/files/", file)
    assert silent("get", "conversation/")[0] == 200
    later = clock.now() + timedelta(days=8)
    attachments_prune(later)
    visitors_prune(later)
    assert Visitor.objects.count() == 1
    assert not Attachment.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]

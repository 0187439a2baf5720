"""Visitor, agent and supervisor at a real server, with the real worker beside it."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from monitoring.models import FloorDirty
from tests.doors import client_of
from tests.floor.live import Line, kind, line
from tests.parts.process import Process
from tests.parts.server import Server, manage
from tests.workspace.cast import Cast, arrive, cast
from tests.workspace.web import Door, GuestLine, guest
from workspace.models import Chat, User
from workspace.services.inbox import inbox_process
from workspace.statuses import ensure_statuses

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(transactional_db: None) -> Cast:
    ensure_statuses()
    return cast()


@pytest.fixture
def worker(made: Cast, live_server: Server, database_url: str) -> Iterator[Process]:
    process = manage("run_tasks", env={"DATABASE_URL": database_url})
    process.start()
    yield process
    process.stop()


@pytest.fixture
def floor(made: Cast, live_server: Server, database_url: str) -> Iterator[Process]:
    process = manage("run_floor", env={"DATABASE_URL": database_url})
    process.start()
    yield process
    process.stop()


def door(user: User) -> Door:
    return Door(client_of(user))


def visitor(made: Cast) -> tuple[Door, str]:
    code = made.webchat.code
    status, said = Door(Client()).post(f"webchat/{code}/sessions/", name="Zoila Bravo")
    assert status == 201
    return Door(Client(), said["token"]), said["token"]


def said(text: str) -> Any:
    return lambda frame: (
        frame["type"] == "messages" and any(one["text"] == text for one in frame["messages"])
    )


@dataclass
class Scene:
    """Three pages of one conversation, as in three browsers."""

    made: Cast
    url: str
    him: Door
    token: str
    page: GuestLine
    agent: Line
    boss: Line

    @property
    def code(self) -> str:
        return self.made.webchat.code

    def writes(self, text: str, name: str | None = None) -> None:
        name = name or str(uuid.uuid4())
        assert self.him.post(f"webchat/{self.code}/messages/", id=name, text=text)[0] == 202

    def opened(self) -> dict[str, Any]:
        """The visitor has written and Ana has his ticket."""
        self.writes("Hola")
        return self.tickets()[0]

    def tickets(self) -> list[dict[str, Any]]:
        """What Ana's list brings; while she looks, her page answers the pings."""
        found = self.agent.until(
            lambda one: one["type"] == "tickets" and bool(one["tickets"]), 15.0
        )
        tickets: list[dict[str, Any]] = found["tickets"]
        return tickets


@pytest.fixture
def scene(made: Cast, live_server: Server, worker: Process, floor: Process) -> Iterator[Scene]:
    him, token = visitor(made)
    arrive(made.ana)
    url = live_server.url
    with (
        guest(url, made.webchat.code, token) as page,
        line(url, made.ana) as agent,
        line(url, made.carlos, tab="t2") as boss,
    ):
        first = page.until(kind("conversation"))
        assert (first["state"], first["staffed"], first["messages"]) == ("none", True, [])
        for one in (agent, boss):
            one.send(type="subscribe", stream="conversation")
            one.send(type="subscribe", stream="desk")
            one.until(lambda frame: frame["type"] == "tickets" and frame["whole"])
        boss.floor()
        boss.until(lambda _: made.ana.pk in boss.mirror.rows, 15.0)
        agent.read(0.2)  # her page was silent meanwhile; any beat restores it
        yield Scene(made, url, him, token, page, agent, boss)


def waiting(frame: dict[str, Any]) -> int:
    """How many wait, in all queues of a frame."""
    return sum(queue["waiting"] for queue in frame["queues"])


def brings(ticket_id: int) -> Any:
    return lambda frame: (
        frame["type"] == "tickets" and any(one["id"] == ticket_id for one in frame["tickets"])
    )


def drops(ticket_id: int) -> Any:
    return lambda frame: frame["type"] == "tickets" and ticket_id in frame["gone"]


def test_a_visitor_chats_with_an_agent_and_the_floor_follows(scene: Scene) -> None:
    made, page = scene.made, scene.page
    name = str(uuid.uuid4())
    scene.writes("Hola", name)
    scene.writes("Hola", name)
    mine = page.until(said("Hola"))["messages"][0]
    assert (mine["from"], mine["client_id"]) == ("contact", name)
    ticket = scene.tickets()[0]
    chat = ticket["chats"][0]["id"]
    assert ticket["contact"]["name"] == "Zoila Bravo"
    page.until(lambda frame: frame["type"] == "state" and frame["agent"] == "Ana")
    scene.boss.until(lambda _: scene.boss.mirror.rows[made.ana.pk]["active_tickets"] == 1, 15.0)

    assert door(made.ana).say(chat, "¿En qué ayudo?")[0] == 201
    answer = page.until(said("¿En qué ayudo?"))["messages"][0]
    seen = scene.him.post(f"webchat/{scene.code}/seen/", message=answer["id"], state="read")
    assert seen[0] == 202
    scene.agent.until(
        lambda frame: (
            frame["type"] == "messages" and any(one["state"] == "read" for one in frame["messages"])
        )
    )
    with guest(scene.url, scene.code, scene.token) as again:
        whole = again.until(kind("conversation"))
        assert [one["text"] for one in whole["messages"]] == ["Hola", "¿En qué ayudo?"]


def test_a_captured_chat_leaves_one_desk_and_opens_on_the_other(scene: Scene) -> None:
    ticket = scene.opened()
    chat, carlos = ticket["chats"][0]["id"], door(scene.made.carlos)
    status, session = carlos.post(f"chats/{chat}/capture/")
    assert (status, session["state"], session["kind"]) == (201, "active", "capture")
    scene.agent.until(drops(ticket["id"]))
    desk = scene.agent.until(lambda one: one["type"] == "desk" and bool(one["notices"]))
    words = "Carlos De Prueba (anexo 1101) capturó tu chat con Zoila Bravo"
    assert desk["notices"][0]["text"] == words
    scene.boss.until(brings(ticket["id"]))
    scene.page.until(lambda one: one["type"] == "state" and one["agent"] == "Carlos")

    refused = door(scene.made.ana).say(chat, "Un momento")
    assert (refused[0], refused[1]["code"], refused[1]["text"]) == (409, "taken", "Un momento")
    assert refused[1]["owner"]["name"] == "Carlos De Prueba"
    assert carlos.say(chat, "Le atiendo yo")[0] == 201
    scene.page.until(said("Le atiendo yo"))

    back = carlos.post(f"supervision/{session['id']}/give-back/", note="Sigue tú")
    assert (back[0], back[1]["result"]) == (200, "given_back")
    scene.agent.until(brings(ticket["id"]))
    scene.boss.until(drops(ticket["id"]))


@contextmanager
def noise(user: User) -> Iterator[None]:
    """The floor is asked for this one person's row all the time, for other reasons."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.002):
            FloorDirty.objects.create(user_id=user.pk)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_no_frame_shows_a_captured_ticket_with_both_or_neither(
    made: Cast, live_server: Server, floor: Process
) -> None:
    for user in (made.ana, made.carlos):
        arrive(user)
    chat = made.chat_of(made.ana)

    def held() -> tuple[int, int]:
        rows = boss.mirror.rows
        return tuple(  # type: ignore[return-value]
            rows[user.pk]["active_tickets"] if user.pk in rows else 0
            for user in (made.ana, made.carlos)
        )

    with line(live_server.url, made.lorena) as boss, noise(made.ana):
        boss.floor()
        boss.until(lambda _: held() == (1, 0), 15.0)
        seen = set()

        def shows(wanted: tuple[int, int]) -> None:
            def look(_: object) -> bool:
                seen.add(held())
                return held() == wanted

            boss.until(look)

        for _ in range(25):
            status, session = door(made.carlos).post(f"chats/{chat.pk}/capture/")
            assert status == 201, session
            shows((0, 1))
            assert door(made.carlos).post(f"supervision/{session['id']}/give-back/")[0] == 200
            shows((1, 0))
        assert seen == {(0, 1), (1, 0)}


def test_an_unknown_token_and_a_silent_page_are_let_go(made: Cast, live_server: Server) -> None:
    with guest(live_server.url, made.webchat.code, "nobody") as page:
        with pytest.raises(AssertionError):
            page.until(lambda _: True, 5.0)
        assert page.code == 4401
    token = visitor(made)[1]
    with guest(live_server.url, "another-widget", token) as page:
        with pytest.raises(AssertionError):
            page.until(lambda _: True, 5.0)
        assert page.code == 4401


def test_taking_workspace_away_empties_the_open_desk(made: Cast, live_server: Server) -> None:
    """E9, on the agent's side: within two seconds nothing more is shown."""
    from workspace.models import ProfileModule
    from workspace.services.people import profile_saved

    chat = made.chat_of(made.ana)
    with line(live_server.url, made.ana) as agent:
        agent.send(type="subscribe", stream="conversation")
        agent.until(lambda frame: frame["type"] == "tickets" and frame["whole"])
        profile = made.ana.profile
        assert profile is not None
        ProfileModule.objects.filter(profile=profile, module="workspace").update(access="hidden")
        profile_saved(profile)
        gone = agent.until(lambda frame: frame["type"] == "tickets", 2.0)
        assert gone["gone"] == [chat.ticket_id]
        refused = agent.until(kind("refused"), 2.0)
        assert refused["code"] == "workspace_required"
    status, problem = door(made.ana).say(chat.pk, "Hola")
    assert (status, problem["code"]) == (403, "workspace_required")
    assert Chat.objects.get(pk=chat.pk).messages.count() == 1


def test_the_strip_follows_within_the_scope_at_most_once_a_second(
    made: Cast, live_server: Server, floor: Process
) -> None:
    def strip(one: Line, wait: int) -> dict[str, Any]:
        return one.until(lambda frame: frame["type"] == "queues" and waiting(frame) == wait, 10.0)

    url = live_server.url
    with line(url, made.carlos) as boss, line(url, made.ivan, tab="t2") as stranger:
        for one in (boss, stranger):
            one.floor()
        assert [queue["name"] for queue in strip(boss, 0)["queues"]] == ["Atención"]
        assert strip(stranger, 0)["queues"] == []
        for number in range(5):
            made.says(f"+5190000000{number}", "Hola")
        last = strip(boss, 5)
        assert last["queues"][0]["oldest_since"]
        at = [frame["at"] for frame in boss.frames if frame["type"] == "queues"]
        gaps = [
            (datetime.fromisoformat(late) - datetime.fromisoformat(early)).total_seconds()
            for early, late in pairwise(at)
        ]
        assert all(gap >= 0.95 for gap in gaps), gaps
        while stranger.read(1.5) is not None:
            pass
        assert sum(frame["type"] == "queues" for frame in stranger.frames) == 1


def test_rubbish_on_a_visitors_socket_disturbs_nobody(made: Cast, live_server: Server) -> None:
    url, code = live_server.url, made.webchat.code
    token = visitor(made)[1]
    with guest(url, code, token) as good:
        good.until(kind("conversation"))
        with guest(url, code, None) as bad:
            for text, why in (
                ("{", "malformed"),
                ("[]", "invalid"),
                ('{"type":7}', "invalid"),
                ('{"type":"subscribe","stream":"floor"}', "invalid"),
                ("[" * 5000, "malformed"),
                ("x" * 70_000, "too_large"),
            ):
                bad.raw.send(text)
                assert bad.until(kind("refused"))["code"] == why, text[:20]
            bad.raw.send(b"\x00\xff")
            assert bad.until(kind("refused"))["code"] == "invalid"
            for _ in range(300):
                bad.raw.send('{"type":"pong"}')
            bad.until(lambda frame: frame.get("code") == "rate_limited")
            bad.send(type="hello", token=["x"])
            with pytest.raises(AssertionError):
                bad.until(kind("conversation"))
        with (
            pytest.raises(InvalidStatus),
            connect(
                f"ws{url[4:]}/ws/v1/webchat/{code}/",
                origin=Origin("https://evil.example"),
                proxy=None,
            ),
        ):
            pass
        good.send(type="hello", token=token)
        assert good.until(kind("refused"))["code"] == "invalid", "hello is said once"
        Door(Client(), token).post(
            f"webchat/{code}/messages/", id=str(uuid.uuid4()), text="sigo aquí"
        )
        inbox_process()
        good.until(said("sigo aquí"))

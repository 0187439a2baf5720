"""The inbox: stored lines of conversations that go on, understood by one worker; and lines that
come in at a steady rate, by an adapter or by the web chat's doors, none of them lost."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.parts import Broken
from bench.workspace import PATIENCE, agent, house

#: connections that send
SENDERS = 16
#: web processes they send to
WEBS = 2
#: threads of an adapter, and contacts who write through it
HANDS, WRITERS = 4, 400

if TYPE_CHECKING:
    from tests.workspace.cast import Cast


@dataclass(frozen=True)
class Drain:
    """Lines a second, and statements a line."""

    rate: float
    queries: float


def measure(made: "Cast", lines: int, conversations: int) -> Drain:
    """So many lines, said in turn by so many contacts who have a conversation already."""
    from workspace.services.inbox import inbox_process

    _store(made, conversations, conversations)
    _empty()
    _store(made, lines, conversations)
    began = time.perf_counter()
    _empty()
    took = time.perf_counter() - began
    _store(made, count := 100, conversations)
    with CaptureQueriesContext(connection) as asked:
        inbox_process()
    return Drain(lines / took, len(asked) / count)


def _store(made: "Cast", lines: int, conversations: int) -> None:
    """Put lines into the inbox, as a door would."""
    from tests.workspace.cast import event
    from workspace.services.inbox import inbox_accept

    for number in range(lines):
        sender = f"+51911{number % conversations:06}"
        inbox_accept("whatsapp", made.whatsapp.pk, event(sender, f"line {number}"))


def _empty() -> None:
    from workspace.services.inbox import inbox_process

    while inbox_process():
        pass


@dataclass(frozen=True)
class Flood:
    """``taken``: lines that were confirmed; ``sending`` and ``draining`` in seconds."""

    taken: int
    sending: float
    draining: float


def flood(made: "Cast", rate: int, seconds: int) -> Flood:
    """``rate`` lines a second by the doors, from many contacts, some of them an agent's, whose
    page is open."""
    from workspace.services.visitors import visitor_open

    code = made.webchat.code
    tokens = [visitor_open(code)[1] for _ in range(2 * rate)]
    with house(WEBS) as ports, agent(ports[0], made):
        return _told(lambda: asyncio.run(_send(ports, code, tokens, rate, seconds)))


def pour(made: "Cast", rate: int, seconds: int) -> Flood:
    """The same through the adapter that stands in for the providers."""
    with house() as (port,), agent(port, made), ThreadPoolExecutor(HANDS) as hands:
        work = partial(_deliver, made, rate, seconds)
        return _told(lambda: sum(hands.map(work, range(HANDS))))


def _deliver(made: "Cast", rate: int, seconds: int, hand: int) -> int:
    """One hand's part of the lines, each at its time; how many were stored."""
    from tests.workspace.cast import event
    from workspace.services.inbox import inbox_accept

    began, mine = time.perf_counter(), range(hand, rate * seconds, HANDS)
    for number in mine:
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        raw = event(f"+51922{number % WRITERS:06}", f"line {number}")
        inbox_accept("whatsapp", made.whatsapp.pk, raw)
    connection.close()
    return len(mine)


def _told(send: Callable[[], int]) -> Flood:
    """Send, wait for the inbox to empty, and see that every confirmed line is there once."""
    from workspace.models import InboxEvent, Message

    before = Message.objects.count()
    began = time.perf_counter()
    taken = send()
    sent = time.perf_counter()
    while InboxEvent.objects.filter(state="new").exists():
        if time.perf_counter() - sent > 10 * PATIENCE:
            raise Broken("the inbox does not empty")
        time.sleep(0.05)
    kept = Message.objects.count() - before
    if kept != taken or InboxEvent.objects.exclude(state="done").exists():
        raise Broken(f"{taken} lines were confirmed, {kept} are there")
    return Flood(taken, sent - began, time.perf_counter() - sent)


async def _send(ports: Sequence[int], code: str, tokens: list[str], rate: int, seconds: int) -> int:
    """Send at this rate over a few connections; how many were confirmed."""
    due: asyncio.Queue[int | None] = asyncio.Queue()
    done = [
        asyncio.create_task(_sender(ports[number % len(ports)], code, tokens, due))
        for number in range(SENDERS)
    ]
    began = time.perf_counter()
    for number in range(rate * seconds):
        wait = began + number / rate - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        due.put_nowait(number)
    for _ in done:
        due.put_nowait(None)
    return sum(await asyncio.gather(*done))


async def _sender(port: int, code: str, tokens: list[str], due: "asyncio.Queue[int | None]") -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    confirmed = 0
    while (number := await due.get()) is not None:
        body = json.dumps({"id": str(uuid.uuid4()), "text": f"line {number}"}).encode()
        writer.write(
            f"POST /api/v1/webchat/{code}/messages/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Visitor {tokens[number % len(tokens)]}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        await reader.readexactly(length)
        confirmed += b" 202 " in head.split(b"\r\n", 1)[0]
    writer.close()
    return confirmed

"""Conversations: how long a contact's line takes to the agent's page and to the supervisor's cell,
beside a bare socket echo of the same run; and 200 lines a second for a minute, none lost.

``python -m bench.workspace`` prints the table by itself; options shorten it.
"""

import argparse
import asyncio
import http.client
import json
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bench.parts import CORES, Broken, daphne, parts, python, serving
from tests.parts.process import free_port

if TYPE_CHECKING:
    from tests.workspace.cast import Cast

#: seconds after which something is lost and not late
PATIENCE = 30.0
#: connections that send the flood
SENDERS = 16


@dataclass
class Page:
    """An open socket; frames that are waited for are timed the moment they arrive."""

    raw: ClientConnection
    frames: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    moved: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            for text in self.raw:
                now = time.perf_counter()
                frame = json.loads(text)
                if frame["type"] == "ping":
                    self.say(type="pong", n=frame["n"])
                    continue
                with self.moved:
                    self.frames.append((now, frame))
                    self.moved.notify_all()
        except ConnectionClosed:
            return

    def say(self, **message: Any) -> None:
        self.raw.send(json.dumps(message))

    def when(self, wanted: Callable[[dict[str, Any]], bool]) -> float:
        """When the first frame came that is wanted; the frames before it are forgotten."""
        end = time.monotonic() + PATIENCE
        with self.moved:
            while time.monotonic() < end:
                while self.frames:
                    at, frame = self.frames.pop(0)
                    if wanted(frame):
                        return at
                self.moved.wait(end - time.monotonic())
        raise Broken("a frame did not come")


@contextmanager
def page(port: int, path: str, cookie: str = "") -> Iterator[Page]:
    """A socket of this server."""
    with connect(
        f"ws://127.0.0.1:{port}{path}",
        origin=Origin(f"http://127.0.0.1:{port}"),
        additional_headers={"Cookie": cookie} if cookie else None,
        compression=None,
        max_size=None,
        proxy=None,
    ) as raw:
        yield Page(raw)


@contextmanager
def house() -> Iterator[int]:
    """Web server, background work and floor, as an installation runs them; gives the port."""
    with ExitStack() as stack:
        port, _ = stack.enter_context(daphne("beex.asgi:application", CORES))
        for command in ("run_tasks", "run_floor"):
            process = python(command, "django", command)
            process.start()
            stack.callback(process.stop)
        yield port


def percentiles(seconds: Sequence[float]) -> str:
    """``p50 / p99`` in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return f"{cuts[49] * 1000:7.1f} / {cuts[98] * 1000:7.1f} ms"


def echo(rounds: int) -> list[float]:
    """There and back over a bare socket."""
    port = free_port()
    with serving(python("echo", "bench.echo", str(port)), port, CORES), page(port, "/") as line:
        times = []
        for number in range(rounds):
            began = time.perf_counter()
            line.raw.send(json.dumps({"type": "echo", "n": number}))
            times.append(line.when(lambda frame, n=number: frame["n"] == n) - began)  # type: ignore[misc]
        return times


class Visitor:
    """A contact's browser: one connection, one token."""

    def __init__(self, port: int, widget: str, token: str) -> None:
        self._door = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._path = f"/api/v1/webchat/{widget}/messages/"
        self._headers = {
            "Authorization": f"Visitor {token}",
            "Content-Type": "application/json",
        }

    def says(self, text: str) -> float:
        """Send one line; when that began."""
        body = json.dumps({"id": str(uuid.uuid4()), "text": text})
        began = time.perf_counter()
        self._door.request("POST", self._path, body, self._headers)
        answer = self._door.getresponse()
        answer.read()
        if answer.status != 202:
            raise Broken(f"a line was answered {answer.status}")
        return began


@contextmanager
def agent(port: int, made: "Cast") -> Iterator[Page]:
    """Ana sits at her Workspace and receives work."""
    from tests.floor.live import cookie_of
    from workspace.services.statuses import status_change

    with page(port, "/ws/v1/live/", cookie_of(made.ana)) as desk:
        desk.say(type="presence", module="workspace", place="chat", focused=True, hidden=False)
        desk.say(type="subscribe", stream="conversation")
        desk.when(lambda frame: frame["type"] == "tickets" and frame["whole"])
        status_change(made.ana.pk, "available")
        yield desk


def to_the_agent(port: int, made: "Cast", desk: Page, rounds: int) -> list[float]:
    """A contact's line → the agent's page shows it."""
    from workspace.services.visitors import visitor_open

    him = Visitor(port, made.webchat.code, visitor_open(made.webchat.code)[1])
    times = []
    him.says("first")
    desk.when(lambda frame: frame["type"] == "tickets" and bool(frame["tickets"]))
    for number in range(rounds):
        began = him.says(f"line {number}")
        times.append(desk.when(_brings(f"line {number}")) - began)
    return times


def _brings(text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda frame: (
        frame["type"] == "messages" and any(one["text"] == text for one in frame["messages"])
    )


def to_the_cell(port: int, made: "Cast", rounds: int) -> list[float]:
    """A new contact's first line → his ticket counts in the agent's row on the floor."""
    from tests.floor.live import cookie_of
    from workspace.models import Ticket
    from workspace.services.tickets import ticket_resolve
    from workspace.services.visitors import visitor_open

    times = []
    with page(port, "/ws/v1/live/", cookie_of(made.carlos)) as floor:
        floor.say(type="subscribe", stream="floor", company=None, campaign=None)

        def shows(count: int) -> Callable[[dict[str, Any]], bool]:
            return lambda frame: any(
                row["id"] == made.ana.pk and row["active_tickets"] == count
                for row in frame.get("rows", ())
            )

        for ticket in Ticket.objects.filter(assignee=made.ana):
            ticket_resolve(ticket.pk, made.ana.pk)
        floor.when(lambda frame: frame["type"] in ("snapshot", "rows"))
        for _ in range(rounds):
            him = Visitor(port, made.webchat.code, visitor_open(made.webchat.code)[1])
            began = him.says("Hola")
            times.append(floor.when(shows(1)) - began)
            ticket_resolve(Ticket.objects.get(state="assigned").pk, made.ana.pk)
            floor.when(shows(0))
    return times


@dataclass(frozen=True)
class Flood:
    """``taken``: lines the door confirmed; ``sending`` and ``draining`` in seconds."""

    taken: int
    sending: float
    draining: float


def flood(port: int, made: "Cast", rate: int, seconds: int) -> Flood:
    """``rate`` lines a second from many contacts; every confirmed one must be there once."""
    from workspace.models import InboxEvent, Message
    from workspace.services.visitors import visitor_open

    before = Message.objects.count()
    code = made.webchat.code
    tokens = [visitor_open(code)[1] for _ in range(2 * rate)]
    began = time.perf_counter()
    taken = asyncio.run(_send(port, code, tokens, rate, seconds))
    sent = time.perf_counter()
    while InboxEvent.objects.filter(state="new").exists():
        if time.perf_counter() - sent > 10 * PATIENCE:
            raise Broken("the inbox does not empty")
        time.sleep(0.05)
    kept = Message.objects.count() - before
    if kept != taken or InboxEvent.objects.exclude(state="done").exists():
        raise Broken(f"{taken} lines were confirmed, {kept} are there")
    return Flood(taken, sent - began, time.perf_counter() - sent)


async def _send(port: int, code: str, tokens: list[str], rate: int, seconds: int) -> int:
    """Send at this rate over a few connections; how many were confirmed."""
    due: asyncio.Queue[int | None] = asyncio.Queue()
    done = [asyncio.create_task(_sender(port, code, tokens, due)) for _ in range(SENDERS)]
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


def table(rounds: int, rate: int, seconds: int) -> Iterator[str]:
    """The lines of the table. The parts must run."""
    from tests.workspace.cast import cast
    from workspace.models import User

    made = cast()
    with house() as port, agent(port, made) as desk:
        yield f"bare socket, there and back        p50/p99 {percentiles(echo(rounds))}"
        line = to_the_agent(port, made, desk, rounds)
        yield f"contact's line → agent's page      p50/p99 {percentiles(line)}"
        cell = to_the_cell(port, made, max(rounds // 4, 20))
        yield f"first line → supervisor's cell     p50/p99 {percentiles(cell)}"
        User.objects.filter(pk=made.ana.pk).update(chat_limit=10_000)
        told = flood(port, made, rate, seconds)
        yield (
            f"{told.taken} of {rate * seconds} lines confirmed in {told.sending:.1f} s "
            f"({told.taken / told.sending:.0f}/s), all there {told.draining:.1f} s later, none lost"
        )


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=300)
    asked.add_argument("--rate", type=int, default=200, help="lines a second")
    asked.add_argument("--seconds", type=int, default=60)
    given = asked.parse_args()
    with parts():
        for line in table(given.rounds, given.rate, given.seconds):
            print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

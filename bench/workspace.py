"""Conversations: how long a contact's line takes to the agent's page and to the supervisor's cell,
beside a bare socket echo of the same run."""

import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bench.parts import CORES, Broken, daphne, python, serving
from tests.parts.process import free_port

if TYPE_CHECKING:
    from tests.workspace.cast import Cast

#: seconds after which something is lost and not late
PATIENCE = 30.0
#: lines of one contact, of whom a door takes 120 in a minute
LINES = 100


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
def house(webs: int = 1) -> Iterator[list[int]]:
    """Web servers, background work and floor, as an installation runs them; gives the ports."""
    with ExitStack() as stack:
        ports = [
            stack.enter_context(daphne("beex.asgi:application", CORES))[0] for _ in range(webs)
        ]
        for command in ("run_tasks", "run_floor"):
            process = python(command, "django", command)
            process.start()
            stack.callback(process.stop)
        yield ports


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
    """A contact's line → the agent's page shows it. One contact after the other, none of whom
    says more than a door takes of him in a minute."""
    from workspace.services.visitors import visitor_open

    times = []
    for number in range(rounds):
        if number % LINES == 0:
            him = Visitor(port, made.webchat.code, visitor_open(made.webchat.code)[1])
            him.says(f"first {number}")
            desk.when(_gives(f"first {number}"))
        began = him.says(f"line {number}")
        times.append(desk.when(_brings(f"line {number}")) - began)
    return times


def _gives(text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda frame: frame["type"] == "tickets" and text in json.dumps(frame["tickets"])


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
            ticket_resolve(Ticket.objects.get(assignee=made.ana, state="assigned").pk, made.ana.pk)
            floor.when(shows(0))
    return times


@dataclass(frozen=True)
class Delays:
    """Seconds, each a list of single times: a bare echo, a line to the agent's page, a new
    contact's first line to the supervisor's cell."""

    echo: list[float]
    line: list[float]
    cell: list[float]


def measure(made: "Cast", rounds: int) -> Delays:
    """All three, one after the other, while nothing else happens."""
    with house() as (port,), agent(port, made) as desk:
        line = to_the_agent(port, made, desk, rounds)
        return Delays(echo(rounds), line, to_the_cell(port, made, max(rounds // 4, 20)))

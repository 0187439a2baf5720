"""The Workspace page: what it asks of the database, however much stands on the desk."""

import statistics
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.parts import Broken

if TYPE_CHECKING:
    from tests.workspace.cast import Cast

#: tickets on the desk, and lines of one conversation: few, and many
FEW, MANY = (2, 5), (40, 500)
REPEATS = 30


@dataclass(frozen=True)
class Opening:
    """``queries`` of the page, its desk and its conversation together; ``ms`` of all three."""

    queries: int
    ms: float


def measure(made: "Cast") -> tuple[Opening, Opening]:
    """With few and with many. Raises ``Broken`` when many ask for more."""
    few, many = _opening(made, *FEW), _opening(made, *MANY)
    if many.queries != few.queries:
        raise Broken(f"{few.queries} queries become {many.queries}")
    return few, many


def _opening(made: "Cast", tickets: int, lines: int) -> Opening:
    from tests.doors import client_of
    from workspace.models import Chat, Ticket

    while (have := Ticket.objects.filter(assignee=made.beto).count()) < tickets:
        made.chat_of(made.beto, f"+51922{have:06}")
    chat = Chat.objects.filter(ticket__assignee=made.beto).order_by("pk")[0]
    _talk(chat.pk, lines)
    client = client_of(made.beto)
    client.defaults["SERVER_NAME"] = "127.0.0.1"
    paths = ("/workspace/", "/api/v1/workspace/", f"/api/v1/chats/{chat.pk}/messages/")
    times, asked = [], 0
    for _ in range(REPEATS):
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            for path in paths:
                if client.get(path).status_code != 200:
                    raise Broken(f"{path} does not open")
        times.append(time.perf_counter() - began)
        asked = len(queries)
    return Opening(asked, statistics.median(times) * 1000)


def _talk(chat_id: int, lines: int) -> None:
    """Both have said so many lines."""
    from beex.lib import clock
    from workspace.models import Chat, Message

    chat = Chat.objects.get(pk=chat_id)
    began = clock.now() - timedelta(hours=2)
    Message.objects.bulk_create(
        Message(
            chat=chat,
            identifier_id=chat.identifier_id,
            rev=chat.rev + number,
            origin="contact",
            external_id=f"bench-{chat.rev + number}",
            text=f"line {number}",
            at=began + timedelta(seconds=number),
            state="received",
        )
        for number in range(1, lines + 1)
    )
    Chat.objects.filter(pk=chat_id).update(rev=chat.rev + lines)

"""The inbox by itself: stored lines of conversations that go on, understood by one worker."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext

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

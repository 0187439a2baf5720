"""The engine's tick and the hub's snapshot against one query that reads all of it."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from beex.lib import clock
from bench.parts import Broken
from monitoring.engine import Engine, audit
from monitoring.hub import _read
from monitoring.lens import Lens, Stored
from monitoring.loop import TICK_EVERY
from monitoring.models import FloorRow
from monitoring.services.floor import mark
from workspace.models import StatusInterval

TICK = timedelta(seconds=TICK_EVERY)
ONE_QUERY = (Path(__file__).parent / "one_query.sql").read_text()


@dataclass
class Ticks:
    """Milliseconds of each repetition, and queries of one tick."""

    query: list[float] = field(default_factory=list)
    tick: list[float] = field(default_factory=list)
    load: list[float] = field(default_factory=list)  #: the hub reads all stored rows
    snapshot: list[float] = field(default_factory=list)  #: a lens nobody had yet, from memory
    queries: int = 0

    def share(self, what: list[float]) -> float:
        """Median, as a share of the one query's."""
        return statistics.median(what) / statistics.median(self.query)


def measure(dirty: int, repeats: int) -> Ticks:
    """Change ``dirty`` people and tick, ``repeats`` times, everything else in between, so that
    the machine's mood falls on all alike. Raises ``Broken`` when what is compared differs, or when
    the number of queries grows with that of the dirty."""
    engine, found, moment = Engine(), Ticks(), clock.now()
    for _ in range(2):  # it leads after the first, and has swept after the second
        engine.tick(moment)
    found.queries = _queries(engine, moment, dirty)
    if _queries(engine, moment, dirty // 10) != found.queries:
        raise Broken("the number of queries of a tick grows with the number of people")
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")  # compiling costs the one query more than it gains
    for number in range(1, repeats + 1):
        _change(dirty, number)
        found.tick.append(_ms(partial(engine.tick, moment + number * TICK)))
        found.query.append(_ms(_one_query))
        found.load.append(_ms(partial(_read, "", 0)))
        found.snapshot.append(_ms(partial(_snapshot, *_read("", 0))))
    engine.resign()
    _compare()
    return found


def _ms(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def _change(dirty: int, number: int) -> None:
    """Another part of the people each time; each of their rows will read differently."""
    people = list(FloorRow.objects.order_by("pk").values_list("pk", flat=True))
    first = dirty * number % len(people)
    users = (people * 2)[first : first + dirty]
    changed = StatusInterval.objects.filter(user__in=users, ended_at=None)
    changed.update(started_at=F("started_at") + timedelta(milliseconds=1))
    mark(users)


def _queries(engine: Engine, moment: datetime, dirty: int) -> int:
    """Of a tick in which no sweep is due."""
    _change(dirty, 0)
    with CaptureQueriesContext(connection) as seen:
        engine.tick(moment)
    return len(seen)


def _one_query() -> str:
    with connection.cursor() as cursor:
        cursor.execute(ONE_QUERY)
        return str(cursor.fetchone()[0])


def _snapshot(epoch: str, rev: int, rows: list[Stored]) -> list[str]:
    """What somebody gets who looks as nobody else does."""
    lens = Lens(1, None, (None, None))
    lens.load(rows, rev)
    return lens.snapshot(epoch)


def _compare() -> None:
    """The stored rows are true, and the one query says the same."""
    if audit().wrong:
        raise Broken("stored rows differ from the truth")
    stored = {row.pk: _essence(orjson.loads(row.text)) for row in FloorRow.objects.all()}
    told = {row["id"]: _essence(row) for row in orjson.loads(_one_query())}
    if told != {pk: stored[pk] for pk in told}:
        raise Broken("the one query says something else than the rows")


def _essence(row: dict[str, Any]) -> list[Any]:
    """What both must agree on. Waiting for a call is the rows' own conclusion."""
    plain = ("extension", "first_names", "last_names", "username", "role", "online")
    lists = ("strategies", "campaigns", "chats")
    return [
        *(row[name] for name in (*plain, "active_tickets")),
        row["status"]["code"],
        row["webphone"] and row["webphone"]["state"],
        row["module"] and row["module"]["code"],
        row["call"] and row["call"]["id"],
        *(sorted(one["id"] for one in row[name] or []) for name in lists),
    ]

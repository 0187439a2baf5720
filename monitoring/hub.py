"""The hub: one per web process, between the stored rows and the local sockets.

On a nudge, or four times a second without one, it reads what is newer than the last rev it knows
(one index scan) and hands each lens of the batch, encoded once, to the sockets that look through
it. Once a second it reads the rights of the people who look, so that a right taken away is gone
from open sockets within two seconds.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from beex.lib import live
from monitoring.engine import REV_ROWS, stream
from monitoring.lens import Filter, Lens, Scope, Stored
from monitoring.models import FloorRow
from monitoring.models.floor import whole
from workspace.access import Actor, actors_of
from workspace.models import Campaign, Company

log = logging.getLogger(__name__)

GROUP = "floor"
#: seconds between two reads without a nudge, and between two looks at rights
POLL_EVERY, RIGHTS_EVERY = 0.25, 1.0
#: seconds to wait after a read that failed, at most
BACKOFF_MAX = 2.0
#: lenses kept at most; scopes × companies × campaigns of people who look at this moment
LENSES = 512


@dataclass(frozen=True, slots=True)
class Directory:
    """The codes a filter may name. Company code → id; campaign code → id of its company."""

    companies: dict[str, int]
    campaigns: dict[str, int]

    def knows(self, filter_: Filter, scope: Scope) -> bool:
        """Whether both codes exist for a viewer of this scope and belong together."""
        company, campaign = filter_
        owners = [self.companies.get(company)] if company is not None else []
        owners += [self.campaigns.get(campaign)] if campaign is not None else []
        if any(owner is None or (scope is not None and owner not in scope) for owner in owners):
            return False
        return len(set(owners)) <= 1


def _read(epoch: str, rev: int) -> tuple[str, int, list[Stored]]:
    """Epoch and rev of the stream, and the rows newer than ``rev`` (all, for another epoch) in
    the order of their revs."""
    line = stream()
    rows = FloorRow.objects.all()
    if str(line.epoch) == epoch:
        if line.rev == rev:
            return epoch, rev, []
        rows = rows.filter(rev__gt=rev)
    fields = rows.order_by("rev").values_list("user_id", "rev", "gone", "body", "facts")
    stored = [
        Stored(id_, rev_, gone, whole(id_, rev_, body), facts)
        for id_, rev_, gone, body, facts in fields
    ]
    newest = max([line.rev, *(row.rev for row in stored)])
    return str(line.epoch), newest, stored


def _read_rights(users: set[int]) -> tuple[dict[int, Actor], Directory]:
    """The rights of these users, and the codes there are."""
    directory = Directory(
        companies=dict(Company.objects.values_list("code", "pk")),
        campaigns=dict(Campaign.objects.order_by().values_list("code", "company_id")),
    )
    return actors_of(users), directory


def _batches(rows: list[Stored]) -> Iterator[list[Stored]]:
    """Rows in the order of their revs as batches that fit into a frame, no rev torn apart."""
    batch: list[Stored] = []
    for _, of_rev in groupby(rows, key=lambda row: row.rev):
        more = list(of_rev)
        if batch and len(batch) + len(more) > REV_ROWS:
            yield batch
            batch = []
        batch += more
    if batch:
        yield batch


class Hub:
    """The floor in the memory of this process. Everything happens in one event loop."""

    def __init__(self) -> None:
        self.epoch = ""
        self.rev = 0
        self.rows: dict[int, Stored] = {}
        self.directory = Directory({}, {})
        self.ready = asyncio.Event()
        self._lenses: dict[tuple[Scope, Filter], Lens] = {}
        self._numbers = 0
        self._nudged = asyncio.Event()
        self._rights_wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(
        self,
        people: Callable[[], set[int]],
        on_rights: Callable[[set[int], dict[int, Actor]], None],
        on_batch: Callable[[list[Stored]], None],
    ) -> None:
        """Begin to follow the floor. ``people``: whose rights to watch; ``on_rights`` is told
        of whom it was asked and what was read, ``on_batch`` what was read."""  # fmt: skip
        if any(not task.done() for task in self._tasks):
            return
        self._tasks = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._follow(on_batch)),
            asyncio.create_task(self._watch(people, on_rights)),
        ]

    def ask_rights(self) -> None:
        """Somebody new looks: read his rights now rather than within the second."""
        self._rights_wanted.set()

    def lens(self, scope: Scope, filter_: Filter) -> Lens:
        """The lens of this scope and filter; loaded when it is new."""
        key = (scope, filter_)
        lens = self._lenses.get(key)
        if lens is None:
            if len(self._lenses) >= LENSES:
                self._lenses = {k: one for k, one in self._lenses.items() if one.watchers}
            self._numbers += 1
            lens = Lens(self._numbers, scope, filter_)
            lens.load(self.rows.values(), self.rev)
            self._lenses[key] = lens
        return lens

    async def _listen(self) -> None:
        async for _ in live.nudges(GROUP):
            self._nudged.set()

    async def _follow(self, on_batch: Callable[[list[Stored]], None]) -> None:
        pause = POLL_EVERY
        while True:
            try:
                epoch, rev, rows = await live.in_db(partial(_read, self.epoch, self.rev))
                self._absorb(epoch, rev, rows)
                on_batch(rows)
                pause = POLL_EVERY
            except Exception as error:
                log.warning("could not read the floor: %s", type(error).__name__)
                pause = min(pause * 2, BACKOFF_MAX)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._nudged.wait(), pause)
            self._nudged.clear()

    def _absorb(self, epoch: str, rev: int, rows: list[Stored]) -> None:
        """Take in what was read and tell the sockets."""
        if epoch != self.epoch:
            self.epoch, self.rev = epoch, rev
            self.rows = {row.id: row for row in rows}
            for lens in self._lenses.values():
                lens.load(self.rows.values(), rev)
                for watcher in list(lens.watchers):
                    watcher.restart()
            self.ready.set()
            return
        if rev == self.rev:
            return
        self.rev = rev
        self.rows.update((row.id, row) for row in rows)
        self._lenses = {key: lens for key, lens in self._lenses.items() if lens.watchers}
        batches = list(_batches(rows))
        for lens in self._lenses.values():
            texts = [(batch[-1].rev, lens.batch(batch, epoch, batch[-1].rev)) for batch in batches]
            frames = [(rev, text) for rev, text in texts if text is not None]
            if frames:
                for watcher in list(lens.watchers):
                    watcher.show(frames)

    async def _watch(
        self,
        people: Callable[[], set[int]],
        on_rights: Callable[[set[int], dict[int, Actor]], None],
    ) -> None:
        while True:
            try:
                asked = people()
                actors, self.directory = await live.in_db(partial(_read_rights, asked))
                on_rights(asked, actors)
            except Exception as error:
                log.warning("could not read rights: %s", type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rights_wanted.wait(), RIGHTS_EVERY)
            self._rights_wanted.clear()


def desk_state(row: Stored | None) -> dict[str, Any]:
    """A person's own status (R17) and call (R36) as his desk shows them: what his row says, each
    None when he has no row."""
    if row is None or row.gone:
        return {"status": None, "call": None}
    return {"status": row.row["status"], "call": row.row["call"]}

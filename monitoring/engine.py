"""The engine: turns marks into rows, one active engine per installation.

Every tick is one transaction: take the marks, compute the marked users' rows with a fixed number
of queries, store those that differ under ONE new rev (a few, when they are very many). The lease in
``FloorStream`` makes the active engine the only writer of rev, so the order of revs is the order
of commits. A crash
anywhere loses nothing: the marks are only gone when the rows they ask for are stored.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from psycopg.errors import SerializationFailure

from beex.lib import clock
from beex.lib.process import process_name
from monitoring import rows
from monitoring.models import FloorDirty, FloorRow, FloorStream
from workspace.models import User
from workspace.services.chats import chats_sweep
from workspace.services.presence import presence_prune, presence_sweep

log = logging.getLogger(__name__)

#: an engine that has not renewed its lease for so long has lost it
LEASE = timedelta(seconds=1.5)
#: marks taken by one tick at most; the rest waits for the next
BATCH = 2000
#: rows stored under one rev at most, so that a rev fits into a frame
REV_ROWS = 200
#: how often leases of tabs and open chats are swept, and closed tabs pruned
SWEEP_EVERY = timedelta(seconds=0.5)
PRUNE_EVERY = timedelta(hours=1)


def stream() -> FloorStream:
    """The one stream; made at the first question."""
    return FloorStream.objects.get_or_create(pk=1)[0]


class Engine:
    """One candidate for the lease. Call ``tick`` every ≤ 100 ms from one thread."""

    def __init__(self, name: str = "") -> None:
        self.name = name or process_name()
        self.leads = False
        self._renew_at = datetime.min.replace(tzinfo=clock.now().tzinfo)
        self._sweep_at = self._prune_at = self._renew_at

    def tick(self, at: datetime | None = None) -> int | None:
        """Do what is due. Returns the new rev, or None when nothing was stored."""
        moment = at or clock.now()
        if self.leads and moment >= self._sweep_at:
            self._sweep_at = moment + SWEEP_EVERY
            self._sweep(moment)
        if moment < self._renew_at and not self._anything_due(moment):
            return None
        return self._advance(moment)

    def resign(self) -> None:
        """Give the lease back, so that the one standing by need not wait for its end."""
        FloorStream.objects.filter(leader=self.name).update(lease_until=None, leader="")
        self.leads = False

    def _anything_due(self, moment: datetime) -> bool:
        if not self.leads:
            return False
        due = FloorRow.objects.filter(due_at__lte=moment)
        return FloorDirty.objects.exists() or due.exists()

    def _advance(self, moment: datetime) -> int | None:
        outermost = not connection.in_atomic_block
        try:
            with transaction.atomic():
                if outermost and connection.vendor == "postgresql":
                    _one_snapshot()
                return self._tick(moment)
        except OperationalError as error:
            if not isinstance(error.__cause__, SerializationFailure):
                raise
            return None  # another engine moved the line since our snapshot; look again

    def _tick(self, moment: datetime) -> int | None:
        stream()
        line = FloorStream.objects.select_for_update(no_key=True).get(pk=1)
        if line.leader != self.name and line.lease_until and line.lease_until > moment:
            self.leads = False
            self._renew_at = line.lease_until
            return None
        if not self.leads:
            log.info("floor engine %s leads from rev %s", self.name, line.rev)
        self.leads = True
        self._renew_at = moment + LEASE / 2
        users = self._take(moment)
        stored = self._store(users, moment, line.rev + 1) if users else 0
        line.leader, line.lease_until = self.name, moment + LEASE
        line.rev += stored
        line.save(update_fields=["leader", "lease_until", "rev"])
        return line.rev if stored else None

    def _take(self, moment: datetime) -> set[int]:
        """Whose rows to compute: the marked, and those that time alone changes."""
        marks = list(FloorDirty.objects.order_by("pk").values_list("pk", "user_id")[:BATCH])
        if marks:
            FloorDirty.objects.filter(pk__in=[pk for pk, _ in marks]).delete()
        due = FloorRow.objects.filter(due_at__lte=moment).values_list("pk", flat=True)[:BATCH]
        return {user_id for _, user_id in marks} | set(due)

    def _store(self, users: set[int], moment: datetime, rev: int) -> int:
        """Store the rows that differ, under ``rev`` and as many after it as they need; how many
        revs that makes."""
        fresh = rows.compute(users, moment)
        stored = {row.pk: row for row in FloorRow.objects.filter(pk__in=users)}
        changed: list[FloorRow] = []
        moved: list[FloorRow] = []
        for user_id in sorted(users):
            old, new = stored.get(user_id), fresh.get(user_id)
            row = _changed(user_id, new, old)
            if row is not None:
                row.rev = rev + len(changed) // REV_ROWS
                changed.append(row)
            elif old and new and old.due_at != new.due_at:
                old.due_at = new.due_at  # it reads the same; only its next change moved
                moved.append(old)
        FloorRow.objects.bulk_create(
            changed + moved,
            update_conflicts=True,
            unique_fields=["user"],
            update_fields=[
                "rev", "body", "facts", "gone", "due_at", "status", "webphone", "call", "search",
            ],
        )  # fmt: skip
        return -(-len(changed) // REV_ROWS)

    def _sweep(self, moment: datetime) -> None:
        presence_sweep(moment)
        chats_sweep(moment)
        if moment >= self._prune_at:
            self._prune_at = moment + PRUNE_EVERY
            presence_prune(moment)


def _one_snapshot() -> None:
    """All that this transaction reads is of one moment, so a fact of two people (a ticket that
    moves) is in both rows or in neither: never may a frame show it with both or with nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _changed(user_id: int, fresh: rows.Row | None, stored: FloorRow | None) -> FloorRow | None:
    """The row to store instead of ``stored``, None when it reads the same. A user who is not
    computed any more was deactivated: his row is marked gone."""
    if fresh is None:
        if stored is None or stored.gone:
            return None
        stored.gone, stored.due_at = True, None
        return stored
    if (
        stored is not None
        and not stored.gone
        and stored.body == fresh.body
        and stored.facts == fresh.facts
    ):
        return None
    return FloorRow(
        user_id=user_id,
        gone=False,
        body=fresh.body,
        facts=fresh.facts,
        due_at=fresh.due_at,
        status=fresh.status,
        webphone=fresh.webphone,
        call=fresh.call,
        search=fresh.search,
    )


@dataclass(frozen=True, slots=True)
class Audit:
    """``wrong``: (user id, stored, computed) of every stored row that is not what the truth says,
    both as JSON texts, empty when absent. ``waiting``: users whose mark or whose hour the engine
    has not taken yet; nothing can be said of their rows."""

    wrong: list[tuple[int, str, str]]
    waiting: int


def audit() -> Audit:
    """Compute every row anew and compare, all as of one moment."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            _one_snapshot()
        moment = clock.now()
        fresh = rows.compute(list(User.objects.values_list("pk", flat=True)), moment)
        stored = {row.pk: row for row in FloorRow.objects.filter(gone=False)}
        waiting = set(FloorDirty.objects.values_list("user_id", flat=True))
    waiting |= {pk for pk, row in stored.items() if row.due_at and row.due_at <= moment}
    wrong = []
    for user_id in sorted((fresh.keys() | stored.keys()) - waiting):
        want = fresh[user_id].body + fresh[user_id].facts if user_id in fresh else ""
        have = stored[user_id].body + stored[user_id].facts if user_id in stored else ""
        if want != have:
            wrong.append((user_id, have, want))
    return Audit(wrong, len(waiting))

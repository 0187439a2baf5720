"""Who is on the platform: facts written by the web processes, leases swept by the floor."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from beex.lib import clock
from beex.lib.events import emit
from workspace.choices import Module
from workspace.events import PlatformLeft, PresenceChanged, UserDeactivated
from workspace.models import ChatFocus, Presence, User, WebProcess

from .chats import chats_leave
from .statuses import status_end_of_day
from .strategies import strategy_leave

#: a tab is closed so long after its last sign of life (R5)
GRACE = timedelta(seconds=30)
#: a process that has not renewed its lease for so long is dead
LEASE = timedelta(seconds=15)
#: closed tabs are kept so long, for "last seen"
KEPT = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class TabFact:
    """All that is known of one tab at one moment; the last fact of a tab wins.

    ``lost_at``: its last sign of life, when it is missed. ``closed``: it said goodbye, by
    signing out. Times are UTC.
    """

    tab: uuid.UUID
    user_id: int
    session_key: str
    module: str
    place: str
    opened_at: datetime
    focused_at: datetime
    hidden_since: datetime | None = None
    lost_at: datetime | None = None
    closed: bool = False


def process_beat(name: str) -> int:
    """Renew the lease of a web process, every 5 s; returns its id."""
    process, _ = WebProcess.objects.update_or_create(name=name, defaults={"seen_at": clock.now()})
    return process.pk


@transaction.atomic
def presence_apply(process_id: int, facts: Sequence[TabFact]) -> None:
    """Write the latest facts of some tabs of one process. Applying one twice does no harm."""
    # whoever signed out is not brought back by a late word of the tab he left
    over = set(
        Presence.objects.filter(tab__in=[fact.tab for fact in facts], signed_out=True).values_list(
            "tab", flat=True
        )
    )
    active = set(
        User.objects.filter(pk__in={fact.user_id for fact in facts}, is_active=True)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    facts = [fact for fact in facts if fact.user_id in active and fact.tab not in over]
    if not facts:
        return
    moment = clock.now()
    Presence.objects.bulk_create(
        [_row(fact, process_id, moment) for fact in facts],
        update_conflicts=True,
        unique_fields=["tab"],
        update_fields=[
            "process", "module", "place", "focused_at", "hidden_since", "lost_at", "closed_at",
        ],
    )  # fmt: skip
    users = {fact.user_id for fact in facts}
    # a person who really comes takes the place of his stored snapshot
    Presence.objects.filter(user_id__in=users, process__eternal=True).exclude(
        process_id=process_id
    ).delete()
    _leave_chats_elsewhere(users)
    _left_among({fact.user_id for fact in facts if fact.closed}, moment)
    emit(PresenceChanged(touched=tuple(sorted(users))))


def _row(fact: TabFact, process_id: int, moment: datetime) -> Presence:
    return Presence(
        tab=fact.tab,
        user_id=fact.user_id,
        process_id=process_id,
        session_key=fact.session_key,
        module=fact.module if fact.module in Module.values else Module.OTHER,
        place=fact.place,
        opened_at=fact.opened_at,
        focused_at=fact.focused_at,
        hidden_since=fact.hidden_since,
        lost_at=fact.lost_at,
        closed_at=(fact.lost_at or moment) if fact.closed else None,
    )


def _leave_chats_elsewhere(users: Iterable[int]) -> None:
    """Whoever has no Workspace tab left has no chat open, though his tickets stay (R45)."""
    holders = set(
        ChatFocus.objects.filter(user_id__in=users).values_list("user_id", flat=True).distinct()
    )
    there = set(
        Presence.objects.filter(
            user_id__in=holders, closed_at=None, module=Module.WORKSPACE
        ).values_list("user_id", flat=True)
    )
    for user_id in sorted(holders - there):
        chats_leave(user_id)


@transaction.atomic
def session_end(user_id: int, session_key: str) -> None:
    """An explicit sign-out: the tabs of that session are closed at once (R19)."""
    moment = clock.now()
    closed = Presence.objects.filter(
        user_id=user_id, session_key=session_key, closed_at=None
    ).update(closed_at=moment, signed_out=True)
    if closed:
        _left_among({user_id}, moment)
        emit(PresenceChanged(touched=(user_id,)))


@transaction.atomic
def presence_sweep(at: datetime) -> None:
    """Close the tabs whose grace is over, with the time of their last sign of life; a dead
    process's tabs were last alive when it last renewed its lease. Run by the floor process."""
    for process in WebProcess.objects.filter(eternal=False, seen_at__lte=at - LEASE):
        Presence.objects.filter(process=process, closed_at=None, lost_at=None).update(
            lost_at=process.seen_at
        )
    due = Presence.objects.filter(closed_at=None, lost_at__lte=at - GRACE, process__eternal=False)
    last_signs: dict[int, datetime] = {}
    for user_id, lost_at in due.values_list("user_id", "lost_at"):
        if lost_at is not None:
            last_signs[user_id] = max(lost_at, last_signs.get(user_id, lost_at))
    if not last_signs:
        return
    for tab in due.select_for_update(no_key=True, of=("self",)):
        Presence.objects.filter(pk=tab.pk, lost_at=tab.lost_at).update(closed_at=tab.lost_at)
    for user_id, last_sign in sorted(last_signs.items()):
        _left_among({user_id}, last_sign)
    emit(PresenceChanged(touched=tuple(sorted(last_signs))))


def presence_prune(at: datetime) -> None:
    """Forget tabs closed long ago and processes without tabs."""
    Presence.objects.filter(closed_at__lt=at - KEPT).delete()
    WebProcess.objects.filter(eternal=False, seen_at__lt=at - KEPT, presences__isnull=True).delete()


def _left_among(users: Iterable[int], at: datetime) -> None:
    """Those of ``users`` whose last tab is gone are *No disponible* since ``at``, outside
    every strategy, with no chat open; tickets stay theirs (E19, E20)."""
    here = set(
        Presence.objects.filter(user_id__in=users, closed_at=None).values_list("user_id", flat=True)
    )
    gone = User.objects.filter(pk__in=set(users) - here, is_active=True).order_by("pk")
    for user_id in gone.values_list("pk", flat=True):
        status_end_of_day(user_id, at)
        strategy_leave(user_id)
        chats_leave(user_id)
        emit(PlatformLeft(touched=(user_id,), user_id=user_id, at=at))


def on_user_deactivated(event: UserDeactivated) -> None:
    """A closed account is nowhere: no tab, no strategy, no open chat."""
    moment = clock.now()
    Presence.objects.filter(user_id__in=event.touched, closed_at=None).update(
        closed_at=moment, signed_out=True
    )
    for user_id in event.touched:
        strategy_leave(user_id)
        chats_leave(user_id)

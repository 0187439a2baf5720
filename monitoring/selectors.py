"""The readers of the floor for pages and API: stored rows, as this viewer may see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import F, QuerySet

from beex.lib import clock
from beex.lib.errors import Refused
from monitoring.engine import stream
from monitoring.models import FloorRow
from monitoring.rows import limited
from workspace.access import Action, Actor, can
from workspace.models import CampaignMember


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPage:
    """Rows as of ``rev`` of ``epoch``; a socket may go on from there. ``total``: rows within the
    viewer's scope, whatever was filtered. ``at``: the server's clock, UTC."""

    epoch: str
    rev: int
    at: datetime
    total: int
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorDelta:
    """What changed since a rev: rows, and the ids of those that left."""

    epoch: str
    rev: int
    at: datetime
    total: int
    rows: list[dict[str, Any]]
    gone: list[int]


def floor_rows(actor: Actor) -> QuerySet[FloorRow]:
    """The rows that exist for this viewer, by extension, those without one last (R1, R7, D2).

    Raises ``Refused("role")`` when he may not see the floor at all (R4).
    """
    verdict = can(actor, Action.SEE)
    if not verdict:
        raise Refused(verdict.code or "role")
    rows = FloorRow.objects.filter(gone=False)
    if actor.scope is not None:
        inside = CampaignMember.objects.filter(campaign__company_id__in=actor.scope)
        rows = rows.filter(pk__in=inside.values("user_id"))
    return rows


def floor_read(actor: Actor, rows: QuerySet[FloorRow], *, limit: int | None = None) -> FloorPage:
    """These of the viewer's rows, made for his eyes. Three queries, whatever their number.

    The rev is read first: rows may be newer than it, which does no harm when a socket goes on
    from there, because rows are whole.
    """
    line = stream()
    total = floor_rows(actor).count()
    stored = rows.order_by(F("user__extension__number").asc(nulls_last=True), "pk")
    found = list(stored[:limit] if limit is not None else stored)
    return FloorPage(
        epoch=str(line.epoch),
        rev=line.rev,
        at=clock.now(),
        total=total,
        rows=[seen(actor, row) for row in found],
    )


def floor_since(actor: Actor, epoch: str, rev: int) -> FloorDelta:
    """What changed after ``rev``, for a viewer who sees everybody.

    Raises ``Refused("epoch_changed")`` when only a new snapshot can tell: another epoch, a rev of
    the future, or a viewer with a limited scope.
    """
    everybody = floor_rows(actor)
    line = stream()
    if actor.scope is not None or epoch != str(line.epoch) or not 0 <= rev <= line.rev:
        raise Refused("epoch_changed")
    changed = list(FloorRow.objects.filter(rev__gt=rev).order_by("pk"))
    return FloorDelta(
        epoch=epoch,
        rev=line.rev,
        at=clock.now(),
        total=everybody.count(),
        rows=[seen(actor, row) for row in changed if not row.gone],
        gone=[row.pk for row in changed if row.gone],
    )


def seen(actor: Actor, row: FloorRow) -> dict[str, Any]:
    """One stored row as this viewer may see it."""
    whole: dict[str, Any] = orjson.loads(row.text)
    if actor.scope is None:
        return whole
    return limited(whole, orjson.loads(row.facts), actor.scope)

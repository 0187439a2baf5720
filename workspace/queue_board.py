"""The queue strip: how many wait, the longest wait, the service level of the day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Q
from django.utils import timezone

from beex.lib import clock
from beex.lib.clock import iso
from workspace.choices import WaitOutcome
from workspace.models import Queue, QueueWait


@dataclass(frozen=True, slots=True)
class Stand:
    """One queue at one moment. ``shown`` is what frames and answers carry."""

    campaign_id: int
    company_id: int
    shown: dict[str, Any]


def board(at: datetime | None = None) -> list[Stand]:
    """All queues, by name. Two queries. ``service_level``: share of the day's waits answered in
    time, of those that were answered or should have been, 0 to 1; null before the first. The
    day is the installation's (R97)."""
    moment = at or clock.now()
    midnight = timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    answered = Q(outcome=WaitOutcome.ANSWERED, entered_at__gte=midnight)
    in_time = answered & Q(left_at__lte=F("due_at"))
    overdue = Q(left_at=None, due_at__lt=moment, entered_at__gte=midnight)
    counts = {
        row["queue"]: row
        for row in QueueWait.objects.filter(Q(left_at=None) | Q(entered_at__gte=midnight))
        .order_by()
        .values("queue")
        .annotate(
            waiting=Count("pk", filter=Q(left_at=None)),
            oldest=Min("entered_at", filter=Q(left_at=None)),
            in_time=Count("pk", filter=in_time),
            judged=Count("pk", filter=answered | overdue),
        )
    }
    queues = Queue.objects.values_list("pk", "name", "campaign_id", "campaign__company_id")
    return [
        Stand(campaign_id, company_id, _shown(pk, name, counts.get(pk)))
        for pk, name, campaign_id, company_id in queues
    ]


def _shown(pk: int, name: str, row: Any) -> dict[str, Any]:
    judged = row["judged"] if row else 0
    return {
        "id": pk,
        "name": name,
        "waiting": row["waiting"] if row else 0,
        "oldest_since": iso(row["oldest"]) if row else None,
        "service_level": round(row["in_time"] / judged, 3) if row and judged else None,
    }

"""Waits in queues: opened when a ticket has nobody, closed when somebody takes it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from beex.lib import clock
from workspace.choices import WaitOutcome
from workspace.models import CampaignMember, Identifier, Queue, QueueMember, QueueWait


def wait_open(ticket_id: int, queue_id: int, *, since: datetime | None = None) -> None:
    """The ticket waits in this queue from now (or ``since``)."""
    moment = since or clock.now()
    level = Queue.objects.values_list("service_level_seconds", flat=True).get(pk=queue_id)
    QueueWait.objects.create(
        queue_id=queue_id,
        ticket_id=ticket_id,
        entered_at=moment,
        due_at=moment + timedelta(seconds=level),
    )


def wait_close(ticket_id: int, outcome: WaitOutcome, moment: datetime) -> None:
    """The ticket waits no more. Closing what is not open changes nothing."""
    QueueWait.objects.filter(ticket_id=ticket_id, left_at=None).update(
        left_at=moment, outcome=outcome
    )


def worked(user_id: int, moment: datetime) -> None:
    """He was given or has finished something: others have been idle for longer."""
    mine = QueueMember.objects.filter(user_id=user_id).order_by("pk")
    # locked in one order, since not everybody who finishes holds the lock of the person
    locked = list(mine.select_for_update(no_key=True).values_list("pk", flat=True))
    if locked:
        QueueMember.objects.filter(pk__in=locked).update(worked_at=moment)


def queue_of(identifier: Identifier) -> int:
    """Where conversations of this identifier wait: its queue, or that of its campaign. A
    campaign that has none gets one, served by all its members: nothing comes in to nowhere."""
    if identifier.queue_id is not None:
        return identifier.queue_id
    known = Queue.objects.filter(campaign_id=identifier.campaign_id).order_by("pk").first()
    return known.pk if known else _first_queue(identifier)


@transaction.atomic
def _first_queue(identifier: Identifier) -> int:
    campaign = identifier.campaign
    try:
        with transaction.atomic():
            queue = Queue.objects.create(code=campaign.code, name=campaign.name, campaign=campaign)
    except IntegrityError:  # another door made it in the same instant
        return Queue.objects.get(code=campaign.code).pk
    members = CampaignMember.objects.filter(campaign=campaign).values_list("user_id", flat=True)
    QueueMember.objects.bulk_create(
        QueueMember(queue=queue, user_id=user_id) for user_id in members
    )
    return queue.pk

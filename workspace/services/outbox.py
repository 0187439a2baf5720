"""Getting answers to their contacts: every message is a task, tried until it is there or given
up, the next of a conversation only after the one before."""

import logging
import random
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from beex.lib import clock
from workspace.channels import adapter
from workspace.channels.contract import Outgoing, Undelivered
from workspace.choices import MessageState, OutboxState
from workspace.models import Attachment, ContactAddress, OutboundMessage

from .messages import message_progress

log = logging.getLogger(__name__)

#: tries of one message, and the wait between two: doubled each time, up to the longest
ATTEMPTS_MAX = 8
WAIT, WAIT_MAX = timedelta(seconds=1), timedelta(minutes=5)
#: whoever took a message and says nothing for so long has died
LEASE = timedelta(seconds=30)
#: messages taken by one call
BATCH = 50


@dataclass(frozen=True, slots=True)
class _Task:
    """A message in our hands; ``attempt`` is the fence."""

    id: int
    attempt: int
    outgoing: Outgoing


def outbox_process(limit: int = BATCH) -> int:
    """Deliver what is due; returns how many were tried. Adapters are called outside of any
    transaction: a slow provider holds no lock."""
    if not _due().exists():  # asked first, so that nothing to do locks nothing
        return 0
    tasks = _take(limit)
    for task in tasks:
        _try(task)
    return len(tasks)


def _due() -> QuerySet[OutboundMessage]:
    earlier = OutboundMessage.objects.filter(
        chat=OuterRef("chat"), state=OutboxState.WAITING, pk__lt=OuterRef("pk")
    )
    return OutboundMessage.objects.filter(
        ~Exists(earlier), state=OutboxState.WAITING, next_at__lte=clock.now()
    ).order_by("next_at", "pk")


@transaction.atomic
def _take(limit: int) -> list[_Task]:
    """The due ones, leased to us."""
    found = list(
        _due()
        .select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("message", "chat__identifier", "chat__ticket__contact")[:limit]
    )
    if not found:
        return []
    until = clock.now() + LEASE
    for one in found:
        one.attempts += 1
        one.next_at = until
    OutboundMessage.objects.bulk_update(found, ["attempts", "next_at"])
    addresses = {
        (contact, channel): value
        for contact, channel, value in ContactAddress.objects.filter(
            contact__in={one.chat.ticket.contact_id for one in found}
        ).values_list("contact_id", "channel", "value")
    }
    files: dict[int, list[int]] = {}
    for message, file in Attachment.objects.filter(
        message__in=[one.message_id for one in found]
    ).values_list("message_id", "pk"):
        files.setdefault(message or 0, []).append(file)
    return [_Task(one.pk, one.attempts, _outgoing(one, addresses, files)) for one in found]


def _outgoing(
    one: OutboundMessage,
    addresses: dict[tuple[int, str], str],
    files: dict[int, list[int]],
) -> Outgoing:
    contact = one.chat.ticket.contact
    return Outgoing(
        id=one.message_id,
        channel=one.chat.channel,
        sender=one.chat.identifier.value,
        to=addresses.get((contact.pk, one.chat.channel), contact.phone),
        text=one.message.text,
        files=tuple(files.get(one.message_id, ())),
    )


def _try(task: _Task) -> None:
    speaker = adapter(task.outgoing.channel)
    try:
        if speaker is None:
            raise Undelivered("no_adapter", final=True)
        provider_id = speaker.deliver(task.outgoing)
    except Undelivered as error:
        _not_there(task, error.code, final=error.final)
    except Exception as error:
        log.warning("could not deliver message %s: %s", task.outgoing.id, type(error).__name__)
        _not_there(task, type(error).__name__, final=False)
    else:
        _there(task, provider_id)


def _mine(task: _Task) -> QuerySet[OutboundMessage]:
    return OutboundMessage.objects.filter(
        pk=task.id, state=OutboxState.WAITING, attempts=task.attempt
    )


@transaction.atomic
def _there(task: _Task, provider_id: str) -> None:
    if _mine(task).update(state=OutboxState.SENT, provider_id=provider_id[:200], error=""):
        message_progress(task.outgoing.id, MessageState.SENT)


@transaction.atomic
def _not_there(task: _Task, why: str, *, final: bool) -> None:
    if final or task.attempt >= ATTEMPTS_MAX:
        if _mine(task).update(state=OutboxState.FAILED, error=why[:80]):
            message_progress(task.outgoing.id, MessageState.FAILED)
        return
    wait = min(WAIT * 2 ** (task.attempt - 1), WAIT_MAX)
    _mine(task).update(next_at=clock.now() + wait * random.uniform(0.8, 1.2), error=why[:80])

"""What channels deliver: stored first, understood later, kept for ever when it makes no sense.

An event is processed in the transaction that marks it done, so a killed worker leaves it new and
nothing happens twice; a line that is delivered again is known by the channel's own id of it.
"""

import logging
from datetime import datetime, timedelta

from django.db import DataError, InterfaceError, OperationalError, transaction

from beex.lib import clock, nudging
from beex.lib.errors import Refused
from workspace.channels import adapter
from workspace.channels.contract import EVENT_MAX, Poison, Receipt, Said
from workspace.choices import InboxState, MessageState
from workspace.models import Identifier, InboxEvent, Message
from workspace.nudges import TASKS

from .messages import message_progress, message_received

log = logging.getLogger(__name__)

#: bytes of an event that are kept at all
RAW_MAX = 16 * 1024 * 1024
#: an event that fails for reasons of ours is dead after so many times
ATTEMPTS_MAX = 5
#: events processed by one call
BATCH = 100
#: processed events are kept so long
KEPT = timedelta(days=7)


def inbox_accept(channel: str, identifier_id: int | None, raw: bytes) -> InboxEvent:
    """Store what a channel delivered; once this returns it is not lost. What is too large to be
    understood is dead at once, its first ``RAW_MAX`` bytes kept."""
    error = ""
    if len(raw) > EVENT_MAX:
        error = "too_large"
    elif identifier_id is None:
        error = "unknown_identifier"
    moment = clock.now()
    event = InboxEvent.objects.create(
        channel=channel,
        identifier_id=identifier_id,
        raw=raw[:RAW_MAX],
        state=InboxState.DEAD if error else InboxState.NEW,
        error=error,
        received_at=moment,
        done_at=moment if error else None,
    )
    nudging.after_commit(TASKS)
    return event


def inbox_process(limit: int = BATCH) -> int:
    """Process what is new, the oldest first; returns how many events were taken. Several workers
    may do so at once: each takes what the others have not locked."""
    waiting = InboxEvent.objects.filter(state=InboxState.NEW).order_by("pk")
    taken = 0
    for event_id in list(waiting.values_list("pk", flat=True)[:limit]):
        taken += _process(event_id)
    return taken


def _process(event_id: int) -> bool:
    """One event; False when another worker has it or has done it."""
    try:
        with transaction.atomic():
            event = _take(event_id)
            if event is None:
                return False
            _understand(event)
            InboxEvent.objects.filter(pk=event_id).update(
                state=InboxState.DONE, done_at=clock.now()
            )
    except Poison as poison:
        _bury(event_id, poison.code)
    except (DataError, Refused, ValueError) as error:
        _bury(event_id, type(error).__name__)
    except (InterfaceError, OperationalError):
        raise  # the database is away: the event stays new
    except Exception as error:
        log.warning("inbox event %s failed: %s", event_id, type(error).__name__)
        _again(event_id, type(error).__name__)
    return True


def _take(event_id: int) -> InboxEvent | None:
    return (
        InboxEvent.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("identifier__campaign")
        .filter(pk=event_id, state=InboxState.NEW)
        .first()
    )


def _understand(event: InboxEvent) -> None:
    speaker = adapter(event.channel)
    if speaker is None or event.identifier is None:
        raise Poison("unknown_identifier")
    for item in speaker.parse(bytes(event.raw)):
        if isinstance(item, Said):
            message_received(event.identifier, item, at=event.received_at)
        else:
            _progress(event.identifier, item)


def _progress(identifier: Identifier, receipt: Receipt) -> None:
    """A channel speaks only of messages that left by it."""
    if not Message.objects.filter(pk=receipt.message, identifier=identifier).exists():
        raise Poison("unknown_message")
    message_progress(receipt.message, MessageState(receipt.state))


def _bury(event_id: int, why: str) -> None:
    InboxEvent.objects.filter(pk=event_id, state=InboxState.NEW).update(
        state=InboxState.DEAD, error=why[:80], done_at=clock.now()
    )


def _again(event_id: int, why: str) -> None:
    """Count a failure of ours; too many and it is dead, though its bytes stay."""
    with transaction.atomic():
        event = InboxEvent.objects.select_for_update(no_key=True).get(pk=event_id)
        event.attempts += 1
        event.error = why[:80]
        if event.attempts >= ATTEMPTS_MAX:
            event.state, event.done_at = InboxState.DEAD, clock.now()
        event.save(update_fields=["attempts", "error", "state", "done_at"])


def inbox_retry(event_id: int) -> bool:
    """Try a dead letter again, after its cause was mended. False when it is not one."""
    return bool(
        InboxEvent.objects.filter(pk=event_id, state=InboxState.DEAD).update(
            state=InboxState.NEW, attempts=0, error="", done_at=None
        )
    )


def inbox_prune(at: datetime) -> None:
    """Forget the bytes of what was processed long ago. Dead letters stay."""
    InboxEvent.objects.filter(state=InboxState.DONE, done_at__lt=at - KEPT).delete()

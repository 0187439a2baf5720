"""What channels deliver: stored first, understood later, kept for ever when it makes no sense.

An event is processed in the transaction that marks it done, so a killed worker leaves it new and
nothing happens twice; a line that is delivered again is known by the channel's own id of it.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import DataError, InterfaceError, OperationalError, transaction

from beex.lib import clock, nudging
from beex.lib.errors import Refused
from workspace.channels import adapter
from workspace.channels.contract import EVENT_MAX, Poison, Receipt, Said
from workspace.choices import InboxState, MessageState
from workspace.models import Identifier, InboxEvent, Message
from workspace.nudges import TASKS

from .intake import Heard, messages_received
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
    may do so at once: each takes what the others have not locked. Lines of conversations that go
    on are taken together, whatever needs more one by one."""
    waiting = InboxEvent.objects.filter(state=InboxState.NEW).order_by("pk")
    events = list(waiting.values_list("pk", flat=True)[:limit])
    done = _process_lines(events) if len(events) > 1 else set()
    return len(done) + sum(_process(event_id) for event_id in events if event_id not in done)


def _process_lines(event_ids: Collection[int]) -> set[int]:
    """Those of these events that are only lines, all in one transaction; returns which were done.
    When that fails, none of them is: each is looked at by itself."""
    try:
        with transaction.atomic():
            done = messages_received(_heard(_take(event_ids)))
            _done(done)
    except (InterfaceError, OperationalError):
        raise  # the database is away: the events stay new
    except Exception as error:
        log.info("%s inbox events go one by one: %s", len(event_ids), type(error).__name__)
        return set()
    return done


def _heard(events: Iterable[InboxEvent]) -> list[Heard]:
    """What these events say, of those that say one line each."""
    lines = []
    for event in events:
        try:
            items = _parsed(event)
        except (Poison, ValueError):
            continue
        if event.identifier and len(items) == 1 and isinstance(items[0], Said):
            lines.append(Heard(event.pk, event.identifier, items[0], event.received_at))
    return lines


def _process(event_id: int) -> bool:
    """One event; False when another worker has it or has done it."""
    try:
        with transaction.atomic():
            event = next(iter(_take([event_id])), None)
            if event is None:
                return False
            _understand(event)
            _done([event_id])
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


def _take(event_ids: Collection[int]) -> Iterable[InboxEvent]:
    """Those of these events that are new and nobody else's, locked, the oldest first."""
    return (
        InboxEvent.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("identifier__campaign")
        .filter(pk__in=event_ids, state=InboxState.NEW)
        .order_by("pk")
    )


def _done(event_ids: Collection[int]) -> None:
    InboxEvent.objects.filter(pk__in=event_ids).update(state=InboxState.DONE, done_at=clock.now())


def _parsed(event: InboxEvent) -> Sequence[Said | Receipt]:
    """What the bytes mean, in the words of their channel. Raises ``Poison``."""
    speaker = adapter(event.channel)
    if speaker is None or event.identifier is None:
        raise Poison("unknown_identifier")
    return speaker.parse(bytes(event.raw))


def _understand(event: InboxEvent) -> None:
    for item in _parsed(event):
        assert event.identifier is not None  # noqa: S101 - else it could not be parsed
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

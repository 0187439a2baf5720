"""The one clock of the house.

The database always holds real UTC time. Two facts of one person are never written in the wrong
order: ``after`` lifts a time above the last one written for him.
"""

from datetime import UTC, datetime, timedelta

TICK = timedelta(microseconds=1)


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


def after(last: datetime | None, at: datetime | None = None) -> datetime:
    """``at`` (default: now), or the first moment after ``last`` when that is later."""
    moment = at or now()
    if last is None or moment > last:
        return moment
    return last + TICK


def iso(moment: datetime | None) -> str | None:
    """ISO-8601 in UTC with a ``Z``, as every frame and answer carries it."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

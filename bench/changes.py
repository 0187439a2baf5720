"""What moves the floor while it is measured, in a process of its own.

``rows COUNT``: batches as the engine stores them, COUNT rows in every tick, until killed.
``statuses RATE SECONDS``: so many people a second change their status through the service. Prints
``[user, since, moment of the commit on the monotonic clock]`` as JSON lines.
"""

import asyncio
import itertools
import sys
import time
from functools import partial

import django
import orjson

django.setup()

from django.db import transaction  # noqa: E402

from beex.lib import clock, live  # noqa: E402
from monitoring.hub import GROUP  # noqa: E402
from monitoring.loop import TICK_EVERY  # noqa: E402
from monitoring.models import FloorRow, FloorStream  # noqa: E402
from workspace.models import Status, StatusInterval  # noqa: E402
from workspace.services.statuses import status_change  # noqa: E402


@transaction.atomic
def _store(rows: list[FloorRow]) -> None:
    """One batch under one new rev."""
    stream = FloorStream.objects.select_for_update(no_key=True).get()
    stream.rev += 1
    for row in rows:
        row.rev = stream.rev
    fields = ["rev", "body", "facts", "gone", "due_at", "status", "webphone", "call", "search"]
    FloorRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user"], update_fields=fields
    )
    stream.save(update_fields=["rev"])


async def store_rows(count: int) -> None:
    """A batch in every tick, another part of the floor each time."""
    floor = await asyncio.to_thread(lambda: itertools.cycle(list(FloorRow.objects.order_by("?"))))
    due = time.monotonic()
    while True:
        batch = list(itertools.islice(floor, count))
        await asyncio.to_thread(partial(_store, batch))
        await live.nudge(GROUP)
        due += TICK_EVERY
        await asyncio.sleep(max(0.0, due - time.monotonic()))


def change_statuses(rate: float, seconds: float) -> None:
    """One person after the other takes the next status of the list, so that nobody is changed
    twice within a tick and every change is to be seen."""
    codes = list(Status.objects.order_by("position").values_list("code", flat=True))
    following = dict(zip(codes, [*codes[1:], codes[0]], strict=True))
    people = StatusInterval.objects.filter(ended_at=None, user__role="agent").order_by("?")
    turns = itertools.cycle([*people.values_list("user_id", "status__code")])
    held: dict[int, str] = {}
    begin = time.monotonic()
    for number, (user, code) in enumerate(itertools.islice(turns, int(rate * seconds))):
        time.sleep(max(0.0, begin + number / rate - time.monotonic()))
        held[user] = following[held.get(user, code)]
        interval = status_change(user, held[user])
        done = time.monotonic()
        sys.stdout.buffer.write(orjson.dumps([user, clock.iso(interval.started_at), done]) + b"\n")


if __name__ == "__main__":
    what, *numbers = sys.argv[1:]
    if what == "rows":
        asyncio.run(store_rows(int(numbers[0])))
    else:
        change_statuses(float(numbers[0]), float(numbers[1]))

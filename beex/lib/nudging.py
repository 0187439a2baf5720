"""Nudges from any thread, and loops that follow them.

A service runs in a thread and may not wait for Redis. It says ``soon`` and goes on: the process's
event loop sends the hint, at most one of a group at a time. A hint that is lost costs the time of
one poll.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial

from django.db import transaction

from beex.lib import live

log = logging.getLogger(__name__)

#: seconds between two steps of a follower, however many nudges come
LEAST = 0.02
#: seconds to wait after a step that failed, at most
BACKOFF_MAX = 2.0

_loop: asyncio.AbstractEventLoop | None = None
_on_the_way: set[str] = set()


def adopt() -> None:
    """Send this process's nudges by the event loop that runs now."""
    global _loop
    _loop = asyncio.get_running_loop()


def soon(group: str) -> None:
    """Nudge the group, from any thread, without waiting. Nothing happens in a process without
    an event loop: its facts are found by the polls."""
    loop = _loop
    if loop is None or loop.is_closed() or group in _on_the_way:
        return
    _on_the_way.add(group)
    try:
        loop.call_soon_threadsafe(_send, group)
    except RuntimeError:  # the loop was closed in between
        _on_the_way.discard(group)


def after_commit(group: str) -> None:
    """Nudge the group once the facts of this transaction can be seen."""
    transaction.on_commit(partial(soon, group))


def _send(group: str) -> None:
    _on_the_way.discard(group)
    _tasks.add(task := asyncio.ensure_future(live.nudge(group)))
    task.add_done_callback(_tasks.discard)


_tasks: set["asyncio.Future[None]"] = set()


async def follow(
    group: str,
    step: Callable[[], Awaitable[bool | None]],
    *,
    every: float,
    stop: asyncio.Event,
    share: float = 1.0,
) -> None:
    """Do ``step`` on every nudge of ``group``, and every ``every`` seconds without one, until
    ``stop`` is set. A step that returns True has left work over and is done again at once.
    ``share``: of the time that steps may take, however many nudges come."""
    nudged = asyncio.Event()
    listener = asyncio.create_task(_listen(group, nudged))
    pause = every
    try:
        while not stop.is_set():
            nudged.clear()
            began = time.monotonic()
            try:
                more = await step()
                pause = every
            except Exception as error:
                log.warning("a step of %s failed: %s", group, type(error).__name__)
                more, pause = False, min(pause * 2, BACKOFF_MAX)
            took = time.monotonic() - began
            if not more:
                await _either(stop, nudged, pause)
            rest = max(LEAST, took / share)
            await asyncio.sleep(max(0.0, began + rest - time.monotonic()))
    finally:
        listener.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listener


async def _listen(group: str, nudged: asyncio.Event) -> None:
    async for _ in live.nudges(group):
        nudged.set()


async def _either(stop: asyncio.Event, nudged: asyncio.Event, seconds: float) -> None:
    """Until one of the two is set, or so long."""
    waits = [asyncio.ensure_future(one.wait()) for one in (stop, nudged)]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waits:
            one.cancel()

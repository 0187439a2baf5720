"""The background work of this app: what came in is understood, what waits is given out, what was
answered is delivered. The tables are the queues (docs/adr/), so any number may work at once."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from beex.lib import clock, nudging
from workspace.nudges import TASKS
from workspace.services import inbox
from workspace.services.attachments import attachments_prune
from workspace.services.distribution import distribute, return_unanswered
from workspace.services.inbox import inbox_process
from workspace.services.outbox import outbox_process
from workspace.services.visitors import visitors_prune

log = logging.getLogger(__name__)

#: seconds between two rounds without a nudge
POLL_EVERY = 0.2
#: seconds between two looks for agents who left, and between two clearings
RETURN_EVERY, PRUNE_EVERY = 5.0, 3600.0


class Round:
    """One worker. ``do`` does what is due and says whether there may be more."""

    def __init__(self) -> None:
        self._return_at = self._prune_at = time.monotonic()

    def do(self) -> bool:
        """One round; a part that fails does not keep the others from their turn."""
        now = time.monotonic()
        if now >= self._return_at:
            self._return_at = now + RETURN_EVERY
            _tried(lambda: return_unanswered(clock.now()))
        if now >= self._prune_at:
            self._prune_at = now + PRUNE_EVERY
            _tried(_prune)
        came = _tried(inbox_process)
        given = _tried(distribute)
        sent = _tried(outbox_process)
        return bool(came or given or sent)


def _prune() -> int:
    moment = clock.now()
    inbox.inbox_prune(moment)
    attachments_prune(moment)
    visitors_prune(moment)
    return 0


def _tried(part: Callable[[], int]) -> int:
    try:
        return part()
    except Exception as error:
        log.warning("background work failed: %s", type(error).__name__)
        return 0


async def follow(stop: asyncio.Event) -> None:
    """Work until ``stop`` is set, in a thread of its own."""
    nudging.adopt()
    round_ = Round()
    loop = asyncio.get_running_loop()

    def work() -> bool:
        try:
            return round_.do()
        finally:
            close_old_connections()

    with ThreadPoolExecutor(1, thread_name_prefix="tasks") as thread:

        async def step() -> bool:
            return await loop.run_in_executor(thread, work)

        await nudging.follow(TASKS, step, every=POLL_EVERY, stop=stop)

"""The engine's loop: tick, then nudge the web processes. Runs under an event loop, because a
publisher without one pays a connection for every message."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections

from beex.lib import live
from monitoring.engine import Engine
from monitoring.hub import GROUP

log = logging.getLogger(__name__)

#: seconds from the begin of a tick to the next, of rest between them at least, and after a failure
TICK_EVERY, REST, PAUSE = 0.1, 0.02, 1.0


async def follow(stop: asyncio.Event, engine: Engine | None = None) -> None:
    """Tick until ``stop`` is set, then give the lease back."""
    engine = engine or Engine()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="engine") as thread:
        while not stop.is_set():
            due = loop.time() + TICK_EVERY
            try:
                if await loop.run_in_executor(thread, _tick, engine) is not None:
                    await live.nudge(GROUP)
            except Exception as error:
                log.warning("the floor engine could not tick: %s", error)
                due = loop.time() + PAUSE
            try:
                await asyncio.wait_for(stop.wait(), max(REST, due - loop.time()))
            except TimeoutError:
                continue
        await loop.run_in_executor(thread, engine.resign)


def _tick(engine: Engine) -> int | None:
    try:
        return engine.tick()
    finally:
        close_old_connections()

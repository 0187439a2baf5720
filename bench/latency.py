"""From the commit of a change to its frame at the socket, on the whole chain of real processes:
service, mark, engine (``run_floor``), nudge, hub, daphne."""

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from bench.clients import Crowd
from bench.parts import CORES, Broken, daphne, python
from tests.parts.process import Process
from tests.parts.server import manage

#: seconds after which a change that has not come is lost
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from commit to frame; one value for each change and socket."""

    changes: int
    p50: float
    p95: float
    p99: float
    most: float


class Arrivals:
    """When each person's status came, at every socket. A status is known by its start."""

    def __init__(self) -> None:
        self.moments: dict[tuple[int, str], list[float]] = defaultdict(list)

    def take(self, frame: bytes) -> None:
        """A ``rows`` frame came just now."""
        now = time.monotonic()
        for row in orjson.loads(frame)["rows"]:
            self.moments[row["id"], row["status"]["since"]].append(now)


def measure(cookies: Sequence[str], rate: float, seconds: float) -> Latency:
    """``rate`` changes a second for so many seconds, a socket for each cookie. Raises ``Broken``
    when a change has not come to every socket."""
    from monitoring.models import FloorStream

    engine = manage("run_floor")
    with daphne("beex.asgi:application", CORES) as (port, _):
        engine.start(FloorStream.objects.exclude(leader="").exists)
        try:
            return asyncio.run(_measured(port, cookies, rate, seconds))
        finally:
            engine.stop()


async def _measured(port: int, cookies: Sequence[str], rate: float, seconds: float) -> Latency:
    arrivals = Arrivals()
    crowd = Crowd(
        port, "/ws/v1/live/", cookies, subscribes=True, on_rows=lambda frame: arrivals.take(frame)
    )
    async with crowd:
        changes = python("changes", "bench.changes", "statuses", str(rate), str(seconds))
        changes.start()
        await asyncio.to_thread(changes.wait, seconds + 60)
        commits = _commits(changes)
        await crowd.until(lambda: _all_came(commits, arrivals, crowd.size), "all changes", PATIENCE)
    waits = sorted(
        (moment - committed) * 1000
        for change, committed in commits.items()
        for moment in arrivals.moments[change]
    )
    cuts = statistics.quantiles(waits, n=100)
    return Latency(len(commits), p50=cuts[49], p95=cuts[94], p99=cuts[98], most=waits[-1])


def _commits(changes: Process) -> dict[tuple[int, str], float]:
    """What the writer printed: when each change was committed."""
    lines = [orjson.loads(line) for line in changes.printed().splitlines() if line[:1] == "["]
    if not lines:
        raise Broken(f"nothing was changed: {changes.printed()[-1000:]}")
    return {(user, since): committed for user, since, committed in lines}


def _all_came(commits: dict[tuple[int, str], float], arrivals: Arrivals, sockets: int) -> bool:
    return all(len(arrivals.moments[change]) >= sockets for change in commits)

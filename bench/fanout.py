"""Rows delivered to 200 sockets, and what a row costs: the product between two runs of a bare
broadcast; beside it frames of the same size sent by a server that does nothing else, and plain
Channels after them."""

import asyncio
import itertools
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import redis.asyncio as redis
from channels_redis.pubsub import RedisPubSubChannelLayer

from bench import bare
from bench.clients import Crowd
from bench.parts import CLIENT_CORE, SERVER_CORE, Broken, cpu, daphne, on, python, serving
from tests.parts.process import free_port

#: events on their way at most, to a server that is driven as fast as it goes
WINDOW = 8
#: seconds before each measurement begins
WARM_UP = 1.0
#: two floors that differ by more make a round void
APART = 0.25


@dataclass(frozen=True, slots=True)
class Leg:
    """What one server did."""

    rows: float  #: delivered a second, all sockets together
    cpu: float  #: µs of the server's processor time for each
    busy: float  #: share of a core the server used
    client: float  #: share of a core the clients used
    frames: float  #: a second, all sockets together
    resyncs: int  #: snapshots sent to sockets that had fallen behind


@dataclass(frozen=True, slots=True)
class Round:
    """The product between two floors, then plain Channels. ``product`` and ``frames`` by the
    number of rows that change in a tick."""

    before: Leg
    product: dict[int, Leg]
    frames: dict[int, Leg]
    after: Leg
    plain: Leg

    @property
    def floor_rows(self) -> float:
        """Rows a second of the bare broadcast."""
        return (self.before.rows + self.after.rows) / 2

    @property
    def floor_cpu(self) -> float:
        """µs for each of its rows."""
        return (self.before.cpu + self.after.cpu) / 2

    @property
    def void(self) -> bool:
        """Whether the machine was busy with something else, and how busy changed meanwhile."""
        low, high = sorted((self.before.rows, self.after.rows))
        return high - low > APART * high


async def _measured(crowd: Crowd, pid: int, seconds: float) -> Leg:
    """What comes over these sockets in so many seconds, once things run."""
    await asyncio.sleep(WARM_UP)
    rows, frames, snapshots = crowd.rows, crowd.frames, crowd.snapshots
    begin, server, client = time.monotonic(), cpu(pid), time.process_time()
    await asyncio.sleep(seconds)
    rows, frames = crowd.rows - rows, crowd.frames - frames
    server, client = cpu(pid) - server, time.process_time() - client
    lasted = time.monotonic() - begin
    crowd.check()
    if not rows:
        raise Broken("no rows came")
    return Leg(
        rows=rows / lasted,
        cpu=server / rows * 1e6,
        busy=server / lasted,
        client=client / lasted,
        frames=frames / lasted,
        resyncs=crowd.snapshots - snapshots,
    )


async def _driven(
    crowd: Crowd, pid: int, seconds: float, send: Callable[[int], Awaitable[object]]
) -> Leg:
    """The same, while ``send`` publishes event after event, a few ahead of what has come."""

    async def feed() -> None:
        for number in itertools.count():
            while number - crowd.rows / crowd.size >= WINDOW:
                crowd.moved.clear()
                await crowd.moved.wait()
            await send(number)

    feeding = asyncio.create_task(feed())
    try:
        return await _measured(crowd, pid, seconds)
    finally:
        feeding.cancel()


async def _bare(texts: Sequence[str], sockets: int, seconds: float) -> Leg:
    port, url = free_port(), os.environ["REDIS_URL"]
    server = python("bare", "bench.bare", str(port), url)
    with serving(server, port, SERVER_CORE):
        async with (
            redis.Redis.from_url(url, socket_timeout=None) as bus,
            Crowd(port, "/", [""] * sockets) as crowd,
        ):
            return await _driven(
                crowd,
                server.pid,
                seconds,
                lambda number: bus.publish(bare.CHANNEL, texts[number % len(texts)]),
            )


async def _plain(texts: Sequence[str], sockets: int, seconds: float) -> Leg:
    rows = [orjson.loads(text) for text in texts]
    hosts = [{"address": os.environ["REDIS_URL"], "socket_timeout": None}]
    layer = RedisPubSubChannelLayer(hosts=hosts)
    with daphne("bench.plain:application", SERVER_CORE) as (port, pid):
        async with Crowd(port, "/", [""] * sockets) as crowd:
            return await _driven(
                crowd,
                pid,
                seconds,
                lambda number: layer.group_send(
                    "bench", {"type": "row", "row": rows[number % len(rows)]}
                ),
            )


async def _product(cookies: Sequence[str], changes: int, seconds: float) -> Leg:
    writer = python("changes", "bench.changes", "rows", str(changes))
    with daphne("beex.asgi:application", SERVER_CORE) as (port, pid):
        async with Crowd(port, "/ws/v1/live/", cookies, subscribes=True) as crowd:
            writer.start()
            try:
                await crowd.until(lambda: crowd.rows > 0, "the first change")
                return await _measured(crowd, pid, seconds)
            finally:
                writer.kill()


async def _frames(texts: Sequence[str], sockets: int, changes: int, seconds: float) -> Leg:
    with TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.json"
        rows.write_text(",".join(texts[:changes]), encoding="utf-8")
        os.environ["BENCH_ROWS"] = str(rows)
        with daphne("bench.frames:application", SERVER_CORE) as (port, pid):
            async with Crowd(port, "/", [""] * sockets) as crowd:
                await crowd.until(lambda: crowd.rows > 0, "the first frame")
                return await _measured(crowd, pid, seconds)


def measure(
    texts: Sequence[str],
    cookies: Sequence[str],
    *,
    changes: Sequence[int],
    rounds: int,
    seconds: float,
) -> list[Round]:
    """``texts``: real rows; ``cookies``: a session for each socket; ``changes``: rows that change
    in each tick, for each run of the product; ``seconds`` of each run."""

    async def one() -> Round:
        return Round(
            before=await _bare(texts, len(cookies), seconds),
            product={count: await _product(cookies, count, seconds) for count in changes},
            frames={count: await _frames(texts, len(cookies), count, seconds) for count in changes},
            after=await _bare(texts, len(cookies), seconds),
            plain=await _plain(texts, len(cookies), seconds),
        )

    with on(CLIENT_CORE):
        return [asyncio.run(one()) for _ in range(rounds)]

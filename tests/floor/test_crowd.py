"""Many sockets at once, and a floor that is larger than a frame may be."""

import asyncio
import json
from typing import Any

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from bench.clients import Crowd
from monitoring.engine import Engine
from monitoring.models import FloorRow, FloorStream
from tests.floor.live import Line, changed, cookie_of, kind, line
from tests.floor.test_socket import agent, supervisor
from tests.floor.walk import centre
from tests.parts.server import Server
from workspace.services.statuses import status_change


def test_everybody_who_comes_at_once_gets_the_floor(live_server: Server) -> None:
    """Rights are read while further sockets open: nobody is refused for it."""
    centre()
    cookies = [cookie_of(supervisor(f"supervisora{number}")) for number in range(20)]
    engine = Engine()
    engine.tick()

    def change_elsewhere() -> None:
        _change(engine)
        connection.close()  # this thread's own

    async def follow() -> int:
        crowd = Crowd(live_server.port, "/ws/v1/live/", cookies, subscribes=True)
        async with crowd:
            await asyncio.to_thread(change_elsewhere)
            await crowd.until(lambda: crowd.rows >= len(cookies), "the change", 10.0)
            return crowd.snapshots

    assert asyncio.run(follow()) == len(cookies)


def _change(engine: Engine) -> None:
    status_change(agent().pk, "lunch")
    engine.tick()


def test_a_floor_larger_than_a_frame_arrives_whole(live_server: Server) -> None:
    """Servers refuse to send more than 1 MiB at once."""
    centre()
    watcher = supervisor()
    engine = Engine()
    engine.tick()
    padding = Value(f'"padding":"{"ñ" * 100_000}",')
    FloorRow.objects.update(body=Concat(padding, "body"))
    with line(live_server.url, watcher) as live:
        live.floor()
        live.until(kind("snapshot"))
        live.until(lambda frame: not frame["more"])
        assert len(live.mirror.rows) == 9
        assert sum(len(row["padding"].encode()) for row in live.mirror.rows.values()) > 2**20
        _change(engine)
        live.until(changed(agent().pk))
        assert live.mirror.rows[agent().pk]["status"]["code"] == "lunch"


def test_whoever_falls_behind_gets_what_he_misses(live_server: Server) -> None:
    """A socket that owes more than 1 MiB is skipped until its next message; its new start goes on
    from what it acknowledged."""
    centre()
    slow_one, other = supervisor(), supervisor("otra")
    Engine().tick()
    heavy = FloorRow.objects.filter(user__username__in=["persona1", "persona2", "persona3"])
    heavy.update(body=Concat(Value(f'"padding":"{"x" * 200_000}",'), "body"))
    with line(live_server.url, slow_one) as slow, line(live_server.url, other) as quick:
        slow.floor()
        quick.floor()
        quick.until(lambda frame: not frame["more"])
        begun = slow.until(lambda frame: not frame["more"])["rev"]
        slow.send(type="ack", rev=begun)
        for rev in range(begun + 1, begun + 5):
            with transaction.atomic():
                heavy.update(rev=rev)
                FloorStream.objects.update(rev=rev)
            quick.until(kind("rows"))
        assert [unanswered(slow, "rows")["rev"] for _ in range(2)] == [begun + 1, begun + 2]
        slow.send(type="ack", rev=begun + 2)
        fresh = unanswered(slow, "delta")
        assert [row["rev"] for row in fresh["rows"]] == [begun + 4], "the first of three parts"


def unanswered(live: Line, type_: str) -> dict[str, Any]:
    """The next frame of the floor, which must be of this type; it is not acknowledged."""
    frame = {"type": "none"}
    while frame["type"] not in ("rows", "delta", "snapshot"):
        frame = json.loads(live.raw.recv(timeout=5.0))
    assert frame["type"] == type_
    return dict(frame)

"""The ``queues`` frame: the queue strip above the table, for whoever looks at the floor. Read once
a second while anybody does; sent when it changed."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import orjson

from beex.lib import clock, live
from monitoring.lens import Scope
from monitoring.streams import Watcher
from workspace.queue_board import Stand, board

log = logging.getLogger(__name__)

#: seconds between two looks
EVERY = 1.0


class QueueStream:
    """The strip of every socket that looks at the floor, within its viewer's scope."""

    def __init__(self, watchers: Mapping[live.Socket, Watcher]) -> None:
        self._watchers = watchers
        self._shown: dict[live.Socket, bytes] = {}
        self._reader: asyncio.Task[None] | None = None

    def opened(self, socket: live.Socket) -> None:
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())

    def received(self, socket: live.Socket, message: dict[str, Any]) -> bool:
        if message["type"] == "subscribe":  # a new look begins with what there is
            self._shown.pop(socket, None)
        return False

    def missed(self, socket: live.Socket) -> None:
        """A silent page owes nothing here."""

    def closed(self, socket: live.Socket, *, signed_out: bool) -> None:
        self._shown.pop(socket, None)

    async def _read(self) -> None:
        while self._watchers:
            await asyncio.sleep(EVERY)
            if not any(one.lens is not None for one in self._watchers.values()):
                continue
            try:
                self._show(await live.in_db(board))
            except Exception as error:
                log.warning("could not read the queues: %s", type(error).__name__)

    def _show(self, stands: list[Stand]) -> None:
        at = clock.iso(clock.now())
        texts: dict[Scope, bytes] = {}
        for socket, watcher in list(self._watchers.items()):
            if watcher.lens is None:
                continue
            scope = watcher.lens.scope
            if scope not in texts:
                texts[scope] = orjson.dumps(within(stands, scope))
            if self._shown.get(socket) != texts[scope]:
                frame = f'{{"type":"queues","at":"{at}","queues":{texts[scope].decode()}}}'
                if socket.push(frame):
                    self._shown[socket] = texts[scope]


def within(stands: list[Stand], scope: Scope) -> list[dict[str, Any]]:
    """The queues that exist for a viewer of this scope (D2)."""
    return [one.shown for one in stands if scope is None or one.company_id in scope]


def register(watchers: Mapping[live.Socket, Watcher]) -> None:
    """Offer the strip to these watchers of the floor."""
    live.register(QueueStream(watchers))

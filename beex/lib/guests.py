"""Sockets of people without an account: a thin consumer that knows a guest by his token.

The first message must be ``{"type": "hello", "token"}``; the rest is the app's, which ``offer``s
who its guests are. As on the live socket everything is bounded and nothing waits for the database
in the event loop.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Hashable
from functools import partial
from typing import Protocol

from beex.lib import live

log = logging.getLogger(__name__)

#: seconds a guest has to say who he is; between two pings; without any word until he is let go
HELLO_WITHIN, PING_EVERY, GONE_AFTER = 10.0, 20.0, 60.0
#: guests of one process, and sockets of one guest
GUESTS, SOCKETS_PER_GUEST = 2000, 5


class Guests(Protocol):
    """What an app offers to its guests."""

    def whose(self, room: str, token: str) -> Hashable | None:
        """The guest behind a token in this room, None for nobody. May use the database."""

    def opened(self, socket: live.Socket, guest: Hashable) -> None:
        """A guest's page is there."""

    def closed(self, socket: live.Socket) -> None:
        """It is gone."""


_offered: list[Guests] = []
_present: dict[live.Socket, Hashable] = {}


def offer(guests: Guests) -> None:
    """Take these guests from now on."""
    _offered[:] = [guests]


class GuestConsumer(live.ThinConsumer):
    """Hello, then frames down and pongs up."""

    socket: live.Socket | None = None
    known = False

    async def connect(self) -> None:
        await self.accept()
        if len(_open) >= GUESTS:
            await self.close(code=live.TOO_MANY)
            return
        self.socket = live.Socket(
            user_id=0,
            session_key="",
            auth_hash="",
            tab=uuid.uuid4(),
            write=self._write,
            close=self._end,
        )
        _open.add(self.socket)
        self._tasks = [
            asyncio.create_task(self.socket.drain()),
            asyncio.create_task(self._watch(self.socket)),
        ]

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.socket is None:
            return
        if not self.socket.allowed():
            self.socket.refuse("rate_limited")
            return
        message, problem = live.parse(text_data)
        if message is None:
            self.socket.refuse(problem)
        elif message["type"] == "hello" and not self.known:
            await self._greet(self.socket, message.get("token"))
        elif message["type"] != "pong":
            self.socket.refuse("invalid")

    async def _greet(self, socket: live.Socket, token: object) -> None:
        room = self.scope["url_route"]["kwargs"]["room"]
        guest = None
        if isinstance(token, str) and _offered:
            guest = await live.in_db(partial(_offered[0].whose, room, token))
        if guest is None:
            socket.end(live.UNAUTHENTICATED)
        elif list(_present.values()).count(guest) >= SOCKETS_PER_GUEST:
            socket.end(live.TOO_MANY)
        elif socket in _open:
            self.known = True
            _present[socket] = guest
            _offered[0].opened(socket, guest)

    async def disconnect(self, code: int) -> None:
        if self.socket is None:
            return
        _open.discard(self.socket)
        if _present.pop(self.socket, None) is not None:
            _offered[0].closed(self.socket)
        for task in self._tasks:
            task.cancel()

    async def _watch(self, socket: live.Socket) -> None:
        """Ping; let go whoever says nothing."""
        await asyncio.sleep(HELLO_WITHIN)
        if not self.known:
            socket.end(live.UNAUTHENTICATED)
        while True:
            silent = time.monotonic() - socket.heard
            if silent > GONE_AFTER or time.monotonic() - socket.opened > live.LIFE_MAX:
                socket.end(live.OLD)
            socket.send({"type": "ping", "n": int(socket.opened)})
            await asyncio.sleep(PING_EVERY)


_open: set[live.Socket] = set()

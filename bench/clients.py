"""Many open sockets in one process, at a cost per frame far below that of any server under test.

A library's client spends more on a frame than the servers do, and would itself be what is measured;
so this one reads just what it must know: where frames begin, how many rows they carry, and the
revision to acknowledge.
"""

import asyncio
import base64
import os
import re
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import cast

from bench.parts import Broken

#: stands once in every row, and nowhere else
ROW = b'"username":'
REV = re.compile(rb'"rev":(\d+)')
#: the head of a frame, in which the type and the rev stand
HEAD = 200
#: a page acknowledges after so many bytes
ACK_BYTES = 256 * 1024
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
SUBSCRIBE = b'{"type":"subscribe","stream":"floor","company":null,"campaign":null}'
OPENING = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: {key}\r\nCookie: {cookie}\r\n\r\n"
)


def _frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame, masked with nothing."""
    size = len(payload)
    length = bytes([128 | size]) if size < 126 else b"\xfe" + size.to_bytes(2)
    return bytes([128 | opcode]) + length + b"\0\0\0\0" + payload


class Page(asyncio.Protocol):
    """One socket."""

    transport: asyncio.Transport

    def __init__(self, crowd: "Crowd", opening: str) -> None:
        self._crowd = crowd
        self._opening = opening
        self._held = bytearray()
        self._open = False
        self._owed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._opening.encode())

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.lost += 1

    def data_received(self, data: bytes) -> None:
        self._held += data
        if not self._open:
            end = self._held.find(b"\r\n\r\n")
            if end < 0:
                return
            self._open = self._held.startswith(b"HTTP/1.1 101")
            del self._held[: end + 4]
            self._crowd.opened += self._open
            if self._crowd.subscribes:
                self.say(SUBSCRIBE)
        self._frames()
        self._crowd.moved.set()

    def say(self, text: bytes) -> None:
        """Send a message."""
        self.transport.write(_frame(TEXT, text))

    def _frames(self) -> None:
        """Take the whole frames out of what is held."""
        held, at, size = self._held, 0, len(self._held)
        while size - at >= 2:
            length, begin = held[at + 1], at + 2
            if length == 126:
                begin += 2
                length = int.from_bytes(held[at + 2 : begin])
            elif length == 127:
                begin += 8
                length = int.from_bytes(held[at + 2 : begin])
            if begin > size or begin + length > size:
                break
            self._take(held[at] & 15, begin, begin + length)
            at = begin + length
        del held[:at]

    def _take(self, opcode: int, begin: int, end: int) -> None:
        held, crowd = self._held, self._crowd
        if opcode == PING:
            self.transport.write(_frame(PONG, bytes(held[begin:end])))
        elif opcode != TEXT:
            return
        elif held.startswith(b'{"id":', begin):
            crowd.rows += 1
        elif held.startswith(b'{"type":"rows"', begin):
            crowd.rows += held.count(ROW, begin, end)
            crowd.frames += 1
            self._acknowledge(begin, end)
            if crowd.on_rows:
                crowd.on_rows(bytes(held[begin:end]))
        elif held.startswith(b'{"type":"snapshot"', begin):
            crowd.snapshots += 1
        elif held.startswith(b'{"type":"ping"', begin):
            self.say(bytes(held[begin:end]).replace(b"ping", b"pong"))

    def _acknowledge(self, begin: int, end: int) -> None:
        self._owed += end - begin
        rev = REV.search(self._held, begin, min(end, begin + HEAD))
        if self._owed >= ACK_BYTES and rev:
            self._owed = 0
            self.say(b'{"type":"ack","rev":%s}' % rev[1])


class Crowd:
    """Sockets of one server, and what came over all of them together."""

    def __init__(
        self,
        port: int,
        path: str,
        cookies: Sequence[str],
        *,
        subscribes: bool = False,
        on_rows: Callable[[bytes], None] | None = None,
    ) -> None:
        """A socket for each cookie. ``on_rows`` is given every ``rows`` frame."""
        self.subscribes = subscribes
        self.on_rows = on_rows
        self.size = len(cookies)
        self.opened = self.lost = self.rows = self.frames = self.snapshots = 0
        self.moved = asyncio.Event()
        self._port = port
        self._openings = [
            OPENING.format(
                path=path, port=port, cookie=cookie, key=base64.b64encode(os.urandom(16)).decode()
            )
            for cookie in cookies
        ]
        self._pages: list[Page] = []

    async def __aenter__(self) -> "Crowd":
        loop = asyncio.get_running_loop()
        for opening in self._openings:
            make = partial(Page, self, opening)
            _, page = await loop.create_connection(make, "127.0.0.1", self._port)
            self._pages.append(page)
        await self.until(lambda: self.opened == self.size, "its sockets to open")
        if self.subscribes:
            await self.until(lambda: self.snapshots >= self.size, "its snapshots")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for page in self._pages:
            page.transport.close()

    async def until(self, reached: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
        """Wait until so much has come; raises ``Broken`` when it does not, or a socket closes."""
        try:
            async with asyncio.timeout(seconds):
                while not reached():
                    self.moved.clear()
                    await self.moved.wait()
        except TimeoutError as late:
            raise Broken(f"{self.size} sockets waited {seconds:.0f} s for {what}") from late
        self.check()

    def check(self) -> None:
        """Raises ``Broken`` when a socket was closed by the server."""
        if self.lost:
            raise Broken(f"{self.lost} of {self.size} sockets were closed")

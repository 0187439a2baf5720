"""The live socket: one a page, at ``/ws/v1/live/``. The only module that speaks Channels.

The kernel authenticates, pings, bounds and routes; what travels is offered by the apps, which
``register`` a ``Stream`` each. Consumers do no ORM: whatever needs the database runs in ``in_db``
threads. The protocol is written down in ``docs/live-protocol.md``.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qs

import orjson
from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import constant_time_compare

log = logging.getLogger(__name__)
T = TypeVar("T")

#: seconds between two pings of a socket, and without any word after which its tab is missed
PING_EVERY, MISSED_AFTER = 4.0, 9.0
#: seconds between two looks at the sessions of the open sockets
WATCH_EVERY = 1.0
#: bytes of one message of a client; the server's own limit is set a little above it
MESSAGE_MAX = 64 * 1024
#: messages a client may send: so many at once, then so many a second
BURST, RATE = 60.0, 20.0
#: refused messages in one second after which the socket is closed
ABUSE = 200
#: open sockets of one user in one process, and of the process
SOCKETS_PER_USER, SOCKETS = 10, 2000
#: frames waiting for one socket; more makes it stale
OUTBOX_MAX = 64
#: seconds a socket may live: rights and code never get older than this
LIFE_MAX = 12 * 3600.0

# close codes the browser can read
UNAUTHENTICATED, TOO_MANY, ABUSED, OLD, BROKEN = 4401, 4409, 4429, 4408, 1011

#: so many sockets write in one round of the loop, so that the server has sent their copies of a
#: frame before it makes the next ones
_turns = asyncio.Semaphore(8)
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="live-db")


async def in_db(work: Callable[[], T]) -> T:
    """Run ``work`` in a thread that may use the database, and only wait for it."""

    def guarded() -> T:
        close_old_connections()
        try:
            return work()
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, guarded)


@dataclass(eq=False)
class Socket:
    """One open page of one signed-in person. Streams keep what they need in ``memory``."""

    user_id: int
    session_key: str
    auth_hash: str
    tab: uuid.UUID
    write: Callable[[str], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    opened: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)
    memory: dict[str, Any] = field(default_factory=dict)
    ending: int | None = None
    _outbox: deque[str] = field(default_factory=deque)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _tokens: float = BURST
    _refused: deque[float] = field(default_factory=lambda: deque(maxlen=ABUSE))

    def push(self, text: str) -> bool:
        """Queue a frame; False when the socket does not take them away fast enough."""
        if len(self._outbox) >= OUTBOX_MAX:
            return False
        self._outbox.append(text)
        self._ready.set()
        return True

    def send(self, message: dict[str, Any]) -> None:
        """Queue a small message."""
        self.push(orjson.dumps(message).decode())

    def refuse(self, code: str) -> None:
        """Say no. The socket stays, unless it keeps on asking for it."""
        now = time.monotonic()
        self._refused.append(now)
        if len(self._refused) == ABUSE and now - self._refused[0] < 1.0:
            self.end(ABUSED)
        else:
            self.send({"type": "refused", "code": code})

    def end(self, code: int) -> None:
        """Close with this code, as soon as the writer looks up."""
        self.ending = code
        self._ready.set()

    def allowed(self) -> bool:
        """Whether one more message is within the rate."""
        now = time.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self.heard) * RATE)
        self.heard = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    async def drain(self) -> None:
        """Write what is queued, for as long as the socket lives. What the server will not write
        ends it: the page comes back, instead of waiting in vain."""
        while self.ending is None:
            await self._ready.wait()
            self._ready.clear()
            try:
                while self._outbox:
                    async with _turns:
                        await asyncio.sleep(0)
                    await self.write(self._outbox.popleft())
            except Exception:
                log.exception("could not write to a socket")
                self.ending = BROKEN
        await self.close(self.ending)


class Stream(Protocol):
    """What an app offers on the socket. None of these may wait for the database."""

    def opened(self, socket: Socket) -> None:
        """A page was opened."""

    def received(self, socket: Socket, message: dict[str, Any]) -> bool:
        """A message came, if only a ``pong``; True when it was meant for this stream."""

    def missed(self, socket: Socket) -> None:
        """The page has not been heard of for ``MISSED_AFTER`` seconds."""

    def closed(self, socket: Socket, *, signed_out: bool) -> None:
        """The page is gone."""


_streams: list[Stream] = []


def register(stream: Stream) -> None:
    """Offer a stream to every socket from now on."""
    _streams.append(stream)


class ThinConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """A socket without a channel of its own on the layer, where anybody could write to it, and
    without Channels' hop into a thread for each message: no ORM here."""

    channel_layer_alias = "none"

    async def dispatch(self, message: dict[str, Any]) -> None:
        await getattr(self, get_handler_name(message))(message)

    async def _write(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})

    async def _end(self, code: int) -> None:
        await self.close(code=code)


class LiveConsumer(ThinConsumer):
    """A thin consumer: authenticate, register, pass on."""

    socket: Socket | None = None
    drainer: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()
        session_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        person = await in_db(partial(_who, session_key))
        if person is None:
            await self.close(code=UNAUTHENTICATED)
            return
        user_id, auth_hash = person
        if not _office.room_for(user_id):
            await self.close(code=TOO_MANY)
            return
        self.socket = Socket(
            user_id=user_id,
            session_key=session_key,
            auth_hash=auth_hash,
            tab=_office.tab_of(user_id, session_key, self.scope["query_string"]),
            write=self._write,
            close=self._end,
        )
        self.drainer = asyncio.create_task(self.socket.drain())
        _office.enter(self.socket)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.socket is None:
            return
        if not self.socket.allowed():
            self.socket.refuse("rate_limited")
            return
        message, problem = parse(text_data)
        if message is None:
            self.socket.refuse(problem)
        else:
            taken = [stream.received(self.socket, message) for stream in _streams]
            if not any(taken) and message["type"] != "pong":
                self.socket.refuse("invalid")

    async def disconnect(self, code: int) -> None:
        if self.socket is None:
            return
        _office.leave(self.socket)
        if self.drainer is not None:
            self.drainer.cancel()


def parse(text: str | None) -> tuple[dict[str, Any] | None, str]:
    """The message of a client, or why it is none."""
    if text is None:
        return None, "invalid"
    if len(text) > MESSAGE_MAX:
        return None, "too_large"
    try:
        message = orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError):
        return None, "malformed"
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return None, "invalid"
    return message, ""


def _who(session_key: str) -> tuple[int, str] | None:
    """The person behind a session cookie, and the hash that a new password changes."""
    if not session_key:
        return None
    engine = import_module(settings.SESSION_ENGINE)
    session = engine.SessionStore(session_key)
    try:
        user_id = int(session.get(SESSION_KEY, ""))
    except (TypeError, ValueError):
        return None
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    stored = session.get(HASH_SESSION_KEY, "")
    if not constant_time_compare(stored, user.get_session_auth_hash()):
        return None
    return user_id, stored


class _Office:
    """The sockets of this process, and the one task that looks after them."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self._keeper: asyncio.Task[None] | None = None

    def room_for(self, user_id: int) -> bool:
        held = sum(1 for socket in self.sockets if socket.user_id == user_id)
        return held < SOCKETS_PER_USER and len(self.sockets) < SOCKETS

    def tab_of(self, user_id: int, session_key: str, query: bytes) -> uuid.UUID:
        """The tab's name for us: the browser's own, made this person's and session's. A page
        that was duplicated has the other's name, and gets a fresh one."""
        said = parse_qs(query.decode("latin-1")).get("tab", [""])[0][:64]
        tab = uuid.uuid5(uuid.NAMESPACE_URL, f"{user_id}/{session_key}/{said}")
        if not said or any(socket.tab == tab for socket in self.sockets):
            return uuid.uuid4()
        return tab

    def enter(self, socket: Socket) -> None:
        self.sockets.add(socket)
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep())
        for stream in _streams:
            stream.opened(socket)

    def leave(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        for stream in _streams:
            stream.closed(socket, signed_out=socket.ending == UNAUTHENTICATED)

    async def _keep(self) -> None:
        """Ping, miss, and look whether the sessions still stand."""
        rounds = 0
        while self.sockets:
            rounds += 1
            await asyncio.sleep(WATCH_EVERY)
            now = time.monotonic()
            for socket in list(self.sockets):
                if now - socket.opened > LIFE_MAX:
                    socket.end(OLD)
                if now - socket.heard > MISSED_AFTER:
                    for stream in _streams:
                        stream.missed(socket)
                if rounds % int(PING_EVERY / WATCH_EVERY) == 0:
                    socket.send({"type": "ping", "n": rounds})
            try:
                await self._watch()
            except Exception:
                log.exception("could not look at the sessions of the open sockets")

    async def _watch(self) -> None:
        """Close the sockets whose session ended, whose person was deactivated or has another
        password (within ``WATCH_EVERY`` and one query each for sessions and people)."""
        sockets = list(self.sockets)
        standing = await in_db(
            partial(
                _standing,
                {socket.session_key for socket in sockets},
                {socket.user_id for socket in sockets},
            )
        )
        for socket in sockets:
            alive, hashes = standing
            if socket.session_key not in alive or hashes.get(socket.user_id) != socket.auth_hash:
                socket.end(UNAUTHENTICATED)


def _standing(keys: set[str], users: set[int]) -> tuple[set[str], dict[int, str]]:
    """The sessions that still stand, and the present hash of each active user."""
    alive = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    people = get_user_model().objects.filter(pk__in=users, is_active=True).only("pk", "password")
    return alive, {person.pk: person.get_session_auth_hash() for person in people}


_office = _Office()


def open_sockets() -> int:
    """How many sockets this process holds now."""
    return len(_office.sockets)


async def nudge(group: str) -> None:
    """Tell every process that something may have changed. A hint, never the news itself: lost,
    late, doubled or forged, it does no harm."""
    layer = get_channel_layer()
    try:
        async with asyncio.timeout(1.0):
            await layer.group_send(group, {"type": "nudge"})
    except Exception as error:
        log.warning("could not nudge %s: %s", group, type(error).__name__)


async def nudges(group: str) -> AsyncIterator[None]:
    """Hear the nudges of a group, through outages of the channel layer."""
    pause = 0.1
    while True:
        layer = get_channel_layer()
        try:
            channel = await layer.new_channel()
            await layer.group_add(group, channel)
            while True:
                await layer.receive(channel)
                pause = 0.1
                yield
        except GeneratorExit:
            with contextlib.suppress(Exception):
                await layer.group_discard(group, channel)
            raise
        except Exception as error:
            log.warning("no nudges of %s: %s", group, type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

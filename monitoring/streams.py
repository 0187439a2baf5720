"""What this app offers on the live socket: the floor, and everybody's own desk."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from beex.lib import clock, live
from monitoring.hub import Hub, desk_state
from monitoring.lens import Filter, Lens, Stored
from workspace.access import Action, Actor, can
from workspace.desks import desks

#: seconds between two beats of a socket
BEAT_EVERY = 15.0
#: a socket whose oldest unacknowledged frame is older, or that owes more bytes, is stale
OWED_SECONDS, OWED_BYTES = 30.0, 1024 * 1024


@dataclass(eq=False, slots=True)
class Watcher:
    """One socket's look at the floor and at its own desk."""

    socket: live.Socket
    hub: Hub
    actor: Actor | None = None
    lens: Lens | None = None
    wants: Filter | None = None
    have: tuple[str, int] | None = None
    desk: bool = False
    desk_shown: Any = None
    stale: bool = False
    beat_at: float = field(default_factory=time.monotonic)
    _owed: deque[tuple[int, float, int]] = field(default_factory=deque)
    _owed_bytes: int = 0
    _begun: int | None = None

    def begin(self) -> None:
        """Give the floor a (new) start, once the hub and this viewer's rights are known."""
        if self.wants is None or self.actor is None or not self.hub.ready.is_set():
            return
        verdict = can(self.actor, Action.SEE)
        if not verdict or not self.hub.directory.knows(self.wants, self.actor.scope):
            self.socket.refuse(verdict.code or "unknown_filter")
            self.forget()
            return
        self._look_through(self.hub.lens(self.actor.scope, self.wants))
        self.restart()

    def restart(self) -> None:
        """Send a snapshot, or what is missing since ``have`` where that can be told."""
        if self.lens is None:
            return
        self._owed.clear()
        self._owed_bytes, self.stale = 0, False
        epoch, have = self.hub.epoch, self.have
        if self.lens.plain and have and have[0] == epoch and 0 <= have[1] <= self.hub.rev:
            frames = self.lens.delta(self.hub.rows.values(), epoch, have[1])
        else:
            self.have = None
            frames = self.lens.snapshot(epoch)
        self.stale = not all(self.socket.push(frame) for frame in frames)
        self._begun = None if self.stale else self.lens.rev

    def show(self, frames: list[tuple[int, str]]) -> None:
        """Pass these frames (rev, text) on, unless the socket owes too much for earlier ones: then
        it is stale, is skipped, and gets a fresh start with its next message. Nobody waits."""
        if self.stale:
            return
        now = time.monotonic()
        late = bool(self._owed) and now - self._owed[0][1] > OWED_SECONDS
        self.stale = late or self._owed_bytes > OWED_BYTES
        for rev, text in frames:
            self.stale = self.stale or not self.socket.push(text)
            self._owed.append((rev, now, len(text)))
            self._owed_bytes += len(text)

    def ack(self, rev: int) -> None:
        """The browser has all frames up to ``rev``: a fresh start may go on from there."""
        while self._owed and self._owed[0][0] <= rev:
            self._owed_bytes -= self._owed.popleft()[2]
        if self.lens is not None and self.lens.plain and self._begun is not None:
            self.have = (self.hub.epoch, rev) if rev >= self._begun else None

    def beat(self, now: float) -> None:
        if now - self.beat_at >= BEAT_EVERY:
            self.beat_at = now
            rev = self.lens.rev if self.lens else self.hub.rev
            self.socket.send({"type": "beat", "rev": rev, "at": clock.iso(clock.now())})

    def judge(self, actor: Actor | None) -> None:
        """His rights as they are now; another scope is another lens."""
        old, self.actor = self.actor, actor
        if old is not None and actor != old:
            self.socket.send({"type": "rights"})  # whatever they allowed must be asked again
        if self.wants is None:
            return
        if actor is None or not actor.sees_floor:
            if self.lens is not None or old is None:
                self.socket.refuse("role")
            self.forget()
        elif self.lens is None or self.lens.scope != actor.scope:
            self.begin()

    def show_desk(self, row: Stored | None) -> None:
        """Own status, call and notices: state, not events."""
        if not self.desk:
            return
        notices = desks.notices.get(self.socket.user_id, [])
        state: dict[str, Any] = {"type": "desk", **desk_state(row), "notices": notices}
        if state != self.desk_shown:
            self.desk_shown = state
            self.socket.send(state)

    def forget(self) -> None:
        """Look at nothing any more."""
        self.wants = None
        self._look_through(None)

    def _look_through(self, lens: Lens | None) -> None:
        if self.lens is not None:
            self.lens.watchers.discard(self)
        self.lens = lens
        if lens is not None:
            lens.watchers.add(self)


class FloorStream:
    """Subscriptions of all sockets of this process."""

    def __init__(self) -> None:
        self.watchers: dict[live.Socket, Watcher] = {}
        self.hub: Hub | None = None

    def opened(self, socket: live.Socket) -> None:
        if self.hub is None:
            self.hub = Hub()
        self.hub.start(self._people, self._rights, self._batch)
        self.watchers[socket] = Watcher(socket, self.hub)
        self.hub.ask_rights()

    def received(self, socket: live.Socket, message: dict[str, Any]) -> bool:
        watcher = self.watchers.get(socket)
        if watcher is None:
            return False
        if watcher.stale:
            watcher.restart()
        if message["type"] == "ack" and _whole(message.get("rev")):
            watcher.ack(message["rev"])
            return True
        if message["type"] == "subscribe":
            return self._subscribe(watcher, message)
        return False

    def missed(self, socket: live.Socket) -> None:
        """A silent page owes what it was sent; that is bounded by itself."""

    def closed(self, socket: live.Socket, *, signed_out: bool) -> None:
        watcher = self.watchers.pop(socket, None)
        if watcher is not None:
            watcher.forget()

    def _subscribe(self, watcher: Watcher, message: dict[str, Any]) -> bool:
        if message.get("stream") == "desk":
            watcher.desk, watcher.desk_shown = True, None
            if watcher.hub.ready.is_set():
                watcher.show_desk(watcher.hub.rows.get(watcher.socket.user_id))
            return True
        if message.get("stream") != "floor":
            return False
        company, campaign = message.get("company"), message.get("campaign")
        if not all(code is None or isinstance(code, str) for code in (company, campaign)):
            return False
        have = message.get("have")
        watcher.have = None
        if (
            isinstance(have, dict)
            and isinstance(have.get("epoch"), str)
            and _whole(have.get("rev"))
        ):
            watcher.have = (have["epoch"], have["rev"])
        watcher.wants = (company or None, campaign or None)
        watcher.begin()
        return True

    def told(self, users: set[int]) -> None:
        """The notices of these people changed."""
        for socket, watcher in list(self.watchers.items()):
            if socket.user_id in users and watcher.hub.ready.is_set():
                watcher.show_desk(watcher.hub.rows.get(socket.user_id))

    def _people(self) -> set[int]:
        return {socket.user_id for socket in self.watchers}

    def _rights(self, asked: set[int], actors: dict[int, Actor]) -> None:
        """Of whoever came after the question nothing is known yet."""
        now = time.monotonic()
        for watcher in list(self.watchers.values()):
            if watcher.socket.user_id in asked:
                watcher.judge(actors.get(watcher.socket.user_id))
            watcher.beat(now)

    def _batch(self, rows: list[Stored]) -> None:
        """After the first read everybody who asked gets his start; later, whoever's own row
        changed gets his desk."""
        changed = {row.id for row in rows}
        for watcher in list(self.watchers.values()):
            if watcher.wants is not None and watcher.lens is None:
                watcher.begin()
            if watcher.desk_shown is None or watcher.socket.user_id in changed:
                watcher.show_desk(watcher.hub.rows.get(watcher.socket.user_id))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def register() -> FloorStream:
    """Offer the floor and the desk on the socket."""
    stream = FloorStream()
    live.register(stream)
    desks.listen(stream.told)
    return stream

"""The stream ``conversation`` of the live socket: an agent's tickets and the lines of their
conversations, live; and the notices of everybody's desk.

One reader per web process, on a nudge or four times a second without one. It compares what the
database says with what it showed before, so nothing can be lost between two of its looks.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from beex.lib import clock, live, nudging
from workspace import desk
from workspace.nudges import DESKS

#: seconds between two looks without a nudge
POLL_EVERY = 0.25
#: lines read by one look; the rest comes with the next
LINES_MAX = 500

Tickets = dict[int, list[desk.Row]]


@dataclass(slots=True)
class _Look:
    """What the database said at one look. ``lines``: chat → lines newer than were shown."""

    allowed: set[int]
    tickets: dict[int, Tickets]
    lines: dict[int, list[dict[str, Any]]]
    notices: dict[int, list[dict[str, Any]]]
    more: bool


def _look(people: Collection[int], agents: Collection[int], known: Mapping[int, int]) -> _Look:
    """``known``: chat → revision that was shown."""
    allowed = desk.workspace_users(agents) if agents else set()
    tickets = desk.desk_rows(allowed) if allowed else {}
    behind = {
        chat: known[chat]
        for mine in tickets.values()
        for rows in mine.values()
        for chat, rev in desk.chats_in(rows)
        if rev > known.get(chat, rev)
    }
    changed = desk.changed_since(behind, LINES_MAX)
    lines: dict[int, list[dict[str, Any]]] = {}
    for line in desk.lines(changed) if changed else ():
        lines.setdefault(line["chat"], []).append(line)
    return _Look(allowed, tickets, lines, desk.notices(people), len(changed) == LINES_MAX)


@dataclass(slots=True)
class _Desk:
    """One agent's desk as his pages show it."""

    tickets: Tickets = field(default_factory=dict)
    revs: dict[int, int] = field(default_factory=dict)


class Desks:
    """The desks of all sockets of this process."""

    def __init__(self) -> None:
        self.sockets: set[live.Socket] = set()
        self.notices: dict[int, list[dict[str, Any]]] = {}
        self._agents: dict[int, set[live.Socket]] = {}
        self._fresh: set[live.Socket] = set()
        self._desks: dict[int, _Desk] = {}
        self._follower: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[set[int]], None]] = []

    def listen(self, listener: Callable[[set[int]], None]) -> None:
        """Be told whose notices changed."""
        self._listeners.append(listener)

    def opened(self, socket: live.Socket) -> None:
        self.sockets.add(socket)
        nudging.adopt()
        if self._follower is None or self._follower.done():
            follow = nudging.follow(
                DESKS, self._step, every=POLL_EVERY, stop=asyncio.Event(), share=0.5
            )
            self._follower = asyncio.create_task(follow)
        nudging.soon(DESKS)

    def received(self, socket: live.Socket, message: dict[str, Any]) -> bool:
        if message["type"] != "subscribe" or message.get("stream") != "conversation":
            return False
        self._agents.setdefault(socket.user_id, set()).add(socket)
        self._fresh.add(socket)
        nudging.soon(DESKS)
        return True

    def missed(self, socket: live.Socket) -> None:
        """A silent page owes nothing here."""

    def closed(self, socket: live.Socket, *, signed_out: bool) -> None:
        self.sockets.discard(socket)
        self._forget(socket)

    def _forget(self, socket: live.Socket) -> None:
        self._fresh.discard(socket)
        pages = self._agents.get(socket.user_id)
        if pages is not None:
            pages.discard(socket)
            if not pages:
                del self._agents[socket.user_id]
                self._desks.pop(socket.user_id, None)

    async def _step(self) -> bool:
        if not self.sockets:
            return False
        known = {chat: rev for one in self._desks.values() for chat, rev in one.revs.items()}
        people = {socket.user_id for socket in self.sockets}
        fresh = set(self._fresh)
        look = await live.in_db(partial(_look, people, set(self._agents), known))
        for user_id in list(self._agents):
            if user_id in look.allowed:
                self._show(user_id, look, fresh)
            else:
                self._refuse(user_id, fresh)
        self._tell_notices(look.notices)
        return look.more

    def _refuse(self, user_id: int, asked: set[live.Socket]) -> None:
        """He has no Workspace, or not any more (E9): what he was shown goes."""
        gone = sorted(self._desks.pop(user_id, _Desk()).tickets)
        for socket in list(self._agents.get(user_id, ())):
            if socket not in self._fresh or socket in asked:
                if gone:
                    socket.send(_tickets([], gone, whole=False))
                socket.refuse("workspace_required")
                self._forget(socket)

    def _show(self, user_id: int, look: _Look, fresh: set[live.Socket]) -> None:
        """Tell his pages what is new; one that has just asked gets everything."""
        held = self._desks.setdefault(user_id, _Desk())
        now = look.tickets.get(user_id, {})
        frames = list(_news(held, now, look.lines))
        gone = sorted(held.tickets.keys() - now.keys())
        changed = [rows for id_, rows in now.items() if held.tickets.get(id_) != rows]
        if changed or gone:
            frames.append(_tickets(changed, gone, whole=False))
        held.tickets = now
        whole = None
        for socket in list(self._agents.get(user_id, ())):
            if socket in fresh:
                self._fresh.discard(socket)
                whole = whole or _tickets(now.values(), [], whole=True)
                _push(socket, [whole], on_full=self._fresh)
            elif socket not in self._fresh:
                _push(socket, frames, on_full=self._fresh)

    def _tell_notices(self, notices: dict[int, list[dict[str, Any]]]) -> None:
        users = self.notices.keys() | notices.keys()
        changed = {one for one in users if self.notices.get(one) != notices.get(one)}
        self.notices = notices
        if changed:
            for listener in self._listeners:
                listener(changed)


def _news(
    held: _Desk, now: Tickets, lines: Mapping[int, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The ``messages`` frames of one agent, and the revisions he has after them. A chat that is
    new on his desk brings no lines: its page asks for them when it is opened."""
    frames = []
    revs = {}
    for rows in now.values():
        for chat, rev in desk.chats_in(rows):
            known = held.revs.get(chat, rev)
            fresh = [line for line in lines.get(chat, ()) if line["rev"] > known]
            revs[chat] = fresh[-1]["rev"] if fresh else known
            if fresh:
                frames.append(
                    {
                        "type": "messages",
                        "chat": chat,
                        "prev": known,
                        "rev": fresh[-1]["rev"],
                        "messages": fresh,
                    }
                )
    held.revs = revs
    return frames


def _tickets(tickets: Iterable[list[desk.Row]], gone: list[int], *, whole: bool) -> dict[str, Any]:
    return {
        "type": "tickets",
        "at": clock.iso(clock.now()),
        "whole": whole,
        "tickets": [desk.ticket_of(rows) for rows in tickets],
        "gone": gone,
    }


def _push(socket: live.Socket, frames: list[dict[str, Any]], *, on_full: set[live.Socket]) -> None:
    """Queue frames; a page that does not take them away starts anew when it can."""
    for frame in frames:
        if not socket.push(orjson.dumps(frame).decode()):
            on_full.add(socket)
            return


desks = Desks()


def register() -> None:
    """Offer the stream on the socket."""
    live.register(desks)

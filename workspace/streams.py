"""What this app takes from the live socket: where every tab is, and whether it still lives.

The latest fact of each tab is kept in memory; only changes are written, by one writer, every
200 ms. One ``seen_at`` every 5 s is the lease of all tabs of this process.
"""

import asyncio
import logging
import re
import time
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from beex.lib import clock, live
from beex.lib.process import process_name
from workspace.choices import Module
from workspace.services.chats import chat_select
from workspace.services.presence import TabFact, presence_apply, process_beat

log = logging.getLogger(__name__)

WRITE_EVERY, LEASE_EVERY = 0.2, 5.0
#: facts waiting to be written, one a tab; more tabs than this have no socket
PENDING_MAX = live.SOCKETS
PLACE = re.compile(r"[a-z_]{1,24}(:[0-9]{1,18})?")
FIELDS = {"type", "module", "place", "focused", "hidden", "open_chat"}


@dataclass(slots=True)
class _Tab:
    """What a tab last said, and the chat it shows."""

    fact: TabFact
    open_chat: int | None = None
    told: bool = False


class PresenceStream:
    """The tabs of all sockets of this process."""

    def __init__(self) -> None:
        self.name = process_name()
        self._tabs: dict[live.Socket, _Tab] = {}
        self._pending: dict[uuid.UUID, TabFact] = {}
        self._chats: dict[int, int | None] = {}
        self._writer: asyncio.Task[None] | None = None

    def opened(self, socket: live.Socket) -> None:
        moment = clock.now()
        self._tabs[socket] = _Tab(
            TabFact(
                tab=socket.tab,
                user_id=socket.user_id,
                session_key=socket.session_key,
                module=Module.OTHER,
                place="",
                opened_at=moment,
                focused_at=moment,
            )
        )
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    def received(self, socket: live.Socket, message: dict[str, Any]) -> bool:
        tab = self._tabs.get(socket)
        if tab is None:
            return False
        if message["type"] == "presence" and _sound(message):
            self._say(tab, message)
            return True
        if tab.fact.lost_at is not None or not tab.told:  # any beat restores
            self._tell(tab, replace(tab.fact, lost_at=None))
        return False

    def missed(self, socket: live.Socket) -> None:
        tab = self._tabs.get(socket)
        if tab is not None and tab.fact.lost_at is None:
            silent = timedelta(seconds=time.monotonic() - socket.heard)
            self._tell(tab, replace(tab.fact, lost_at=clock.now() - silent))

    def closed(self, socket: live.Socket, *, signed_out: bool) -> None:
        tab = self._tabs.pop(socket, None)
        if tab is None:
            return
        lost_at = tab.fact.lost_at or clock.now()
        self._tell(tab, replace(tab.fact, lost_at=lost_at, closed=signed_out))

    def _say(self, tab: _Tab, message: dict[str, Any]) -> None:
        """The tab's own word. A background tab never becomes the one in use (R25)."""
        moment = clock.now()
        fact = replace(
            tab.fact, module=message["module"], place=message.get("place") or "", lost_at=None
        )
        if message.get("focused"):
            fact = replace(fact, focused_at=moment)
        hidden = bool(message.get("hidden"))
        if hidden != (fact.hidden_since is not None):
            fact = replace(fact, hidden_since=moment if hidden else None)
        if message.get("open_chat") != tab.open_chat:
            tab.open_chat = message.get("open_chat")
            self._chats[fact.user_id] = tab.open_chat
        self._tell(tab, fact)

    def _tell(self, tab: _Tab, fact: TabFact) -> None:
        tab.fact, tab.told = fact, True
        if fact.tab in self._pending or len(self._pending) < PENDING_MAX:
            self._pending[fact.tab] = fact

    async def _write(self) -> None:
        process, lease_at = 0, 0.0
        while self._tabs or self._pending:
            await asyncio.sleep(WRITE_EVERY)
            now = time.monotonic()
            try:
                if now - lease_at >= LEASE_EVERY:
                    process = await live.in_db(partial(process_beat, self.name))
                    lease_at = now
                facts, self._pending = self._pending, {}
                chats, self._chats = self._chats, {}
                if facts:
                    await self._apply(process, facts)
                for user_id, chat_id in chats.items():
                    await live.in_db(partial(chat_select, user_id, chat_id))
            except Exception:
                log.exception("could not write presence")
                await asyncio.sleep(1.0)

    async def _apply(self, process: int, facts: dict[uuid.UUID, TabFact]) -> None:
        """Write; what could not be written waits for the next time, unless there is newer."""
        try:
            await live.in_db(partial(presence_apply, process, list(facts.values())))
        except Exception:
            self._pending = {**facts, **self._pending}
            raise


def _sound(message: dict[str, Any]) -> bool:
    """Whether a presence message has the right shape."""
    place, chat = message.get("place"), message.get("open_chat")
    return (
        message.keys() <= FIELDS
        and message.get("module") in Module.values
        and (place is None or (isinstance(place, str) and bool(PLACE.fullmatch(place))))
        and all(isinstance(message.get(key, False), bool) for key in ("focused", "hidden"))
        and (chat is None or (isinstance(chat, int) and not isinstance(chat, bool)))
    )


def register() -> None:
    """Take presence from the socket."""
    live.register(PresenceStream())

"""The visitor's side of a web chat, live: his lines, how far they came, who attends him."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from django.core import signing
from django.db.models import F, Q, QuerySet

from beex.lib import guests, live, nudging
from beex.lib.clock import iso
from workspace.choices import MessageOrigin, MessageState, TicketState
from workspace.models import Attachment, Chat, Identifier, Message, Queue, Visitor
from workspace.nudges import DESKS
from workspace.services.distribution import attending
from workspace.services.queues import queue_of
from workspace.services.visitors import visitor_of

#: seconds between two looks without a nudge
POLL_EVERY = 0.25
#: lines that a page gets when it opens
HISTORY = 100
#: seconds for which the address of a file is good
FILE_GOOD = 24 * 3600
_SALT = "webchat.file"
#: what a visitor may see: his own lines, and ours once they are on their way to him
_SHOWN = Q(origin=MessageOrigin.CONTACT) | Q(
    origin=MessageOrigin.AGENT,
    state__in=[MessageState.SENT, MessageState.DELIVERED, MessageState.READ],
)


@dataclass(slots=True)
class _Page:
    """What a visitor's conversation is like. ``revs``: chat → revision."""

    state: dict[str, Any]
    revs: dict[int, int] = field(default_factory=dict)


def conversation(visitor: Visitor) -> dict[str, Any]:
    """All a page needs when it opens: ``state``, ``agent``, ``staffed``, the newest lines."""
    page = _pages([visitor.pk])[visitor.pk]
    newest = _lines_of(visitor).filter(_SHOWN).order_by("-at", "-pk")[:HISTORY]
    return {
        **page.state,
        "staffed": staffed(visitor.identifier),
        "messages": lines(list(newest)[::-1], visitor.identifier.code),
    }


def staffed(identifier: Identifier) -> bool:
    """Whether anybody is there to answer; else a visitor leaves a message."""
    return attending(Queue.objects.get(pk=queue_of(identifier))).exists()


def _lines_of(visitor: Visitor) -> QuerySet[Message]:
    return Message.objects.filter(
        identifier_id=visitor.identifier_id, chat__ticket__contact__visitors=visitor
    )


def _pages(visitors: Collection[uuid.UUID]) -> dict[uuid.UUID, _Page]:
    """The conversations of these visitors. One query."""
    pages = {one: _Page({"state": "none", "agent": None}) for one in visitors}
    rows = (
        Chat.objects.filter(
            ticket__contact__visitors__in=visitors,
            identifier=F("ticket__contact__visitors__identifier"),
        )
        .order_by("pk")
        .values_list(
            "ticket__contact__visitors",
            "pk",
            "rev",
            "ended_at",
            "ticket__state",
            "ticket__assignee__first_names",
        )
    )
    for visitor, chat, rev, ended_at, state, agent in rows:
        page = pages[visitor]
        page.revs[chat] = rev
        if ended_at is not None or state == TicketState.RESOLVED:
            page.state = {"state": "closed", "agent": None}
        elif state == TicketState.ASSIGNED:
            page.state = {"state": "attended", "agent": agent.split(" ")[0]}
        else:
            page.state = {"state": "waiting", "agent": None}
    return pages


def lines(messages: Iterable[Message], code: str) -> list[dict[str, Any]]:
    """Lines as a visitor sees them: no names of ours but the first, no ids but the lines'."""
    found = list(messages)
    files: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in Attachment.objects.filter(message__in=[line.pk for line in found]):
        files[one.message_id or 0].append(
            {"name": one.name, "kind": one.kind, "size": one.size, "url": file_url(one, code)}
        )
    return [
        {
            "id": line.pk,
            "from": line.origin,
            "client_id": _client_id(line),
            "text": line.text,
            "at": iso(line.at),
            "state": line.state,
            "files": files[line.pk],
        }
        for line in found
    ]


def _client_id(line: Message) -> str | None:
    """The name the visitor's own browser gave the line."""
    if line.origin != MessageOrigin.CONTACT or line.external_id is None:
        return None
    return line.external_id.partition(":")[2]


def file_url(one: Attachment, code: str) -> str:
    """An address that an ``img`` of the visitor's page can load, good for a day."""
    key = signing.dumps(one.pk, salt=_SALT)
    return f"/api/v1/webchat/{code}/files/{one.pk}/?key={key}"


def file_key_fits(file_id: int, key: str) -> bool:
    """Whether the key is that of this file, and still good."""
    try:
        return bool(signing.loads(key, salt=_SALT, max_age=FILE_GOOD) == file_id)
    except signing.BadSignature:
        return False


def _look(
    known: Mapping[uuid.UUID, tuple[str, Mapping[int, int]]],
) -> tuple[dict[uuid.UUID, _Page], dict[uuid.UUID, list[dict[str, Any]]]]:
    """``known``: visitor → (widget, chat → revision shown). The conversations as they are, and
    the lines that are newer."""
    pages = _pages(known)
    newer: dict[int, uuid.UUID] = {}
    behind = Q(pk=None)
    for visitor, page in pages.items():
        for chat, rev in page.revs.items():
            if rev > known[visitor][1].get(chat, 0):
                newer[chat] = visitor
                behind |= Q(chat_id=chat, rev__gt=known[visitor][1].get(chat, 0))
    found: dict[uuid.UUID, list[Message]] = defaultdict(list)
    if newer:
        for line in Message.objects.filter(behind).filter(_SHOWN).order_by("at", "pk"):
            found[newer[line.chat_id]].append(line)
    return pages, {one: lines(said, known[one][0]) for one, said in found.items()}


class Visitors:
    """The visitors whose pages are open in this process."""

    def __init__(self) -> None:
        self._sockets: dict[live.Socket, uuid.UUID] = {}
        self._widgets: dict[uuid.UUID, str] = {}
        self._shown: dict[uuid.UUID, _Page] = {}
        self._greetings: set[asyncio.Task[None]] = set()
        self._follower: asyncio.Task[None] | None = None

    def whose(self, room: str, token: str) -> Hashable | None:
        """The visitor and his widget."""
        visitor = visitor_of(room, token)
        return (visitor.pk, room) if visitor else None

    def opened(self, socket: live.Socket, guest: Hashable) -> None:
        visitor, widget = cast("tuple[uuid.UUID, str]", guest)
        self._sockets[socket], self._widgets[visitor] = visitor, widget
        nudging.adopt()
        if self._follower is None or self._follower.done():
            follow = nudging.follow(
                DESKS, self._step, every=POLL_EVERY, stop=asyncio.Event(), share=0.5
            )
            self._follower = asyncio.create_task(follow)
        greeting = asyncio.create_task(self._greet(socket, visitor))
        self._greetings.add(greeting)
        greeting.add_done_callback(self._greetings.discard)

    async def _greet(self, socket: live.Socket, visitor: uuid.UUID) -> None:
        def read() -> tuple[dict[str, Any], _Page]:
            page = _pages([visitor])[visitor]  # first: what is newer comes as a frame
            return conversation(Visitor.objects.select_related("identifier").get(pk=visitor)), page

        whole, page = await live.in_db(read)
        self._shown.setdefault(visitor, page)
        socket.send({"type": "conversation", **whole})

    def closed(self, socket: live.Socket) -> None:
        visitor = self._sockets.pop(socket, None)
        if visitor is not None and visitor not in self._sockets.values():
            self._shown.pop(visitor, None)
            self._widgets.pop(visitor, None)

    async def _step(self) -> None:
        known = {
            visitor: (self._widgets[visitor], page.revs) for visitor, page in self._shown.items()
        }
        if not known:
            return
        pages, said = await live.in_db(partial(_look, known))
        for socket, visitor in list(self._sockets.items()):
            page = pages.get(visitor)
            if page is None:
                continue
            if said.get(visitor):
                socket.send({"type": "messages", "messages": said[visitor]})
            if visitor in self._shown and self._shown[visitor].state != page.state:
                socket.send({"type": "state", **page.state})
        for visitor, page in pages.items():
            if visitor in self._shown:
                self._shown[visitor] = page


def register() -> None:
    """Offer the widget's socket."""
    guests.offer(Visitors())

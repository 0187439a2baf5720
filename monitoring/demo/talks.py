"""The simulated contacts who write: they come by the channels' own door, like everybody else.

What they say goes into the inbox as the events of their channel; the house understands it, opens
tickets and gives them to people. ``open_chats`` tells what became of it.
"""

import secrets
from collections import deque
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import transaction

from monitoring.demo import contacts, scripts
from monitoring.demo.stock import FIRST_CONTACT, Directory
from workspace.choices import Channel, Direction, TicketState
from workspace.models import Chat, Contact, ContactAddress, Identifier, Message, Visitor
from workspace.services.chats import chat_start
from workspace.services.contacts import contact_reached
from workspace.services.inbox import inbox_accept
from workspace.services.queues import queue_of
from workspace.services.tickets import ticket_open
from workspace.services.visitors import visitor_open, visitor_says

#: addresses of simulated contacts begin so
PREFIX = "sim-"


@dataclass(slots=True)
class Writer:
    """A contact at the other end of one conversation."""

    identifier: Identifier
    number: int
    visitor: Visitor | None = None

    @property
    def address(self) -> str:
        return str(self.visitor.pk) if self.visitor else f"{PREFIX}{self.number}"

    @property
    def name(self) -> str:
        return contacts.name(self.number)

    @property
    def phone(self) -> str:
        known = self.identifier.channel not in contacts.WITHOUT_PHONE
        return contacts.phone(self.number) if known else ""


@dataclass(frozen=True, slots=True)
class OpenChat:
    """A conversation that somebody attends. ``person`` is empty for people of no demo."""

    id: int
    ticket: int
    person: str
    campaign: str
    channel: str
    inbound_at: datetime | None
    answered_at: datetime | None


class Talks:
    """All conversations of simulated contacts, by their case."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._run = secrets.token_hex(4)
        self._writers: dict[int, Writer] = {}
        #: our name of a first line → the case, until it is found in a conversation
        self._first: dict[str, int] = {}
        self._free: dict[tuple[int, str], deque[int]] = {}
        self._next = FIRST_CONTACT

    def arrive(self, case: int, campaign: str, channel: str, direction: str) -> None:
        """A contact writes for the first time. Whom we called upon finds a ticket waiting."""
        writer = self._meet(case, campaign, channel)
        if direction == Direction.OUTBOUND:
            self._open(writer, direction, None)
        self.write(case, 0)

    def given(self, case: int, campaign: str, channel: str, direction: str, user_id: int) -> Chat:
        """As ``arrive``, and the conversation is this user's already."""
        writer = self._meet(case, campaign, channel)
        chat = self._open(writer, direction, user_id)
        self.write(case, 0)
        return chat

    def write(self, case: int, line: int) -> None:
        """The contact's line of that number; nothing when he is not one of ours."""
        writer = self._writers.get(case)
        if writer is None:
            return
        text = scripts.line(writer.identifier.campaign.code, writer.number, line)
        name = f"{self._run}-{case}-{line}"
        if writer.visitor is not None:
            visitor_says(writer.visitor, name, text, [])
            name = f"{writer.visitor.pk}:{name}"
        else:
            event = {"type": "message", "id": name, "from": writer.address, "text": text}
            event |= {"name": writer.name, "phone": writer.phone}
            inbox_accept(writer.identifier.channel, writer.identifier.pk, orjson.dumps(event))
        if line == 0:
            self._first[name] = case

    def answer(self, case: int, campaign: str, line: int) -> str:
        """What an agent says to that."""
        writer = self._writers.get(case)
        return scripts.line(campaign, writer.number if writer else case, line)

    def plays(self, case: int) -> bool:
        """Whether the contact is one of ours."""
        return case in self._writers

    def over(self, case: int) -> None:
        """The contact may come again with another matter."""
        writer = self._writers.pop(case, None)
        if writer is not None and writer.visitor is None:
            self._pool(writer.identifier).append(writer.number)

    def found(self) -> dict[int, int]:
        """Conversations that have appeared since: case → chat."""
        if not self._first:
            return {}
        lines = Message.objects.filter(external_id__in=list(self._first))
        return {
            self._first.pop(name): chat
            for name, chat in lines.values_list("external_id", "chat_id")
            if name in self._first
        }

    def open_chats(self) -> list[OpenChat]:
        """Every conversation that somebody has, of campaigns where people write."""
        rows = Chat.objects.filter(ended_at=None, ticket__state=TicketState.ASSIGNED).values_list(
            "pk",
            "ticket_id",
            "ticket__assignee__external_id",
            "ticket__campaign__code",
            "channel",
            "inbound_at",
            "answered_at",
        )
        return [
            OpenChat(chat, ticket, who or "", campaign, channel, inbound_at, answered_at)
            for chat, ticket, who, campaign, channel, inbound_at, answered_at in rows
        ]

    # --- contacts -------------------------------------------------------------------------------

    def _meet(self, case: int, campaign: str, channel: str) -> Writer:
        identifier = self.directory.lines[campaign, channel]
        free = self._pool(identifier)
        if free:
            number = free.popleft()
        else:
            number, self._next = self._next, self._next + 1
        writer = Writer(identifier, number)
        if channel == Channel.WEBCHAT:
            writer.visitor, _ = visitor_open(identifier.code, name=writer.name)
        self._writers[case] = writer
        return writer

    @transaction.atomic
    def _open(self, writer: Writer, direction: str, user_id: int | None) -> Chat:
        contact = contact_reached(
            writer.identifier, writer.address, name=writer.name, phone=writer.phone
        )
        queue = queue_of(writer.identifier) if user_id is None else None
        campaign = writer.identifier.campaign_id
        ticket = ticket_open(campaign, contact.pk, assignee_id=user_id, queue_id=queue)
        channel = writer.identifier.channel
        return chat_start(ticket.pk, writer.identifier.pk, channel=channel, direction=direction)

    def _pool(self, identifier: Identifier) -> deque[int]:
        """Numbers of contacts of that company who can come by that channel and have no matter
        open."""
        key = (identifier.campaign.company_id, identifier.channel)
        if key not in self._free:
            self._free[key] = self._known(*key)
        return self._free[key]

    def _known(self, company: int, channel: str) -> deque[int]:
        addresses = ContactAddress.objects.filter(
            company_id=company, channel=channel, value__startswith=PREFIX
        )
        busy = Contact.objects.filter(addresses__in=addresses, tickets__isnull=False).exclude(
            tickets__state=TicketState.RESOLVED
        )
        numbers = sorted(
            int(value.removeprefix(PREFIX)) for value in addresses.values_list("value", flat=True)
        )
        self._next = max([self._next, *(number + 1 for number in numbers)])
        waiting = set(addresses.filter(contact__in=busy).values_list("value", flat=True))
        return deque(number for number in numbers if f"{PREFIX}{number}" not in waiting)

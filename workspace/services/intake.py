"""What contacts say in conversations that go on, many lines at once.

A fixed number of statements for any number of lines, in one transaction. What a line needs beyond
that (a new contact, ticket or conversation, files) is left to ``message_received``, which takes one
line at a time; both lock the ticket, then its chats, and several of them by ascending id.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from workspace.channels.contract import Said
from workspace.choices import MessageOrigin, MessageState, TicketState
from workspace.models import Chat, Contact, ContactAddress, Identifier, Message, Ticket

from .messages import CHAT_FIELDS, changed, next_line


@dataclass(frozen=True, slots=True)
class Heard:
    """One line and where it came in; ``at``: when it reached us."""

    event_id: int
    identifier: Identifier
    said: Said
    at: datetime

    @property
    def name(self) -> tuple[int, str]:
        """What the channel calls the line."""
        return self.identifier.pk, self.said.id


#: an address of a contact: company, channel, value
Address = tuple[int, str, str]
#: a conversation that goes on: campaign, contact, identifier
Place = tuple[int, int, int]


def messages_received(heard: Collection[Heard]) -> set[int]:
    """Append these lines, in the order given; one that is known already is passed over. Returns
    the events that are done with: the others need more than a line."""
    with transaction.atomic(savepoint=False):
        contacts = _contacts(heard)
        plain = [one for one in heard if _plain(one, contacts.get(_address(one)))]
        chats = _locked_chats(plain, contacts)
        known = _known(plain)  # now that nobody else can append to these tickets
        done: set[int] = set()
        fresh: list[Message] = []
        for one in plain:
            chat = chats.get(_place(one, contacts))
            if chat is None and one.name not in known:
                continue
            done.add(one.event_id)
            if chat is not None and one.name not in known:
                known.add(one.name)
                fresh.append(_line(chat, one))
        _keep(fresh)
    return done


def _address(one: Heard) -> Address:
    return one.identifier.campaign.company_id, one.identifier.channel, one.said.sender


def _place(one: Heard, contacts: dict[Address, Contact]) -> Place:
    return one.identifier.campaign_id, contacts[_address(one)].pk, one.identifier.pk


def _contacts(heard: Collection[Heard]) -> dict[Address, Contact]:
    """The contacts who are known by these addresses."""
    wanted = {_address(one) for one in heard}
    rows = ContactAddress.objects.filter(
        company__in={company for company, _, _ in wanted},
        channel__in={channel for _, channel, _ in wanted},
        value__in={value for _, _, value in wanted},
    ).select_related("contact")
    return {(row.company_id, row.channel, row.value): row.contact for row in rows}


def _plain(one: Heard, contact: Contact | None) -> bool:
    """Whether it is a line and nothing else: no file, nothing new about a known contact."""
    if contact is None or one.said.files:
        return False
    tells = (one.said.name and not contact.name) or (one.said.phone and not contact.phone)
    return not tells


def _locked_chats(heard: Collection[Heard], contacts: dict[Address, Contact]) -> dict[Place, Chat]:
    """The conversations that go on in the contacts' open tickets, all of them locked."""
    campaigns = {one.identifier.campaign_id for one in heard}
    people = {contacts[_address(one)].pk for one in heard}
    tickets = {
        ticket.pk: ticket
        for ticket in Ticket.objects.select_for_update(no_key=True)
        .filter(campaign__in=campaigns, contact__in=people)
        .exclude(state=TicketState.RESOLVED)
        .order_by("pk")
    }
    chats = (
        Chat.objects.select_for_update(no_key=True)
        .filter(ticket__in=tickets, ended_at=None)
        .order_by("pk")
    )
    return {
        (ticket.campaign_id, ticket.contact_id, chat.identifier_id): chat
        for chat in chats
        for ticket in [tickets[chat.ticket_id]]
    }


def _known(heard: Collection[Heard]) -> set[tuple[int, str]]:
    """Which of these lines are there already."""
    names: dict[int, list[str]] = {}
    for one in heard:
        names.setdefault(one.identifier.pk, []).append(one.said.id)
    either = Q(pk__in=())
    for identifier_id, ids in names.items():
        either |= Q(identifier=identifier_id, external_id__in=ids)
    rows = Message.objects.filter(either).values_list("identifier_id", "external_id")
    return {(identifier_id, external_id or "") for identifier_id, external_id in rows}


def _line(chat: Chat, one: Heard) -> Message:
    return next_line(
        chat,
        origin=MessageOrigin.CONTACT,
        text=one.said.text,
        external_id=one.said.id,
        state=MessageState.RECEIVED,
        at=min(one.said.at or one.at, one.at),
    )


def _keep(fresh: list[Message]) -> None:
    """Store the lines and what they change in their conversations."""
    last = {message.chat_id: message for message in Message.objects.bulk_create(fresh)}
    for message in last.values():
        message.chat.last_message = message
    Chat.objects.bulk_update([message.chat for message in last.values()], CHAT_FIELDS)
    for chat_id in last:
        changed(chat_id)

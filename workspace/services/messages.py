"""Lines of conversations: what contacts say, what agents answer, and how far it came.

Every line is appended under the lock of its chat, taken after the ticket's; so the owner who
speaks is the owner, and revisions of a conversation have no gap.
"""

import string
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from beex.lib import clock
from beex.lib.errors import Refused
from beex.lib.events import emit
from workspace.channels.contract import TEXT_MAX, Said
from workspace.choices import Channel, MessageOrigin, MessageState, TicketState
from workspace.events import ConversationChanged
from workspace.models import (
    Attachment,
    Chat,
    Draft,
    Identifier,
    Message,
    MessageTemplate,
    OutboundMessage,
    Ticket,
    TicketHolding,
)
from workspace.naming import named_id, params

from .chats import chat_start, chat_touch
from .contacts import contact_reached
from .queues import queue_of
from .tickets import ticket_open

#: free text may follow the contact's last word for so long, by WhatsApp
WINDOW = timedelta(hours=24)
#: a ticket that was open may be resolved before we hold it; then another is opened
OPEN_TRIES = 5
#: what a line changes in its conversation
CHAT_FIELDS = ("rev", "unread", "inbound_at", "answered_at", "last_message")
#: an agent's line only moves forward through these
FORWARD = (
    MessageState.WAITING,
    MessageState.SENT,
    MessageState.DELIVERED,
    MessageState.READ,
)


@transaction.atomic
def message_send(
    user_id: int,
    chat_id: int,
    client_id: uuid.UUID,
    *,
    text: str = "",
    template_id: int | None = None,
    blanks: Mapping[str, str] | None = None,
    files: Sequence[int] = (),
) -> tuple[Message, bool]:
    """The owner answers. The line, and whether it is new: the same ``client_id`` again is the
    same line, whatever happened since.

    Raises ``Refused``: ``taken`` (with the owner) or ``conflict`` when the chat is not his any
    more, ``chat_closed``, ``window_closed``, ``not_found`` for whoever never had it, ``invalid``.
    """
    ticket = _locked_ticket(chat_id)
    known = Message.objects.filter(chat_id=chat_id, client_id=client_id, author_id=user_id).first()
    if known is not None:
        return known, False
    chat = _owned(ticket, chat_id, user_id)
    template = None
    if template_id is not None:
        template, text = _filled(template_id, ticket.campaign_id, blanks or {})
    elif _window_closed(chat):
        raise Refused("window_closed")
    if not _sound(text) or not (text.strip() or files):
        raise Refused("invalid")
    moment = clock.now()
    message = _append(
        chat,
        origin=MessageOrigin.AGENT,
        author_id=user_id,
        template=template,
        text=text,
        client_id=client_id,
        state=MessageState.WAITING,
        at=moment,
    )
    _attach(message, files, user_id)
    OutboundMessage.objects.create(message=message, chat=chat, next_at=moment)
    Draft.objects.filter(chat=chat).delete()
    chat_touch(user_id, chat_id, selected=False)
    return message, True


@transaction.atomic(savepoint=False)
def message_received(identifier: Identifier, said: Said, *, at: datetime) -> Message | None:
    """A contact wrote: into the open ticket of its campaign, or a new one that waits in the
    identifier's queue. None when this line is known already. ``at``: when it reached us; a line
    cannot have been said later than that."""
    known = Message.objects.filter(identifier=identifier, external_id=said.id)
    if known.exists():
        return None
    contact = contact_reached(identifier, said.sender, name=said.name, phone=said.phone)
    ticket = _open_ticket(identifier, contact.pk)
    if known.exists():  # another worker had its copy, and the ticket, before us
        return None
    message = _append(
        _open_chat(ticket, identifier),
        origin=MessageOrigin.CONTACT,
        text=said.text,
        external_id=said.id,
        state=MessageState.RECEIVED,
        at=min(said.at or at, at),
    )
    if said.files:  # one that another line of his has meanwhile must not cost this line
        free = Attachment.objects.filter(pk__in=said.files, message=None, visitor_id=said.sender)
        free.update(message=message, chat=message.chat)
    return message


def _open_ticket(identifier: Identifier, contact_id: int) -> Ticket:
    """The contact's open ticket, locked. Raises when it is resolved between opening and
    locking it, time after time."""
    for _ in range(OPEN_TRIES):
        ticket = (
            Ticket.objects.select_for_update(no_key=True)
            .filter(campaign_id=identifier.campaign_id, contact_id=contact_id)
            .exclude(state=TicketState.RESOLVED)
            .first()
        )
        if ticket is not None:
            return ticket
        ticket_open(identifier.campaign_id, contact_id, queue_id=queue_of(identifier))
    raise RuntimeError("the ticket is resolved again and again")


def _open_chat(ticket: Ticket, identifier: Identifier) -> Chat:
    """The conversation of a locked ticket by this identifier, locked; a new one if need be."""
    chat = (
        Chat.objects.select_for_update(no_key=True)
        .filter(ticket=ticket, identifier=identifier, ended_at=None)
        .first()
    )
    if chat is not None:
        return chat
    fresh = chat_start(ticket.pk, identifier.pk, channel=identifier.channel, direction="inbound")
    return _locked_chat(fresh.pk)


@transaction.atomic
def message_progress(message_id: int, state: MessageState) -> bool:
    """The channel says how far an agent's line has come. Only forward; a late or repeated word
    changes nothing. A line fails only while it is on its way."""
    before = FORWARD[: FORWARD.index(state)] if state in FORWARD else FORWARD[:2]
    found = Message.objects.filter(pk=message_id, origin=MessageOrigin.AGENT).first()
    if found is None:
        return False
    chat = _locked_chat(found.chat_id)
    moved = Message.objects.filter(pk=message_id, state__in=before).update(
        state=state, rev=chat.rev + 1
    )
    if moved:
        chat.rev += 1
        chat.save(update_fields=["rev"])
        changed(chat.pk)
    return bool(moved)


@transaction.atomic
def note_add(user_id: int, chat_id: int, text: str) -> Message:
    """An internal note between the lines; the contact never sees it."""
    if not _sound(text) or not text.strip():
        raise Refused("invalid")
    chat = _owned(_locked_ticket(chat_id), chat_id, user_id)
    return _append(
        chat,
        origin=MessageOrigin.NOTE,
        author_id=user_id,
        text=text,
        state=MessageState.RECEIVED,
        at=clock.now(),
    )


def event_add(ticket_id: int, event: dict[str, Any], *, author_id: int, note: str = "") -> None:
    """What happened to the ticket, as a line in each of its open conversations: ``what``, ``by``
    and ``to`` (people as ``named``), with the note that came with it. The ticket is locked."""
    moment = clock.now()
    for chat_id in Chat.objects.filter(ticket_id=ticket_id, ended_at=None).values_list(
        "pk", flat=True
    ):
        _append(
            _locked_chat(chat_id),
            origin=MessageOrigin.EVENT,
            author_id=author_id,
            event=event,
            text=note,
            state=MessageState.RECEIVED,
            at=moment,
        )


@transaction.atomic
def chat_read(user_id: int, chat_id: int, rev: int) -> None:
    """The owner has seen everything up to this revision."""
    chat = _owned(_locked_ticket(chat_id), chat_id, user_id)
    newer = Message.objects.filter(chat=chat, origin=MessageOrigin.CONTACT, rev__gt=rev)
    unread = min(chat.unread, newer.count())
    if unread != chat.unread:
        Chat.objects.filter(pk=chat_id).update(unread=unread)
        changed(chat_id)


@transaction.atomic
def draft_save(user_id: int, chat_id: int, text: str) -> None:
    """Keep what the owner has typed; nothing typed is no draft. Typing is interacting (D13)."""
    if not _sound(text):
        raise Refused("invalid")
    chat = _owned(_locked_ticket(chat_id), chat_id, user_id)
    if not text:
        Draft.objects.filter(chat=chat).delete()
        return
    Draft.objects.update_or_create(
        chat=chat, defaults={"user_id": user_id, "text": text, "updated_at": clock.now()}
    )
    chat_touch(user_id, chat_id, selected=False)


def window_until(channel: str, inbound_at: datetime | None) -> datetime | None:
    """When free text ends to be allowed, None where the channel sets no limit."""
    if channel != Channel.WHATSAPP:
        return None
    return (inbound_at or datetime.min.replace(tzinfo=clock.now().tzinfo)) + WINDOW


def _window_closed(chat: Chat) -> bool:
    until = window_until(chat.channel, chat.inbound_at)
    return until is not None and until <= clock.now()


def _locked_ticket(chat_id: int) -> Ticket:
    ticket = (
        Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(chats=chat_id).first()
    )
    if ticket is None:
        raise Refused("not_found")
    return ticket


def _locked_chat(chat_id: int) -> Chat:
    return Chat.objects.select_for_update(no_key=True).get(pk=chat_id)


def _owned(ticket: Ticket, chat_id: int, user_id: int) -> Chat:
    """The chat of a locked ticket, locked, if it is this user's and goes on."""
    if ticket.assignee_id != user_id or ticket.state != TicketState.ASSIGNED:
        raise lost(ticket, user_id)
    chat = _locked_chat(chat_id)
    if chat.ended_at is not None:
        raise Refused("chat_closed")
    return chat


def lost(ticket: Ticket, user_id: int) -> Refused:
    """Why this ticket is not the user's: he never had it, it is resolved, it waits in a queue
    again, or somebody else has it now."""
    if not TicketHolding.objects.filter(ticket=ticket, user_id=user_id).exists():
        return Refused("not_found")
    if ticket.state == TicketState.RESOLVED:
        return Refused("chat_closed")
    if ticket.assignee_id is None:
        return Refused("conflict")
    owner = named_id(ticket.assignee_id)
    return Refused("taken", extra={"owner": owner}, **params(owner))


def _append(chat: Chat, **fields: Any) -> Message:
    """One more line in a locked chat."""
    message = next_line(chat, **fields)
    message.save(force_insert=True)
    chat.last_message = message
    chat.save(update_fields=CHAT_FIELDS)
    changed(chat.pk)
    return message


def next_line(chat: Chat, **fields: Any) -> Message:
    """The next line of a locked chat, and what it changes in the chat, both not yet stored."""
    chat.rev += 1
    message = Message(chat=chat, identifier_id=chat.identifier_id, rev=chat.rev, **fields)
    if message.origin == MessageOrigin.CONTACT:
        chat.unread += 1
        chat.inbound_at = max(message.at, chat.inbound_at or message.at)
    elif message.origin == MessageOrigin.AGENT:
        chat.answered_at, chat.unread = message.at, 0
    return message


def changed(chat_id: int) -> None:
    """Tell that a conversation says something new."""
    emit(ConversationChanged(chat_id=chat_id))


def _attach(message: Message, files: Sequence[int], user_id: int) -> None:
    """Files he uploaded into this conversation become the line's. Raises ``Refused("invalid")``
    for any that is not there, not his, or another line's already."""
    if not files:
        return
    his = Attachment.objects.filter(chat=message.chat_id, user=user_id, message=None)
    if his.filter(pk__in=files).update(message=message) != len(set(files)):
        raise Refused("invalid")


def _filled(
    template_id: int, campaign_id: int, blanks: Mapping[str, str]
) -> tuple[MessageTemplate, str]:
    """A template of the campaign with its blanks filled. Raises ``not_found``, ``invalid``."""
    template = MessageTemplate.objects.filter(
        pk=template_id, campaign_id=campaign_id, is_active=True
    ).first()
    if template is None:
        raise Refused("not_found")
    return template, fill(template.text, blanks)


def fill(text: str, blanks: Mapping[str, str]) -> str:
    """The text with its ``{words}`` replaced. Raises ``Refused("invalid")`` unless exactly the
    blanks of the text are given."""
    wanted = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    if wanted != set(blanks) or not all(_sound(value) for value in blanks.values()):
        raise Refused("invalid")
    return text.format_map(dict(blanks))


def _sound(text: str) -> bool:
    return len(text) <= TEXT_MAX and "\0" not in text

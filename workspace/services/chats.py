"""Conversations, and which of them a person has open at this moment (D13)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from beex.lib import clock
from beex.lib.errors import Refused
from beex.lib.events import emit
from workspace.choices import Module, TicketState
from workspace.events import ChatFocusChanged
from workspace.models import Chat, ChatFocus, Presence

#: a chat typed or sent in stays open for so long
OPEN_FOR = timedelta(seconds=60)


def chat_start(ticket_id: int, identifier_id: int, *, channel: str, direction: str) -> Chat:
    """The open chat of this ticket by this identifier; a new one when there is none."""
    return Chat.objects.get_or_create(
        ticket_id=ticket_id,
        identifier_id=identifier_id,
        ended_at=None,
        defaults={"channel": channel, "direction": direction, "started_at": clock.now()},
    )[0]


@transaction.atomic
def chat_end(chat_id: int) -> None:
    """The conversation is over; its ticket goes on. Ending it again changes nothing."""
    moment = clock.now()
    if Chat.objects.filter(pk=chat_id, ended_at=None).update(ended_at=moment):
        _drop(ChatFocus.objects.filter(chat_id=chat_id))


@transaction.atomic
def chat_touch(user_id: int, chat_id: int, *, selected: bool) -> None:
    """The user selected the chat (``selected``), or typed or sent in it (R44, R45).

    At most one chat is selected: the one before stays open only if it was typed or sent in within
    ``OPEN_FOR``. Raises ``Refused("not_found")`` when the chat is not his, or is over.
    """
    chat = (
        Chat.objects.select_for_update(no_key=True, of=("self",))
        .filter(
            pk=chat_id,
            ended_at=None,
            ticket__assignee_id=user_id,
            ticket__state=TicketState.ASSIGNED,
        )
        .first()
    )
    if chat is None:
        raise Refused("not_found")
    moment = clock.now()
    if selected:
        chat_deselect(user_id, keep=chat_id)
    focus = ChatFocus.objects.filter(chat_id=chat_id).first()
    if focus is None:
        ChatFocus.objects.create(
            chat=chat,
            user_id=user_id,
            selected=selected,
            since=moment,
            touched_at=moment,
            typed_at=None if selected else moment,
        )
    else:
        focus.selected = selected or focus.selected
        focus.touched_at = moment
        focus.typed_at = focus.typed_at if selected else moment
        focus.save(update_fields=["selected", "touched_at", "typed_at"])
    emit(ChatFocusChanged(touched=(user_id,)))


@transaction.atomic
def chat_deselect(user_id: int, *, keep: int | None = None) -> None:
    """No chat is selected any more (but ``keep``): what was only looked at is closed, what was
    typed or sent in runs out by itself."""
    selected = ChatFocus.objects.filter(user_id=user_id, selected=True)
    if keep is not None:
        selected = selected.exclude(chat_id=keep)
    _drop(selected.exclude(typed_at__gt=clock.now() - OPEN_FOR))
    selected.update(selected=False)


@transaction.atomic
def chats_leave(user_id: int) -> None:
    """The person left the Workspace: nothing is open, at once; his tickets stay (R45)."""
    _drop(ChatFocus.objects.filter(user_id=user_id))


@transaction.atomic
def chats_sweep(at: datetime) -> None:
    """Close what ran out: not selected and not typed in for ``OPEN_FOR``, or whose Workspace
    is hidden for as long."""
    workspace = Presence.objects.filter(
        user_id=OuterRef("user_id"), closed_at=None, module=Module.WORKSPACE
    )
    visible = workspace.filter(Q(hidden_since=None) | Q(hidden_since__gt=at - OPEN_FOR))
    _drop(
        ChatFocus.objects.filter(
            Q(selected=False, typed_at__lte=at - OPEN_FOR)
            | Q(selected=False, typed_at=None)
            | (Exists(workspace) & ~Exists(visible))
        )
    )


def _drop(focuses: QuerySet[ChatFocus]) -> None:
    users = tuple(sorted(set(focuses.values_list("user_id", flat=True))))
    if users:
        focuses.delete()
        emit(ChatFocusChanged(touched=users))


def chat_select(user_id: int, chat_id: int | None) -> None:
    """What the person's tab says it shows. A chat that is not his, or is over, selects nothing:
    a browser is never trusted, and may be late."""
    try:
        if chat_id is None:
            chat_deselect(user_id)
        else:
            chat_touch(user_id, chat_id, selected=True)
    except Refused:
        chat_deselect(user_id)

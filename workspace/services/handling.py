"""What an agent does with a ticket of his: wrap it up, hand it on, finish it, take it up again."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction

from beex.lib import clock
from beex.lib.errors import Refused
from beex.lib.events import emit
from workspace.choices import Held, NoticeKind, TicketState
from workspace.events import Disposed
from workspace.models import (
    CampaignMember,
    Chat,
    Disposition,
    DispositionCode,
    Presence,
    Queue,
    Ticket,
    User,
)
from workspace.naming import named_id, params

from .messages import event_add, lost
from .notices import notice_give
from .people import lock
from .tickets import ticket_assign, ticket_queue, ticket_reopen, ticket_resolve

NOTE_MAX = 1000


@transaction.atomic
def ticket_dispose(
    user_id: int,
    ticket_id: int,
    code_id: int,
    *,
    note: str = "",
    resolve: bool = False,
    client_id: uuid.UUID | None = None,
) -> Disposition:
    """Save how the contact went (*tipificar*) and close its after-call work; with ``resolve``
    finish the ticket too. The same ``client_id`` again is the same act.

    Raises ``Refused``: ``invalid`` for a code that is not a leaf of the campaign's tree, and as
    ``mine``.
    """
    if client_id is not None:
        known = Disposition.objects.filter(client_id=client_id, user_id=user_id).first()
        if known is not None:
            return known
    ticket = mine(user_id, ticket_id)
    code = DispositionCode.objects.filter(
        pk=code_id, is_active=True, tree__campaigns=ticket.campaign_id, children=None
    ).first()
    if code is None:
        raise Refused("invalid")
    try:
        with transaction.atomic():
            act = Disposition.objects.create(
                ticket=ticket,
                user_id=user_id,
                code=code,
                note=note,
                client_id=client_id,
                created_at=clock.now(),
            )
    except IntegrityError as error:  # somebody else's client id
        raise Refused("invalid") from error
    emit(Disposed(user_id=user_id, ticket_id=ticket_id))
    if resolve:
        ticket_resolve(ticket_id, user_id)
    return act


@transaction.atomic
def ticket_finish(user_id: int, ticket_id: int) -> None:
    """Resolve a ticket of one's own. Doing it again changes nothing."""
    ticket = mine(user_id, ticket_id, resolved=True)
    if ticket.state != TicketState.RESOLVED:
        ticket_resolve(ticket_id, user_id)


@transaction.atomic
def ticket_transfer_to_user(user_id: int, ticket_id: int, to_id: int, *, note: str = "") -> None:
    """Hand a ticket of one's own to a colleague of its campaign who is on the platform.

    Raises ``Refused``: ``not_found`` for whoever cannot get it, ``user_offline``,
    ``already_yours``, and as ``mine``.
    """
    for one in sorted((user_id, to_id)):
        lock(one)
    ticket = mine(user_id, ticket_id)
    if to_id == user_id:
        raise Refused("already_yours")
    if not receivers(ticket).filter(pk=to_id).exists():
        raise Refused("not_found")
    require_presence(to_id)
    moved(ticket, user_id, to_id, Held.TRANSFERRED, by=user_id, note=note)


@transaction.atomic
def ticket_transfer_to_queue(
    user_id: int, ticket_id: int, queue_id: int, *, note: str = ""
) -> None:
    """Put a ticket of one's own into a queue of its campaign. Raises as above."""
    ticket = mine(user_id, ticket_id)
    queue = Queue.objects.filter(pk=queue_id, campaign_id=ticket.campaign_id).first()
    if queue is None:
        raise Refused("not_found")
    ticket_queue(ticket_id, queue_id, expected=user_id)
    event = {"what": "queued", "by": named_id(user_id), "to": None, "queue": queue.name}
    event_add(ticket_id, event, author_id=user_id, note=note)


@transaction.atomic
def ticket_take_up(user_id: int, ticket_id: int) -> Ticket:
    """Reopen a resolved ticket of one's campaigns, by hand (2.3.8). Raises ``ticket_active``,
    ``conflict``, ``not_found``."""
    lock(user_id)
    member = CampaignMember.objects.filter(user_id=user_id, campaign__tickets=ticket_id)
    if not member.exists():
        raise Refused("not_found")
    ticket = ticket_reopen(ticket_id, user_id)
    person = named_id(user_id)
    event_add(ticket_id, {"what": Held.REOPENED, "by": person, "to": person}, author_id=user_id)
    return ticket


def may_take_up(ticket: Ticket, campaigns: Collection[int]) -> bool:
    """Whether somebody who belongs to these campaigns may reopen the ticket."""
    return ticket.state == TicketState.RESOLVED and ticket.campaign_id in campaigns


def moved(ticket: Ticket, from_id: int, to_id: int, how: Held, *, by: int, note: str = "") -> bool:
    """Move a ticket between two locked people, with a line in its conversations and a notice for
    whoever did not do it himself. False when ``from_id`` has it no more."""
    if not ticket_assign(ticket.pk, to_id, expected=from_id, how=how):
        return False
    giver, taker = named_id(from_id), named_id(to_id)
    actor = giver if by == from_id else taker
    event_add(
        ticket.pk, {"what": how, "by": actor, "to": taker, "from": giver}, author_id=by, note=note
    )
    told = to_id if by == from_id else from_id
    notice_give(told, NoticeKind(how), _notice(ticket, actor, note))
    return True


def _notice(ticket: Ticket, actor: dict[str, Any], note: str) -> dict[str, Any]:
    chat = Chat.objects.filter(ticket=ticket, ended_at=None).order_by("-pk").first()
    return {
        **params(actor),
        "contact": ticket.contact.name,
        "note": note,
        "ticket": ticket.pk,
        "chat": chat.pk if chat else None,
    }


def mine(user_id: int, ticket_id: int, *, resolved: bool = False) -> Ticket:
    """A ticket of this user's, locked. Raises ``Refused``: ``not_found`` for whoever never had
    it, ``chat_closed`` when it is resolved (unless ``resolved``), ``taken``, ``conflict``."""
    ticket = Ticket.objects.select_for_update(no_key=True).filter(pk=ticket_id).first()
    if ticket is None:
        raise Refused("not_found")
    over = ticket.state == TicketState.RESOLVED
    if ticket.assignee_id != user_id or (over and not resolved):
        raise lost(ticket, user_id)
    return ticket


def receivers(ticket: Ticket) -> Any:
    """Who may be given this ticket by hand: active members of its campaign with Workspace."""
    return User.objects.filter(
        memberships__campaign_id=ticket.campaign_id,
        profile__modules__module="workspace",
        profile__modules__access="active",
        is_active=True,
    ).exclude(pk=ticket.assignee_id or 0)


def require_presence(user_id: int) -> None:
    """Raises ``Refused("user_offline")`` for whoever is not on the platform."""
    if not Presence.objects.filter(user_id=user_id, closed_at=None).exists():
        raise Refused("user_offline")

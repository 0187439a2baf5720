"""Cases and who attends them. Ownership changes by conditional UPDATE only.

Locks are taken in one order everywhere: people by ascending id, then the ticket, then its chats.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from beex.lib import clock
from beex.lib.errors import Refused
from beex.lib.events import emit
from workspace.choices import Held, TicketState, WaitOutcome
from workspace.events import ChatFocusChanged, TicketChanged
from workspace.models import Chat, ChatFocus, Draft, Ticket, TicketHolding

from .queues import wait_close, wait_open, worked


def _tell(ticket_id: int, *users: int | None, how: str) -> None:
    touched = tuple(sorted({user for user in users if user is not None}))
    emit(TicketChanged(touched=touched, ticket_id=ticket_id, how=how))


@transaction.atomic(savepoint=False)
def ticket_open(
    campaign_id: int,
    contact_id: int,
    *,
    assignee_id: int | None = None,
    queue_id: int | None = None,
) -> Ticket:
    """The open ticket of this contact in this campaign; a new one when there is none (2.3.8).

    A new one is assigned to ``assignee_id``, or waits in ``queue_id``. An existing one keeps its
    assignee; a queued one is taken by ``assignee_id``.
    """
    ticket = _open_ticket(campaign_id, contact_id)
    if ticket is None:
        try:
            with transaction.atomic():
                return _fresh(campaign_id, contact_id, assignee_id, queue_id)
        except IntegrityError:  # another door opened it in the same instant
            ticket = Ticket.objects.exclude(state=TicketState.RESOLVED).get(
                campaign_id=campaign_id, contact_id=contact_id
            )
    if assignee_id is not None and ticket.state == TicketState.QUEUED:
        ticket_assign(ticket.pk, assignee_id, expected=None)
        ticket.refresh_from_db()
    return ticket


def _open_ticket(campaign_id: int, contact_id: int) -> Ticket | None:
    return (
        Ticket.objects.filter(campaign_id=campaign_id, contact_id=contact_id)
        .exclude(state=TicketState.RESOLVED)
        .first()
    )


def _fresh(
    campaign_id: int, contact_id: int, assignee_id: int | None, queue_id: int | None
) -> Ticket:
    moment = clock.now()
    ticket = Ticket.objects.create(
        campaign_id=campaign_id,
        contact_id=contact_id,
        assignee_id=assignee_id,
        state=TicketState.ASSIGNED if assignee_id else TicketState.QUEUED,
        created_at=moment,
        assigned_at=moment if assignee_id else None,
    )
    if assignee_id is not None:
        _hold(ticket.pk, assignee_id, Held.ASSIGNED, moment)
    elif queue_id is not None:
        wait_open(ticket.pk, queue_id, since=moment)
    _tell(ticket.pk, assignee_id, how=ticket.state)
    return ticket


@transaction.atomic
def ticket_assign(
    ticket_id: int, assignee_id: int, *, expected: int | None, how: Held = Held.ASSIGNED
) -> bool:
    """Move an open ticket to ``assignee_id`` if ``expected`` (None: nobody) still has it, with
    its chats and what is drafted in them.

    One conditional UPDATE: of many at once exactly one wins, the others get False.
    """
    moment = clock.now()
    won = (
        Ticket.objects.filter(pk=ticket_id, assignee_id=expected)
        .exclude(state=TicketState.RESOLVED)
        .update(assignee_id=assignee_id, state=TicketState.ASSIGNED, assigned_at=moment)
    )
    if won:
        if expected is not None and expected != assignee_id:
            _forget_focus(ticket_id)
            _let_go(ticket_id, expected, moment)
            Draft.objects.filter(chat__ticket_id=ticket_id).update(user_id=assignee_id)
        if expected != assignee_id:
            _hold(ticket_id, assignee_id, how, moment)
        wait_close(ticket_id, WaitOutcome.ANSWERED, moment)
        worked(assignee_id, moment)
        _tell(ticket_id, expected, assignee_id, how=how)
    return bool(won)


@transaction.atomic
def ticket_queue(ticket_id: int, queue_id: int, *, expected: int) -> bool:
    """Put an assigned ticket back into a queue if ``expected`` still has it."""
    moment = clock.now()
    won = Ticket.objects.filter(
        pk=ticket_id, assignee_id=expected, state=TicketState.ASSIGNED
    ).update(assignee_id=None, state=TicketState.QUEUED, assigned_at=None)
    if won:
        _forget_focus(ticket_id)
        _let_go(ticket_id, expected, moment)
        wait_open(ticket_id, queue_id, since=moment)
        _tell(ticket_id, expected, how=TicketState.QUEUED)
    return bool(won)


@transaction.atomic
def ticket_resolve(ticket_id: int, user_id: int) -> None:
    """The assignee has finished (R28); its conversations are over too. Raises
    ``Refused("conflict")`` when it is not his."""
    moment = clock.now()
    done = Ticket.objects.filter(
        pk=ticket_id, assignee_id=user_id, state=TicketState.ASSIGNED
    ).update(state=TicketState.RESOLVED, resolved_at=moment)
    if not done:
        raise Refused("conflict")
    Chat.objects.filter(ticket_id=ticket_id, ended_at=None).update(ended_at=moment, unread=0)
    Draft.objects.filter(chat__ticket_id=ticket_id).delete()
    _forget_focus(ticket_id)
    _let_go(ticket_id, user_id, moment)
    worked(user_id, moment)
    _tell(ticket_id, user_id, how=TicketState.RESOLVED)


@transaction.atomic
def ticket_reopen(ticket_id: int, user_id: int) -> Ticket:
    """A person takes a resolved ticket up again, with the conversations that ended with it.
    Raises ``Refused("ticket_active")`` when a newer one of the same contact and campaign is
    open, ``conflict`` when it is not resolved."""
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is None:
        raise Refused("not_found")
    moment = clock.now()
    try:
        with transaction.atomic():
            done = Ticket.objects.filter(pk=ticket_id, state=TicketState.RESOLVED).update(
                state=TicketState.ASSIGNED,
                assignee_id=user_id,
                assigned_at=moment,
                resolved_at=None,
            )
    except IntegrityError as error:
        raise Refused("ticket_active") from error
    if not done:
        raise Refused("conflict")
    Chat.objects.filter(ticket_id=ticket_id, ended_at=ticket.resolved_at).update(ended_at=None)
    _hold(ticket_id, user_id, Held.REOPENED, moment)
    _tell(ticket_id, user_id, how=Held.REOPENED)
    ticket.refresh_from_db()
    return ticket


def _hold(ticket_id: int, user_id: int, how: str, moment: datetime) -> None:
    TicketHolding.objects.create(ticket_id=ticket_id, user_id=user_id, how=how, since=moment)


def _let_go(ticket_id: int, user_id: int, moment: datetime) -> None:
    """Whoever had the ticket had it until now, also when nobody wrote down that he got it."""
    closed = TicketHolding.objects.filter(ticket_id=ticket_id, until=None).update(until=moment)
    if not closed:
        TicketHolding.objects.create(
            ticket_id=ticket_id, user_id=user_id, how=Held.ASSIGNED, since=moment, until=moment
        )


def _forget_focus(ticket_id: int) -> None:
    """A resolved or moved ticket is open on nobody's screen (R45)."""
    focuses = ChatFocus.objects.filter(chat__ticket_id=ticket_id)
    users = tuple(sorted(set(focuses.values_list("user_id", flat=True))))
    if users:
        focuses.delete()
        emit(ChatFocusChanged(touched=users))

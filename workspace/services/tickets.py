"""Cases and who attends them. Ownership changes by conditional UPDATE only."""

from django.db import IntegrityError, transaction

from beex.lib import clock
from beex.lib.errors import Refused
from beex.lib.events import emit
from workspace.choices import TicketState
from workspace.events import ChatFocusChanged, TicketChanged
from workspace.models import ChatFocus, Ticket


def _tell(ticket_id: int, *users: int | None) -> None:
    touched = tuple(sorted({user for user in users if user is not None}))
    emit(TicketChanged(touched=touched, ticket_id=ticket_id))


@transaction.atomic
def ticket_open(campaign_id: int, contact_id: int, *, assignee_id: int | None = None) -> Ticket:
    """The open ticket of this contact in this campaign; a new one when there is none (2.3.8).

    A new one is queued, or assigned to ``assignee_id``. An existing one keeps its assignee;
    a queued one is taken by ``assignee_id``.
    """
    ticket = _open_ticket(campaign_id, contact_id)
    if ticket is None:
        moment = clock.now()
        try:
            with transaction.atomic():
                ticket = Ticket.objects.create(
                    campaign_id=campaign_id,
                    contact_id=contact_id,
                    assignee_id=assignee_id,
                    state=TicketState.ASSIGNED if assignee_id else TicketState.QUEUED,
                    created_at=moment,
                    assigned_at=moment if assignee_id else None,
                )
        except IntegrityError:  # another door opened it in the same instant
            ticket = Ticket.objects.exclude(state=TicketState.RESOLVED).get(
                campaign_id=campaign_id, contact_id=contact_id
            )
        else:
            _tell(ticket.pk, assignee_id)
            return ticket
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


@transaction.atomic
def ticket_assign(ticket_id: int, assignee_id: int, *, expected: int | None) -> bool:
    """Move an open ticket to ``assignee_id`` if ``expected`` (None: nobody) still has it.

    One conditional UPDATE: of many at once exactly one wins, the others get False.
    """
    won = (
        Ticket.objects.filter(pk=ticket_id, assignee_id=expected)
        .exclude(state=TicketState.RESOLVED)
        .update(assignee_id=assignee_id, state=TicketState.ASSIGNED, assigned_at=clock.now())
    )
    if won:
        if expected != assignee_id:
            _forget_focus(ticket_id)
        _tell(ticket_id, expected, assignee_id)
    return bool(won)


@transaction.atomic
def ticket_resolve(ticket_id: int, user_id: int) -> None:
    """The assignee has finished (R28). Raises ``Refused("conflict")`` when it is not his."""
    moment = clock.now()
    done = Ticket.objects.filter(
        pk=ticket_id, assignee_id=user_id, state=TicketState.ASSIGNED
    ).update(state=TicketState.RESOLVED, resolved_at=moment)
    if not done:
        raise Refused("conflict")
    _forget_focus(ticket_id)
    _tell(ticket_id, user_id)


@transaction.atomic
def ticket_reopen(ticket_id: int, user_id: int) -> Ticket:
    """A person takes a resolved ticket up again. Raises ``Refused("ticket_active")`` when a
    newer one of the same contact and campaign is open."""
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is None:
        raise Refused("not_found")
    try:
        with transaction.atomic():
            done = Ticket.objects.filter(pk=ticket_id, state=TicketState.RESOLVED).update(
                state=TicketState.ASSIGNED,
                assignee_id=user_id,
                assigned_at=clock.now(),
                resolved_at=None,
            )
    except IntegrityError as error:
        raise Refused("ticket_active") from error
    if not done:
        raise Refused("conflict")
    _tell(ticket_id, user_id)
    ticket.refresh_from_db()
    return ticket


def _forget_focus(ticket_id: int) -> None:
    """A resolved or moved ticket is open on nobody's screen (R45)."""
    focuses = ChatFocus.objects.filter(chat__ticket_id=ticket_id)
    users = tuple(sorted(set(focuses.values_list("user_id", flat=True))))
    if users:
        focuses.delete()
        emit(ChatFocusChanged(touched=users))

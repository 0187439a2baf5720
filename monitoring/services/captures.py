"""Taking over a chat and giving it back. The audit record is written first; ticket, chat and
draft move in the same transaction, so nobody ever sees them with both or with neither. The log has
one row a session (R65): an attempt that was refused was none, and leaves no row."""

from django.db import IntegrityError, transaction

from beex.lib import clock
from beex.lib.errors import Refused
from monitoring.choices import SupervisionKind, SupervisionState
from monitoring.models import SupervisionSession
from monitoring.services.supervision import captured, open_captures, preflight, with_captures
from workspace.access import Action, actor_of
from workspace.choices import Held, TicketState
from workspace.events import TicketChanged
from workspace.models import Chat, Ticket
from workspace.naming import named_id, params
from workspace.services.handling import moved, receivers, require_presence
from workspace.services.people import lock


@transaction.atomic
def chat_capture(supervisor_id: int, chat_id: int) -> SupervisionSession:
    """Move a chat with its ticket and draft to the supervisor's Workspace (R58).

    Raises ``Refused``: as ``preflight`` says; ``taken``, with the owner, when somebody has
    captured it before, were it himself; ``conflict`` when it waits in a queue.
    """
    chat = _chat(chat_id)
    agent_id = chat.ticket.assignee_id
    for one in sorted({supervisor_id, agent_id or supervisor_id}):
        lock(one)
    chat = _chat(chat_id)  # as it is now that nobody else can move it
    _judge(supervisor_id, chat)
    if agent_id is None or chat.ticket.assignee_id != agent_id:
        raise taken(chat.ticket) if chat.ticket.assignee_id else Refused("conflict")
    session = _begin(supervisor_id, agent_id, chat)
    if not moved(chat.ticket, agent_id, supervisor_id, Held.CAPTURED, by=supervisor_id):
        raise taken(_chat(chat_id).ticket)
    return session


def _chat(chat_id: int) -> Chat:
    chats = Chat.objects.select_related("ticket__campaign", "ticket__contact")
    chat = with_captures(chats).filter(pk=chat_id).first()
    if chat is None:
        raise Refused("not_found")
    return chat


def _judge(supervisor_id: int, chat: Chat) -> None:
    """Rights as they are at this moment, not as they were when the card was opened (E9)."""
    actor = actor_of(supervisor_id)
    if actor is None:
        raise Refused("not_authenticated")
    verdict = preflight(actor, Action.CAPTURE_CHAT, chat)
    mine = verdict.code == "self" and captured(chat)
    if mine or verdict.code == "taken":
        raise taken(chat.ticket)
    if verdict.code is not None:
        raise Refused(verdict.code, campaign=verdict.campaign)


def _begin(supervisor_id: int, agent_id: int, chat: Chat) -> SupervisionSession:
    try:
        with transaction.atomic():
            return SupervisionSession.objects.create(
                kind=SupervisionKind.CAPTURE,
                state=SupervisionState.ACTIVE,
                supervisor_id=supervisor_id,
                user_id=agent_id,
                chat=chat,
                started_at=clock.now(),
            )
    except IntegrityError as error:  # the constraint knows of another capture
        raise taken(chat.ticket) from error


def taken(ticket: Ticket) -> Refused:
    """The refusal that names who has the ticket now (R59)."""
    if ticket.assignee_id is None:
        return Refused("conflict")
    owner = named_id(ticket.assignee_id)
    return Refused("taken", extra={"owner": owner}, **params(owner))


@transaction.atomic
def chat_give_back(supervisor_id: int, session_id: int, note: str = "") -> SupervisionSession:
    """Return a captured chat to whom it was taken from, with a note for him.

    Raises ``Refused``: ``not_found`` for another's session, ``conflict`` when it is over or the
    chat has moved on, ``user_offline`` when he is not on the platform, ``workspace_required``
    when he cannot attend chats any more.
    """
    session = own_session(supervisor_id, session_id)
    if session.ended_at is not None or session.chat is None:
        raise Refused("conflict")
    for one in sorted((supervisor_id, session.user_id)):
        lock(one)
    ticket = session.chat.ticket
    if not receivers(ticket).filter(pk=session.user_id).exists():
        raise Refused("workspace_required")
    require_presence(session.user_id)
    if not moved(
        ticket, supervisor_id, session.user_id, Held.GIVEN_BACK, by=supervisor_id, note=note
    ):
        raise Refused("conflict")
    SupervisionSession.objects.filter(pk=session_id).update(note=note)
    session.refresh_from_db()
    return session


@transaction.atomic
def supervision_end(supervisor_id: int, session_id: int) -> None:
    """The supervisor ends his session. A captured chat stays his, as any ticket of his is; it
    cannot be given back any more. Ending it again changes nothing."""
    session = own_session(supervisor_id, session_id)
    if session.kind == SupervisionKind.CAPTURE and session.ended_at is None:
        _end(session, "kept")


def own_session(supervisor_id: int, session_id: int) -> SupervisionSession:
    """A session of this supervisor. Raises ``Refused("not_found")`` for anything else."""
    session = (
        SupervisionSession.objects.select_related("chat__ticket__contact")
        .filter(pk=session_id, supervisor_id=supervisor_id)
        .first()
    )
    if session is None:
        raise Refused("not_found")
    return session


def on_ticket_changed(event: TicketChanged) -> None:
    """A captured chat that its supervisor has no more is not captured any more."""
    sessions = open_captures().filter(chat__ticket_id=event.ticket_id)
    sessions = sessions.select_related("chat__ticket")
    for session in sessions:
        ticket = session.chat.ticket if session.chat else None
        theirs = ticket is not None and ticket.assignee_id == session.supervisor_id
        if ticket is None or not theirs or ticket.state == TicketState.RESOLVED:
            _end(session, event.how)


def _end(session: SupervisionSession, result: str) -> None:
    SupervisionSession.objects.filter(pk=session.pk, ended_at=None).update(
        state=SupervisionState.ENDED, ended_at=clock.now(), result=result
    )

"""What a supervisor does with the work of others. The question before every button and command."""

from django.db.models import Exists, OuterRef, QuerySet

from monitoring.choices import SupervisionKind
from monitoring.models import SupervisionSession
from telephony.choices import LIVE_STATES, CallState
from telephony.models import Call
from telephony.selectors import has_call, webphone_ready
from workspace.access import YES, Action, Actor, Target, Verdict, can
from workspace.choices import TicketState
from workspace.models import Campaign, Chat, StrategySession
from workspace.naming import named

#: a call, a chat, or the predictive session in which somebody waits for a call
Work = Call | Chat | StrategySession

ON_CALLS = (Action.CAPTURE_CALL, Action.LISTEN, Action.WHISPER, Action.BARGE)
IN_COURSE = (CallState.RINGING, CallState.TALKING)


def preflight(actor: Actor, action: Action, work: Work) -> Verdict:
    """Whether ``actor`` may do ``action`` on this work at this moment; for buttons and commands.

    Rights first, then oneself (R62), the state of the work (R59, R60), the actor's line (R61).
    Two queries at most, where the work brings its campaign.
    """
    fits = action is Action.CAPTURE_CHAT if isinstance(work, Chat) else action in ON_CALLS
    if not fits:
        return Verdict("not_found")  # R56: a chat can be captured, nothing else
    campaign, owner = _whose(work)
    verdict = can(
        actor,
        action,
        Target(
            user_id=owner,
            campaigns=frozenset({campaign.pk}),
            companies=frozenset({campaign.company_id}),
            campaign_name=campaign.name,
        ),
    )
    if not verdict:
        return verdict
    if owner == actor.user_id:
        return Verdict("self")
    if isinstance(work, Chat):
        return _chat(work)
    return _call(action, work) and _line(actor, action)


def _whose(work: Work) -> tuple[Campaign, int]:
    """The campaign of the work, and who has it (0: nobody)."""
    if isinstance(work, Call):
        return work.campaign, work.user_id
    if isinstance(work, Chat):
        return work.ticket.campaign, work.ticket.assignee_id or 0
    return work.strategy.campaign, work.user_id


def _chat(chat: Chat) -> Verdict:
    """Whoever captured it has it, and nobody captures it from him (R59)."""
    if chat.ended_at is not None or chat.ticket.state == TicketState.RESOLVED:
        return Verdict("chat_closed")
    owner = chat.ticket.assignee
    return Verdict("taken", owner=named(owner)) if owner and captured(chat) else YES


def open_captures() -> QuerySet[SupervisionSession]:
    """The captures that go on: each keeps its whole ticket."""
    return SupervisionSession.objects.filter(kind=SupervisionKind.CAPTURE, ended_at=None)


def with_captures(chats: QuerySet[Chat]) -> QuerySet[Chat]:
    """The same chats, which know at once whether they are ``captured``."""
    theirs = open_captures().filter(chat__ticket=OuterRef("ticket"))
    return chats.select_related("ticket__assignee__extension").annotate(captured=Exists(theirs))


def captured(chat: Chat) -> bool:
    """Whether a capture of the chat, or of another of its ticket, goes on. One query, none for
    a chat ``with_captures``."""
    known: bool | None = getattr(chat, "captured", None)
    if known is not None:
        return known
    return open_captures().filter(chat__ticket=chat.ticket_id).exists()


def _call(action: Action, work: Call | StrategySession) -> Verdict:
    """The table of R60."""
    if not isinstance(work, Call):
        return Verdict("call_not_talking", why="waiting")
    if work.state == CallState.TALKING:
        return YES
    if work.state == CallState.ENDED:
        return Verdict("call_ended")
    if work.state == CallState.ACW:
        return Verdict("call_not_talking", why="acw")
    if not work.contact_waits:
        return Verdict("call_not_talking", why="ringing")
    pickup = action is Action.CAPTURE_CALL
    return YES if pickup else Verdict("call_not_talking", why="ringingAgent")


def _line(actor: Actor, action: Action) -> Verdict:
    """R61. Whoever captures becomes the owner, so after-call work must be over too."""
    if not webphone_ready(actor.user_id):
        return Verdict("webphone_required")
    taken = LIVE_STATES if action is Action.CAPTURE_CALL else IN_COURSE
    return Verdict("already_on_call") if has_call(actor.user_id, taken) else YES

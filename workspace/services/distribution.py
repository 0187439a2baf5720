"""Giving waiting conversations to agents: the longest wait first, to whoever has been idle the
longest and has a free place.

Any number of workers may distribute at once. Ticket and agent are both taken without waiting for
anybody (SKIP LOCKED), so no lock order can be violated; the conditional UPDATE is the judge.
"""

from collections import deque
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Greatest

from workspace.choices import MessageOrigin, Module, ModuleAccess, TicketState
from workspace.models import (
    CampaignMember,
    Chat,
    Message,
    Presence,
    ProfileModule,
    Queue,
    QueueMember,
    QueueWait,
    StatusInterval,
    StrategySession,
    Ticket,
    User,
)

from .messages import event_add
from .tickets import ticket_assign, ticket_queue

#: waits of one queue looked at by one call
BATCH = 200


def distribute(limit: int = BATCH) -> int:
    """Give out what waits, as far as there are free places; returns how many were given. A queue
    that nobody serves at this moment keeps no other waiting."""
    waits = QueueWait.objects.filter(left_at=None)
    waiting: list[tuple[datetime, int, _Turns]] = []
    for queue in Queue.objects.filter(pk__in=waits.order_by().values("queue")):
        turns = _Turns(queue)
        if turns.people:
            oldest = waits.filter(queue=queue).order_by("entered_at", "pk")[:limit]
            waiting += [(since, ticket, turns) for since, ticket in oldest.values_list(*_WAIT)]
    given = 0
    for _, ticket_id, turns in sorted(waiting, key=itemgetter(0, 1)):
        if turns.people:
            given += _give(turns, ticket_id)
    return given


_WAIT = ("entered_at", "ticket_id")


class _Turns:
    """Whose turn it is in one queue: who has been idle the longest comes first, whoever was
    given something last. A plan; what it says of a person is asked again under his lock."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        found = candidates(queue).order_by("idle_since", "pk")
        self.people: deque[int] = deque(found.values_list("pk", flat=True))

    def next(self) -> int | None:
        """The next who really has a free place, locked; whoever is locked is busy just now."""
        while self.people:
            person = self.people.popleft()
            one = User.objects.filter(pk=person)
            if (
                one.select_for_update(no_key=True, skip_locked=True).exists()
                and candidates(self.queue).filter(pk=person).exists()
            ):
                return person
        return None


@transaction.atomic
def _give(turns: _Turns, ticket_id: int) -> bool:
    """Give one ticket, unless another worker has it or nobody has a free place."""
    ticket = (
        Ticket.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=ticket_id, state=TicketState.QUEUED)
        .first()
    )
    agent = turns.next() if ticket is not None else None
    if agent is None or not ticket_assign(ticket_id, agent, expected=None):
        return False
    turns.people.append(agent)
    return True


def candidates(queue: Queue) -> QuerySet[Any]:
    """Who attends the queue now and has a free place, with ``idle_since``."""
    member = QueueMember.objects.filter(queue=queue, user=OuterRef("pk"))
    since = Subquery(_working().values("started_at")[:1])
    last = Subquery(member.values("worked_at")[:1])
    return (
        attending(queue)
        .annotate(held=_open_chats(), idle_since=Greatest(since, Coalesce(last, since)))
        .filter(held__lt=F("chat_limit"))
    )


def _working() -> QuerySet[StatusInterval]:
    """The open interval of the user of the outer query, if its status receives work (R18)."""
    return StatusInterval.objects.filter(
        user=OuterRef("pk"), ended_at=None, status__receives_work=True, status__is_active=True
    )


def attending(queue: Queue) -> QuerySet[User]:
    """Its members who belong to its campaign, have Workspace, are on the platform in a status
    that receives work, and have entered the queue's strategy where it asks for one."""
    me = OuterRef("pk")
    workspace = ProfileModule.objects.filter(
        profile=OuterRef("profile"), module=Module.WORKSPACE, access=ModuleAccess.ACTIVE
    )
    people = User.objects.filter(
        Exists(QueueMember.objects.filter(queue=queue, user=me)),
        Exists(_working()),
        Exists(CampaignMember.objects.filter(user=me, campaign_id=queue.campaign_id)),
        Exists(Presence.objects.filter(user=me, closed_at=None, lost_at=None)),
        Exists(workspace),
        is_active=True,
    )
    if queue.strategy_id is None:
        return people
    entered = StrategySession.objects.filter(user=me, strategy_id=queue.strategy_id, left_at=None)
    return people.filter(Exists(entered))


def _open_chats() -> Coalesce:
    """How many conversations the user of the outer query has open."""
    chats = (
        Chat.objects.filter(
            ticket__assignee=OuterRef("pk"), ticket__state=TicketState.ASSIGNED, ended_at=None
        )
        .order_by()
        .values("ticket__assignee")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Coalesce(Subquery(chats, output_field=IntegerField()), 0)


def return_unanswered(at: datetime) -> int:
    """Agents who left keep their tickets; one whose contact waits for a first answer goes back to
    its queue after the time the queue allows. Returns how many went back."""
    returned = 0
    for queue in Queue.objects.exclude(return_after=None):
        left_before = at - timedelta(seconds=queue.return_after or 0)
        for ticket_id, user_id in _abandoned(queue, left_before):
            returned += _return(ticket_id, queue.pk, user_id)
    return returned


def _abandoned(queue: Queue, left_before: datetime) -> list[tuple[int, int]]:
    """Tickets of the queue, and whose they are, that nobody has answered since he got them and
    who left the platform before that moment."""
    tabs = Presence.objects.filter(user=OuterRef("assignee")).order_by()
    last_seen = Subquery(tabs.values("user").annotate(last=Max("closed_at")).values("last"))
    chats = Chat.objects.filter(ticket=OuterRef("pk"), ended_at=None)
    answers = Message.objects.filter(
        chat__ticket=OuterRef("pk"), origin=MessageOrigin.AGENT, at__gte=OuterRef("assigned_at")
    )
    found = (
        Ticket.objects.filter(
            Exists(chats.filter(identifier__queue=queue)),
            ~Exists(answers),
            ~Exists(tabs.filter(closed_at=None)),
            state=TicketState.ASSIGNED,
        )
        .annotate(last_seen=last_seen)
        .filter(Q(last_seen=None, assigned_at__lte=left_before) | Q(last_seen__lte=left_before))
        .order_by("pk")
    )
    return list(found.values_list("pk", "assignee_id"))


@transaction.atomic
def _return(ticket_id: int, queue_id: int, user_id: int) -> bool:
    done = ticket_queue(ticket_id, queue_id, expected=user_id)
    if done:
        event_add(ticket_id, {"what": "returned", "by": None, "to": None}, author_id=user_id)
    return done

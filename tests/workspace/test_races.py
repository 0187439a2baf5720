"""What many do at once on the real PostgreSQL: one winner, nothing lost, nothing twice."""

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db.models import Count

from beex.lib import clock
from beex.lib.errors import Refused
from monitoring.models import SupervisionSession
from monitoring.services.captures import chat_capture, chat_give_back
from tests.workspace.cast import Cast, arrive, cast, event
from tests.workspace.crowd import together
from workspace.models import (
    CampaignMember,
    Chat,
    Contact,
    Message,
    Notice,
    OutboundMessage,
    Presence,
    QueueMember,
    QueueWait,
    Status,
    StatusInterval,
    Ticket,
    TicketHolding,
    User,
    WebProcess,
)
from workspace.services import messages
from workspace.services.distribution import distribute
from workspace.services.inbox import inbox_accept, inbox_process
from workspace.services.outbox import outbox_process
from workspace.services.tickets import ticket_resolve
from workspace.statuses import ensure_statuses

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8


@pytest.fixture
def made(transactional_db: None) -> Cast:
    ensure_statuses()
    return cast()


def test_of_fifty_captures_one_wins_and_every_line_is_sent_once_or_refused(made: Cast) -> None:
    """R59, E16, E17: two supervisors press 25 times each while the agent writes."""
    chat = made.chat_of(made.ana)
    names = [uuid.uuid4() for _ in range(10)]
    captures = [
        partial(chat_capture, user.pk, chat.pk)
        for _ in range(25)
        for user in (made.carlos, made.lorena)
    ]
    sends = [
        partial(messages.message_send, made.ana.pk, chat.pk, name, text=str(name)) for name in names
    ]
    acts: list[Callable[[], Any]] = [*captures, *sends]
    random.Random(7).shuffle(acts)
    outcomes = dict(zip(map(id, acts), together(acts), strict=True))
    won = [one for act in captures if not isinstance(one := outcomes[id(act)], Exception)]
    assert len(won) == 1
    winner = won[0].supervisor
    for act in captures:
        refused = outcomes[id(act)]
        if refused is not won[0]:
            assert isinstance(refused, Refused), refused
            assert refused.code == "taken"
            assert refused.extra["owner"]["id"] == winner.pk

    captured_at = chat.messages.get(origin="event").rev
    sent = set()
    for write, name in zip(sends, names, strict=True):
        answer = outcomes[id(write)]
        if isinstance(answer, Exception):
            assert isinstance(answer, Refused), answer
            assert answer.code == "taken"
        else:
            assert answer[0].rev < captured_at, "delivered before, never after"
            sent.add(name)
    while outbox_process():
        pass
    lines = chat.messages.filter(origin="agent")
    assert {line.client_id for line in lines} == sent
    assert lines.count() == OutboundMessage.objects.filter(state="sent", attempts=1).count()

    assert Ticket.objects.get(pk=chat.ticket_id).assignee_id == winner.pk
    assert SupervisionSession.objects.count() == 1
    assert TicketHolding.objects.filter(until=None).count() == 1
    assert Notice.objects.filter(user=made.ana, kind="captured").count() == 1
    revs = sorted(chat.messages.values_list("rev", flat=True))
    assert revs[-1] == Chat.objects.get(pk=chat.pk).rev
    assert len(set(revs)) == len(revs)


def test_capture_resolve_and_transfer_at_once_leave_one_owner(made: Cast) -> None:
    for number in range(10):
        chat = made.chat_of(made.ana, f"+5190000010{number}")
        outcomes = together(
            [
                partial(chat_capture, made.carlos.pk, chat.pk),
                partial(ticket_resolve, chat.ticket_id, made.ana.pk),
                partial(chat_capture, made.lorena.pk, chat.pk),
            ]
        )
        assert sum(not isinstance(one, Exception) for one in outcomes) == 1, outcomes
        codes = {one.code for one in outcomes if isinstance(one, Refused)}
        assert codes <= {"taken", "chat_closed", "conflict"}
        assert TicketHolding.objects.filter(ticket=chat.ticket_id, until=None).count() <= 1


def test_giving_back_and_answering_at_once_never_lose_the_owner(made: Cast) -> None:
    arrive(made.ana)
    chat = made.chat_of(made.ana)
    for _ in range(10):
        session = chat_capture(made.carlos.pk, chat.pk)
        back, sent = together(
            [
                partial(chat_give_back, made.carlos.pk, session.pk, "Sigue"),
                partial(messages.message_send, made.carlos.pk, chat.pk, uuid.uuid4(), text="Adiós"),
            ]
        )
        assert not isinstance(back, Exception), back
        assert not isinstance(sent, Exception) or str(sent) == "taken"
        assert Ticket.objects.get(pk=chat.ticket_id).assignee_id == made.ana.pk


def waiting(made: Cast, count: int) -> None:
    """So many contacts have written and wait, one second after the other."""
    began = clock.now() - timedelta(seconds=count)
    contacts = Contact.objects.bulk_create(
        Contact(company=made.campaign.company, name=f"Contacto {number}") for number in range(count)
    )
    tickets = Ticket.objects.bulk_create(
        Ticket(campaign=made.campaign, contact=one, created_at=began) for one in contacts
    )
    Chat.objects.bulk_create(
        Chat(
            ticket=one,
            channel="whatsapp",
            direction="inbound",
            identifier=made.whatsapp,
            started_at=began,
        )
        for one in tickets
    )
    QueueWait.objects.bulk_create(
        QueueWait(
            queue=made.queue,
            ticket=one,
            entered_at=began + timedelta(seconds=number),
            due_at=began + timedelta(seconds=number + 60),
        )
        for number, one in enumerate(tickets)
    )


def staff(made: Cast, count: int, limit: int) -> None:
    """So many agents are there, with so many places each."""
    moment = clock.now()
    process = WebProcess.objects.create(name="crowd", seen_at=moment)
    people = User.objects.bulk_create(
        User(username=f"crowd-{number}", profile=made.ana.profile, chat_limit=limit)
        for number in range(count)
    )
    available = Status.objects.get(code="available")
    CampaignMember.objects.bulk_create(
        CampaignMember(user=one, campaign=made.campaign) for one in people
    )
    QueueMember.objects.bulk_create(QueueMember(user=one, queue=made.queue) for one in people)
    StatusInterval.objects.bulk_create(
        StatusInterval(user=one, status=available, started_at=moment) for one in people
    )
    Presence.objects.bulk_create(
        Presence(tab=uuid.uuid4(), user=one, process=process, opened_at=moment, focused_at=moment)
        for one in people
    )


def distribution_race(made: Cast, chats: int, agents: int, limit: int) -> None:
    waiting(made, chats)
    staff(made, agents, limit)

    def work() -> int:
        given, idle = 0, 0
        while idle < 3:
            now = distribute()
            given += now
            idle = 0 if now else idle + 1
        return given

    given = together([work] * WORKERS)
    places = min(chats, agents * limit)
    assert sum(given) == places, given
    assert Ticket.objects.filter(state="assigned").count() == places
    held = Ticket.objects.filter(state="assigned").values("assignee").annotate(count=Count("pk"))
    assert max(row["count"] for row in held) <= limit
    assert QueueWait.objects.filter(left_at=None).count() == chats - places
    assert TicketHolding.objects.count() == places, "nobody was given one that moved on"


def test_eight_workers_give_a_thousand_chats_once_each(made: Cast) -> None:
    distribution_race(made, 1000, agents=240, limit=4)


@pytest.mark.soak
def test_eight_workers_give_two_thousand_chats(made: Cast) -> None:
    distribution_race(made, 2000, agents=600, limit=4)


def test_nobody_is_given_more_while_he_resolves_leaves_and_transfers(made: Cast) -> None:
    """The limit holds at every moment, whoever else changes what the agent has."""
    waiting(made, 40)
    staff(made, 4, limit=2)
    worst: Counter[int] = Counter()

    def resolve() -> None:
        until = time.monotonic() + 20
        while Ticket.objects.exclude(state="resolved").exists() and time.monotonic() < until:
            for ticket in Ticket.objects.filter(state="assigned").order_by("?")[:2]:
                try:
                    ticket_resolve(ticket.pk, ticket.assignee_id or 0)
                except Refused:
                    continue
            held = Ticket.objects.filter(state="assigned").values("assignee")
            for row in held.annotate(count=Count("pk")):
                worst[row["assignee"]] = max(worst[row["assignee"]], row["count"])

    def work() -> None:
        until = time.monotonic() + 20
        while QueueWait.objects.filter(left_at=None).exists() and time.monotonic() < until:
            distribute()

    outcomes = together([resolve, resolve, work, work, work, work])
    assert not any(outcomes), outcomes
    assert max(worst.values()) <= 2
    assert Ticket.objects.exclude(state="resolved").count() == 0


def test_parallel_workers_take_in_each_line_once(made: Cast) -> None:
    lines = [event(f"+5190000000{number % 5}", f"línea {number}") for number in range(60)]
    deliveries = lines * 3
    random.Random(3).shuffle(deliveries)
    for raw in deliveries:
        inbox_accept("whatsapp", made.whatsapp.pk, raw)

    def work() -> None:
        while inbox_process(20):
            pass

    outcomes = together([work] * 6)
    assert not any(outcomes), outcomes
    assert Message.objects.count() == 60
    assert Ticket.objects.count() == 5
    for chat in Chat.objects.all():
        revs = sorted(chat.messages.values_list("rev", flat=True))
        assert revs == list(range(1, chat.rev + 1)), "no gap, no double"


def test_parallel_deliveries_hand_each_answer_over_once(made: Cast) -> None:
    for number in range(5):
        chat = made.chat_of(made.ana, f"+5190000000{number}")
        for _ in range(6):
            messages.message_send(made.ana.pk, chat.pk, uuid.uuid4(), text="Hola")

    def work() -> None:
        while OutboundMessage.objects.filter(state="waiting").exists():
            outbox_process(3)

    outcomes = together([work] * 4)
    assert not any(outcomes), outcomes
    assert set(OutboundMessage.objects.values_list("state", "attempts")) == {("sent", 1)}

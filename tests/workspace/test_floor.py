"""The core of the house for this app's services: whatever they do, every view of the floor equals
a fresh snapshot."""

import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from beex.lib import clock
from beex.lib.errors import Refused
from monitoring.engine import Engine, audit
from monitoring.models import FloorRow, SupervisionSession
from monitoring.services.captures import chat_capture, chat_give_back, supervision_end
from monitoring.services.floor import mark_all
from tests.factories import CompanyFactory
from tests.floor.test_core import Follower
from tests.workspace.cast import Cast, cast
from workspace.models import Chat, Company, Queue, Ticket
from workspace.services import handling
from workspace.services.chats import chat_touch
from workspace.services.distribution import distribute, return_unanswered
from workspace.services.presence import TabFact, presence_apply, process_beat, session_end
from workspace.services.statuses import status_change

pytestmark = pytest.mark.django_db


class Day:
    """Random hours of a contact centre that attends chats."""

    def __init__(self, made: Cast, seed: int) -> None:
        self.made = made
        self.dice = random.Random(seed)
        self.process = process_beat("day")
        self.people = [made.ana, made.beto, made.carlos, made.lorena]
        self.moves: list[Callable[[], Any]] = [
            self.write, self.write, self.write, self.give, self.give, self.capture, self.capture,
            self.give_back, self.keep, self.transfer, self.requeue, self.resolve, self.resolve,
            self.reopen, self.look, self.come, self.go, self.back, self.rest,
        ]  # fmt: skip

    def step(self) -> None:
        try:
            self.dice.choice(self.moves)()
        except (Refused, IndexError):
            return

    def ticket(self, state: str = "assigned") -> Ticket:
        return self.dice.choice(list(Ticket.objects.filter(state=state).order_by("pk")))

    def write(self) -> None:
        self.made.says(f"+5190000000{self.dice.randrange(8)}", "Hola")

    def give(self) -> None:
        distribute()

    def capture(self) -> None:
        chats = Chat.objects.filter(ticket__state="assigned", ended_at=None).order_by("pk")
        chat_capture(self.dice.choice(self.people[2:]).pk, self.dice.choice(list(chats)).pk)

    def session(self) -> SupervisionSession:
        open_ = SupervisionSession.objects.filter(ended_at=None).order_by("pk")
        return self.dice.choice(list(open_))

    def give_back(self) -> None:
        session = self.session()
        chat_give_back(session.supervisor_id, session.pk, "Sigue")

    def keep(self) -> None:
        session = self.session()
        supervision_end(session.supervisor_id, session.pk)

    def transfer(self) -> None:
        ticket = self.ticket()
        to = self.dice.choice(self.people).pk
        handling.ticket_transfer_to_user(ticket.assignee_id or 0, ticket.pk, to)

    def requeue(self) -> None:
        ticket = self.ticket()
        handling.ticket_transfer_to_queue(ticket.assignee_id or 0, ticket.pk, self.made.queue.pk)

    def resolve(self) -> None:
        ticket = self.ticket()
        handling.ticket_finish(ticket.assignee_id or 0, ticket.pk)

    def reopen(self) -> None:
        handling.ticket_take_up(self.dice.choice(self.people).pk, self.ticket("resolved").pk)

    def look(self) -> None:
        ticket = self.ticket()
        chat = ticket.chats.filter(ended_at=None).latest("pk")
        chat_touch(ticket.assignee_id or 0, chat.pk, selected=self.dice.random() < 0.5)

    def come(self) -> None:
        user, moment = self.dice.choice(self.people), clock.now()
        fact = TabFact(
            tab=uuid.uuid4(),
            user_id=user.pk,
            session_key="day",
            module="workspace",
            place="chat",
            opened_at=moment,
            focused_at=moment,
        )
        presence_apply(self.process, [fact])
        status_change(user.pk, "available")

    def go(self) -> None:
        session_end(self.dice.choice(self.people).pk, "day")

    def back(self) -> None:
        return_unanswered(clock.now())

    def rest(self) -> None:
        code = self.dice.choice(["lunch", "available"])
        status_change(self.dice.choice(self.people).pk, code)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_day_of_chats_leaves_every_view_equal_to_a_fresh_snapshot(seed: int) -> None:
    made = cast()
    CompanyFactory.create()
    for company, code in zip(Company.objects.order_by("pk"), ("uno", "dos", "tres"), strict=True):
        Company.objects.filter(pk=company.pk).update(code=code)
    Queue.objects.update(return_after=0)
    engine = Engine()
    mark_all()
    engine.tick()
    follower = Follower(random.Random(seed))
    day = Day(made, seed)
    for number in range(250):
        day.step()
        if day.dice.random() < 0.5:
            engine.tick()
            follower.follow(mischief=0.1)
        if number % 50 == 0:
            follower.check()
    while engine.tick() is not None:
        pass
    follower.follow()
    follower.check()
    assert audit().wrong == []
    assert Ticket.objects.count() > 8
    assert SupervisionSession.objects.count() > 3
    assert FloorRow.objects.exists()
    held = Ticket.objects.filter(state="assigned", holdings__until=None).count()
    assert held == Ticket.objects.filter(state="assigned").count(), "one holder each"

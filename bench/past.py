"""The past of a contact centre: what the tables hold besides what is going on now."""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from beex.lib import clock
from bench.centre import BATCH, SHIFT, contacts, homes
from telephony.models import Call
from workspace.models import Chat, Contact, Status, StatusInterval, Ticket, User

#: how long one chat, call or status of the past lasted, and how far apart two begin
LASTED, APART = timedelta(minutes=4), timedelta(minutes=15)


@transaction.atomic
def live_through(intervals: int, calls: int, chats: int) -> None:
    """Give the agents a past: so many statuses, calls and chats (with their resolved tickets) in
    all, spread evenly; then let the database look at its tables."""
    users = list(User.objects.filter(role="agent", is_active=True).prefetch_related("campaigns"))
    dice = random.Random(1)
    _store(StatusInterval, _intervals(users, intervals // len(users), dice))
    tickets = list(_tickets(users, chats // len(users)))
    _store(Contact, [ticket.contact for ticket in tickets])
    _store(Ticket, tickets)
    _store(Chat, _chats(tickets))
    _store(Call, _calls(tickets, calls // len(tickets)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _store(model: Any, things: Iterable[Any]) -> None:
    things = iter(things)
    while batch := list(islice(things, BATCH)):
        model.objects.bulk_create(batch)


def _intervals(users: list[User], each: int, dice: random.Random) -> Iterator[StatusInterval]:
    """Contiguous, up to the first one there is."""
    statuses = list(Status.objects.order_by("pk"))
    firsts = StatusInterval.objects.order_by().values_list("user_id")
    first = dict(firsts.annotate(Min("started_at")))
    for user in users:
        for number in range(each):
            ended = first[user.pk] - APART * number
            yield StatusInterval(
                user=user,
                status=dice.choice(statuses),
                started_at=ended - APART,
                ended_at=ended,
            )


def _begins(each: int) -> Iterator[datetime]:
    now = clock.now()
    return (now - SHIFT - APART * (number + 1) for number in range(each))


def _tickets(users: list[User], each: int) -> Iterator[Ticket]:
    there = homes()
    for user in users:
        home = there[user.campaigns.all()[0].pk]
        for contact, begun in zip(contacts(home, each), _begins(each), strict=True):
            yield Ticket(
                campaign=home.campaign,
                contact=contact,
                assignee=user,
                state="resolved",
                created_at=begun,
                assigned_at=begun,
                resolved_at=begun + LASTED,
            )


def _chats(tickets: list[Ticket]) -> Iterator[Chat]:
    there = homes()
    for ticket in tickets:
        yield Chat(
            ticket=ticket,
            identifier=there[ticket.campaign_id].account,
            channel="whatsapp",
            direction="inbound",
            started_at=ticket.created_at,
            ended_at=ticket.resolved_at,
        )


def _calls(tickets: list[Ticket], each: int) -> Iterator[Call]:
    there = homes()
    for ticket in tickets:
        for _ in range(each):
            yield Call(
                campaign_id=ticket.campaign_id,
                identifier=there[ticket.campaign_id].line,
                direction="outbound",
                contact_id=ticket.contact_id,
                ticket=ticket,
                user_id=ticket.assignee_id or 0,
                state="ended",
                since=ticket.created_at + LASTED,
                started_at=ticket.created_at,
                answered_at=ticket.created_at,
                hung_up_at=ticket.created_at + LASTED,
                closed_at=ticket.created_at + LASTED,
                end_reason="hung_up",
            )

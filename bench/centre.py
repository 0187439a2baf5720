"""An invented contact centre of any size, at work. Seeded: every run makes the same one."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from beex.lib import clock
from monitoring.demo import roster
from monitoring.demo.roster import Person
from monitoring.demo.seed import seed
from monitoring.engine import Engine
from monitoring.models import FloorDirty, FloorRow
from monitoring.services.floor import mark_all
from telephony.models import Call, WebphoneState
from workspace.models import (
    Campaign,
    Chat,
    ChatFocus,
    Contact,
    Presence,
    Status,
    StatusInterval,
    StrategySession,
    Ticket,
    User,
    WebProcess,
)

BATCH = 5000
#: how long everybody has been here
SHIFT = timedelta(hours=2)
MODULES = ("workspace", "workspace", "workspace", "crm", "agenda", "reports")


def open_centre(agents: int, supervisors: int) -> list[User]:
    """Register the people who are missing and put the agents among them to work. Returns the
    supervisors. Rows are made by ``settle``."""
    known = set(User.objects.values_list("pk", flat=True))
    seed([*_agents(agents), *_supervisors(supervisors)])
    fresh = User.objects.filter(role="agent", is_active=True).exclude(pk__in=known)
    _to_work(list(fresh.order_by("pk").prefetch_related("campaigns")), random.Random(len(known)))
    return list(User.objects.filter(external_id__startswith="boss").order_by("pk"))


def settle() -> int:
    """Let the engine make every row; returns how many people the floor has."""
    mark_all()
    engine = Engine()
    while FloorDirty.objects.exists():
        engine.tick()
    engine.resign()
    return FloorRow.objects.filter(gone=False).count()


def _agents(count: int) -> Iterator[Person]:
    cast = [person for person in roster.cast() if person.role == "agent"]
    for number in range(count):
        one = cast[number % len(cast)]
        name, extension = f"{one.username}.{number}", str(10_000 + number)
        yield replace(one, id=f"agent{number}", username=name, extension=extension)


def _supervisors(count: int) -> Iterator[Person]:
    one = next(person for person in roster.cast() if person.profile == "Supervisor de piso")
    for number in range(count):
        yield replace(one, id=f"boss{number}", username=f"{one.username}.{number}", extension=None)


@dataclass
class Home:
    """What an agent's first campaign gives him to work with."""

    campaign: Campaign

    def __post_init__(self) -> None:
        identifiers = list(self.campaign.identifiers.order_by("pk"))
        self.line = next((one for one in identifiers if one.channel == "voice"), identifiers[0])
        self.account = next((one for one in identifiers if one.channel != "voice"), identifiers[0])
        self.strategy = self.campaign.strategies.order_by("pk").first()


def homes() -> dict[int, Home]:
    """Campaign id → what it gives."""
    return {one.pk: Home(one) for one in Campaign.objects.filter(identifiers__isnull=False)}


def contacts(home: Home, count: int) -> list[Contact]:
    """So many fresh contacts of the campaign's company, not yet stored."""
    return [
        Contact(company_id=home.campaign.company_id, name=f"Contacto {number} Huamán Ñahui")
        for number in range(count)
    ]


@transaction.atomic
def _to_work(users: list[User], dice: random.Random) -> None:
    """Each is on the platform with a webphone; most are available, half of them on the phone."""
    now = clock.now()
    process, _ = WebProcess.objects.get_or_create(
        name="benchmark", defaults={"seen_at": now, "eternal": True}
    )
    Presence.objects.bulk_create(
        Presence(
            tab=uuid.UUID(int=dice.getrandbits(128)),
            user=user,
            process=process,
            module=dice.choice(MODULES),
            opened_at=now - SHIFT,
            focused_at=_ago(now, dice),
        )
        for user in users
    )
    WebphoneState.objects.filter(extension__user__in=users).update(
        state="connected", since=now - SHIFT
    )
    _choose_statuses(users, dice, now)
    _take_work(users, dice, now)


def _ago(now: datetime, dice: random.Random) -> datetime:
    return now - SHIFT * dice.random()


def _choose_statuses(users: list[User], dice: random.Random, now: datetime) -> None:
    statuses = list(Status.objects.order_by("pk"))
    working = [status for status in statuses if status.receives_work]
    StatusInterval.objects.filter(user__in=users).delete()
    StatusInterval.objects.bulk_create(
        StatusInterval(
            user=user,
            status=dice.choice(working if dice.random() < 0.7 else statuses),
            started_at=_ago(now, dice),
        )
        for user in users
    )


def _take_work(users: list[User], dice: random.Random, now: datetime) -> None:
    """A strategy, one to six tickets with some chats, and a call for every second agent."""
    there = homes()
    tickets, calls, chats, sessions = [], [], [], []
    for user in users:
        home = there[user.campaigns.all()[0].pk]
        if home.strategy:
            kind = home.strategy.kind
            entered = {"kind": kind, "entered_at": now - SHIFT}
            sessions.append(StrategySession(user=user, strategy=home.strategy, **entered))
        for number, contact in enumerate(contacts(home, dice.randint(1, 6))):
            ticket = _ticket(home, contact, user, _ago(now, dice))
            tickets.append(ticket)
            if number == 0 and dice.random() < 0.5:
                calls.append(_call(home, ticket, _ago(now, dice)))
            if number > 0 and dice.random() < 0.3:
                chats.append(_chat(home, ticket, _ago(now, dice)))
    Contact.objects.bulk_create([ticket.contact for ticket in tickets], batch_size=BATCH)
    Ticket.objects.bulk_create(tickets, batch_size=BATCH)
    StrategySession.objects.bulk_create(sessions, batch_size=BATCH)
    Call.objects.bulk_create(calls, batch_size=BATCH)
    Chat.objects.bulk_create(chats, batch_size=BATCH)
    ChatFocus.objects.bulk_create(
        ChatFocus(
            chat=chat, user=chat.ticket.assignee, since=chat.started_at, touched_at=chat.started_at
        )
        for chat in chats
    )


def _ticket(home: Home, contact: Contact, user: User, at: datetime) -> Ticket:
    return Ticket(
        campaign=home.campaign,
        contact=contact,
        assignee=user,
        state="assigned",
        created_at=at,
        assigned_at=at,
    )


def _call(home: Home, ticket: Ticket, at: datetime) -> Call:
    return Call(
        campaign=home.campaign,
        identifier=home.line,
        direction="outbound",
        contact=ticket.contact,
        ticket=ticket,
        user=ticket.assignee,
        state="talking",
        since=at,
        started_at=at,
        answered_at=at,
    )


def _chat(home: Home, ticket: Ticket, at: datetime) -> Chat:
    return Chat(
        ticket=ticket,
        identifier=home.account,
        channel="whatsapp",
        direction="inbound",
        started_at=at,
    )

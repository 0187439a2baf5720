"""Random services on a small contact centre: everything that can move the floor."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from beex.lib import clock
from beex.lib.errors import Refused
from telephony.models import Call, Extension
from telephony.services import calls, extensions
from workspace.choices import Channel, Direction, Module, TicketState
from workspace.models import (
    Campaign,
    Chat,
    Company,
    Contact,
    Identifier,
    Profile,
    Status,
    Strategy,
    Ticket,
    User,
)
from workspace.services import chats, organization, people, presence, statuses, strategies, tickets


@dataclass
class Walk:
    """``step`` runs one random service with random arguments; refusals are part of life."""

    seed: int
    users: list[int] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    refused: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.process = presence.process_beat(f"walk-{self.seed}")
        self.tabs: dict[uuid.UUID, int] = {}
        self.names = 0
        self.moves: list[Callable[[], Any]] = [
            self.status, self.status, self.status, self.tab, self.tab, self.tab, self.sign_out,
            self.sweep, self.webphone, self.webphone, self.enter, self.enter, self.leave,
            self.ring, self.connect, self.call_step, self.call_step, self.call_step,
            self.ticket, self.ticket, self.resolve, self.reopen, self.hand_over, self.queue_take,
            self.chat, self.chat, self.chat_touch, self.chat_touch, self.chat_end,
            self.members, self.rename, self.person, self.deactivate, self.extension,
        ]  # fmt: skip

    def step(self) -> None:
        move = self.dice.choice(self.moves)
        try:
            move()
        except Refused:
            self.refused += 1
        self.done[move.__name__] = self.done.get(move.__name__, 0) + 1

    def one(self, found: Any) -> Any:
        """Any of these; refuses when there is none."""
        keys = list(found.order_by("pk").values_list("pk", flat=True))
        if not keys:
            raise Refused("not_found")
        return self.dice.choice(keys)

    def user(self) -> int:
        return int(self.one(User.objects.filter(is_active=True)))

    def status(self) -> None:
        code = self.dice.choice(
            ["available", "available", *Status.objects.values_list("code", flat=True)]
        )
        statuses.status_change(self.user(), code)

    def tab(self) -> None:
        """A tab is opened, moves, is hidden, is lost or comes back."""
        moment = clock.now()
        if self.tabs and self.dice.random() < 0.6:
            tab = self.dice.choice(list(self.tabs))
        else:
            tab = uuid.UUID(int=self.dice.getrandbits(128))
            self.tabs[tab] = self.user()
        ticket = self.dice.choice(["", "chat", "users", f"ticket:{self.dice.randint(1, 40)}"])
        fact = presence.TabFact(
            tab=tab,
            user_id=self.tabs[tab],
            session_key=f"session-{self.tabs[tab]}",
            module=self.dice.choice(Module.values),
            place=ticket,
            opened_at=moment,
            focused_at=moment,
            hidden_since=self.dice.choice([None, None, moment - timedelta(seconds=90)]),
            lost_at=self.dice.choice([None, None, None, moment - timedelta(seconds=40)]),
        )
        presence.presence_apply(self.process, [fact])

    def sign_out(self) -> None:
        user = self.user()
        presence.session_end(user, f"session-{user}")
        self.tabs = {tab: owner for tab, owner in self.tabs.items() if owner != user}

    def sweep(self) -> None:
        presence.process_beat(f"walk-{self.seed}")
        presence.presence_sweep(clock.now())
        chats.chats_sweep(clock.now())
        calls.acw_sweep(clock.now())

    def webphone(self) -> None:
        state = self.dice.choice(["connected", "connected", "connecting", "disconnected"])
        extensions.webphone_change(self.user(), state)

    def enter(self) -> None:
        strategies.strategy_enter(self.user(), self.one(Strategy.objects.all()))

    def leave(self) -> None:
        strategies.strategy_leave(self.user())

    def ring(self) -> None:
        calls.call_ring(**self._call(), contact_waits=self.dice.random() < 0.5)

    def connect(self) -> None:
        calls.call_connect(**self._call())

    def call_step(self) -> None:
        call = self.one(Call.objects.exclude(state="ended"))
        self.dice.choice([calls.call_answer, calls.call_hang_up, calls.call_finish])(call)

    def _call(self) -> dict[str, Any]:
        campaign = Campaign.objects.get(pk=self.one(Campaign.objects.all()))
        contact = self._contact(campaign)
        user = self.user()
        ticket = tickets.ticket_open(campaign.pk, contact, assignee_id=user)
        return {
            "user_id": user,
            "campaign_id": campaign.pk,
            "contact_id": contact,
            "identifier_id": self.one(campaign.identifiers.all()),
            "direction": self.dice.choice(Direction.values),
            "ticket_id": ticket.pk,
        }

    def _contact(self, campaign: Campaign) -> int:
        if self.dice.random() < 0.5:
            return int(self.one(campaign.company.contacts.all()))
        self.names += 1
        name = f"Contacto {self.names}"
        return int(Contact.objects.create(company=campaign.company, name=name).pk)

    def ticket(self) -> None:
        campaign = Campaign.objects.get(pk=self.one(Campaign.objects.all()))
        owner = self.dice.choice([None, self.user()])
        tickets.ticket_open(campaign.pk, self._contact(campaign), assignee_id=owner)

    def resolve(self) -> None:
        ticket = Ticket.objects.get(pk=self.one(Ticket.objects.filter(state="assigned")))
        tickets.ticket_resolve(ticket.pk, ticket.assignee_id or 0)

    def reopen(self) -> None:
        resolved = Ticket.objects.filter(state=TicketState.RESOLVED)
        tickets.ticket_reopen(self.one(resolved), self.user())

    def hand_over(self) -> None:
        ticket = Ticket.objects.get(pk=self.one(Ticket.objects.filter(state="assigned")))
        tickets.ticket_assign(ticket.pk, self.user(), expected=ticket.assignee_id)

    def queue_take(self) -> None:
        queued = Ticket.objects.filter(state=TicketState.QUEUED)
        tickets.ticket_assign(self.one(queued), self.user(), expected=None)

    def chat(self) -> None:
        ticket = Ticket.objects.get(pk=self.one(Ticket.objects.filter(state="assigned")))
        channel = self.dice.choice([code for code in Channel.values if code != "voice"])
        identifier = self.one(ticket.campaign.identifiers.all())
        chats.chat_start(ticket.pk, identifier, channel=channel, direction="inbound")

    def chat_touch(self) -> None:
        live = Chat.objects.filter(ended_at=None, ticket__state="assigned")
        chat = Chat.objects.select_related("ticket").get(pk=self.one(live))
        owner = chat.ticket.assignee_id or 0
        chats.chat_touch(owner, chat.pk, selected=self.dice.random() < 0.5)

    def chat_end(self) -> None:
        chats.chat_end(self.one(Chat.objects.filter(ended_at=None)))

    def members(self) -> None:
        user = User.objects.get(pk=self.user())
        every = list(Campaign.objects.order_by("pk").values_list("pk", flat=True))
        people.memberships_set(user, self.dice.sample(every, self.dice.randint(0, len(every))))

    def rename(self) -> None:
        self.names += 1
        kind: Any = self.dice.choice([Company, Campaign, Strategy])
        thing = kind.objects.get(pk=self.one(kind.objects.all()))
        thing.name = f"{thing.code} {self.names}"
        save: Any = {
            Company: organization.company_saved,
            Campaign: organization.campaign_saved,
            Strategy: organization.strategy_saved,
        }[kind]
        save(thing)

    def person(self) -> None:
        self.names += 1
        user = people.user_create(
            username=f"walker{self.seed}.{self.names}",
            first_names="Ñusta",
            last_names=f"D'Angelo {self.names}",
            campaigns=[self.one(Campaign.objects.all())],
        )
        extensions.extension_set(user.pk, str(20000 + self.names))

    def deactivate(self) -> None:
        if User.objects.filter(is_active=True).count() > 6:
            people.user_deactivate(User.objects.get(pk=self.user()))

    def extension(self) -> None:
        number = self.dice.choice([None, str(self.dice.randint(3000, 3010))])
        if Extension.objects.filter(number=number).exists():
            raise Refused("extension_taken")
        extensions.extension_set(self.user(), number)


def centre() -> None:
    """Three companies with two campaigns each, and eight people."""
    profile = Profile.objects.create(name="Walkers", role="agent")
    campaigns = []
    for company_code in ("uno", "dos", "tres"):
        company = Company.objects.create(code=company_code, name=company_code.title())
        Contact.objects.create(company=company, name=f"Cliente {company_code}")
        for kind in ("predictive", "whatsapp"):
            code = f"{company_code}-{kind}"
            campaign = Campaign.objects.create(code=code, company=company, name=code, acw_limit=60)
            Strategy.objects.create(code=code, campaign=campaign, kind=kind, name=code)
            Identifier.objects.create(
                code=code, campaign=campaign, channel="voice", value="+51", alias=code
            )
            campaigns.append(campaign.pk)
    for number in range(8):
        user = people.user_create(
            username=f"persona{number}",
            first_names=f"Persona {number}",
            profile=profile,
            campaigns=campaigns[number % 3 : number % 3 + 3],
        )
        extensions.extension_set(user.pk, str(1000 + number))

"""A stored moment of the invented contact centre, F1: every difficult case at once.

Everything is relative to the moment of loading. Its tabs belong to a process that is never
swept; its webphones and calls are eternal until a real person touches them.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction

from beex.lib import clock
from monitoring.demo import contacts, roster
from monitoring.models import SupervisionSession
from monitoring.services.floor import mark_all
from telephony.choices import CallState, WebphoneStatus
from telephony.models import Call, WebphoneState
from workspace.choices import Held, TicketState
from workspace.models import (
    Campaign,
    Chat,
    ChatFocus,
    Contact,
    Disposition,
    Identifier,
    Presence,
    Status,
    StatusInterval,
    Strategy,
    StrategySession,
    Ticket,
    TicketHolding,
    User,
    WebProcess,
)

PROCESS = "snapshot"
#: contacts of tickets that F1 only counts are numbered from here
EXTRA_CONTACTS = 106000
#: how long a call had been ringing, and an ended one talking, before its present state
RANG = timedelta(seconds=11)
TALKED = timedelta(seconds=95)
CONNECTING = timedelta(seconds=12)
CONTACT_WAITS = ("ivr", "queue")


@transaction.atomic
def load(at: datetime | None = None) -> None:
    """Put the cast into F1 as if it were ``at`` (default: now). Whatever went on before, calls,
    tickets, chats and statuses of everybody, is forgotten."""
    _forget()
    loader = _Loader(at or clock.now())
    for item in roster.read("f1.json"):
        loader.put(item)
    _number_on()
    mark_all()


def _forget() -> None:
    SupervisionSession.objects.all().delete()
    Disposition.objects.all().delete()
    Chat.objects.all().delete()
    Call.objects.all().delete()
    Ticket.objects.all().delete()
    StrategySession.objects.all().delete()
    told = [item["id"] for item in roster.read("f1.json")]
    StatusInterval.objects.filter(user__external_id__in=told).delete()
    Presence.objects.filter(process__name=PROCESS).delete()


def _number_on() -> None:
    """The tickets of F1 have the numbers they are known by; new ones must go on from there."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Ticket]):
            cursor.execute(statement)


class _Loader:
    """Writes one person after another."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.users = dict(User.objects.values_list("external_id", "pk"))
        self.statuses = dict(Status.objects.values_list("code", "pk"))
        self.campaigns = {one.code: one for one in Campaign.objects.select_related("company")}
        self.strategies = {one.code: one for one in Strategy.objects.select_related("campaign")}
        self.identifiers = dict(Identifier.objects.values_list("code", "pk"))
        self.people = {person.id: person for person in roster.cast()}
        self.process = WebProcess.objects.update_or_create(
            name=PROCESS, defaults={"seen_at": at, "eternal": True}
        )[0]
        self.next_ticket = 1 + max(_named_tickets())
        self.next_contact = EXTRA_CONTACTS

    def put(self, item: dict[str, Any]) -> None:
        user_id = self.users[item["id"]]
        since = self._ago(item["seconds"])
        StatusInterval.objects.create(
            user_id=user_id, status_id=self.statuses[item["status"]], started_at=since
        )
        for code in item["strategies"]:
            strategy = self.strategies[code]
            StrategySession.objects.create(
                user_id=user_id, strategy=strategy, kind=strategy.kind, entered_at=since
            )
        self._webphone(user_id, item, since)
        tickets = self._chats(user_id, item)
        call = item["call"]
        if call and call["state"] != "waiting":
            tickets.insert(0, self._call(user_id, call))
        self._extra_tickets(user_id, item, item["active_tickets"] - len(tickets))
        self._tab(user_id, item, since)

    def _ago(self, seconds: float) -> datetime:
        return self.at - timedelta(seconds=seconds)

    def _webphone(self, user_id: int, item: dict[str, Any], since: datetime) -> None:
        call = item["call"]
        waiting = call and call["state"] == "waiting"
        if item["webphone"] == WebphoneStatus.CONNECTING:
            since = self.at - CONNECTING
        WebphoneState.objects.filter(extension__user_id=user_id).update(
            state=item["webphone"],
            since=since,
            free_since=self._ago(call["seconds"]) if waiting else None,
            eternal=True,
        )

    def _tab(self, user_id: int, item: dict[str, Any], since: datetime) -> None:
        """Where he is: at the ticket of his call, in a chat, or nowhere in particular. Of those
        who left, the tab they closed, for when they were last seen."""
        place = ""
        if item["module"] == "supervision":
            place = "users"
        elif item["chats"]:
            place = "chat"
        elif item["call"] and "ticket" in item["call"]:
            place = f"ticket:{item['call']['ticket']}"
        Presence.objects.create(
            tab=uuid.uuid4(),
            user_id=user_id,
            process=self.process,
            module=item["module"] or "workspace",
            place=place,
            opened_at=since - timedelta(minutes=1 if item["online"] else 60),
            focused_at=self.at if item["online"] else since,
            closed_at=None if item["online"] else since,
        )

    def _contact(self, campaign: Campaign, told: dict[str, Any]) -> Contact:
        fields = {"name": told["name"], "phone": told["phone"] or ""}
        return Contact.objects.update_or_create(
            company=campaign.company, code=told["code"], defaults=fields
        )[0]

    def _ticket(
        self, number: int, user_id: int, campaign: Campaign, contact: Contact, at: datetime
    ) -> Ticket:
        ticket = Ticket.objects.create(
            pk=number,
            campaign=campaign,
            contact=contact,
            assignee_id=user_id,
            state=TicketState.ASSIGNED,
            created_at=at,
            assigned_at=at,
        )
        TicketHolding.objects.create(ticket=ticket, user_id=user_id, how=Held.ASSIGNED, since=at)
        return ticket

    def _chats(self, user_id: int, item: dict[str, Any]) -> list[Ticket]:
        tickets = []
        for position, told in enumerate(item["chats"]):
            campaign = self.campaigns[told["campaign"]]
            started = self._ago(told["seconds"])
            contact = self._contact(campaign, told["contact"])
            ticket = self._ticket(told["ticket"], user_id, campaign, contact, started)
            chat = Chat.objects.create(
                ticket=ticket,
                channel=told["channel"],
                direction=told["direction"],
                identifier_id=self.identifiers[told["identifier"]],
                started_at=started,
            )
            # every one selected, so that none runs out; the first was touched last
            ChatFocus.objects.create(
                chat=chat,
                user_id=user_id,
                selected=True,
                since=started,
                touched_at=self._ago(position),
            )
            tickets.append(ticket)
        return tickets

    def _call(self, user_id: int, told: dict[str, Any]) -> Ticket:
        campaign = self.campaigns[told["campaign"]]
        since = self._ago(told["seconds"])
        contact = self._contact(campaign, told["contact"])
        times = _times(CallState(told["state"]), since, campaign.acw_limit)
        ticket = self._ticket(told["ticket"], user_id, campaign, contact, times["started_at"])
        Call.objects.create(
            user_id=user_id,
            campaign=campaign,
            strategy=self._strategy(told),
            identifier_id=self.identifiers[told["identifier"]],
            direction=told["direction"],
            contact=contact,
            ticket=ticket,
            state=told["state"],
            since=since,
            contact_waits=told["state"] == CallState.RINGING and told["strategy"] in CONTACT_WAITS,
            eternal=True,
            **times,
        )
        return ticket

    def _strategy(self, told: dict[str, Any]) -> Strategy | None:
        for strategy in self.strategies.values():
            if (strategy.campaign.code, strategy.kind) == (told["campaign"], told["strategy"]):
                return strategy
        return None

    def _extra_tickets(self, user_id: int, item: dict[str, Any], count: int) -> None:
        """Tickets that F1 counts and does not describe: of his main campaign, hours old."""
        person = self.people[item["id"]]
        for position in range(count):
            campaign = self.campaigns[person.campaigns[0]]
            number = self.next_contact
            told = {
                "name": contacts.name(number),
                "code": contacts.code(campaign.company.code, number),
                "phone": contacts.phone(number),
            }
            opened = self._ago(3600 * (position + 1))
            self._ticket(self.next_ticket, user_id, campaign, self._contact(campaign, told), opened)
            self.next_ticket += 1
            self.next_contact += 1


def _named_tickets() -> Iterator[int]:
    for item in roster.read("f1.json"):
        for told in [item["call"] or {}, *item["chats"]]:
            if "ticket" in told:
                yield told["ticket"]


def _times(state: CallState, since: datetime, acw_limit: int) -> dict[str, datetime]:
    """The times of a call that has been in ``state`` since ``since``."""
    if state == CallState.RINGING:
        return {"started_at": since}
    if state == CallState.TALKING:
        return {"started_at": since - RANG, "answered_at": since}
    return {
        "started_at": since - TALKED - RANG,
        "answered_at": since - TALKED,
        "hung_up_at": since,
        "acw_until": since + timedelta(seconds=acw_limit),
    }

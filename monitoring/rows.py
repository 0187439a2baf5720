"""What the floor shows of some users, computed from the truth by a fixed number of queries.

Pure reading: nothing here writes. The engine stores what comes out; ``check_floor`` compares it.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db.models import Count

from beex.lib.clock import iso
from monitoring.models import FloorPolicy
from telephony.choices import LIVE_STATES, CallState, WebphoneStatus
from telephony.models import Call
from workspace.choices import StrategyKind, TicketState
from workspace.models import (
    CampaignMember,
    ChatFocus,
    Presence,
    StatusInterval,
    StrategySession,
    Ticket,
    User,
)

#: a hidden tab is idle after so long (R26)
IDLE_AFTER = timedelta(seconds=60)
FOREIGN = re.compile(r"[^\x00-\x7f]+")
KIND_ORDER = {kind: position for position, kind in enumerate(StrategyKind.values)}


@dataclass(slots=True)
class Row:
    """One user's row as it must be stored. ``body`` and ``facts`` are JSON texts (see
    ``FloorRow``); ``due_at`` is when time alone will change it."""

    body: str
    facts: str
    due_at: datetime | None
    status: str
    webphone: str
    call: str
    search: str


def plain(text: str) -> str:
    """Lower case without accents, as searches compare it."""
    marked = unicodedata.normalize("NFKD", text)
    return "".join(char for char in marked if not unicodedata.combining(char)).lower()


def encode(row: dict[str, Any]) -> str:
    """The row as JSON in pure ASCII (``\\u00f1``): the server makes bytes of every frame anew for
    every socket, and for any other letter that costs it fifty times as much."""
    text = orjson.dumps(row).decode()
    return FOREIGN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def compute(user_ids: Collection[int], at: datetime) -> dict[int, Row]:
    """The rows of those of ``user_ids`` who are registered and active, as of ``at`` (UTC)."""
    drafts = _people(user_ids)
    if not drafts:
        return {}
    ids = list(drafts)
    _statuses(ids, drafts)
    _presences(ids, drafts)
    _tickets(ids, drafts)
    _campaigns(ids, drafts)
    _strategies(ids, drafts)
    _calls(ids, drafts)
    _chats(ids, drafts)
    policy = FloorPolicy.objects.first() or FloorPolicy()
    waiting_long = timedelta(seconds=policy.waiting_long)
    return {user_id: draft.finish(at, waiting_long) for user_id, draft in drafts.items()}


@dataclass(slots=True)
class _Draft:
    """A row in the making. Times stay datetimes until ``finish``."""

    extension: str | None
    first_names: str
    last_names: str
    username: str
    role: str
    webphone: tuple[str, datetime, datetime | None] | None
    status: tuple[str, datetime, bool, int | None]
    tabs: list[tuple[str, str, datetime, datetime | None, bool]] = field(default_factory=list)
    place: tuple[str, int | None] | None = None
    tickets: dict[int, int] = field(default_factory=dict)
    campaigns: list[tuple[int, str, str, int, str, str]] = field(default_factory=list)
    strategies: list[tuple[int, str, str, int, int, datetime]] = field(default_factory=list)
    call: dict[str, Any] | None = None
    call_company: int | None = None
    chats: list[tuple[dict[str, Any], int]] = field(default_factory=list)
    signals: list[dict[str, Any]] = field(default_factory=list)
    due: list[datetime] = field(default_factory=list)

    def finish(self, at: datetime, waiting_long: timedelta) -> Row:
        code, since, available, long_after = self.status
        self._wait(available)
        if long_after:
            self._signal("status_long", since + timedelta(seconds=long_after), at)
        if self.call and self.call["state"] == "waiting":
            self._signal("waiting_long", self.call["since"] + waiting_long, at)
        if self.call and self.call["acw_until"]:
            self._signal("acw_over", self.call["acw_until"], at)
        body = {
            "extension": self.extension,
            "first_names": self.first_names,
            "last_names": self.last_names,
            "username": self.username,
            "role": self.role,
            "online": bool(self.tabs),
            "status": {"code": code, "since": iso(since)},
            "webphone": self.webphone
            and {"state": self.webphone[0], "since": iso(self.webphone[1])},
            "module": self._module(at),
            "active_tickets": sum(self.tickets.values()),
            "strategies": [
                {"id": id_, "kind": kind, "name": name, "campaign_id": campaign,
                 "paused": not available}
                for id_, kind, name, campaign, _, _ in self.strategies
            ],
            "campaigns": [
                {"id": id_, "code": code_, "name": name, "company_id": company,
                 "company": company_name}
                for id_, code_, name, company, _, company_name in self.campaigns
            ],
            "call": self.call and {
                **self.call,
                "since": iso(self.call["since"]),
                "acw_until": iso(self.call["acw_until"]),
            },
            "chats": [chat for chat, _ in self.chats],
            "signals": self.signals,
        }  # fmt: skip
        facts = {
            "companies": {company: code_ for _, _, _, company, code_, _ in self.campaigns},
            "tickets": self.tickets,
            "strategies": [company for *_, company, _ in self.strategies],
            "call": self.call_company,
            "chats": [company for _, company in self.chats],
            "place": self.place[1] if self.place else None,
        }
        return Row(
            body=encode(body)[1:],
            facts=orjson.dumps(facts, option=orjson.OPT_NON_STR_KEYS).decode(),
            due_at=min(self.due, default=None),
            status=code,
            webphone=self.webphone[0] if self.webphone else "none",
            call=self.call["state"] if self.call else "none",
            search=plain(f"{self.first_names} {self.last_names} {self.extension or ''}")[:400],
        )

    def _wait(self, available: bool) -> None:
        """R39: waiting ⇔ available ∧ connected ∧ in a predictive strategy ∧ no call, no ACW."""
        if self.call or not available or not self.webphone or not self.tabs:
            return
        state, connected_at, free_since = self.webphone
        predictive = [one for one in self.strategies if one[1] == StrategyKind.PREDICTIVE]
        if state != WebphoneStatus.CONNECTED or not predictive:
            return
        _, _, _, campaign, company, entered_at = predictive[0]
        since = max(self.status[1], connected_at, entered_at, free_since or entered_at)
        self.call = {
            "id": None, "state": "waiting", "since": since, "direction": None,
            "campaign_id": campaign, "acw_until": None, "hidden": False,
        }  # fmt: skip
        self.call_company = company

    def _module(self, at: datetime) -> dict[str, Any] | None:
        """The tab that is used: the last focused of those that live (R25, E13)."""
        if not self.tabs:
            return None
        living = [tab for tab in self.tabs if not tab[4]] or self.tabs[:1]
        code, _, _, hidden_since, _ = living[0]
        idle = False
        if hidden_since is not None:
            idle = hidden_since + IDLE_AFTER <= at
            if not idle:
                self.due.append(hidden_since + IDLE_AFTER)
        place = self.place[0] if self.place else None
        return {"code": code, "place": place, "tabs": len(living), "idle": idle}

    def _signal(self, code: str, since: datetime, at: datetime) -> None:
        if since <= at:
            self.signals.append({"code": code, "since": iso(since)})
        else:
            self.due.append(since)


def _people(user_ids: Collection[int]) -> dict[int, _Draft]:
    rows = (
        User.objects.filter(pk__in=user_ids, is_active=True)
        .order_by()
        .values_list(
            "pk",
            "extension__number",
            "first_names",
            "last_names",
            "username",
            "role",
            "extension__webphone__state",
            "extension__webphone__since",
            "extension__webphone__free_since",
            "date_joined",
        )
    )
    return {
        pk: _Draft(
            extension=number,
            first_names=first,
            last_names=last,
            username=username,
            role=role,
            webphone=(state, since, free_since) if number else None,
            status=("unavailable", joined, False, None),
        )
        for pk, number, first, last, username, role, state, since, free_since, joined in rows
    }


def _statuses(ids: list[int], drafts: dict[int, _Draft]) -> None:
    for user_id, code, since, available, long_after in (
        StatusInterval.objects.filter(user_id__in=ids, ended_at=None)
        .order_by()
        .values_list(
            "user_id", "status__code", "started_at", "status__receives_work", "status__long_after"
        )
    ):
        drafts[user_id].status = (code, since, available, long_after)


def _presences(ids: list[int], drafts: dict[int, _Draft]) -> None:
    """Open tabs, the last focused first, and where the one in use is. A place that names a
    ticket is believed only when there is such a ticket."""
    tabs = (
        Presence.objects.filter(user_id__in=ids, closed_at=None)
        .order_by("-focused_at", "-pk")
        .values_list("user_id", "module", "place", "focused_at", "hidden_since", "lost_at")
    )
    for user_id, module, place, focused_at, hidden_since, lost_at in tabs:
        drafts[user_id].tabs.append((module, place, focused_at, hidden_since, lost_at is not None))
    named: dict[int, list[_Draft]] = defaultdict(list)
    for draft in drafts.values():
        used = next(
            (tab for tab in draft.tabs if not tab[4]), draft.tabs[0] if draft.tabs else None
        )
        kind, _, number = used[1].partition(":") if used else ("", "", "")
        if kind == "ticket" and number:
            named[int(number)].append(draft)
        elif kind:
            draft.place = (used[1] if used else "", None)
    for ticket, company in Ticket.objects.filter(pk__in=named).values_list(
        "pk", "campaign__company_id"
    ):
        for draft in named[ticket]:
            draft.place = (f"ticket:{ticket}", company)


def _tickets(ids: list[int], drafts: dict[int, _Draft]) -> None:
    for user_id, company, count in (
        Ticket.objects.filter(assignee_id__in=ids, state=TicketState.ASSIGNED)
        .order_by()
        .values_list("assignee_id", "campaign__company_id")
        .annotate(count=Count("pk"))
    ):
        if user_id is not None:
            drafts[user_id].tickets[company] = count


def _campaigns(ids: list[int], drafts: dict[int, _Draft]) -> None:
    members = (
        CampaignMember.objects.filter(user_id__in=ids)
        .order_by("campaign__company__name", "campaign__name", "campaign_id")
        .values_list(
            "user_id",
            "campaign_id",
            "campaign__code",
            "campaign__name",
            "campaign__company_id",
            "campaign__company__code",
            "campaign__company__name",
        )
    )
    for user_id, id_, code, name, company, company_code, company_name in members:
        drafts[user_id].campaigns.append((id_, code, name, company, company_code, company_name))


def _strategies(ids: list[int], drafts: dict[int, _Draft]) -> None:
    sessions = (
        StrategySession.objects.filter(user_id__in=ids, left_at=None)
        .order_by("entered_at", "pk")
        .values_list(
            "user_id",
            "strategy_id",
            "kind",
            "strategy__name",
            "strategy__campaign_id",
            "strategy__campaign__company_id",
            "entered_at",
        )
    )
    for user_id, id_, kind, name, campaign, company, entered_at in sorted(
        sessions, key=lambda session: KIND_ORDER[session[2]]
    ):
        drafts[user_id].strategies.append((id_, kind, name, campaign, company, entered_at))


def _calls(ids: list[int], drafts: dict[int, _Draft]) -> None:
    for user_id, id_, state, since, direction, campaign, acw_until, company in (
        Call.objects.filter(user_id__in=ids, state__in=[state.value for state in LIVE_STATES])
        .order_by()
        .values_list(
            "user_id",
            "pk",
            "state",
            "since",
            "direction",
            "campaign_id",
            "acw_until",
            "campaign__company_id",
        )
    ):
        drafts[user_id].call = {
            "id": id_, "state": state, "since": since, "direction": direction,
            "campaign_id": campaign, "acw_until": acw_until if state == CallState.ACW else None,
            "hidden": False,
        }  # fmt: skip
        drafts[user_id].call_company = company


def _chats(ids: list[int], drafts: dict[int, _Draft]) -> None:
    for user_id, id_, channel, contact, since, company in (
        ChatFocus.objects.filter(user_id__in=ids)
        .order_by("-touched_at", "-pk")
        .values_list(
            "user_id",
            "chat_id",
            "chat__channel",
            "chat__ticket__contact__name",
            "since",
            "chat__ticket__campaign__company_id",
        )
    ):
        chip = {"id": id_, "channel": channel, "contact": contact, "since": iso(since)}
        drafts[user_id].chats.append((chip, company))


def limited(row: dict[str, Any], facts: dict[str, Any], scope: frozenset[int]) -> dict[str, Any]:
    """The row as a viewer sees it whose scope is these companies (D2): identity, status,
    webphone, online and module code as they are; place, campaigns, strategies, tickets, chats
    and the call only of these companies; foreign work is a bare state."""
    mine = dict(row)
    if row["module"] and (row["module"]["place"] or "").startswith(("ticket:", "user:")):
        place = row["module"]["place"] if facts["place"] in scope else None
        mine["module"] = {**row["module"], "place": place}
    mine["campaigns"] = [one for one in row["campaigns"] if one["company_id"] in scope]
    mine["strategies"] = _within(row["strategies"], facts["strategies"], scope)
    mine["chats"] = _within(row["chats"], facts["chats"], scope)
    mine["active_tickets"] = sum(
        count for company, count in facts["tickets"].items() if int(company) in scope
    )
    call = row["call"]
    if call and facts["call"] not in scope:
        bare = {"id": None, "state": call["state"], "since": call["since"], "hidden": True}
        mine["call"] = bare
        foreign = ("waiting_long", "acw_over")
        mine["signals"] = [one for one in row["signals"] if one["code"] not in foreign]
    return mine


def _within(items: list[Any], companies: list[int], scope: frozenset[int]) -> list[Any]:
    return [item for item, company in zip(items, companies, strict=True) if company in scope]

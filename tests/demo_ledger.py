"""What a simulated day came to, read from its acts alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from monitoring.demo import acts
from monitoring.demo.acts import Act
from monitoring.demo.floor import Agent
from monitoring.demo.plan import Plan
from monitoring.demo.roster import Person
from monitoring.demo.voice import Predictive, Queue

Sums = defaultdict[str, float]


@dataclass
class Row:
    """One person as the floor would show him."""

    person: Person
    online: bool = False
    status: str = "unavailable"
    webphone: str = "disconnected"
    kind: str = ""
    call: str = ""
    case: int = 0
    call_kind: str = ""
    chats: set[int] = field(default_factory=set)
    tickets: set[int] = field(default_factory=set)

    @property
    def state(self) -> str:
        """The call state shown (2.3): a call's own, or waiting, or none."""
        if self.call:
            return self.call
        waits = self.status == "available" and self.webphone == "connected" and self.online
        return "waiting" if waits and self.kind == "predictive" else "none"


@dataclass
class Work:
    """Sums of one person's day, seconds."""

    states: Sums = field(default_factory=lambda: defaultdict(float))
    statuses: Sums = field(default_factory=lambda: defaultdict(float))
    platform: float = 0.0
    answered: int = 0
    waits: list[float] = field(default_factory=list)


class Ledger:
    """Replays acts and sums up. ``broken`` names every moment against the rules of 2.3.6."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.rows = {person.id: Row(person) for person in people}
        self.work: dict[str, Work] = defaultdict(Work)
        self.chats_most = self.tickets_most = 0
        self.chat_time: Sums = defaultdict(float)
        self.changes = 0
        self.broken: list[str] = []
        self._since: dict[str, float] = {}
        self._waiting_since: dict[str, float] = {}

    def read(self, done: Iterable[Act]) -> "Ledger":
        for act in done:
            if not act.person:
                continue
            row = self.rows[act.person]
            self._count(row, act.at)
            before = row.state
            self._apply(row, act)
            self._check(row, act)
            self._waits(row, before, act.at)
            self.changes += before != row.state
        return self

    def end(self, at: float) -> "Ledger":
        for row in self.rows.values():
            self._count(row, at)
        return self

    def _count(self, row: Row, at: float) -> None:
        lasted = at - self._since.get(row.person.id, at)
        self._since[row.person.id] = at
        if not row.online:
            return
        work = self.work[row.person.id]
        work.platform += lasted
        work.statuses[row.status] += lasted
        work.states[row.state] += lasted
        if row.status == "available":
            self.chat_time["present " + row.person.id] += lasted * bool(row.chats)
            self.chat_time["chats " + row.person.id] += lasted * len(row.chats)

    def _waits(self, row: Row, before: str, at: float) -> None:
        if row.state == "waiting" and before != "waiting":
            self._waiting_since[row.person.id] = at
        if before == "waiting" and row.state != "waiting":
            waited = at - self._waiting_since[row.person.id]
            if row.state == "talking":
                self.work[row.person.id].waits.append(waited)

    def _apply(self, row: Row, act: Act) -> None:
        if isinstance(act, acts.Call):
            self._begin(row, act)
        elif isinstance(act, acts.Answer | acts.HangUp | acts.Finish):
            self._go_on(row, act)
        elif isinstance(act, acts.Chat | acts.EndChat | acts.FollowUp | acts.Resolve):
            self._hold(row, act)
        else:
            self._say(row, act)

    def _say(self, row: Row, act: Act) -> None:
        match act:
            case acts.SignIn():
                row.online, row.status = True, "unavailable"
            case acts.Lose() | acts.GiveUp():
                row.online, row.status, row.kind, row.call = False, "unavailable", "", ""
                row.webphone = "disconnected"
            case acts.SignOut():
                row.online, row.status, row.kind = False, "unavailable", ""
                row.webphone = "disconnected"
            case acts.SetStatus():
                row.status = act.code
            case acts.SetWebphone():
                row.webphone = act.state
            case acts.Enter():
                row.kind = act.kind if act.kind != "whatsapp" else row.kind

    def _go_on(self, row: Row, act: Act) -> None:
        match act:
            case acts.Answer():
                row.call = "talking" if row.call == "ringing" else self._wrong(act, row)
                self.work[act.person].answered += 1
            case acts.HangUp():
                row.call = "acw" if row.call == "talking" else ""
            case acts.Finish():
                row.call = "" if row.call == "acw" else self._wrong(act, row)

    def _hold(self, row: Row, act: Act) -> None:
        match act:
            case acts.Chat():
                row.chats.add(act.case)
                row.tickets.add(act.case)
            case acts.EndChat():
                row.chats.discard(act.case)
            case acts.FollowUp():
                row.tickets.add(act.case)
            case acts.Resolve():
                row.tickets.discard(act.case)

    def _begin(self, row: Row, act: acts.Call) -> None:
        able = row.online and row.status == "available" and row.webphone == "connected"
        if not able or row.call:
            self._wrong(act, row)
        row.call, row.call_kind, row.case = (
            ("ringing" if act.rings else "talking"),
            act.kind,
            act.case,
        )
        row.tickets.add(act.case)
        if not act.rings:
            self.work[act.person].answered += 1

    def _wrong(self, act: Act, row: Row) -> str:
        self.broken.append(f"{act} while {row}")
        return row.call

    def _check(self, row: Row, act: Act) -> None:
        """The table 2.3.6, and the limits."""
        here = row.online and row.person.extension
        rules = (
            row.state != "none" and not here,
            row.state == "ringing" and (row.status != "available" or row.call_kind == "predictive"),
            row.state == "waiting" and row.kind != "predictive",
            row.kind == "predictive"
            and row.state == "none"
            and row.status == "available"
            and row.webphone == "connected",
            len(row.chats) > 4,
        )
        if any(rules):
            self._wrong(act, row)
        self.chats_most = max(self.chats_most, len(row.chats))
        self.tickets_most = max(self.tickets_most, len(row.tickets))


def cells(plan: Plan, ledger: Ledger) -> dict[tuple[str, str], float]:
    """The figures of the published check, by pool and column. Shares are of the time
    *Disponible*; ``chats`` of the time with at least one."""
    found: dict[tuple[str, str], float] = {}
    for campaign, pool in plan.voice.items():
        team = [ledger.work[agent.person.id] for agent in _team(plan, campaign)]
        present = sum(work.statuses["available"] for work in team)
        found[campaign, "calls"] = sum(work.answered for work in team) / present * 3600
        shares = {
            state: sum(work.states[state] for work in team) / present
            for state in ("talking", "acw", "ringing", "waiting")
        }
        found[campaign, "occupancy"] = shares["talking"] + shares["acw"]
        found[campaign, "ringing"], found[campaign, "waiting"] = (
            shares["ringing"],
            shares["waiting"],
        )
        if isinstance(pool, Predictive):
            waits = [wait for work in team for wait in work.waits]
            found[campaign, "wait"] = sum(waits) / len(waits)
            found[campaign, "abandoned"] = pool.abandoned / pool.live
        elif isinstance(pool, Queue):
            found[campaign, "abandoned"] = pool.abandoned / pool.arrived
    for campaign, chats in plan.chats.items():
        ids = [agent.person.id for agent in chats.team]
        held = sum(ledger.chat_time[f"chats {person}"] for person in ids)
        busy = sum(ledger.chat_time[f"present {person}"] for person in ids)
        found[f"{campaign} chats", "at a time"] = held / busy
    waited = [wait for chats in plan.chats.values() for wait in chats.waits]
    found["chats", "wait"] = sum(waited) / len(waited)
    return found


def _team(plan: Plan, campaign: str) -> list[Agent]:
    agents = plan.floor.agents.values()
    voice = [agent for agent in agents if agent.person.desk == "voice"]
    return [agent for agent in voice if agent.person.campaigns[0] == campaign]

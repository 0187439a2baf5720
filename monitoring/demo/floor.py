"""The people of the simulated floor: what each is doing, and what he may do next.

Pure planning: it knows a virtual clock and dice, writes acts into a list, and asks nobody. What
happens to a person is cancelled by raising his ``turn``.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from monitoring.demo import acts, rates
from monitoring.demo.dice import Dice
from monitoring.demo.roster import Person, read
from monitoring.demo.timeline import Timeline

AVAILABLE, UNAVAILABLE = "available", "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What of the full life is played. All off is the base day of the published check."""

    weekday: int = 2
    bunching: bool = True
    losses: bool = True
    focus: bool = True
    voicemail_in_progressive: bool = True
    reserves: bool = True


@dataclass(eq=False, slots=True)
class Agent:
    """One person. ``call`` is the case of his live call, ``call_state`` ``ringing``,
    ``talking``, ``acw`` or empty; ``carried`` are cases kept active after their contact;
    ``wanted`` the status he takes, and for how long, as soon as his call is over; ``untidy``: what
    a real person left open is closed before his work begins."""

    person: Person
    number: int
    home: str
    held: bool = False
    online: bool = False
    online_since: float = 0.0
    leaving: bool = False
    status: str = UNAVAILABLE
    status_since: float = 0.0
    webphone: str = "disconnected"
    module: str = ""
    place: str = ""
    kinds: list[tuple[str, str]] = field(default_factory=list)
    call: acts.Call | None = None
    call_state: str = ""
    call_since: float = 0.0
    talking_since: float = 0.0
    wanted: tuple[str, float] | None = None
    free_since: float = -1.0
    chats: dict[int, acts.Chat] = field(default_factory=dict)
    focus: int | None = None
    carried: deque[int] = field(default_factory=deque)
    untidy: bool = False
    turn: int = 0

    @property
    def present(self) -> bool:
        """On the platform and choosing to work."""
        return self.online and self.status == AVAILABLE and not self.leaving

    @property
    def able(self) -> bool:
        """A call can be given to him."""
        return (
            self.present
            and self.webphone == "connected"
            and self.call is None
            and self.wanted is None
        )


class Pool(Protocol):
    """Work that waits for people."""

    def freed(self, agent: Agent) -> None:
        """He may be able to take work."""


class Floor:
    """Everybody. ``acts`` is what has been done since somebody last took them away; ``peak``
    multiplies all arrivals."""

    def __init__(
        self, people: Iterable[Person], dice: Dice, timeline: Timeline, conditions: Conditions
    ) -> None:
        self.dice = dice
        self.timeline = timeline
        self.conditions = conditions
        self.acts: list[acts.Act] = []
        self.peak = 1.0
        self.weekday = conditions.weekday
        self.agents: dict[str, Agent] = {}
        self.pools: dict[Agent, list[Pool]] = {}
        self.limits: Mapping[str, int] = {
            item["code"]: item["acw_limit"] for item in read("organization.json")["campaigns"]
        }
        self._cases = count(1)
        for number, person in enumerate(people):
            home = "workspace" if person.role == "agent" else "supervision"
            self.agents[person.id] = Agent(person, number, home)

    @property
    def now(self) -> float:
        return self.timeline.now

    def later(self, agent: Agent, delay: float, action: Callable[[], None]) -> None:
        """Do it after so many seconds, unless this turn of his is over by then."""
        turn = agent.turn

        def due() -> None:
            if agent.turn == turn:
                action()

        self.timeline.after(delay, due)

    def during(self, agent: Agent, delay: float, action: Callable[[], None]) -> None:
        """Do it after so many seconds, if the call he has now is still his then."""
        call = agent.call
        self.later(agent, delay, lambda: action() if agent.call is call else None)

    def new_case(self) -> int:
        return next(self._cases)

    # --- coming and going -------------------------------------------------------------------------

    def sign_in(self, agent: Agent) -> None:
        """He opens the platform; his webphone connects a second later (R21)."""
        if agent.online or agent.held:
            return
        agent.turn += 1
        agent.online, agent.leaving, agent.status = True, False, UNAVAILABLE
        agent.online_since = agent.status_since = self.now
        agent.module, agent.place = agent.home, ""
        if agent.untidy:
            agent.untidy = False
            self._do(acts.Tidy, agent)
        self._do(acts.SignIn, agent, module=agent.module)
        self.move(agent, agent.home)
        if agent.person.extension:
            self.later(agent, 1.0, lambda: self.webphone(agent, "connected"))

    def sign_out(self, agent: Agent) -> None:
        """He leaves, when his call is over. Nothing of his stays open."""
        agent.leaving = True
        if not agent.online or agent.call is not None:
            return
        for case in list(agent.chats):
            self.end_chat(agent, case)
        while agent.carried:
            self.resolve(agent, agent.carried[0])
        self._do(acts.SignOut, agent)
        self._reset(agent)

    def vanish(self, agent: Agent) -> None:
        """His browser dies: nothing is said, and only time tells that he is gone."""
        if agent.online:
            if agent.call is not None and agent.call_state != "acw":
                self._do(acts.HangUp, agent, case=agent.call.case, reason="webphone_lost")
            self._do(acts.Lose, agent)
            self._reset(agent)

    def take(self, agent: Agent) -> None:
        """A real person signed in with his account: he is out of our hands."""
        if agent.online:
            if agent.call is not None and agent.call_state != "acw":
                self._do(acts.HangUp, agent, case=agent.call.case, reason="handover")
            self._do(acts.GiveUp, agent)
        self._reset(agent)
        agent.held = True

    def give_back(self, agent: Agent) -> None:
        """The real person left: his place can be taken again, and what he left is his until then
        (E20)."""
        agent.held, agent.untidy = False, True

    def _reset(self, agent: Agent) -> None:
        agent.turn += 1
        agent.online = agent.leaving = False
        agent.status, agent.status_since = UNAVAILABLE, self.now
        agent.webphone, agent.module, agent.place = "disconnected", "", ""
        agent.call, agent.call_state, agent.wanted, agent.focus = None, "", None, None
        agent.chats.clear()
        agent.carried.clear()
        agent.kinds.clear()

    # --- what he says of himself ------------------------------------------------------------------

    def pause(self, agent: Agent, code: str, length: float) -> bool:
        """He wants another status for so long: at once, or as most do, when his call is over.
        False when this is not the moment."""
        if not agent.present or agent.wanted:
            return False
        rings = agent.call_state == "ringing"
        if agent.call is not None and (rings or not self.dice.chance(rates.AT_ONCE_SHARE)):
            agent.wanted = (code, length)
        else:
            self._pause_now(agent, code, length)
        return True

    def _pause_now(self, agent: Agent, code: str, length: float) -> None:
        agent.wanted = None
        self.status(agent, code)
        self.later(agent, length, lambda: self.status(agent, AVAILABLE))

    def status(self, agent: Agent, code: str) -> None:
        """He is in this status from now on."""
        if not agent.online or agent.status == code:
            return
        agent.status, agent.status_since = code, self.now
        self._do(acts.SetStatus, agent, code=code)
        self.freed(agent)

    def enter(self, agent: Agent, campaign: str, kind: str) -> None:
        """He works that strategy."""
        agent.kinds.append((campaign, kind))
        self._do(acts.Enter, agent, campaign=campaign, kind=kind)

    # --- where he is ------------------------------------------------------------------------------

    def webphone(self, agent: Agent, state: str) -> None:
        """The PBX says so. What it lost cannot go on."""
        if not agent.online or agent.webphone == state:
            return
        agent.webphone = state
        self._do(acts.SetWebphone, agent, state=state)
        if state == "connected":
            self.freed(agent)
        elif agent.call_state in ("ringing", "talking"):
            self.hang_up(agent, "webphone_lost")

    def move(self, agent: Agent, module: str) -> None:
        """He is in that module, where his work there is."""
        place = ""
        if module == "supervision":
            place = "users"
        elif module == "workspace" and agent.call is not None:
            place = f"case:{agent.call.case}"
        elif module == "workspace" and agent.focus is not None:
            place = "chat"
        if (module, place) == (agent.module, agent.place):
            return
        agent.module, agent.place = module, place
        self._do(acts.Move, agent, module=module, place=place)

    def freed(self, agent: Agent) -> None:
        """Tell whatever waits for him."""
        agent.free_since = self.now
        if agent.present:
            for pool in self.pools.get(agent, ()):
                pool.freed(agent)

    # --- calls ------------------------------------------------------------------------------------

    def ring(self, agent: Agent, campaign: str, kind: str, direction: str, *, waits: bool) -> None:
        """A call rings that is his from now on: at the contact, or (``waits``) at his phone."""
        self._begin(agent, campaign, kind, direction, rings=True, waits=waits)

    def connect(self, agent: Agent, campaign: str, kind: str, outcome: rates.Outcome) -> None:
        """The dialer gives him a contact who has just answered (2.3.2)."""
        self._begin(agent, campaign, kind, "outbound", rings=False, waits=False)
        self._talk(agent, outcome)

    def _begin(self, agent: Agent, *what: str, rings: bool, waits: bool) -> None:
        campaign, kind, direction = what
        call = acts.Call(
            at=self.now,
            person=agent.person.id,
            case=self.new_case(),
            campaign=campaign,
            kind=kind,
            direction=direction,
            rings=rings,
            waits=waits,
        )
        self._make_room(agent)
        agent.call, agent.call_since = call, self.now
        agent.talking_since = self.now
        agent.call_state = "ringing" if rings else "talking"
        self.acts.append(call)
        self.move(agent, agent.module)

    def answer(self, agent: Agent, outcome: rates.Outcome) -> None:
        """Contact and agent are connected."""
        if agent.call is not None:
            agent.call_state = "talking"
            agent.call_since = agent.talking_since = self.now
            self._do(acts.Answer, agent, case=agent.call.case)
            self._talk(agent, outcome)

    def _talk(self, agent: Agent, outcome: rates.Outcome) -> None:
        def over() -> None:
            if agent.call_state == "talking":
                self.hang_up(agent, "hangup", outcome.acw)

        self.during(agent, self.dice.length(outcome.talk, outcome.cv), over)

    def hang_up(self, agent: Agent, reason: str, acw: float = 20.0) -> None:
        """The audio is over: after-call work follows talk, nothing follows ringing."""
        call = agent.call
        if call is None:
            return
        self._do(acts.HangUp, agent, case=call.case, reason=reason)
        limit = self.limits[call.campaign]
        if agent.call_state == "talking" and limit:
            agent.call_state, agent.call_since = "acw", self.now
            length = self.dice.length(acw, rates.ACW_CV, limit)
            self.during(agent, length, lambda: self._finish(agent, call))
        else:
            self._over(agent, call, keep=False)

    def _finish(self, agent: Agent, call: acts.Call) -> None:
        self._do(acts.Finish, agent, case=call.case)
        self._over(agent, call, keep=self.dice.chance(rates.FOLLOW_UP_SHARE))

    def _over(self, agent: Agent, call: acts.Call, *, keep: bool) -> None:
        agent.call, agent.call_state = None, ""
        self._close(agent, call.case, keep)
        self.move(agent, agent.module)
        if agent.leaving:
            self.sign_out(agent)
        elif agent.wanted:
            self._pause_now(agent, *agent.wanted)
        else:
            self.freed(agent)

    # --- cases ------------------------------------------------------------------------------------

    def start_chat(self, agent: Agent, campaign: str, channel: str, direction: str) -> acts.Chat:
        """A conversation is his from now on."""
        chat = acts.Chat(
            at=self.now,
            person=agent.person.id,
            case=self.new_case(),
            campaign=campaign,
            channel=channel,
            direction=direction,
        )
        self.hold(agent, chat)
        self.acts.append(chat)
        return chat

    def hold(self, agent: Agent, chat: acts.Chat) -> None:
        """The conversation is his, by whoever gave it to him."""
        self._make_room(agent)
        agent.chats[chat.case] = chat

    def let_go(self, agent: Agent, case: int) -> None:
        """The conversation is not his any more: taken, handed on or ended by somebody else."""
        if agent.chats.pop(case, None) is not None and agent.focus == case:
            agent.focus = None
            self.move(agent, agent.module)

    def select(self, agent: Agent, case: int) -> None:
        """He turns to a chat."""
        agent.focus = case
        self.move(agent, agent.module)
        self._do(acts.Select, agent, case=case)

    def reply(self, agent: Agent, case: int, line: int) -> None:
        """He answers."""
        self._do(acts.Reply, agent, case=case, line=line)

    def write(self, case: int, line: int) -> None:
        """A contact writes on."""
        self.acts.append(acts.Write(at=self.now, person="", case=case, line=line))

    def end_chat(self, agent: Agent, case: int) -> None:
        """The conversation is over; now and then its ticket stays active."""
        if case not in agent.chats:
            return
        self._do(acts.EndChat, agent, case=case)
        self.let_go(agent, case)
        self._close(agent, case, keep=self.dice.chance(rates.FOLLOW_UP_SHARE))

    def resolve(self, agent: Agent, case: int) -> None:
        """A follow-up is settled."""
        if case in agent.carried:
            agent.carried.remove(case)
            self._do(acts.Resolve, agent, case=case)

    def _close(self, agent: Agent, case: int, keep: bool) -> None:
        if not keep:
            self._do(acts.Resolve, agent, case=case)
            return
        agent.carried.append(case)
        length = self.dice.length(rates.FOLLOW_UP, rates.FOLLOW_UP_CV)
        self.later(agent, length, lambda: self.resolve(agent, case))

    def _make_room(self, agent: Agent) -> None:
        """Nobody carries more than a few tickets: the oldest follow-up is settled first."""
        held = len(agent.chats) + (agent.call is not None)
        while agent.carried and held + len(agent.carried) >= rates.CARRIED_MOST:
            self.resolve(agent, agent.carried[0])

    def _do(self, act: type[acts.Act], agent: Agent, **fields: Any) -> None:
        self.acts.append(act(at=self.now, person=agent.person.id, **fields))

"""How conversations find people, and which one each of them turns to."""

from collections import deque
from collections.abc import Sequence

from monitoring.demo import rates
from monitoring.demo.arrivals import Arrivals
from monitoring.demo.floor import Agent, Floor
from monitoring.demo.rates import Chats

#: seconds after which somebody who cannot turn to his chats looks again
LOOK_AGAIN = 15.0
RESERVE_LIMIT = 1


class ChatPool:
    """The conversations of one campaign. ``team`` attends them; the ``reserves``, whose main
    work is another, take one each when the team is full."""

    def __init__(
        self,
        floor: Floor,
        campaign: str,
        chats: Chats,
        scale: float,
        team: Sequence[Agent],
        reserves: Sequence[Agent],
    ) -> None:
        self.floor, self.campaign, self.chats = floor, campaign, chats
        self.team, self.reserves = team, reserves
        self.waits: list[float] = []
        self.abandoned = 0
        self._waiting: deque[float] = deque()
        self._desk = Desk(floor)
        Arrivals(floor, chats.arrivals * scale, rates.CHAT_SHAPE, self._arrive)

    def _arrive(self) -> None:
        since = self.floor.now
        self._waiting.append(since)
        patience = self.floor.dice.expovariate(1 / rates.CHAT_PATIENCE)
        self.floor.timeline.after(patience, lambda: self._give_up(since))
        self._serve()

    def _give_up(self, since: float) -> None:
        if since in self._waiting:
            self._waiting.remove(since)
            self.abandoned += 1

    def freed(self, agent: Agent) -> None:
        self._serve()

    def _serve(self) -> None:
        while self._waiting:
            agent = self._place()
            if agent is None:
                return
            self.waits.append(self.floor.now - self._waiting.popleft())
            self.give(agent)

    def _place(self) -> Agent | None:
        """Whoever has the fewest chats, below his limit."""
        for people, limit in ((self.team, rates.CHAT_LIMIT), (self.reserves, RESERVE_LIMIT)):
            open_ = [one for one in people if one.present and len(one.chats) < limit]
            open_ = [one for one in open_ if people is self.team or self._entered(one)]
            if open_:
                return min(open_, key=lambda one: (len(one.chats), one.number))
        return None

    def _entered(self, agent: Agent) -> bool:
        return (self.campaign, "whatsapp") in agent.kinds

    def give(self, agent: Agent) -> None:
        """This agent gets the next conversation."""
        dice = self.floor.dice
        names = list(self.chats.channels)
        channel = names[dice.pick(list(self.chats.channels.values()))]
        case = self.floor.start_chat(agent, self.campaign, channel, self.chats.direction).case

        def over() -> None:
            self.floor.end_chat(agent, case)
            self.floor.freed(agent)

        self.floor.later(agent, dice.length(rates.CHAT, rates.CHAT_CV), over)
        if self.floor.conditions.focus:
            self._desk.message(agent, case)


class Desk:
    """An agent turns to the chat with the newest unanswered message, reads, answers, and stays
    a while; the contact answers, and the chat waits for its turn again."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._unanswered: dict[Agent, list[int]] = {}
        self._busy: set[tuple[Agent, int]] = set()

    def message(self, agent: Agent, case: int) -> None:
        """The contact wrote."""
        if case not in agent.chats:
            return
        self._unanswered.setdefault(agent, []).append(case)
        if (agent, agent.turn) not in self._busy:
            self._turn(agent)

    def _turn(self, agent: Agent) -> None:
        key = (agent, agent.turn)
        self._busy.discard(key)
        unanswered = [case for case in self._unanswered.get(agent, ()) if case in agent.chats]
        self._unanswered[agent] = unanswered
        if not unanswered:
            return
        self._busy.add(key)
        if agent.module != agent.home or agent.call is not None or not agent.present:
            self.floor.later(agent, LOOK_AGAIN, lambda: self._turn(agent))
            return
        case = unanswered.pop()
        self.floor.touch(agent, case, selected=True)
        reply = self.floor.dice.uniform(*rates.REPLY)
        stay = max(reply, self.floor.dice.length(rates.DWELL, rates.DWELL_CV))
        self.floor.later(agent, reply, lambda: self._reply(agent, case))
        self.floor.later(agent, stay, lambda: self._turn(agent))

    def _reply(self, agent: Agent, case: int) -> None:
        if case not in agent.chats or agent.module != agent.home:
            return
        self.floor.touch(agent, case, selected=False)
        answer = self.floor.dice.length(rates.ANSWER, rates.ANSWER_CV)
        self.floor.later(agent, answer, lambda: self.message(agent, case))

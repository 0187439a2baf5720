"""How conversations find people, and which one each of them turns to."""

from collections import deque
from collections.abc import Sequence

from monitoring.demo import acts, rates
from monitoring.demo.arrivals import Arrivals
from monitoring.demo.floor import Agent, Floor
from monitoring.demo.rates import Chats

#: seconds after which somebody who cannot turn to his chats looks again
LOOK_AGAIN = 15.0
RESERVE_LIMIT = 1


class ChatPool:
    """The conversations of one campaign. ``team`` attends them; the ``reserves``, whose main
    work is another, take one each when the team is full.

    It assigns them itself until ``open_doors``; from then on contacts write to the house, which
    gives them to people (``given``) and may take them away (``lost``).
    """

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
        self.assigns = True
        self.waits: list[float] = []
        self.abandoned = 0
        self._waiting: deque[float] = deque()
        self._desk = Desk(floor)
        Arrivals(floor, chats.arrivals * scale, rates.CHAT_SHAPE, self.arrive)

    def arrive(self) -> None:
        """One more contact."""
        if not self.assigns:
            self._write_first()
            return
        since = self.floor.now
        self._waiting.append(since)
        patience = self.floor.dice.expovariate(1 / rates.CHAT_PATIENCE)
        self.floor.timeline.after(patience, lambda: self._give_up(since))
        self._serve()

    def _channel(self) -> str:
        names = list(self.chats.channels)
        return names[self.floor.dice.pick(list(self.chats.channels.values()))]

    # --- assigned here --------------------------------------------------------------------------

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
            chat = self.floor.start_chat(
                agent, self.campaign, self._channel(), self.chats.direction
            )
            self._attend(agent, chat.case)

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

    def _attend(self, agent: Agent, case: int) -> None:
        """What becomes of a conversation that somebody has."""

        def over() -> None:
            self.floor.end_chat(agent, case)
            self.floor.freed(agent)

        self.floor.later(agent, self.floor.dice.length(rates.CHAT, rates.CHAT_CV), over)
        if self.floor.conditions.focus:
            self._desk.message(agent, case)

    # --- assigned by the house ------------------------------------------------------------------

    def open_doors(self) -> None:
        """From now on the house decides who attends whom."""
        self.assigns = False
        while self._waiting:
            self._waiting.popleft()
            self._write_first()

    def _write_first(self) -> None:
        self.floor.acts.append(
            acts.Arrive(
                at=self.floor.now,
                person="",
                case=self.floor.new_case(),
                campaign=self.campaign,
                channel=self._channel(),
                direction=self.chats.direction,
            )
        )

    def given(self, agent: Agent, case: int, channel: str) -> None:
        """The house gave him this conversation."""
        if not agent.online or agent.held or case in agent.chats:
            return
        chat = acts.Chat(
            at=self.floor.now,
            person=agent.person.id,
            case=case,
            campaign=self.campaign,
            channel=channel,
            direction=self.chats.direction,
        )
        self.floor.hold(agent, chat)
        self._attend(agent, case)

    def lost(self, agent: Agent, case: int) -> None:
        """It is not his any more."""
        self.floor.let_go(agent, case)

    def wrote(self, agent: Agent, case: int) -> None:
        """A real contact wrote to him."""
        self._desk.message(agent, case)

    def answered(self, case: int) -> None:
        """A real agent answered the contact, who will answer him."""
        self._desk.contact_later(case)

    def over(self, case: int) -> None:
        """The conversation has ended."""
        self._desk.forget(case)


class Desk:
    """An agent turns to the chat with the newest unanswered message, reads, answers, and stays
    a while; the contact answers, and the chat waits for its turn again."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._unanswered: dict[Agent, list[int]] = {}
        self._busy: set[tuple[Agent, int]] = set()
        #: case → number of its last line
        self._lines: dict[int, int] = {}

    def message(self, agent: Agent, case: int) -> None:
        """The contact wrote."""
        if case not in agent.chats:
            return
        self._unanswered.setdefault(agent, []).append(case)
        if (agent, agent.turn) not in self._busy:
            self._turn(agent)

    def forget(self, case: int) -> None:
        """Nobody writes in it any more."""
        self._lines.pop(case, None)

    def contact_later(self, case: int, agent: Agent | None = None) -> None:
        """The contact answers after a while."""
        delay = self.floor.dice.length(rates.ANSWER, rates.ANSWER_CV)
        line = self._lines.setdefault(case, 0)

        def answer() -> None:
            if self._lines.get(case) == line and (agent is None or case in agent.chats):
                self._lines[case] = line + 2 - line % 2
                self.floor.write(case, self._lines[case])
                if agent is not None:
                    self.message(agent, case)

        self.floor.timeline.after(delay, answer)

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
        self.floor.select(agent, case)
        reply = self.floor.dice.uniform(*rates.REPLY)
        stay = max(reply, self.floor.dice.length(rates.DWELL, rates.DWELL_CV))
        self.floor.later(agent, reply, lambda: self._reply(agent, case))
        self.floor.later(agent, stay, lambda: self._turn(agent))

    def _reply(self, agent: Agent, case: int) -> None:
        if case not in agent.chats or agent.module != agent.home:
            return
        line = self._lines.get(case, 0)
        self._lines[case] = line + 1 - line % 2
        self.floor.reply(agent, case, self._lines[case])
        self.contact_later(case, agent)

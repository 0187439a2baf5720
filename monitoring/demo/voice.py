"""How calls find people: two dialers and a queue. Each serves one campaign (2.3)."""

from collections import deque

from monitoring.demo import rates
from monitoring.demo.arrivals import Arrivals
from monitoring.demo.dice import Dice
from monitoring.demo.floor import Agent, Floor
from monitoring.demo.rates import Outcome, Voice


def drawn(dice: Dice, voice: Voice) -> Outcome:
    """How the next call will go."""
    return voice.outcomes[dice.pick([outcome.share for outcome in voice.outcomes])]


def failed(dice: Dice, *, voicemail: bool) -> tuple[str, float]:
    """Why nobody answers, and after how many seconds that is known."""
    lot = dice.random()
    if lot < rates.BUSY_SHARE:
        return "busy", rates.BUSY
    if voicemail and lot < rates.BUSY_SHARE + rates.VOICEMAIL_SHARE:
        return "voicemail", rates.VOICEMAIL
    return "no_answer", rates.NO_ANSWER


class Progressive:
    """One line for each free agent: what rings is his (2.3.1)."""

    def __init__(self, floor: Floor, campaign: str, voice: Voice) -> None:
        self.floor, self.campaign, self.voice = floor, campaign, voice

    def freed(self, agent: Agent) -> None:
        free_since = agent.free_since

        def dial() -> None:
            if agent.able and agent.free_since == free_since:
                self._dial(agent)

        if agent.able:
            self.floor.later(agent, rates.GAP, dial)

    def _dial(self, agent: Agent) -> None:
        floor, dice = self.floor, self.floor.dice
        floor.ring(agent, self.campaign, "progressive", "outbound", waits=False)
        if dice.chance(self.voice.live):
            length = dice.length(rates.RING, rates.RING_CV, rates.RING_MOST)
            outcome = drawn(dice, self.voice)
            floor.during(agent, length, lambda: floor.answer(agent, outcome))
        else:
            reason, length = failed(dice, voicemail=floor.conditions.voicemail_in_progressive)
            floor.during(agent, length, lambda: floor.hang_up(agent, reason))


class Predictive:
    """Dials ahead for all; whoever has waited longest gets the contact who answers (2.3.2).

    The number of lines per free agent follows the share of abandoned calls: fewer when more
    than the goal are lost, more when fewer are.
    """

    STEP, ADAPT_EVERY, MEMORY, GAIN = 1.0, 20.0, 0.985, 0.01

    def __init__(self, floor: Floor, campaign: str, voice: Voice) -> None:
        self.floor, self.campaign, self.voice = floor, campaign, voice
        self.pacing = voice.pacing
        self.live = self.abandoned = 0
        self._recent_live = self._recent_abandoned = 0.0
        self._idle: dict[Agent, None] = {}
        self._lines = 0
        self._waiting: deque[object] = deque()
        floor.timeline.after(self.STEP, self._step)
        floor.timeline.after(self.ADAPT_EVERY, self._adapt)

    def freed(self, agent: Agent) -> None:
        self._idle.pop(agent, None)
        if not agent.able:
            return
        if self._waiting:
            self._waiting.popleft()
            self._connect(agent)
        else:
            self._idle[agent] = None

    def _free(self) -> list[Agent]:
        """Those who wait, the longest first."""
        for agent in [agent for agent in self._idle if not agent.able]:
            del self._idle[agent]
        return list(self._idle)

    def _step(self) -> None:
        wanted = round(self.pacing * len(self._free()))
        while self._lines < wanted:
            self._dial()
        self.floor.timeline.after(self.STEP, self._step)

    def _dial(self) -> None:
        dice = self.floor.dice
        self._lines += 1
        if dice.chance(self.voice.live):
            length = dice.length(rates.RING, rates.RING_CV, rates.RING_MOST)
            self.floor.timeline.after(length, self._answered)
        else:
            _, length = failed(dice, voicemail=True)
            self.floor.timeline.after(length, self._hung_up)

    def _hung_up(self) -> None:
        self._lines -= 1

    def _answered(self) -> None:
        self._lines -= 1
        self.live += 1
        self._recent_live += 1
        free = self._free()
        if free:
            self._connect(free[0])
            return
        contact = object()
        self._waiting.append(contact)
        self.floor.timeline.after(rates.GRACE, lambda: self._abandon(contact))

    def _abandon(self, contact: object) -> None:
        if contact in self._waiting:
            self._waiting.remove(contact)
            self.abandoned += 1
            self._recent_abandoned += 1

    def _connect(self, agent: Agent) -> None:
        self._idle.pop(agent, None)
        self.floor.connect(agent, self.campaign, "predictive", drawn(self.floor.dice, self.voice))

    def _adapt(self) -> None:
        if self._recent_live:
            lost = self._recent_abandoned / self._recent_live
            change = 1 + self.GAIN * (1 - lost / rates.ABANDONED_GOAL)
            pacing = self.pacing * max(change, 0.8)
            self.pacing = min(max(pacing, rates.PACING_LEAST), rates.PACING_MOST)
        self._recent_live *= self.MEMORY
        self._recent_abandoned *= self.MEMORY
        self.floor.timeline.after(self.ADAPT_EVERY, self._adapt)


class Queue:
    """Contacts who wait for an agent: called in, or passed on by the IVR (2.3.3, 2.3.5)."""

    def __init__(self, floor: Floor, campaign: str, voice: Voice, scale: float) -> None:
        self.floor, self.campaign, self.voice = floor, campaign, voice
        self.direction = "inbound" if voice.kind == "queue" else "outbound"
        self.arrived = self.abandoned = 0
        self._waiting: deque[object] = deque()
        self._idle: dict[Agent, None] = {}
        Arrivals(floor, voice.arrivals * scale, rates.VOICE_SHAPE, self._arrive)

    def _arrive(self) -> None:
        self.arrived += 1
        contact = object()
        self._waiting.append(contact)
        patience = self.floor.dice.expovariate(1 / self.voice.patience)
        self.floor.timeline.after(patience, lambda: self._abandon(contact))
        self._serve()

    def _abandon(self, contact: object) -> None:
        if contact in self._waiting:
            self._waiting.remove(contact)
            self.abandoned += 1

    def freed(self, agent: Agent) -> None:
        self._idle.pop(agent, None)
        if agent.able:
            self._idle[agent] = None
            self._serve()

    def _serve(self) -> None:
        while self._waiting:
            agent = next((agent for agent in self._idle if agent.able), None)
            if agent is None:
                return
            del self._idle[agent]
            self._waiting.popleft()
            self._ring(agent)

    def _ring(self, agent: Agent) -> None:
        floor, dice = self.floor, self.floor.dice
        floor.ring(agent, self.campaign, self.voice.kind, self.direction, waits=True)
        outcome = drawn(dice, self.voice)
        length = dice.length(rates.AT_AGENT, rates.AT_AGENT_CV)
        floor.during(agent, length, lambda: floor.answer(agent, outcome))

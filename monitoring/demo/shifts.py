"""The day of each person: arrival, meal, breaks, visits to other modules, lost webphones."""

from collections import Counter
from collections.abc import Iterator

from monitoring.demo import rates
from monitoring.demo.floor import AVAILABLE, Agent, Floor

#: how long after a bad moment a break is tried again; how long before its end a shift has none
TRY_AGAIN, LAST = 150.0, 20 * 60.0
#: where people of the administration go from the floor
OTHERS = ("reports", "agenda", "team", "settings")


class Shifts:
    """Everybody's days, one after the other. ``day`` is where the present one begins."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._waves: dict[Agent, int] = {}
        eaters: Counter[str] = Counter()
        for agent in floor.agents.values():
            self._waves[agent] = eaters[agent.person.shift] % rates.WAVES
            eaters[agent.person.shift] += 1

    def begin(self, day: float) -> None:
        """Plan the day that begins at ``day`` (seconds); what of it is past is not made up for,
        but whoever should be here comes, and whoever should eat goes."""
        for agent in self.floor.agents.values():
            start, end = self.hours(agent, day)
            dice = self.floor.dice
            arrive = start + dice.uniform(-240, 30)
            leave = end + dice.uniform(0, 180)
            if leave > self.floor.now:
                self._come_at(agent, arrive, leave)

    def return_after(self, agent: Agent, delay: float) -> None:
        """Somebody takes his place again after so many seconds, if his shift goes on."""
        day = self.floor.now - self.floor.now % rates.DAY
        _, end = self.hours(agent, day)
        if self.floor.now + delay < end - LAST:
            self.floor.later(agent, delay, lambda: self.come(agent, end))

    def hours(self, agent: Agent, day: float) -> tuple[float, float]:
        """When his shift begins and ends."""
        start, end = rates.SHIFTS[agent.person.shift]
        return day + start * rates.HOUR, day + end * rates.HOUR

    def _come_at(self, agent: Agent, arrive: float, leave: float) -> None:
        self.floor.timeline.at(arrive, lambda: self.come(agent, leave))
        self.floor.timeline.at(leave, lambda: self.floor.sign_out(agent))

    def come(self, agent: Agent, leave: float) -> None:
        """He arrives, and is *No disponible* until he has settled."""
        floor, dice = self.floor, self.floor.dice
        if agent.held or agent.online:
            return
        floor.sign_in(agent)
        for moment, code, length in sorted(self._breaks(agent, leave)):
            if moment + length > floor.now and moment < leave - LAST:
                self._pause_at(agent, moment, code, length, leave)
        floor.later(agent, dice.uniform(*rates.ARRIVAL), lambda: self._settle(agent))
        self._visit_later(agent)
        if floor.conditions.losses and agent.person.extension:
            self._lose_later(agent)

    def _settle(self, agent: Agent) -> None:
        for campaign, kind in strategies(agent):
            main = campaign == agent.person.campaigns[0]
            if main or (self.floor.conditions.reserves and self.floor.dice.chance(0.5)):
                self.floor.enter(agent, campaign, kind)
        self.floor.status(agent, AVAILABLE)

    # --- breaks -----------------------------------------------------------------------------------

    def _breaks(self, agent: Agent, leave: float) -> Iterator[tuple[float, str, float]]:
        """When he wants which status, and for how long."""
        dice = self.floor.dice
        day = self.floor.now - self.floor.now % rates.DAY
        start, end = self.hours(agent, day)
        if agent.person.shift in rates.MEALS:
            code, first = rates.MEALS[agent.person.shift]
            moment = day + first * rates.HOUR + self._waves[agent] * rates.WAVE
            yield moment, code, max(rates.MEAL_LEAST, dice.length(rates.MEAL, rates.MEAL_CV))
        if agent.person.role != "agent":
            return
        for _ in range(rates.RESTROOMS):
            length = dice.length(rates.RESTROOM, rates.RESTROOM_CV, rates.RESTROOM_MOST)
            yield dice.uniform(start, end), "in_services", length
        if dice.chance(rates.BUSY_SHIFTS):
            yield dice.uniform(start, end), "busy", dice.length(rates.BUSY_FOR, rates.BUSY_CV)
        if dice.chance(rates.TRAINING_SHIFTS):
            yield dice.uniform(start, end), "training", dice.uniform(*rates.TRAINING)

    def _pause_at(
        self, agent: Agent, moment: float, code: str, length: float, leave: float
    ) -> None:
        floor = self.floor
        begun = max(0.0, floor.now - moment)

        def go() -> None:
            if not floor.pause(agent, code, length - begun) and floor.now < leave - LAST:
                floor.later(agent, TRY_AGAIN, go)

        settled = rates.ARRIVAL[1] + 1
        floor.later(agent, max(moment - floor.now, settled), go)

    # --- where he is ------------------------------------------------------------------------------

    def _visit_later(self, agent: Agent) -> None:
        mean = sum(rates.AWAY) / 2 * (1 - rates.AWAY_SHARE) / rates.AWAY_SHARE
        delay = self.floor.dice.expovariate(1 / mean)
        self.floor.later(agent, delay, lambda: self._visit(agent))

    def _visit(self, agent: Agent) -> None:
        floor, dice = self.floor, self.floor.dice
        if not agent.present:
            self._visit_later(agent)
            return
        if agent.home == "workspace":
            module = "agenda" if dice.chance(rates.AGENDA_SHARE) else "crm"
        else:
            module = dice.choice(OTHERS)
        floor.move(agent, module)

        def back() -> None:
            floor.move(agent, agent.home)
            self._visit_later(agent)

        floor.later(agent, dice.uniform(*rates.AWAY), back)

    def _lose_later(self, agent: Agent) -> None:
        delay = self.floor.dice.expovariate(rates.LOSSES / rates.HOUR)
        self.floor.later(agent, delay, lambda: self.lose(agent))

    def lose(self, agent: Agent) -> None:
        """His webphone loses its link, and finds it again, or only after a while."""
        floor, dice = self.floor, self.floor.dice
        floor.webphone(agent, "connecting")
        lost = dice.uniform(*rates.LOST_FOR)
        if dice.chance(rates.GONE_SHARE):
            floor.later(agent, lost, lambda: floor.webphone(agent, "disconnected"))
            lost += dice.uniform(*rates.GONE_FOR)
        floor.later(agent, lost, lambda: floor.webphone(agent, "connected"))
        self._lose_later(agent)


def strategies(agent: Agent) -> Iterator[tuple[str, str]]:
    """The strategies he may enter: the one of his main campaign, and WhatsApp ones beside it
    (R32, D24). Inbound calls need none."""
    person = agent.person
    if person.role != "agent":
        return
    main = person.campaigns[0]
    if person.desk == "voice" and main in rates.VOICE and rates.VOICE[main].kind != "queue":
        yield main, rates.VOICE[main].kind
    for campaign in person.campaigns:
        chats = campaign in rates.CHATS
        if chats and (person.desk == "chat" or campaign != main):
            yield campaign, "whatsapp"

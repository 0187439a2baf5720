"""The whole plan of the simulated floor. It has no other clock than its own and writes nothing:
a day of it runs in memory within seconds."""

from collections.abc import Sequence

from monitoring.demo import acts, rates
from monitoring.demo.chats import ChatPool
from monitoring.demo.dice import Dice
from monitoring.demo.floor import Agent, Conditions, Floor, Pool
from monitoring.demo.roster import Person
from monitoring.demo.shifts import Shifts
from monitoring.demo.timeline import Timeline
from monitoring.demo.voice import Predictive, Progressive, Queue

#: the floor rests between these hours of the night, and the clock jumps over them
EVENING, MORNING = 21.25 * rates.HOUR, 7.9 * rates.HOUR


class Plan:
    """What everybody will do from ``start`` (seconds of the day) on, by one seed."""

    def __init__(
        self, people: Sequence[Person], seed: int, start: float, conditions: Conditions
    ) -> None:
        self.timeline = Timeline(start)
        self.floor = Floor(people, Dice(seed), self.timeline, conditions)
        self.voice: dict[str, Predictive | Progressive | Queue] = {}
        self.chats: dict[str, ChatPool] = {}
        self.shifts = Shifts(self.floor)
        for campaign in rates.VOICE:
            self._open_voice(campaign)
        for campaign in rates.CHATS:
            self._open_chats(campaign)
        self.day = 0.0
        self.shifts.begin(self.day)

    def _team(self, campaign: str, desk: str) -> list[Agent]:
        return [
            agent
            for agent in self.floor.agents.values()
            if agent.person.desk == desk and agent.person.campaigns[0] == campaign
        ]

    def _open_voice(self, campaign: str) -> None:
        voice, team = rates.VOICE[campaign], self._team(campaign, "voice")
        pool: Predictive | Progressive | Queue
        if voice.kind == "predictive":
            pool = Predictive(self.floor, campaign, voice)
        elif voice.kind == "progressive":
            pool = Progressive(self.floor, campaign, voice)
        else:
            pool = Queue(self.floor, campaign, voice, len(team) / rates.TEAM[campaign])
        self.voice[campaign] = pool
        self._serve(pool, team)

    def _open_chats(self, campaign: str) -> None:
        team = self._team(campaign, "chat")
        reserves = []
        if self.floor.conditions.reserves:
            reserves = [
                agent
                for agent in self.floor.agents.values()
                if campaign in agent.person.campaigns and agent.person.desk and agent not in team
            ]
        size = rates.TEAM.get(f"{campaign} chats", rates.TEAM[campaign])
        pool = ChatPool(
            self.floor, campaign, rates.CHATS[campaign], len(team) / size, team, reserves
        )
        self.chats[campaign] = pool
        self._serve(pool, [*team, *reserves])

    def _serve(self, pool: Pool, people: Sequence[Agent]) -> None:
        for agent in people:
            self.floor.pools.setdefault(agent, []).append(pool)

    def open_doors(self) -> None:
        """From now on contacts write to the house, which decides who attends them."""
        for pool in self.chats.values():
            pool.open_doors()

    @property
    def evening(self) -> float:
        """When everybody has gone home."""
        return self.day + EVENING

    def next_day(self) -> float:
        """Skip the night, and Sunday; returns when the next day begins."""
        self.day += rates.DAY
        weekday = (self.floor.weekday + 1) % 7
        self.floor.weekday = weekday if rates.WEEKDAY[weekday] else 0
        self.timeline.at(self.day + MORNING, lambda: self.shifts.begin(self.day))
        return self.day + MORNING

    def advance(self, to: float) -> list[acts.Act]:
        """Live until ``to`` and return what was done, in its order."""
        self.timeline.advance(to)
        done, self.floor.acts = self.floor.acts, []
        return done

"""Lets the plan happen in real time.

The plan lives in virtual seconds; ``speed`` of them pass in a real one. What is written carries
real times. Real people are watched: whoever signs in from a browser is out of the plan's hands
until he leaves.
"""

import logging
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from beex.lib import clock
from monitoring.demo import rates, scenarios
from monitoring.demo.acts import Act
from monitoring.demo.chats import ChatPool
from monitoring.demo.effects import Effects
from monitoring.demo.floor import Agent, Conditions
from monitoring.demo.picture import picture
from monitoring.demo.plan import Plan
from monitoring.demo.roster import Person
from monitoring.demo.talks import OpenChat

log = logging.getLogger(__name__)

#: real seconds between two steps, two looks at who is really here, two signs of life
STEP_EVERY, WATCH_EVERY, BEAT_EVERY = 0.1, 0.5, 5.0
#: a step never catches up more than so many real seconds: what is slow becomes late, not a burst
STEP_MOST = 1.0
#: acts between two signs of life
SLICE = 200
#: acts between two lines that tell how full a large floor is
PROGRESS = 1000
#: virtual seconds lived through in silence, so that the first picture is not an empty one
WARM = 45 * 60.0
#: where the day begins when it is night outside
MONDAY, NOON = 0, 12.25 * rates.HOUR
#: virtual seconds after which somebody takes the place a real person left
RETURN = (120.0, 300.0)


def beginning(now: datetime, hour: float | None) -> tuple[float, int]:
    """Second of the day and weekday to begin with. ``hour``: the wanted second of the day;
    default the local time of ``now`` when that is a working hour, else Monday noon."""
    local = timezone.localtime(now)
    weekday = local.weekday()
    works = rates.WEEKDAY[weekday] > 0
    if hour is not None:
        return hour, weekday if works else MONDAY
    if works and rates.OPENS <= local.hour < rates.CLOSES:
        return local.hour * rates.HOUR + local.minute * 60.0 + local.second, weekday
    return NOON, MONDAY


class Simulator:
    """One floor, from one seed. ``run`` it in a thread of its own."""

    def __init__(
        self,
        people: Sequence[Person],
        *,
        seed: int = 1,
        speed: float = 1.0,
        hour: float | None = None,
        paused: bool = False,
        scenario: str = "",
    ) -> None:
        self.people, self.speed, self.paused, self.scenario = people, speed, paused, scenario
        self.virtual, weekday = beginning(clock.now(), hour)
        self.plan = Plan(people, seed, self.virtual - WARM, Conditions(weekday=weekday))
        self.begun = False
        #: a stored moment is only looked at
        self._still = False
        self._real: set[str] = set()
        self._chats: dict[int, OpenChat] = {}
        self._watched = self._beaten = 0.0
        self._wall = clock.now() - timedelta(days=1)

    def run(self, stop: threading.Event) -> None:
        """Live until ``stop`` is set, through outages of the database."""
        last = time.monotonic()
        while not stop.wait(STEP_EVERY):
            try:
                if not self.begun:
                    self.begin(stop)
                    last = time.monotonic()
                now = time.monotonic()
                elapsed, last = min(now - last, STEP_MOST), now
                self.step(elapsed)
            except DatabaseError as error:
                log.warning("the simulated floor could not go on: %s", error)
                close_old_connections()
                stop.wait(1.0)
        close_old_connections()

    def begin(self, stop: threading.Event) -> None:
        """Bring everybody to where he is at this hour."""
        self.effects = Effects()
        self._real = self.effects.hands_off = self.effects.real_people()
        if self.paused and self.effects.snapshot_is_here():
            self.begun = self._still = True
            return
        self.effects.start([one.id for one in self.people if one.id not in self._real])
        if self.plan.timeline.now < self.virtual:
            for agent in self._agents(self._real):
                self.plan.floor.take(agent)
            self.plan.advance(self.virtual)
            if self.scenario in scenarios.SCENARIOS:
                scenarios.SCENARIOS[self.scenario](self.plan)
        self._carry_out(picture(self.plan.floor), stop)
        self.plan.open_doors()
        self.begun = True

    def step(self, elapsed: float) -> None:
        """Live so many real seconds, after ``begin``."""
        if self._still:
            return
        if time.monotonic() - self._watched >= WATCH_EVERY:
            self._watched = time.monotonic()
            self.watch()
            self.watch_chats()
        if not self.paused:
            self.virtual += elapsed * self.speed
            if self.virtual >= self.plan.evening:
                self.virtual = self.plan.next_day()
        self._carry_out(self.plan.advance(self.virtual))

    def _carry_out(self, done: Sequence[Act], stop: threading.Event | None = None) -> None:
        """Carry out in slices, with signs of life between them."""
        wall = clock.now()
        for first in range(0, max(len(done), 1), SLICE):
            if time.monotonic() - self._beaten >= BEAT_EVERY:
                self._beaten = time.monotonic()
                self.effects.beat()
            if stop is not None:
                if stop.is_set():
                    return
                if first and first % PROGRESS == 0:
                    log.info("the floor fills: %d %%", 100 * first // len(done))
                self.watch()
            self.effects.apply(done[first : first + SLICE], lambda at: self._real_time(at, wall))
        self._wall = wall

    def _real_time(self, at: float, wall: datetime) -> datetime:
        """When it was, and never before what was done earlier."""
        return max(self._wall, wall - timedelta(seconds=(self.virtual - at) / self.speed))

    def watch(self) -> None:
        """Whoever is really here is out of our hands; whoever left is back in them later."""
        real = self.effects.real_people()
        floor = self.plan.floor
        for agent in self._agents(real - self._real):
            floor.take(agent)
        for agent in self._agents(self._real - real):
            floor.give_back(agent)
            self.plan.shifts.return_after(agent, floor.dice.uniform(*RETURN))
        self._real = self.effects.hands_off = real

    def watch_chats(self) -> None:
        """The house gives conversations to people, and takes them away."""
        attended = self.effects.attended(self.plan.floor.new_case)
        for case, chat in attended.items():
            pool, before = self.plan.chats.get(chat.campaign), self._chats.get(case)
            if pool is not None:
                self._compare(pool, case, before, chat)
        for case, chat in self._chats.items():
            if case not in attended:
                self._ended(case, chat)
        self._chats = attended

    def _compare(self, pool: ChatPool, case: int, before: OpenChat | None, chat: OpenChat) -> None:
        agents = self.plan.floor.agents
        if before is None or before.person != chat.person:
            if before is not None and before.person in agents:
                pool.lost(agents[before.person], case)
            if chat.person in agents:
                pool.given(agents[chat.person], case, chat.channel)
        elif chat.person in self._real:
            if chat.answered_at != before.answered_at:
                pool.answered(case)
        elif chat.inbound_at != before.inbound_at and not self.effects.talks.plays(case):
            pool.wrote(agents[chat.person], case)

    def _ended(self, case: int, chat: OpenChat) -> None:
        """It is over, or waits in a queue again; by our own doing, or somebody else's."""
        pool, agent = self.plan.chats.get(chat.campaign), self.plan.floor.agents.get(chat.person)
        if pool is None:
            return
        pool.over(case)
        if agent is None or case not in agent.carried:
            self.effects.forget(case)
        if agent is not None:
            pool.lost(agent, case)

    def _agents(self, people: set[str]) -> list[Agent]:
        agents = self.plan.floor.agents
        return [agents[person] for person in sorted(people & agents.keys())]

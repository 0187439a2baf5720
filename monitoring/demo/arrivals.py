"""Contacts who come by themselves."""

from collections.abc import Callable

from monitoring.demo import rates
from monitoring.demo.floor import Floor


class Arrivals:
    """A Poisson process whose rate follows the hour, by thinning one that never rests."""

    #: no rate is higher than the mean times this: hour, weekday, bunching and a peak together
    MOST = 4.2

    def __init__(
        self, floor: Floor, hourly: float, shape: tuple[float, ...], arrive: Callable[[], None]
    ) -> None:
        """``hourly``: the mean of the day; ``arrive`` is called for each contact."""
        self.floor, self.shape, self.arrive = floor, shape, arrive
        self.mean = hourly / rates.HOUR
        if self.mean:
            self._wait()

    def _wait(self) -> None:
        delay = self.floor.dice.expovariate(self.mean * self.MOST)
        self.floor.timeline.after(delay, self._tick)

    def _tick(self) -> None:
        floor, moment = self.floor, self.floor.now % rates.DAY
        share = floor.peak * rates.shape(self.shape, moment)
        share *= rates.WEEKDAY[floor.weekday]
        if floor.conditions.bunching:
            share *= rates.bunching(moment)
        if floor.dice.chance(share / self.MOST):
            self.arrive()
        self._wait()

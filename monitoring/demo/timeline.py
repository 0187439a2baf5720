"""A virtual clock with things to do."""

import heapq
from collections.abc import Callable
from itertools import count


class Timeline:
    """Actions in the order of their time, then of their making. Seconds of a virtual day, which
    run on over midnight."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def at(self, moment: float, action: Callable[[], None]) -> None:
        """Do it then; at once when that is past."""
        heapq.heappush(self._heap, (max(moment, self.now), next(self._numbers), action))

    def after(self, delay: float, action: Callable[[], None]) -> None:
        """Do it after so many seconds."""
        self.at(self.now + delay, action)

    def advance(self, to: float) -> None:
        """Do all that is due until ``to``, which is then the present."""
        while self._heap and self._heap[0][0] <= to:
            self.now, _, action = heapq.heappop(self._heap)
            action()
        self.now = max(self.now, to)

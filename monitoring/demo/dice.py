"""One seeded source of chance, with the distributions of contact centres."""

import math
import random
from collections.abc import Sequence


class Dice(random.Random):
    """The same seed throws the same numbers. Lengths are seconds."""

    def length(self, mean: float, cv: float, cap: float = math.inf) -> float:
        """A lognormal length of this mean and coefficient of variation, at most ``cap``."""
        variance = math.log(1 + cv * cv)
        return min(self.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance)), cap)

    def chance(self, share: float) -> bool:
        """Yes in ``share`` of the cases."""
        return self.random() < share

    def pick(self, shares: Sequence[float]) -> int:
        """A position, each with its share."""
        return self.choices(range(len(shares)), shares)[0]

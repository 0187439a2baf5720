"""All that is measured of conversations. ``python -m bench.conversations`` prints its part of the
table by itself; options shorten it."""

import argparse
import sys
from dataclasses import dataclass

from bench import desk, inbox, workspace
from bench.parts import told

#: lines timed one by one; lines a second, and for how many seconds
ROUNDS, RATE, SECONDS = 300, 200, 60
#: stored lines, and of how many conversations
LINES, CONVERSATIONS = 4_000, 400


@dataclass(frozen=True)
class Talk:
    """What was measured of conversations; ``rate`` and ``seconds`` are those of ``pour``
    and ``flood``."""

    delays: workspace.Delays
    drain: inbox.Drain
    pour: inbox.Flood
    flood: inbox.Flood
    opening: tuple[desk.Opening, desk.Opening]
    rate: int
    seconds: int


def measure(rounds: int = ROUNDS, rate: int = RATE, seconds: int = SECONDS) -> Talk:
    """All of it, on an empty database. The parts must run."""
    from tests.workspace.cast import cast

    made = cast()
    opening = desk.measure(made)
    delays = workspace.measure(made, rounds)
    drain = inbox.measure(made, LINES, CONVERSATIONS)
    pour, flood = inbox.pour(made, rate, seconds), inbox.flood(made, rate, seconds)
    return Talk(delays, drain, pour, flood, opening, rate, seconds)


def main() -> int:
    """Print the lines of the table; 1 when something broke."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--rate", type=int, default=RATE, help="lines a second")
    asked.add_argument("--seconds", type=int, default=SECONDS)
    given = asked.parse_args()

    def lines() -> str:
        from bench.report import talk

        found = measure(given.rounds, given.rate, given.seconds)
        return "\n".join(f"| {' | '.join(line)} |" for line in talk(found))

    return told(lines)


if __name__ == "__main__":
    sys.exit(main())

"""``make bench``: every measurement, one after the other, and one table at the end."""

import argparse
import sys
import time
from typing import TYPE_CHECKING

from django.core.management import call_command

from bench.parts import told

if TYPE_CHECKING:
    from workspace.models import User

AGENTS, MANY_AGENTS = 1_000, 5_000
SOCKETS, SOME_SOCKETS = 200, 50
#: rows that change in a tick of 100 ms while frames are counted
CHANGES = (50, 200)
PAST = {"intervals": 100_000, "calls": 100_000, "chats": 50_000}


def run(rounds: int, seconds: float) -> str:
    """The report. Django must be set up."""
    from bench import centre, conversations, fanout, latency, past, report, ticks
    from monitoring.models import FloorRow
    from tests.floor.live import cookie_of

    say("conversations")
    said = conversations.measure()
    call_command("flush", interactive=False, verbosity=0)
    supervisors: list[User] = centre.open_centre(AGENTS, SOCKETS)
    centre.settle()
    cookies = [cookie_of(user) for user in supervisors]
    texts = [row.text for row in FloorRow.objects.filter(user__role="agent")]
    say(f"{SOCKETS} sockets, rows of {sum(map(len, texts)) // len(texts)} bytes")
    fans = fanout.measure(texts, cookies, changes=CHANGES, rounds=rounds, seconds=seconds)
    say("commit to frame")
    delay = latency.measure(cookies[:SOME_SOCKETS], rate=50, seconds=20)
    say("a larger centre with a past")
    centre.open_centre(MANY_AGENTS, SOCKETS)
    past.live_through(**PAST)
    centre.settle()
    say("ticks")
    ticked = ticks.measure(dirty=100, repeats=20)
    found = report.table(fans, ticked, delay, said, sockets=SOCKETS)
    return f"{report.circumstances(fans)}\n\n{found}"


def say(what: str) -> None:
    """Progress, beside the table."""
    sys.stderr.write(f"{time.strftime('%X')} {what}\n")


def main() -> int:
    """Print the table; 1 when something broke."""
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    options.add_argument("--rounds", type=int, default=3, help="of the 200 sockets (default 3)")
    options.add_argument("--seconds", type=float, default=4.0, help="of each run (default 4)")
    chosen = options.parse_args()
    return told(lambda: run(chosen.rounds, chosen.seconds))


if __name__ == "__main__":
    sys.exit(main())

"""manage.py run_floor: the process that keeps the floor."""

import asyncio
from collections.abc import Awaitable

from beex.lib.standing import StandingCommand
from monitoring.loop import follow


class Command(StandingCommand):
    """Engine and sweeps. Several may run: one leads, the others stand by and take over when its
    lease ends."""

    help = "Keep the floor: compute rows, sweep presence. One leads, others stand by."

    def follow(self, stop: asyncio.Event) -> Awaitable[None]:
        return follow(stop)

"""manage.py run_tasks: the process that does the background work."""

import asyncio
from collections.abc import Awaitable

from beex.lib.standing import StandingCommand
from workspace.work import follow


class Command(StandingCommand):
    """Inbox, distribution and outbox. Any number may run side by side."""

    help = "Understand what came in, give out what waits, deliver what was answered."

    def follow(self, stop: asyncio.Event) -> Awaitable[None]:
        return follow(stop)

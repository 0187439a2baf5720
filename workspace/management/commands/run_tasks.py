"""manage.py run_tasks: the process that does the background work."""

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from workspace.work import follow


class Command(BaseCommand):
    """Inbox, distribution and outbox until told to stop. Any number may run side by side."""

    help = "Understand what came in, give out what waits, deliver what was answered."

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor == "sqlite":
            raise CommandError(
                "run_tasks needs PostgreSQL (DATABASE_URL). On SQLite, manage.py demo runs it all."
            )
        asyncio.run(_run())


async def _run() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await follow(stop)

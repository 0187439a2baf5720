"""manage.py run_floor: the process that keeps the floor."""

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from monitoring.loop import follow


class Command(BaseCommand):
    """Runs the engine and the sweeps until told to stop. Several may run: one leads, the others
    stand by and take over when its lease ends."""

    help = "Keep the floor: compute rows, sweep presence. One leads, others stand by."

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor == "sqlite":
            raise CommandError(
                "run_floor needs PostgreSQL (DATABASE_URL). On SQLite use manage.py demo."
            )
        asyncio.run(_run())


async def _run() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await follow(stop)

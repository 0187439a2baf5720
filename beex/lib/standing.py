"""Commands that stand beside the web server and work until they are told to stop."""

import asyncio
import signal
from abc import ABC, abstractmethod
from collections.abc import Awaitable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class StandingCommand(BaseCommand, ABC):
    """Runs ``follow`` until SIGINT or SIGTERM. Several processes share the truth, so it needs a
    database for several."""

    @abstractmethod
    def follow(self, stop: asyncio.Event) -> Awaitable[None]:
        """Work until ``stop`` is set."""

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor == "sqlite":
            name = type(self).__module__.rpartition(".")[2]
            raise CommandError(
                f"{name} needs PostgreSQL (DATABASE_URL). On SQLite, manage.py demo runs it all."
            )
        asyncio.run(self._until_told())

    async def _until_told(self) -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        await self.follow(stop)

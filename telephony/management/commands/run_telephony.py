"""manage.py run_telephony: the process that talks to the PBX."""

import asyncio
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from beex.lib.standing import StandingCommand
from telephony.lease import Lease
from telephony.simulated import SimulatedPbx


class Command(StandingCommand):
    """Several may run: one works, the others stand by."""

    help = "Talk to the PBX. One works, others stand by."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PBX_URL.startswith("simulated:"):
            raise CommandError("PBX_URL: this version speaks to simulated:// only.")
        super().handle(*args, **options)

    async def follow(self, stop: asyncio.Event) -> None:
        told = threading.Event()
        work = asyncio.create_task(asyncio.to_thread(_talk, told))
        await asyncio.wait(
            [work, waits := asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED
        )
        waits.cancel()
        told.set()
        await work


def _talk(stop: threading.Event) -> None:
    with Lease(stop):
        SimulatedPbx().run(stop)

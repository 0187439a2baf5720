"""manage.py run_telephony: the process that talks to the PBX."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from telephony.lease import Lease
from telephony.simulated import SimulatedPbx


class Command(BaseCommand):
    """Runs until told to stop. Several may run: one works, the others stand by."""

    help = "Talk to the PBX. One works, others stand by."

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor == "sqlite":
            raise CommandError(
                "run_telephony needs PostgreSQL (DATABASE_URL). On SQLite, manage.py demo runs"
                " all in one."
            )
        if not settings.PBX_URL.startswith("simulated:"):
            raise CommandError("PBX_URL: this version speaks to simulated:// only.")
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        with Lease(stop):
            SimulatedPbx().run(stop)

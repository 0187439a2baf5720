"""manage.py seed_demo: the invented contact centre, at rest or in a stored moment."""

from datetime import datetime
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from monitoring.demo import roster, seed, snapshot


def moment(text: str) -> datetime:
    """An ISO time; without an offset it is local."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        example = "2026-11-23T14:35:00"
        raise CommandError(f'--at must be a time such as {example}, not "{text}".') from error
    return timezone.make_aware(at) if timezone.is_naive(at) else at


class Command(BaseCommand):
    """Running it again adds what is missing; a snapshot is loaded anew each time."""

    help = "Make the demo's people; with --snapshot f1 also what they are doing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--snapshot", choices=["f1"], help="a stored moment to load")
        parser.add_argument("--at", help="when the snapshot is; default: now")
        parser.add_argument("--stranger", action="store_true", help="also supervisor.lucuma")

    def handle(self, *args: Any, **options: Any) -> None:
        at = moment(options["at"]) if options["at"] else None
        if at and not options["snapshot"]:
            raise CommandError("--at needs --snapshot.")
        call_command("migrate", verbosity=0, interactive=False)
        if seed.foreign():
            raise CommandError("This database has people of its own; the demo needs another.")
        seed.seed(stranger=options["stranger"])
        if options["snapshot"]:
            snapshot.load(at)
        self.stdout.write(f"The demo's people are there; the password of all is {roster.PASSWORD}.")

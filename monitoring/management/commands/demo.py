"""manage.py demo: the product with an invented contact centre that lives, in one process."""

import os
import re
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from monitoring.demo import rates, roster, seed
from monitoring.demo.roster import Person
from monitoring.demo.scenarios import SCENARIOS
from monitoring.demo.server import RECONNECT, House, Taken, hold
from monitoring.demo.simulator import Simulator
from workspace.models import User


def hour(text: str) -> float:
    """``HH:MM`` within opening hours, as seconds of the day."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text)
    if not found or not rates.OPENS <= int(found[1]) < rates.CLOSES:
        raise ArgumentTypeError(f"must be a time from {rates.OPENS:02}:00 to {rates.CLOSES - 1}:59")
    return int(found[1]) * rates.HOUR + int(found[2]) * 60.0


def between(low: float, high: float) -> Any:
    """A number from ``low`` to ``high``."""

    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise ArgumentTypeError(f"must be a number from {low:g} to {high:g}")
        return value

    return number


class Command(BaseCommand):
    """The first run makes the database; later ones go on with it."""

    help = "Serve the product on 127.0.0.1 with an invented contact centre that lives."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=between(1, 65535), default=settings.PORT)
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same day")
        parser.add_argument(
            "--speed", type=between(0.1, 50), default=1.0, help="how much faster than real life"
        )
        parser.add_argument("--clock", type=hour, help="HH:MM, the hour whose rates are played")
        parser.add_argument(
            "--agents", type=between(roster.CAST, roster.MOST_AGENTS), default=roster.CAST
        )
        parser.add_argument("--scenario", choices=sorted([*SCENARIOS, RECONNECT]), default="")
        parser.add_argument("--pause", action="store_true", help="everybody stays as he is")
        parser.add_argument("--data-dir", type=Path, help="folder of the database")
        parser.add_argument("--stranger", action="store_true", help="also supervisor.lucuma")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["data_dir"]:
            _in_folder(options["data_dir"])
        port = int(options["port"])
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            lock = hold(settings.DATA_DIR, f"manage.py demo, process {os.getpid()}, port {port}")
        except Taken as taken:
            raise CommandError(f"{settings.DATA_DIR} is in use by {taken}.") from taken
        with lock:
            people = self._prepare(int(options["agents"]), options["stranger"])
            simulator = Simulator(
                people,
                seed=options["seed"],
                speed=options["speed"],
                hour=options["clock"],
                paused=options["pause"],
                scenario=options["scenario"],
            )
            house = House(port, simulator, lambda: self._greet(port, options["stranger"]))
            if not house.serve():
                raise CommandError(f"Port {port} is in use; choose another by --port.")

    def _prepare(self, agents: int, stranger: bool) -> list[Person]:
        call_command("migrate", verbosity=0, interactive=False)
        if seed.foreign():
            raise CommandError("This database has people of its own; the demo needs another.")
        people = roster.cast()
        if agents > roster.CAST:
            from tests.factories import extras

            people += extras(agents - roster.CAST)
        seed.seed(people, stranger=stranger)
        active = set(User.objects.filter(is_active=True).values_list("external_id", flat=True))
        return [person for person in people if person.id in active]

    def _greet(self, port: int, stranger: bool) -> None:
        """Where it is, and who can sign in."""
        lines = [
            "",
            f"  Beex is at http://127.0.0.1:{port}/",
            f"  Everybody's password is {roster.PASSWORD}",
            "",
        ]
        people = [person for person in roster.cast() if person.role != "agent"]
        people += [roster.stranger()] if stranger else []
        people += roster.cast()[:3]
        for person in people:
            name = f"{person.first_names} {person.last_names}"
            lines.append(f"  {person.username:<20} {person.profile:<28} {name}")
        lines += [f"  … and {roster.CAST - 3} more agents. Ctrl-C ends it.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _in_folder(folder: Path) -> None:
    """Start again with DATA_DIR set, which the settings read before any command does."""
    wanted = str(folder.resolve())
    if os.environ.get("DATA_DIR") != wanted:
        os.environ["DATA_DIR"] = wanted
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - ourselves

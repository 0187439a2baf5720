"""manage.py check_floor: is the floor what the truth says?"""

from typing import Any

from django.core.management.base import BaseCommand

from monitoring.engine import audit


class Command(BaseCommand):
    """Recompute all rows; exit 1 and a diff when any stored row differs."""

    help = "Recompute every floor row and compare it with the stored one."

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit()
        for user_id, stored, computed in found.wrong:
            self.stdout.write(f"user {user_id}\n- {stored}\n+ {computed}")
        if found.waiting:
            self.stdout.write(f"{found.waiting} rows wait for the engine and were not compared.")
        if found.wrong:
            self.stderr.write(f"{len(found.wrong)} rows differ.")
            raise SystemExit(1)
        what = "All others equal" if found.waiting else "The floor equals"
        self.stdout.write(f"{what} the truth.")

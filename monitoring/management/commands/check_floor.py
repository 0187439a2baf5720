"""manage.py check_floor: is the floor what the truth says?"""

from typing import Any

from django.core.management.base import BaseCommand

from monitoring.engine import differences


class Command(BaseCommand):
    """Recompute all rows; exit 1 and a diff when any stored row differs."""

    help = "Recompute every floor row and compare it with the stored one."

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences()
        for user_id, stored, computed in found:
            self.stdout.write(f"user {user_id}\n- {stored}\n+ {computed}")
        if found:
            self.stderr.write(f"{len(found)} rows differ.")
            raise SystemExit(1)
        self.stdout.write("The floor equals the truth.")

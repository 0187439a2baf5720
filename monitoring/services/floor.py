"""Marks: how the floor learns that a row may have changed."""

from collections.abc import Iterable

from beex.lib.events import Event
from monitoring.models import FloorDirty
from workspace.models import User


def on_fact(event: Event) -> None:
    """Mark the touched users, in the transaction of the fact itself."""
    mark(event.touched)


def mark(user_ids: Iterable[int]) -> None:
    """The rows of these users must be computed anew. Insert-only: never waits for anybody."""
    FloorDirty.objects.bulk_create([FloorDirty(user_id=user_id) for user_id in user_ids])


def mark_all() -> None:
    """Every registered user's row must be computed anew."""
    mark(User.objects.values_list("pk", flat=True))

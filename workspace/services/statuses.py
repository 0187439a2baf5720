"""What people say of themselves: contiguous intervals, one open at a time."""

from datetime import datetime

from django.db import transaction

from beex.lib import clock
from beex.lib.errors import Refused
from beex.lib.events import emit
from workspace.events import StatusChanged
from workspace.models import Status, StatusInterval

from .people import DEFAULT_STATUS, lock


@transaction.atomic
def status_change(user_id: int, code: str, *, at: datetime | None = None) -> StatusInterval:
    """Put the user in the status ``code`` from now (or ``at``), and return the open interval.

    The same status again changes nothing and keeps ``started_at`` (R16). A call in course goes
    on; strategies stay, paused (R18, D8, D23). Raises ``Refused("invalid")`` for an unknown
    code, ``Refused("not_found")`` for an unknown or closed account.
    """
    status = Status.objects.filter(code=code, is_active=True).first()
    if status is None:
        raise Refused("invalid")
    lock(user_id)
    last = StatusInterval.objects.filter(user_id=user_id, ended_at=None).first()
    if last is not None and last.status_id == status.pk:
        last.status = status
        return last
    moment = clock.after(last.started_at if last else None, at)
    if last is not None:
        StatusInterval.objects.filter(pk=last.pk, ended_at=None).update(ended_at=moment)
    fresh = StatusInterval.objects.create(user_id=user_id, status=status, started_at=moment)
    emit(StatusChanged(touched=(user_id,), user_id=user_id, code=code, at=moment))
    return fresh


def status_end_of_day(user_id: int, at: datetime) -> None:
    """The person left the platform at ``at``: *No disponible* from that moment (R19)."""
    status_change(user_id, DEFAULT_STATUS, at=at)

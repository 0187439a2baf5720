"""Notices on people's desks."""

from typing import Any

from django.db import transaction

from beex.lib import clock
from beex.lib.events import emit
from workspace.choices import NoticeKind
from workspace.events import NoticesChanged
from workspace.models import Notice

#: open notices of one person; the oldest beyond are put away
OPEN_MAX = 20


def notice_give(user_id: int, kind: NoticeKind, data: dict[str, Any]) -> Notice:
    """Put a notice on somebody's desk, in the transaction of what it tells. ``data`` fills its
    sentence and names ``ticket`` and ``chat``. What was told of the same ticket before is put
    away: only the newest is true."""
    moment = clock.now()
    if "ticket" in data:
        older = Notice.objects.filter(user_id=user_id, closed_at=None, data__ticket=data["ticket"])
        older.update(closed_at=moment)
    notice = Notice.objects.create(user_id=user_id, kind=kind, data=data, at=moment)
    open_ = Notice.objects.filter(user_id=user_id, closed_at=None).order_by("-pk")
    beyond = list(open_.values_list("pk", flat=True)[OPEN_MAX:])
    if beyond:
        Notice.objects.filter(pk__in=beyond).update(closed_at=moment)
    emit(NoticesChanged(user_id=user_id))
    return notice


@transaction.atomic
def notice_close(user_id: int, notice_id: int) -> bool:
    """The person puts a notice away; again changes nothing. False when it is not his."""
    mine = Notice.objects.filter(pk=notice_id, user_id=user_id)
    if mine.filter(closed_at=None).update(closed_at=clock.now()):
        emit(NoticesChanged(user_id=user_id))
        return True
    return mine.exists()

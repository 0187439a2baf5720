"""The simulated PBX: what PBX_URL=simulated:// means. It carries no audio; it says of webphones
what a real one would, and keeps the limits of after-call work.

A webphone lives in a tab: it is connected a second after the tab's socket opens, connecting when
every tab of its person has been missed for 3 s, and disconnected when he is off the platform.
"""

import logging
import threading
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections
from django.db.models import Max, Min, Q

from beex.lib import clock
from telephony.choices import WebphoneStatus
from telephony.models import WebphoneState
from telephony.services.calls import acw_sweep
from telephony.services.extensions import webphone_change
from workspace.models import Presence

log = logging.getLogger(__name__)

TICK_EVERY, SWEEP_EVERY, PAUSE = 0.25, timedelta(seconds=1), 1.0
CONNECTS_AFTER = timedelta(seconds=1)
LOST_AFTER = timedelta(seconds=3)


class SimulatedPbx:
    """One PBX. Call ``tick`` four times a second from one thread, or ``run`` it in one.

    ``leave_to``: names of web processes that tell the webphones of their people themselves.
    """

    def __init__(self, leave_to: Collection[str] = ()) -> None:
        self.leave_to = leave_to
        self._sweep_at: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Go on until ``stop`` is set."""
        while not stop.is_set():
            try:
                self.tick(clock.now())
                pause = TICK_EVERY
            except DatabaseError as error:
                log.warning("the simulated PBX could not go on: %s", error)
                close_old_connections()
                pause = PAUSE
            stop.wait(pause)
        close_old_connections()

    def tick(self, at: datetime) -> None:
        """Say what is so at ``at``: one query when nothing changes."""
        for user_id, state, opened, lost in self._phones():
            news = _says(state, opened, lost, at)
            if news is not None:
                webphone_change(user_id, news, at=at)
        if self._sweep_at is None or at >= self._sweep_at:
            self._sweep_at = at + SWEEP_EVERY
            self._forget_strays(at)
            acw_sweep(at)

    def _forget_strays(self, at: datetime) -> None:
        """Nobody who has just left is said to be connected because he was when we looked."""
        here = Presence.objects.filter(closed_at=None).values("user_id")
        strays = WebphoneState.objects.filter(eternal=False).exclude(extension__user_id__in=here)
        strays = strays.exclude(state=WebphoneStatus.DISCONNECTED)
        for user_id in strays.values_list("extension__user_id", flat=True):
            webphone_change(user_id, WebphoneStatus.DISCONNECTED, at=at)

    def _phones(self) -> list[tuple[int, str, datetime | None, datetime | None]]:
        """User, state of his webphone, when the first of his living tabs opened, and the last
        sign of life of the missed ones; of everybody with an extension who is really here."""
        tabs = Presence.objects.filter(
            closed_at=None, process__eternal=False, user__extension__isnull=False
        ).exclude(process__name__in=self.leave_to)
        return list(
            tabs.order_by()
            .values("user_id", "user__extension__webphone__state")
            .annotate(opened=Min("opened_at", filter=Q(lost_at=None)), lost=Max("lost_at"))
            .values_list("user_id", "user__extension__webphone__state", "opened", "lost")
        )


def _says(
    state: str, opened: datetime | None, lost: datetime | None, at: datetime
) -> WebphoneStatus | None:
    """The news of one webphone, None when there is none."""
    if opened is None:
        missed = lost is not None and lost + LOST_AFTER <= at
        news = WebphoneStatus.CONNECTING if missed else None
        return news if state == WebphoneStatus.CONNECTED else None
    if state == WebphoneStatus.CONNECTED:
        return None
    if opened + CONNECTS_AFTER <= at:
        return WebphoneStatus.CONNECTED
    return WebphoneStatus.CONNECTING if state == WebphoneStatus.DISCONNECTED else None

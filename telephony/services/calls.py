"""The life of a call (2.3). PBX words come late, twice or never: every step is a compare-and-set
that does nothing when the call is not in the state the step starts from."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from beex.lib import clock
from beex.lib.errors import Refused
from beex.lib.events import emit
from telephony.choices import CallState
from telephony.events import CallChanged
from telephony.models import Call, WebphoneState
from workspace.choices import StrategyKind
from workspace.events import Disposed, PlatformLeft
from workspace.models import Presence
from workspace.services.people import lock


@transaction.atomic
def call_ring(
    *, user_id: int, contact_waits: bool = False, at: datetime | None = None, **fields: Any
) -> Call:
    """A call bound to this agent rings: at the contact, or (``contact_waits``) at the agent.

    ``fields``: campaign_id, contact_id, identifier_id, direction, strategy_id, ticket_id,
    manual. Raises ``Refused("on_call")`` when he has a live call, ``invalid`` for a call of a
    predictive strategy, which never rings (R38).
    """
    return _begin(
        user_id, CallState.RINGING, at or clock.now(), contact_waits=contact_waits, **fields
    )


@transaction.atomic
def call_connect(*, user_id: int, at: datetime | None = None, **fields: Any) -> Call:
    """The dialer gives the agent a call that is already answered (2.3.2)."""
    moment = at or clock.now()
    return _begin(user_id, CallState.TALKING, moment, answered_at=moment, **fields)


def _begin(user_id: int, state: CallState, moment: datetime, **fields: Any) -> Call:
    lock(user_id)
    call = Call(user_id=user_id, state=state, since=moment, started_at=moment, **fields)
    rings_in_predictive = (
        state == CallState.RINGING
        and not call.manual
        and call.strategy is not None
        and call.strategy.kind == StrategyKind.PREDICTIVE
    )
    if rings_in_predictive:
        raise Refused("invalid")
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError as error:  # one live call per user, whoever was first
        raise Refused("on_call") from error
    _tell(call.pk, user_id, state)
    return call


@transaction.atomic
def call_answer(call_id: int, *, at: datetime | None = None) -> bool:
    """Contact and agent are connected. Returns whether it was ringing."""
    moment = at or clock.now()
    return _step(
        call_id,
        CallState.RINGING,
        state=CallState.TALKING,
        since=moment,
        answered_at=moment,
    )


@transaction.atomic
def call_hang_up(call_id: int, *, reason: str = "hangup", at: datetime | None = None) -> bool:
    """The audio is over. A talked call goes into after-call work for at most the campaign's
    limit (R41, D12); one that only rang, or of a campaign without ACW, is closed."""
    moment = at or clock.now()
    call = Call.objects.select_related("campaign").filter(pk=call_id).first()
    if call is None:
        return False
    if call.state == CallState.TALKING and call.campaign.acw_limit:
        return _step(
            call_id,
            CallState.TALKING,
            state=CallState.ACW,
            since=moment,
            hung_up_at=moment,
            acw_until=moment + timedelta(seconds=call.campaign.acw_limit),
            end_reason=reason,
        )
    if call.state in (CallState.RINGING, CallState.TALKING):
        return _close(call_id, call.state, moment, hung_up_at=moment, end_reason=reason)
    return False


@transaction.atomic
def call_finish(call_id: int, *, at: datetime | None = None) -> bool:
    """The after-call work is saved, or its limit is reached: the line is free again."""
    return _close(call_id, CallState.ACW, at or clock.now())


def on_disposed(event: Disposed) -> None:
    """How the contact went is saved: the after-call work of that ticket is over (R41)."""
    for call_id in Call.objects.filter(
        user_id=event.user_id, ticket_id=event.ticket_id, state=CallState.ACW
    ).values_list("pk", flat=True):
        call_finish(call_id)


def acw_sweep(at: datetime) -> None:
    """Close the after-call work whose limit is over (D12). Run by the telephony process. The
    calls of a stored snapshot have no limits, until their person really comes."""
    here = Presence.objects.filter(closed_at=None, process__eternal=False).values("user_id")
    Call.objects.filter(eternal=True, user_id__in=here).update(eternal=False)
    for call_id in Call.objects.filter(
        state=CallState.ACW, acw_until__lte=at, eternal=False
    ).values_list("pk", flat=True):
        call_finish(call_id)


def on_platform_left(event: PlatformLeft) -> None:
    """Off the platform nobody has a call (2.3.6): what he had ends with him."""
    live = Call.objects.filter(user_id=event.user_id, closed_at=None)
    for call_id in live.values_list("pk", flat=True):
        call_hang_up(call_id, reason="user_left")
        call_finish(call_id)


def _close(call_id: int, expected: str, moment: datetime, **changes: Any) -> bool:
    done = _step(
        call_id, expected, state=CallState.ENDED, since=moment, closed_at=moment, **changes
    )
    if done:
        WebphoneState.objects.filter(extension__user__calls=call_id).update(free_since=moment)
    return done


def _step(call_id: int, expected: str, *, state: CallState, **changes: Any) -> bool:
    done = Call.objects.filter(pk=call_id, state=expected).update(state=state, **changes)
    if done:
        _tell(call_id, Call.objects.values_list("user_id", flat=True).get(pk=call_id), state)
    return bool(done)


def _tell(call_id: int, user_id: int, state: str) -> None:
    emit(CallChanged(touched=(user_id,), call_id=call_id, state=state))

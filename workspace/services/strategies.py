"""Entering and leaving strategies."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from beex.lib import clock
from beex.lib.errors import Refused
from beex.lib.events import emit
from workspace.choices import VOICE_KINDS
from workspace.events import AccessChanged, StrategiesChanged
from workspace.models import CampaignMember, Strategy, StrategySession

from .people import lock


@transaction.atomic
def strategy_enter(
    user_id: int, strategy_id: int, *, at: datetime | None = None
) -> StrategySession:
    """The user works this strategy from now (or ``at``) on (R30). Entering it again changes
    nothing.

    Raises ``Refused("in_strategy")`` for a second voice strategy (R32), ``not_in_campaign``
    when he is no member of its campaign, ``not_found`` for an unknown one.
    """
    lock(user_id)
    strategy = Strategy.objects.filter(pk=strategy_id).select_related("campaign").first()
    if strategy is None:
        raise Refused("not_found")
    if not CampaignMember.objects.filter(user_id=user_id, campaign=strategy.campaign).exists():
        raise Refused("not_in_campaign", campaign=strategy.campaign.name)
    held = StrategySession.objects.filter(user_id=user_id, left_at=None).select_related("strategy")
    for session in held:
        if session.strategy_id == strategy.pk:
            return session
        if session.kind in VOICE_KINDS and strategy.kind in VOICE_KINDS:
            raise Refused("in_strategy", name=session.strategy.name)
    try:
        with transaction.atomic():
            fresh = StrategySession.objects.create(
                user_id=user_id,
                strategy=strategy,
                kind=strategy.kind,
                entered_at=at or clock.now(),
            )
    except IntegrityError as error:  # the constraint is the judge, whoever was first
        raise Refused("in_strategy", name=strategy.name) from error
    emit(StrategiesChanged(touched=(user_id,)))
    return fresh


@transaction.atomic
def strategy_leave(
    user_id: int, strategy_id: int | None = None, *, at: datetime | None = None
) -> int:
    """Leave one strategy, or all of them; returns how many were left."""
    sessions = StrategySession.objects.filter(user_id=user_id, left_at=None)
    if strategy_id is not None:
        sessions = sessions.filter(strategy_id=strategy_id)
    left = sessions.update(left_at=at or clock.now())
    if left:
        emit(StrategiesChanged(touched=(user_id,)))
    return left


def on_access_changed(event: AccessChanged) -> None:
    """Whoever is no member of the campaign any more works its strategies no more."""
    membership = CampaignMember.objects.filter(
        user_id=OuterRef("user_id"), campaign_id=OuterRef("strategy__campaign_id")
    )
    outside = StrategySession.objects.filter(~Exists(membership), left_at=None)
    for user_id, strategy_id in outside.filter(user_id__in=event.touched).values_list(
        "user_id", "strategy_id"
    ):
        strategy_leave(user_id, strategy_id)

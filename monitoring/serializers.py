"""People, with what several apps know of them, as the doors answer them."""

from typing import Any

from rest_framework import serializers

from beex.lib import clock
from beex.lib.api import ReadOnly
from telephony.models import Extension, WebphoneState
from workspace.access import Actor
from workspace.models import Company, User
from workspace.selectors import campaigns_seen, strategies_entered
from workspace.serializers import CampaignSerializer, StrategySerializer, status_now


class UserSerializer(ReadOnly):
    """Who somebody is. ``extension``: text, null for none (R6, R7)."""

    extension = serializers.CharField(source="extension.number", default=None)
    profile = serializers.CharField(source="profile.name", default=None)
    active = serializers.BooleanField(source="is_active")

    class Meta:
        model = User
        fields = (
            "id",
            "extension",
            "first_names",
            "last_names",
            "username",
            "external_id",
            "role",
            "profile",
            "active",
        )


def user_detail(user: User, actor: Actor) -> dict[str, Any]:
    """The person and what he is doing, as far as it exists for the actor (D2). Four queries."""
    campaigns = campaigns_seen(actor).filter(memberships__user=user)
    strategies = strategies_entered(actor, user.pk)
    interval = user.status_intervals.filter(ended_at=None).select_related("status").first()
    return {
        **UserSerializer(user).data,
        "status": status_now(interval),
        "webphone": webphone_now(user),
        "campaigns": CampaignSerializer(campaigns, many=True).data,
        "strategies": StrategySerializer(strategies, many=True).data,
    }


def me(user: User, actor: Actor) -> dict[str, Any]:
    """Oneself: also what one may use and what one chose."""
    companies = Company.objects.filter(pk__in=actor.scope or ())
    return {
        **user_detail(user, actor),
        "modules": dict(actor.modules),
        "scope": "all" if actor.scope is None else "companies",
        "companies": [company.code for company in companies],
        "may_barge": actor.may_barge,
        "language": user.language,
        "theme": user.theme,
        "view": user.table_view,
    }


def webphone_now(user: User) -> dict[str, Any] | None:
    """``{"state", "since"}``, null without an extension (R23)."""
    extension: Extension | None = getattr(user, "extension", None)
    webphone: WebphoneState | None = getattr(extension, "webphone", None)
    if webphone is None:
        return None
    return {"state": webphone.state, "since": clock.iso(webphone.since)}

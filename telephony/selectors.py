"""The readers of this app: the calls that exist for an actor (D2), and a person's line."""

from collections.abc import Collection

from django.db.models import QuerySet

from telephony.choices import CallState, WebphoneStatus
from telephony.models import Call, WebphoneState
from workspace.access import Actor
from workspace.selectors import work


def calls_seen(actor: Actor) -> QuerySet[Call]:
    """Calls, the newest first; each with its campaign, contact and identifier."""
    seen = work(actor, campaign="campaign", owner="user")
    return Call.objects.filter(seen).select_related("campaign", "contact", "identifier")


def webphone_ready(user_id: int) -> bool:
    """Whether the PBX says that this person's webphone is connected (R20)."""
    phones = WebphoneState.objects.filter(extension__user_id=user_id)
    return phones.filter(state=WebphoneStatus.CONNECTED).exists()


def has_call(user_id: int, states: Collection[CallState]) -> bool:
    """Whether this person has a call in one of these states."""
    return Call.objects.filter(user_id=user_id, state__in=[*states]).exists()

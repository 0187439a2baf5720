"""The readers of this app: the calls that exist for an actor (D2)."""

from django.db.models import QuerySet

from telephony.models import Call
from workspace.access import Actor
from workspace.selectors import work


def calls_seen(actor: Actor) -> QuerySet[Call]:
    """Calls, the newest first; each with its campaign, contact and identifier."""
    seen = work(actor, campaign="campaign", owner="user")
    return Call.objects.filter(seen).select_related("campaign", "contact", "identifier")

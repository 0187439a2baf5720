"""What the lists of this app can be asked."""

from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter

from beex.lib.filters import FlagFilter, IdFilter
from telephony.choices import LIVE_STATES, CallState
from workspace.choices import Direction
from workspace.filters import CodeFilter, SeenFilter
from workspace.selectors import campaigns_seen


class CallFilter(SeenFilter):
    """Calls of a person or campaign; ``active`` ones ring, talk or are in after-call work."""

    user = IdFilter("user")
    campaign = CodeFilter("campaign", campaigns_seen)
    state = ChoiceFilter(choices=CallState.choices)
    direction = ChoiceFilter(choices=Direction.choices)
    active = FlagFilter(method="only_active")

    def only_active(self, calls: QuerySet[Any], _: str, wanted: bool) -> QuerySet[Any]:
        """R36, R37."""
        live = [state.value for state in LIVE_STATES]
        return calls.filter(state__in=live) if wanted else calls.exclude(state__in=live)

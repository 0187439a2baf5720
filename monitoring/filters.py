"""What the floor can be asked (R83–R87). One FilterSet for the page and its door."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django_filters import CharFilter, ChoiceFilter

from beex.lib.filters import FlagFilter
from monitoring.models import FloorRow
from monitoring.rows import plain
from telephony.choices import CallState, WebphoneStatus
from workspace.access import Actor
from workspace.filters import CodeFilter, SeenFilter
from workspace.models import CampaignMember, Status
from workspace.selectors import campaigns_seen, companies_seen

NONE = "none"
WEBPHONES = (*WebphoneStatus.values, NONE)
CALLS = (CallState.TALKING.value, CallState.RINGING.value, "waiting", CallState.ACW.value, NONE)


class FloorFilter(SeenFilter):
    """Rows of a company's or campaign's people, in a status, webphone or call state, or whose
    name or extension has every word of ``q``, whatever its accents (R8)."""

    company = CodeFilter("campaign__company", companies_seen, method="members")
    campaign = CodeFilter("campaign", campaigns_seen, method="members")
    status = CodeFilter("status", lambda _: Status.objects.all(), method="in_status")
    webphone = ChoiceFilter(choices=[(code, code) for code in WEBPHONES])
    call = ChoiceFilter(choices=[(code, code) for code in CALLS])
    q = CharFilter(method="named")

    def members(self, rows: QuerySet[FloorRow], name: str, wanted: Any) -> QuerySet[FloorRow]:
        """With a membership there: of a company any campaign will do."""
        there = CampaignMember.objects.filter(user_id=OuterRef("pk"), **{name: wanted})
        return rows.filter(Exists(there))

    def in_status(self, rows: QuerySet[FloorRow], _: str, wanted: Status) -> QuerySet[FloorRow]:
        """The status the person chose, not the state of his webphone or call (R86)."""
        return rows.filter(status=wanted.code)

    def named(self, rows: QuerySet[FloorRow], _: str, text: str) -> QuerySet[FloorRow]:
        """Every word of the text, in any order."""
        for word in plain(text).split():
            rows = rows.filter(search__contains=word)
        return rows

    @classmethod
    def accepted(cls, given: Mapping[str, str], actor: Actor) -> dict[str, str]:
        """Those of the given filters that mean something to this reader; a page drops the
        others, where a door refuses them."""
        known = {name: given[name] for name in cls.base_filters if given.get(name)}
        faults = cls(known, FloorRow.objects.none(), actor=actor).form.errors
        return {name: text for name, text in known.items() if name not in faults}


class UserFilter(SeenFilter):
    """Registered people; ``active`` ones are the rows of the floor."""

    active = FlagFilter("is_active")

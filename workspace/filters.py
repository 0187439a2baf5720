"""What the lists of this app can be asked. One FilterSet for a page and its door."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from beex.lib.errors import Refused
from beex.lib.filters import FlagFilter, IdFilter
from workspace.access import Actor
from workspace.choices import Channel, StrategyKind, TicketState
from workspace.models import Strategy
from workspace.selectors import campaigns_seen, companies_seen, strategies_entered


class CodeFilter(ModelChoiceFilter):  # type: ignore[misc]
    """A thing by its code, among those that exist for the reader; any other is unknown."""

    def __init__(
        self, field_name: str, seen: Callable[[Actor], QuerySet[Any]], **options: Any
    ) -> None:
        super().__init__(field_name, to_field_name="code", **options)
        self._seen = seen

    def get_queryset(self, request: object) -> QuerySet[Any]:
        """The things that may be named."""
        return self._seen(self.parent.actor)


class SeenFilter(FilterSet):  # type: ignore[misc]
    """Narrows what ``actor`` sees. ``data``: filter → text; empty ones do not count."""

    base_filters: ClassVar[dict[str, Any]]

    def __init__(self, data: Mapping[str, str], queryset: QuerySet[Any], *, actor: Actor) -> None:
        self.actor = actor
        super().__init__(data, queryset)

    def chosen(self) -> QuerySet[Any]:
        """What was asked for. Raises ``Refused``: ``unknown_filter`` for a value that names
        nothing, ``invalid`` for one that is none at all."""
        if not self.is_valid():
            faults = self.form.errors.as_data()
            unknown = [
                name
                for name, errors in faults.items()
                if any(error.code == "invalid_choice" for error in errors)
            ]
            if unknown:
                raise Refused("unknown_filter", extra={"filters": unknown})
            texts = {
                name: [str(text) for error in errors for text in error.messages]
                for name, errors in faults.items()
            }
            raise Refused("invalid", extra={"errors": texts})
        found: QuerySet[Any] = self.qs
        return found


class CampaignFilter(SeenFilter):
    """Campaigns of a company."""

    company = CodeFilter("company", companies_seen)


class StrategyFilter(SeenFilter):
    """Strategies of a company or campaign, of a kind, or those a user is in now (R30)."""

    company = CodeFilter("campaign__company", companies_seen)
    campaign = CodeFilter("campaign", campaigns_seen)
    kind = ChoiceFilter(choices=StrategyKind.choices)
    user = IdFilter("pk", method="entered_by")

    def entered_by(self, strategies: QuerySet[Strategy], _: str, user_id: int) -> Any:
        """Those the user is in."""
        return strategies.filter(pk__in=strategies_entered(self.actor, user_id).values("pk"))


class IdentifierFilter(SeenFilter):
    """Lines and accounts of a company or campaign, of a channel."""

    company = CodeFilter("campaign__company", companies_seen)
    campaign = CodeFilter("campaign", campaigns_seen)
    channel = ChoiceFilter(choices=Channel.choices)


class ContactFilter(SeenFilter):
    """Customers of a company, or with ``q`` in their name, code or phone."""

    company = CodeFilter("company", companies_seen)
    q = CharFilter(method="named")

    def named(self, contacts: QuerySet[Any], _: str, words: str) -> QuerySet[Any]:
        """Every word must be found somewhere."""
        for word in words.split()[:8]:
            somewhere = Q(name__icontains=word) | Q(code__icontains=word)
            contacts = contacts.filter(somewhere | Q(phone__icontains=word))
        return contacts


class TicketFilter(SeenFilter):
    """Tickets of a person or campaign; ``active`` ones have an assignee and are not resolved."""

    assignee = IdFilter("assignee")
    campaign = CodeFilter("campaign", campaigns_seen)
    state = ChoiceFilter(choices=TicketState.choices)
    active = FlagFilter(method="only_active")

    def only_active(self, tickets: QuerySet[Any], _: str, wanted: bool) -> QuerySet[Any]:
        """R27, R28."""
        if wanted:
            return tickets.filter(state=TicketState.ASSIGNED)
        return tickets.exclude(state=TicketState.ASSIGNED)


class ChatFilter(SeenFilter):
    """Chats of a person or campaign; ``open`` ones are what he interacts with now (D13)."""

    user = IdFilter("ticket__assignee")
    campaign = CodeFilter("ticket__campaign", campaigns_seen)
    channel = ChoiceFilter(choices=Channel.choices)
    open = FlagFilter(method="only_open")

    def only_open(self, chats: QuerySet[Any], _: str, wanted: bool) -> QuerySet[Any]:
        """Open ones, the last interaction first (R45, R48)."""
        if wanted:
            return chats.filter(focus__isnull=False).order_by("-focus__touched_at", "-focus__pk")
        return chats.filter(focus__isnull=True)

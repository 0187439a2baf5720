"""The doors of this app under /api/v1/, and what all doors have in common."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from beex.lib.api import Pages, ReadOnly, refuse_unknown
from beex.lib.errors import Refused
from workspace import filters, serializers
from workspace.access import Action, Actor, actor_of, can
from workspace.models import Campaign, StatusInterval
from workspace.selectors import (
    access_user,
    campaigns_seen,
    chats_seen,
    companies_seen,
    contacts_seen,
    identifiers_seen,
    statuses_offered,
    strategies_seen,
    tickets_seen,
)
from workspace.services.statuses import status_change


class Door(GenericAPIView[Any]):
    """One address. Its right is asked first, then its parameters must be known, and only what
    exists for the actor is ever looked at: absent and forbidden are alike not found."""

    right = Action.OWN
    filterset_class: type[filters.SeenFilter] | None = None
    parameters: tuple[str, ...] = ()
    metadata_class = None

    @cached_property
    def actor(self) -> Actor:
        """The rights of the person who asks, as they are now."""
        actor = actor_of(self.request.user.pk or 0)
        if actor is None:
            raise Refused("not_authenticated")
        return actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Everything that can be refused before the question is read."""
        super().initial(request, *args, **kwargs)
        verdict = can(self.actor, self.right)
        if not verdict:
            raise Refused(verdict.code or "role")
        refuse_unknown(request.query_params, self._known())

    def _known(self) -> set[str]:
        offered = self.filterset_class.base_filters if self.filterset_class else {}
        return {*self.parameters, *offered}

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What was asked for of what exists."""
        if self.filterset_class is None:
            return queryset
        chosen = self.filterset_class(self.request.query_params, queryset, actor=self.actor)
        return chosen.chosen()

    def finalize_response(self, *args: Any, **kwargs: Any) -> Any:
        """An answer is true for this moment and this reader only."""
        response = super().finalize_response(*args, **kwargs)
        add_never_cache_headers(response)
        return response


class Reading(Door):
    """A door to what a selector finds; ``reader`` is that selector."""

    reader: Callable[[Actor], QuerySet[Any]] | None = None

    def get_queryset(self) -> QuerySet[Any]:
        """What exists for the actor."""
        return self.reader(self.actor) if self.reader else super().get_queryset()


class Listing(Reading, ListAPIView[Any]):
    """A list, page by page."""

    pagination_class = Pages
    parameters = Pages.names


class Single(Reading, RetrieveAPIView[Any]):
    """One thing by its id."""


class UserCampaigns(Listing):
    """All campaigns of one user, as far as they exist for the reader (R33)."""

    right = Action.SEE
    serializer_class = serializers.CampaignSerializer

    def get_queryset(self) -> QuerySet[Campaign]:
        """His memberships within reach."""
        user = access_user(self.actor, self.kwargs["pk"])
        return campaigns_seen(self.actor).filter(memberships__user=user)


class MyStatus(Door):
    """One's own status, never another's (R13, D9)."""

    def get(self, request: Request) -> Response:
        """``{"code", "since"}``."""
        mine = StatusInterval.objects.filter(user_id=self.actor.user_id, ended_at=None)
        return Response(serializers.status_now(mine.select_related("status").first()))

    def put(self, request: Request) -> Response:
        """``{"status": code}``; the same again changes nothing (R16)."""
        body = serializers.StatusChoice(data=request.data)
        body.is_valid(raise_exception=True)
        interval = status_change(self.actor.user_id, body.validated_data["status"])
        return Response(serializers.status_now(interval))


def listing(
    reader: Callable[[Actor], QuerySet[Any]],
    serializer: type[ReadOnly],
    filterset: type[filters.SeenFilter] | None = None,
) -> Callable[..., HttpResponseBase]:
    """The door to a list that has nothing else to say."""
    return Listing.as_view(reader=reader, serializer_class=serializer, filterset_class=filterset)


def single(
    reader: Callable[[Actor], QuerySet[Any]], serializer: type[ReadOnly]
) -> Callable[..., HttpResponseBase]:
    """The door to one thing of such a list."""
    return Single.as_view(reader=reader, serializer_class=serializer)


api_urlpatterns: list[URLPattern] = [
    path("me/status/", MyStatus.as_view(), name="my_status"),
    path("companies/", listing(companies_seen, serializers.CompanySerializer), name="companies"),
    path(
        "campaigns/",
        listing(campaigns_seen, serializers.CampaignSerializer, filters.CampaignFilter),
        name="campaigns",
    ),
    path(
        "strategies/",
        listing(strategies_seen, serializers.StrategySerializer, filters.StrategyFilter),
        name="strategies",
    ),
    path("statuses/", listing(statuses_offered, serializers.StatusSerializer), name="statuses"),
    path(
        "identifiers/",
        listing(identifiers_seen, serializers.IdentifierSerializer, filters.IdentifierFilter),
        name="identifiers",
    ),
    path(
        "contacts/",
        listing(contacts_seen, serializers.ContactSerializer, filters.ContactFilter),
        name="contacts",
    ),
    path("users/<int:pk>/campaigns/", UserCampaigns.as_view(), name="user_campaigns"),
    path(
        "tickets/",
        listing(tickets_seen, serializers.TicketSerializer, filters.TicketFilter),
        name="tickets",
    ),
    path("tickets/<int:pk>/", single(tickets_seen, serializers.TicketSerializer), name="ticket"),
    path(
        "chats/",
        listing(chats_seen, serializers.ChatSerializer, filters.ChatFilter),
        name="chats",
    ),
    path("chats/<int:pk>/", single(chats_seen, serializers.ChatSerializer), name="chat"),
]

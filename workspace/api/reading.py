"""The doors of reading: people's work, and what it is made of."""

from django.db.models import QuerySet
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from workspace import filters, serializers
from workspace.access import Action
from workspace.api.doors import Door, Listing, listing, single
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


urlpatterns: list[URLPattern] = [
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
    path("users/<id:pk>/campaigns/", UserCampaigns.as_view(), name="user_campaigns"),
    path(
        "tickets/",
        listing(tickets_seen, serializers.TicketSerializer, filters.TicketFilter),
        name="tickets",
    ),
    path("tickets/<id:pk>/", single(tickets_seen, serializers.TicketSerializer), name="ticket"),
    path(
        "chats/",
        listing(chats_seen, serializers.ChatSerializer, filters.ChatFilter),
        name="chats",
    ),
    path("chats/<id:pk>/", single(chats_seen, serializers.ChatSerializer), name="chat"),
]

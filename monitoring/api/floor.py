"""The doors of the floor: rows, people, oneself."""

import re
from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from beex.lib import clock
from beex.lib.errors import Refused
from monitoring.filters import FloorFilter, UserFilter
from monitoring.selectors import FloorDelta, FloorPage, floor_read, floor_rows, floor_since
from monitoring.serializers import UserSerializer, me, user_detail
from workspace.access import Action, Actor
from workspace.api import Door, Listing
from workspace.models import User
from workspace.selectors import users_seen

SINCE = re.compile(r"([0-9a-f-]{36}):([0-9]{1,18})")


class Floor(Door):
    """Every row the actor may see (R1), or with ``since`` what changed after that revision."""

    right = Action.SEE
    filterset_class = FloorFilter
    parameters = ("since",)

    def get(self, request: Request) -> Response:
        """Rows by extension, whole, with the revision from which a socket may go on."""
        since = request.query_params.get("since")
        if since is not None:
            return Response(self._since(since, filtered=len(request.query_params) > 1))
        rows = self.filter_queryset(floor_rows(self.actor))
        return Response(_page(floor_read(self.actor, rows)))

    def _since(self, since: str, *, filtered: bool) -> dict[str, Any]:
        asked = SINCE.fullmatch(since)
        if asked is None:
            raise Refused("invalid", extra={"errors": {"since": [_("api.since")]}})
        if filtered:
            raise Refused("epoch_changed")
        delta = floor_since(self.actor, asked[1], int(asked[2]))
        return {**_page(delta), "gone": delta.gone}


def _page(page: FloorPage | FloorDelta) -> dict[str, Any]:
    return {
        "epoch": page.epoch,
        "rev": page.rev,
        "at": clock.iso(page.at),
        "total": page.total,
        "rows": page.rows,
    }


class Users(Listing):
    """All registered users whom the actor may see (R1)."""

    right = Action.SEE
    serializer_class = UserSerializer
    filterset_class = UserFilter

    def get_queryset(self) -> QuerySet[User]:
        """Each with profile and extension."""
        return users_seen(self.actor).select_related("profile", "extension")


class OneUser(Door):
    """One of them."""

    right = Action.SEE

    def get(self, request: Request, pk: int) -> Response:
        """Who he is and what he is doing."""
        return Response(user_detail(_person(users_seen(self.actor), pk), self.actor))


class Me(Door):
    """Oneself."""

    def get(self, request: Request) -> Response:
        """Who I am, what I may use, what I chose."""
        actor: Actor = self.actor
        return Response(me(_person(User.objects.all(), actor.user_id), actor))


def _person(users: QuerySet[User], pk: int) -> User:
    person = users.filter(pk=pk).select_related("profile", "extension__webphone").first()
    if person is None:
        raise Refused("not_found")
    return person


urlpatterns: list[URLPattern] = [
    path("floor/", Floor.as_view(), name="floor"),
    path("users/", Users.as_view(), name="users"),
    path("users/<id:pk>/", OneUser.as_view(), name="user"),
    path("me/", Me.as_view(), name="me"),
]

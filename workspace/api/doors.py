"""What all doors under /api/v1/ have in common."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.request import Request

from beex.lib.api import Command, Pages, ReadOnly, refuse_unknown
from beex.lib.errors import Refused
from workspace import filters
from workspace.access import Action, Actor, actor_of, can
from workspace.choices import Module


class Door(GenericAPIView[Any]):
    """One address. Its right is asked first, then its parameters must be known, and only what
    exists for the actor is ever looked at: absent and forbidden are alike not found."""

    right = Action.OWN
    filterset_class: type[filters.SeenFilter] | None = None
    parameters: tuple[str, ...] = ()
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

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


class Desk(Door):
    """A door to one's own work: only with Workspace active, whatever the person's role."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As every door, and the module besides."""
        super().initial(request, *args, **kwargs)
        if not self.actor.has(Module.WORKSPACE):
            raise Refused("workspace_required")

    def body(self, kind: type[Command]) -> dict[str, Any]:
        """The command's fields. Raises ``ValidationError``."""
        command = kind(data=self.request.data)
        command.is_valid(raise_exception=True)
        fields: dict[str, Any] = command.validated_data
        return fields


def whole(value: str | None, *, low: int, high: int, default: int) -> int:
    """A whole number of a query string. Raises ``Refused("invalid")``."""
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise Refused("invalid")
    number = int(value)
    if not low <= number <= high:
        raise Refused("invalid")
    return number

"""The manners of /api/v1/: every refusal is problem+json with a reason code, bodies and pages
are bounded, and what nobody asked for is not silently ignored."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import models
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.request import QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from rest_framework import authentication, exceptions, pagination, parsers, renderers, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from beex.lib import clock
from beex.lib.errors import Refused

if TYPE_CHECKING:
    from rest_framework.views import APIView

PROBLEM = "application/problem+json"
#: bytes of a command's body
MAX_BODY = 64 * 1024
#: characters of one value in a query string
MAX_VALUE = 200
#: unknown names told back in one answer
MAX_NAMES = 10

# What the framework refuses by itself, under our codes. The first that fits counts.
_CODES: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ParseError, "malformed"),
    (exceptions.ValidationError, "invalid"),
    (exceptions.NotAuthenticated, "not_authenticated"),
    (exceptions.AuthenticationFailed, "not_authenticated"),
    (exceptions.PermissionDenied, "role"),
    (PermissionDenied, "role"),
    (exceptions.NotFound, "not_found"),
    (Http404, "not_found"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.NotAcceptable, "not_acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported_media_type"),
    (exceptions.Throttled, "rate_limited"),
    (RequestDataTooBig, "too_large"),
    (SuspiciousOperation, "malformed"),
    (BadRequest, "malformed"),
    (MultiPartParserError, "malformed"),
    (UnreadablePostError, "malformed"),
)


def problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Django REST framework's exception handler: every refusal as problem+json.

    With `errors` by field when values were wrong. None for what is no refusal but a fault of ours.
    """
    refused = error if isinstance(error, Refused) else _refused(error)
    if refused is None:
        return None
    return Response(
        problem_body(refused),
        status=refused.status,
        headers=dict(_headers(error)),
        content_type=PROBLEM,
    )


def _refused(error: Exception) -> Refused | None:
    code = next((code for kind, code in _CODES if isinstance(error, kind)), None)
    if code is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        return Refused(code, extra={"errors": error.detail})
    return Refused(code)


def _headers(error: Exception) -> Iterator[tuple[str, str]]:
    if scheme := getattr(error, "auth_header", None):
        yield "WWW-Authenticate", scheme
    if wait := getattr(error, "wait", None):
        yield "Retry-After", str(math.ceil(wait))


def problem_body(refused: Refused) -> dict[str, Any]:
    """The refusal as RFC 9457 wants it, its reason code beside."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(refused.status).phrase,
        "status": int(refused.status),
        "detail": refused.sentence,
        "code": refused.code,
        **refused.extra,
    }


@never_cache
def no_such_address(request: HttpRequest) -> JsonResponse:
    """Whatever no app has claimed under /api/."""
    return JsonResponse(problem_body(Refused("not_found")), status=404, content_type=PROBLEM)


class Session(authentication.SessionAuthentication):
    """The browser's session cookie; whoever has none is told so with 401."""

    def authenticate_header(self, request: Request) -> str:
        """The scheme a 401 must name."""
        return 'Session realm="api"'

    def enforce_csrf(self, request: Request) -> None:
        """Raises ``Refused("csrf_failed")`` where a command lacks its token."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise Refused("csrf_failed") from error


class BoundedJSON(parsers.BaseParser):
    """JSON of at most ``MAX_BODY`` bytes in UTF-8; nesting is bounded by the decoder."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Raises ``Refused``: ``too_large``, ``malformed``."""
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise Refused("too_large")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Refused("malformed") from error


class QuickJSON(renderers.BaseRenderer):
    """Answers encoded by orjson, an order faster: a floor of thousands is one answer."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of an answer; nothing when there is none."""
        return (
            b"" if data is None else orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)
        )


class Pages(pagination.PageNumberPagination):
    """``count``, ``next``, ``previous``, ``results``; at most ``max_page_size`` in one answer."""

    page_size = 100
    max_page_size = 1000
    page_query_param = "page"
    page_size_query_param = "page_size"
    names = (page_query_param, page_size_query_param)

    def paginate_queryset(
        self, queryset: Any, request: Request, view: "APIView | None" = None
    ) -> list[Any] | None:
        """Raises ``Refused("invalid")`` for what is no page number; a page beyond the last is
        not found."""
        for name in self.names:
            value = request.query_params.get(name)
            if value is not None and not re.fullmatch(r"[1-9][0-9]{0,6}", value):
                raise Refused("invalid", extra={"errors": {name: [str(_("api.number"))]}})
        return super().paginate_queryset(queryset, request, view)


def refuse_unknown(query: QueryDict, known: Iterable[str]) -> None:
    """Raises ``Refused`` unless every parameter of the query string is known, stands there once,
    and is short text: ``unknown_filter``, ``invalid``."""
    unknown = sorted(set(query) - set(known))
    if unknown:
        names = [name[:MAX_VALUE] for name in unknown[:MAX_NAMES]]
        raise Refused("unknown_filter", extra={"filters": names})
    for name, values in query.lists():
        if len(values) > 1 or any(len(value) > MAX_VALUE or "\0" in value for value in values):
            raise Refused("invalid", extra={"errors": {name: [str(_("api.value"))]}})


class UtcDateTimeField(serializers.DateTimeField):
    """A moment as ISO-8601 in UTC, ending in Z, whatever the installation's time zone."""

    def __init__(self, **options: Any) -> None:
        """Takes what DateTimeField takes."""
        super().__init__(**{"default_timezone": UTC, **options})

    def to_representation(self, value: datetime) -> str | None:  # type: ignore[override]
        """The text of a moment."""
        return clock.iso(value)


class ReadOnly(serializers.ModelSerializer[Any]):
    """A model's row as an answer carries it: moments in UTC, foreign keys as ``…_id``."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: UtcDateTimeField,
    }


class Command(serializers.Serializer[Any]):
    """The body of a command. A key that it does not know is an error, not a wish."""

    def to_internal_value(self, data: Any) -> Any:
        """Raises ``ValidationError``."""
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in set(data) - set(self.fields))[:MAX_NAMES]
            if unknown:
                raise exceptions.ValidationError(
                    {name[:MAX_VALUE]: [_("api.unknownKey")] for name in unknown}
                )
        return super().to_internal_value(data)

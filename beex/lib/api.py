"""What every part of /api/v1/ shares: problem+json with a reason code, and moments in UTC."""

from collections.abc import Mapping
from datetime import UTC
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from beex.lib.errors import Refused

PROBLEM = "application/problem+json"

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
)


class UtcDateTimeField(serializers.DateTimeField):
    """A moment as ISO-8601 in UTC, ending in Z, whatever the installation's time zone."""

    def __init__(self, **options: Any) -> None:
        """Takes what DateTimeField takes."""
        super().__init__(**{"default_timezone": UTC, **options})


def problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Django REST framework's exception handler: every refusal as problem+json.

    With `errors` by field when values were wrong. None for what is no refusal but a fault of ours.
    """
    if isinstance(error, Refused):
        set_rollback()
        return Response(problem_body(error), status=error.status, content_type=PROBLEM)
    code = next((code for kind, code in _CODES if isinstance(error, kind)), None)
    response = exception_handler(error, dict(context))
    if code is None or response is None:
        return response
    refused = Refused(code, extra={"errors": response.data} if code == "invalid" else None)
    return Response(
        problem_body(refused),
        status=refused.status,
        headers=dict(response.items()),
        content_type=PROBLEM,
    )


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


def no_such_address(request: HttpRequest) -> JsonResponse:
    """Whatever no app has claimed under /api/."""
    return JsonResponse(problem_body(Refused("not_found")), status=404, content_type=PROBLEM)

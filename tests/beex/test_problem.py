"""Every refusal of the API is problem+json with a reason code; nothing is a 500."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from beex.lib.api import UtcDateTimeField
from beex.lib.errors import Refused


def answer_to(error: Exception) -> tuple[HttpResponse, dict[str, Any]]:
    class Refusing(APIView):
        authentication_classes = ()
        permission_classes = ()
        throttle_classes = ()

        def get(self, request: Request) -> Response:
            raise error

    response = Refusing.as_view()(APIRequestFactory().get("/"))
    response.render()
    return response, json.loads(response.content)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Refused("call_not_talking"), 409, "call_not_talking"),
        (Refused("not_found"), 404, "not_found"),
        (Http404(), 404, "not_found"),
        (exceptions.NotFound(), 404, "not_found"),
        (PermissionDenied(), 403, "role"),
        (exceptions.PermissionDenied(), 403, "role"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.ParseError(), 400, "malformed"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/xml"), 415, "unsupported_media_type"),
        (exceptions.Throttled(wait=7), 429, "rate_limited"),
        (exceptions.ValidationError({"status": ["unknown"]}), 422, "invalid"),
    ],
)
def test_a_refusal_carries_its_code(error: Exception, status: int, code: str) -> None:
    response, body = answer_to(error)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)
    assert body["title"]
    assert body["detail"]
    assert not body["detail"].startswith("deny."), "the reason has no text"


def test_the_owner_stands_beside_taken() -> None:
    _, body = answer_to(Refused("taken", extra={"owner": {"id": 7}}))
    assert body["owner"] == {"id": 7}


def test_wrong_values_are_listed_by_field() -> None:
    _, body = answer_to(exceptions.ValidationError({"status": ["unknown"]}))
    assert body["errors"] == {"status": ["unknown"]}


def test_too_many_says_when_to_come_back() -> None:
    response, _ = answer_to(exceptions.Throttled(wait=7))
    assert response["Retry-After"] == "7"


def test_an_address_nobody_claimed_is_a_problem_too(client: Client) -> None:
    for path in ("/api/v1/nothing/", "/api/", "/api/v9/floor/"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.json()["code"] == "not_found"


def test_moments_are_utc() -> None:
    class Moment(serializers.Serializer[dict[str, str]]):
        at = UtcDateTimeField()

    moment = Moment(data={"at": "2026-11-22T10:00:00-05:00"})
    moment.is_valid(raise_exception=True)
    assert Moment(moment.validated_data).data == {"at": "2026-11-22T15:00:00.000Z"}

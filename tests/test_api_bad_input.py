"""Whatever is thrown at a door: a clear problem, never a fault of ours, and nothing changed."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.doors import API, SUPERVISOR, client_of, doors, f1, for_visitors, methods, person
from workspace.models import StatusInterval

pytestmark = pytest.mark.django_db

JSON = "application/json"
PROBLEM = "application/problem+json"
DEEP = "[" * 100_000 + "]" * 100_000


@pytest.fixture(scope="module", autouse=True)
def _f1(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), f1():
        yield


@pytest.fixture
def carlos() -> Client:
    client = client_of(SUPERVISOR)
    client.raise_request_exception = False
    return client


def refusal(response: Any, *statuses: int) -> str:
    """The code of a problem; anything else than a whole one with one of these statuses fails."""
    assert response.status_code in statuses, (response.status_code, response.content[:300])
    assert response["Content-Type"] == PROBLEM
    body: dict[str, Any] = json.loads(response.content)
    assert body["status"] == response.status_code
    assert body["title"]
    assert body["detail"]
    assert not body["detail"].startswith("deny.")
    assert "Cache-Control" in response
    code: str = body["code"]
    return code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"nonsense": "1"}, "unknown_filter"),
        ({"Company": "qori"}, "unknown_filter"),
        ({"company__name": "qori"}, "unknown_filter"),
        ({"company": "nobody"}, "unknown_filter"),
        ({"company": "QORI"}, "unknown_filter"),
        ({"campaign": "1"}, "unknown_filter"),
        ({"status": "sleeping"}, "unknown_filter"),
        ({"webphone": "null"}, "unknown_filter"),
        ({"call": "dialing"}, "unknown_filter"),
        ({"page": "1"}, "unknown_filter"),
        ({"format": "json"}, "unknown_filter"),
        ({"q": "a\0b"}, "invalid"),
        ({"company": "qo\0ri"}, "invalid"),
        ({"q": "x" * 10_000}, "invalid"),
        ({"since": "yesterday"}, "invalid"),
        ({"since": "1:1"}, "invalid"),
        ({"since": f"{'f' * 36}:{'9' * 400}"}, "invalid"),
        ([("q", "a"), ("q", "b")], "invalid"),
    ],
)
def test_the_floor_is_asked_strictly(carlos: Client, query: Any, code: str) -> None:
    assert refusal(carlos.get(f"{API}floor/?{urlencode(query)}"), 400, 422) == code


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "'", '"', "ñ", "日本", "\U0001f600", " ", "a" * 200]
)
def test_any_text_can_be_searched(carlos: Client, text: str) -> None:
    response = carlos.get(f"{API}floor/?{urlencode({'q': text})}")
    assert response.status_code == 200


@pytest.mark.parametrize("raw", ["%ff%fe", "%00", "%ed%a0%80", "%", "&&&==", "%u1234", "a=%zz"])
def test_raw_query_strings(carlos: Client, raw: str) -> None:
    response = carlos.get(f"{API}floor/?q={raw}")
    if response.status_code != 200:
        refusal(response, 400, 422)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("users/", {"active": "yes"}),
        ("users/", {"active": "TRUE"}),
        ("calls/", {"user": "me"}),
        ("calls/", {"user": "1.5"}),
        ("calls/", {"user": "-1"}),
        ("calls/", {"user": "9" * 200}),
        ("calls/", {"user": "1e3"}),
        ("calls/", {"state": "dead"}),
        ("chats/", {"open": "1"}),
        ("chats/", {"channel": "fax"}),
        ("tickets/", {"assignee": "null"}),
        ("tickets/", {"state": "ended"}),
        ("contacts/", {"page": "0"}),
        ("contacts/", {"page": "last"}),
        ("contacts/", {"page": "-1"}),
        ("contacts/", {"page": "1' OR '1'='1"}),
        ("contacts/", {"page_size": "0"}),
        ("contacts/", {"page_size": "9" * 100}),
        ("contacts/", {"ordering": "company"}),
        ("me/", {"a": "b"}),
        ("strategies/", {"kind": "psychic"}),
        ("identifiers/", {"campaign": "zzz"}),
    ],
)
def test_lists_are_asked_strictly(carlos: Client, path: str, query: dict[str, str]) -> None:
    code = refusal(carlos.get(f"{API}{path}?{urlencode(query)}"), 400, 422)
    assert code in ("unknown_filter", "invalid")


def test_an_empty_filter_is_none(carlos: Client) -> None:
    whole = carlos.get(f"{API}calls/").json()["count"]
    assert carlos.get(f"{API}calls/?user=&state=").json()["count"] == whole


def test_too_many_parameters(carlos: Client) -> None:
    query = "&".join(f"p{number}=1" for number in range(2000))
    assert refusal(carlos.get(f"{API}floor/?{query}"), 400) == "malformed"


def test_many_unknown_names_are_not_all_told(carlos: Client) -> None:
    query = "&".join(f"{'n' * 300}{number}=1" for number in range(100))
    response = carlos.get(f"{API}floor/?{query}")
    assert refusal(response, 400) == "unknown_filter"
    assert len(response.content) < 4096


@pytest.mark.parametrize("number", ["0", "999999999", "9" * 25, "9" * 5000])
@pytest.mark.parametrize("path", ["users/{}/", "users/{}/campaigns/", "calls/{}/", "chats/{}/"])
def test_ids_that_are_nobody(carlos: Client, path: str, number: str) -> None:
    assert refusal(carlos.get(API + path.format(number)), 404) == "not_found"


@pytest.mark.parametrize("word", ["abc", "-1", "1.0", "%00", "1%20", "١", "../users/1", "0x1"])
def test_ids_that_are_none(carlos: Client, word: str) -> None:
    assert refusal(carlos.get(f"{API}users/{word}/"), 404) == "not_found"


BODIES: list[tuple[str, bytes, int, str]] = [
    ("empty", b"", 422, "invalid"),
    ("no object", b"[]", 422, "invalid"),
    ("null", b"null", 422, "invalid"),
    ("a number", b"7", 422, "invalid"),
    ("no status", b"{}", 422, "invalid"),
    ("unknown status", b'{"status":"sleeping"}', 422, "invalid"),
    ("unknown key", b'{"status":"lunch","user":1}', 422, "invalid"),
    ("another person", b'{"status":"lunch","user_id":1}', 422, "invalid"),
    ("null status", b'{"status":null}', 422, "invalid"),
    ("list", b'{"status":["lunch"]}', 422, "invalid"),
    ("object", b'{"status":{"code":"lunch"}}', 422, "invalid"),
    ("true", b'{"status":true}', 422, "invalid"),
    ("blank", b'{"status":""}', 422, "invalid"),
    ("NUL", b'{"status":"lu\\u0000nch"}', 422, "invalid"),
    ("long", b'{"status":"' + b"x" * 60_000 + b'"}', 422, "invalid"),
    ("huge number", b'{"status":' + b"9" * 30_000 + b"}", 400, "malformed"),
    ("lone surrogate", b'{"status":"\\ud800"}', 400, "malformed"),
    ("half", b'{"status":"lun', 400, "malformed"),
    ("NaN", b'{"status":NaN}', 400, "malformed"),
    ("Latin-1", '{"status":"almuerzó"}'.encode("latin-1"), 400, "malformed"),
    ("UTF-16", '{"status":"lunch"}'.encode("utf-16"), 400, "malformed"),
    ("raw NUL", b'{"status":"\x00"}', 400, "malformed"),
    ("binary", bytes(range(256)), 400, "malformed"),
    ("deep", DEEP[:60_000].encode(), 400, "malformed"),
    ("form", b"status=lunch", 400, "malformed"),
    ("too large", b'{"status":"' + b"x" * 70_000 + b'"}', 413, "too_large"),
    ("far too large", b'{"status":"' + b"x" * 3_000_000 + b'"}', 413, "too_large"),
    ("deep and large", DEEP.encode(), 413, "too_large"),
]


@pytest.mark.parametrize(
    ("body", "status", "code"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES]
)
def test_bodies(carlos: Client, body: bytes, status: int, code: str) -> None:
    before = list(StatusInterval.objects.values_list("pk", "ended_at"))
    response = carlos.put(f"{API}me/status/", body, content_type=JSON)
    assert refusal(response, status) == code
    assert list(StatusInterval.objects.values_list("pk", "ended_at")) == before


@pytest.mark.parametrize(
    "media",
    ["", "text/plain", "text/xml", "application/x-www-form-urlencoded", "image/png", "///", "json"],
)
def test_only_json_is_taken(carlos: Client, media: str) -> None:
    response = carlos.generic("PUT", f"{API}me/status/", b'{"status":"lunch"}', media)
    assert refusal(response, 415) == "unsupported_media_type"


def test_broken_multipart(carlos: Client) -> None:
    for media in ("multipart/form-data", "multipart/form-data; boundary=x"):
        response = carlos.generic("PUT", f"{API}me/status/", b"--y\r\n\r\nz", media)
        assert refusal(response, 415, 400) in ("unsupported_media_type", "malformed")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "////", "*", ";q=", "\xff"])
def test_only_json_is_given(carlos: Client, accept: str) -> None:
    response = carlos.get(f"{API}me/", headers={"accept": accept})
    assert refusal(response, 406) == "not_acceptable"


WORDS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NONSENSE"}


@pytest.mark.parametrize("name", [name for name in doors() if not for_visitors(name)])
def test_methods_that_a_door_has_not(carlos: Client, name: str) -> None:
    path = API + doors()[name].replace("<id:pk>", str(person(SUPERVISOR).pk))
    for method in WORDS - methods()[name]:
        response = carlos.generic(method, path)
        assert refusal(response, 405) == "method_not_allowed"
        assert set(response["Allow"].split(", ")) - {"HEAD"} == methods()[name]


def test_a_command_needs_its_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person(SUPERVISOR))

    def put(**headers: str) -> Any:
        return client.put(
            f"{API}me/status/", {"status": "lunch"}, content_type=JSON, headers=headers
        )

    assert refusal(put(), 403) == "csrf_failed"
    client.cookies["csrftoken"] = "t" * 32
    assert refusal(put(), 403) == "csrf_failed"
    assert refusal(put(**{"x-csrftoken": "u" * 32}), 403) == "csrf_failed"
    assert put(**{"x-csrftoken": "t" * 32}).status_code == 200


def test_too_many_questions_are_slowed(carlos: Client) -> None:
    for _ in range(600):
        carlos.options(f"{API}me/")
    response = carlos.get(f"{API}me/")
    assert refusal(response, 429) == "rate_limited"
    assert int(response["Retry-After"]) > 0
    assert client_of("lorena.cornejo").get(f"{API}me/").status_code == 200


def test_addresses_that_nobody_has(carlos: Client) -> None:
    for path in ("nothing/", "floor/1/", "users/1/../2/", "me/status/x/", "%00/", "a" * 5000):
        assert refusal(carlos.get(API + path), 404) == "not_found"

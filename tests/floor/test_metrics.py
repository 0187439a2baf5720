"""The numbers of the floor, and who may read them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker, Settings

from monitoring.engine import Engine
from monitoring.models import FloorRow, FloorStream
from tests.doors import f1

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _f1(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), f1():
        yield


def read(client: Client, **headers: Any) -> dict[str, dict[str, float]]:
    """Name → label → value."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        family.name: {"".join(sample.labels.values()): sample.value for sample in family.samples}
        for family in text_string_to_metric_families(answer.content.decode())
    }


def test_the_numbers_are_those_of_the_floor(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert "beex_engine_lease_age_seconds" not in read(client), "nobody leads"
    Engine().tick()
    with django_assert_num_queries(4):
        told = read(client)
    rows = FloorRow.objects.filter(gone=False)
    for name in ("status", "webphone", "call"):
        users = told[f"beex_users_by_{name}"]
        assert sum(users.values()) == rows.count()
        for state, count in users.items():
            assert rows.filter(**{name: state}).count() == count, state
    assert told["beex_floor_rev"][""] == FloorStream.objects.get().rev
    assert told["beex_floor_marks"][""] == 0
    assert told["beex_open_sockets"][""] == 0
    assert 0 <= told["beex_engine_lease_age_seconds"][""] < 600


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("", {}),
        ("192.0.2.7", {"Authorization": "Bearer "}),
        ("192.0.2.7", {"Authorization": "Bearer wröng"}),
    ],
)
@pytest.mark.parametrize("token", ["", "s3cret"])
def test_strangers_find_nothing_there(
    settings: Settings, address: str, headers: dict[str, str], token: str
) -> None:
    settings.METRICS_TOKEN = token
    assert Client(REMOTE_ADDR=address).get("/metrics", headers=headers).status_code == 404


def test_the_token_opens_it_from_afar(settings: Settings) -> None:
    settings.METRICS_TOKEN = "s3cret"
    assert read(Client(REMOTE_ADDR="192.0.2.7"), Authorization="Bearer s3cret")

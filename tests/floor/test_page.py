"""What the page of the table makes of its address, and the file of its rows."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.doors import client_of, f1
from workspace.models import User

pytestmark = pytest.mark.django_db
TABLE = "/supervision/users/"


@pytest.fixture(scope="module", autouse=True)
def _f1(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), f1():
        yield


@pytest.mark.parametrize("campaign", ["tel-port", "nothing", ""])
def test_a_campaign_of_another_company_is_dropped(campaign: str) -> None:
    """R85: 28 people work for Qori, whatever else the address says."""
    carlos = client_of("carlos.benavides")
    shown = carlos.get(TABLE, {"empresa": "qori", "campania": campaign}).context
    assert shown["given"]["company"] == "qori"
    assert shown["given"]["campaign"] == ""
    assert shown["matching"] == 28
    there = carlos.get(TABLE, {"empresa": "telandes", "campania": "tel-port"}).context
    assert there["given"]["campaign"] == "tel-port"


def test_a_file_that_cannot_be_is_refused_in_readable_words() -> None:
    agent = User.objects.get(extension__number="1001")
    for user, ids in ((agent, "1"), ("carlos.benavides", ",".join(["1"] * 20_001))):
        answer = client_of(user).post(f"{TABLE}export/", {"ids": ids, "format": "csv"})
        assert answer.status_code in (403, 413)
        assert answer["Content-Type"] == "text/plain; charset=utf-8"

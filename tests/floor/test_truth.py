"""Row equals truth: what the floor shows of all 66 is what their own lists say, at one rev."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from beex.lib import clock
from monitoring.demo import seed, snapshot
from monitoring.engine import LEASE, Engine
from monitoring.hub import _read
from monitoring.lens import Lens
from monitoring.services.floor import mark
from workspace.access import actor_of
from workspace.choices import StrategyKind
from workspace.models import Campaign, Company, StrategySession, User

pytestmark = pytest.mark.django_db

PREFIX = "/api/v1"


@pytest.fixture
def f1() -> None:
    """The snapshot F1 with its stranger, and its rows."""
    seed.seed(stranger=True)
    snapshot.load()
    engine = Engine()
    while engine.tick() is not None:
        pass


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def everything(client: Client, path: str) -> list[dict[str, Any]]:
    """All pages of a list."""
    found: list[dict[str, Any]] = []
    url: str | None = PREFIX + path
    while url:
        page = client.get(url).json()
        found += page["results"]
        url = page["next"]
    return found


@pytest.mark.usefixtures("f1")
def test_every_row_equals_its_own_lists() -> None:
    client = signed_in("carlos.benavides")
    floor = client.get(f"{PREFIX}/floor/").json()
    assert len(floor["rows"]) == floor["total"] == 67
    for row in floor["rows"]:
        user = row["id"]
        tickets = everything(client, f"/tickets/?assignee={user}&active=true")
        assert len(tickets) == row["active_tickets"]
        chats = everything(client, f"/chats/?user={user}&open=true")
        assert [chat["id"] for chat in chats] == [chat["id"] for chat in row["chats"]]
        calls = everything(client, f"/calls/?user={user}&active=true")
        shown = [row["call"]["id"]] if row["call"] and row["call"]["id"] else []
        assert [call["id"] for call in calls] == shown
        if shown:
            assert calls[0]["state"] == row["call"]["state"]
        campaigns = everything(client, f"/users/{user}/campaigns/")
        assert [one["id"] for one in campaigns] == [one["id"] for one in row["campaigns"]]
        entered = StrategySession.objects.filter(user_id=user, left_at=None)
        assert {one["id"] for one in row["strategies"]} == set(
            entered.values_list("strategy_id", flat=True)
        )
        kinds = [StrategyKind.values.index(one["kind"]) for one in row["strategies"]]
        assert kinds == sorted(kinds)
    assert client.get(f"{PREFIX}/floor/").json()["rev"] == floor["rev"]


@pytest.mark.usefixtures("f1")
def test_no_byte_of_another_company_reaches_the_stranger() -> None:
    """Canaries: every name that only Telandes and Qori have."""
    canaries = _foreign_words()
    client = signed_in("supervisor.lucuma")
    actor = actor_of(User.objects.get(username="supervisor.lucuma").pk)
    assert actor is not None
    epoch, rev, rows = _read("", 0)
    lens = Lens(1, actor.scope, (None, None))
    lens.load(rows, rev)
    seen = [
        *(json.dumps(json.loads(text), ensure_ascii=False) for text in lens.snapshot(epoch)),
        client.get("/supervision/users/").content.decode(),
        # what he typed himself may come back, and nothing more than that
        client.get("/supervision/users/?empresa=qori").content.decode().replace("qori", ""),
        client.get(f"{PREFIX}/floor/").content.decode(),
    ]
    for text in seen:
        assert [
            one for one in canaries if re.search(rf"(?<![\w.-]){re.escape(one)}(?![\w.-])", text)
        ] == []
    assert json.loads(seen[0])["total"] == 18, "17 of Lúcuma and himself"


@pytest.mark.usefixtures("f1")
def test_a_shared_person_s_foreign_call_is_a_bare_state() -> None:
    shared = User.objects.get(external_id="u47")
    floor = signed_in("supervisor.lucuma").get(f"{PREFIX}/floor/").json()["rows"]
    own = next(row for row in floor if row["id"] == shared.pk)
    assert own["call"]["hidden"] is False, "his call is of Lúcuma"
    lucuma = Company.objects.get(code="lucuma")
    assert {one["company_id"] for one in own["campaigns"]} == {lucuma.pk}
    shared.calls.update(campaign=Campaign.objects.get(code="tel-port"))
    mark([shared.pk])
    Engine("later").tick(clock.now() + LEASE * 2)
    floor = signed_in("supervisor.lucuma").get(f"{PREFIX}/floor/").json()["rows"]
    foreign = next(row for row in floor if row["id"] == shared.pk)["call"]
    assert foreign.keys() == {"id", "state", "since", "hidden"}
    assert foreign["id"] is None
    assert foreign["hidden"] is True


def _foreign_words() -> list[str]:
    """Names of the other companies, their campaigns, strategies, identifiers and contacts, and of
    the people who work for them alone."""
    words: list[str] = []
    for company in Company.objects.exclude(code="lucuma"):
        words += [company.name, company.code]
        for campaign in company.campaigns.all():
            words += [campaign.name, campaign.code]
            words += campaign.strategies.values_list("name", flat=True)
            words += campaign.identifiers.values_list("alias", flat=True)
        words += [code for code in company.contacts.values_list("code", flat=True) if code]
    alone = User.objects.exclude(campaigns__company__code="lucuma").exclude(
        username="supervisor.lucuma"
    )
    words += alone.values_list("username", flat=True)
    return [word for word in words if len(word) > 3]

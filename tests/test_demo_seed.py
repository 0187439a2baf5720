"""The invented contact centre as it is loaded (issue: F1 has its totals)."""

import json
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from monitoring.demo import roster, seed, snapshot
from monitoring.engine import Engine
from monitoring.models import FloorRow
from telephony.models import Call, Extension, WebphoneState
from workspace.access import actor_of
from workspace.models import Company, Presence, Status, StatusInterval, Ticket, User
from workspace.services.presence import TabFact, presence_apply, process_beat
from workspace.services.tickets import ticket_open

AT = datetime(2026, 11, 23, 19, 35, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def floor() -> list[dict[str, Any]]:
    """All rows as the engine makes them."""
    engine = Engine()
    while engine.tick() is not None:
        pass
    engine.resign()
    return [json.loads(row.text) for row in FloorRow.objects.filter(gone=False)]


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """The rows of F1."""
    seed.seed()
    snapshot.load()
    return floor()


def test_f1_has_its_totals(rows: list[dict[str, Any]]) -> None:
    assert len(rows) == 66
    assert Counter(row["status"]["code"] for row in rows) == {
        "available": 49, "unavailable": 5, "lunch": 4, "busy": 3, "in_services": 2, "training": 2,
        "dinner": 1,
    }  # fmt: skip
    assert Counter(row["webphone"]["state"] if row["webphone"] else "none" for row in rows) == {
        "connected": 58, "disconnected": 4, "connecting": 1, "none": 3,
    }  # fmt: skip
    assert Counter(row["call"]["state"] if row["call"] else "none" for row in rows) == {
        "talking": 16, "ringing": 6, "acw": 5, "waiting": 4, "none": 35,
    }  # fmt: skip
    assert Counter(chat["channel"] for row in rows for chat in row["chats"]) == {
        "whatsapp": 5, "webchat": 2, "messenger": 2, "sms": 1, "instagram": 1,
    }  # fmt: skip


def test_f1_has_its_filter_constants(rows: list[dict[str, Any]]) -> None:
    def members(key: str, value: str) -> tuple[int, int]:
        found = [row for row in rows if any(one[key] == value for one in row["campaigns"])]
        return len(found), sum(row["status"]["code"] == "available" for row in found)

    names = dict(Company.objects.values_list("code", "name"))
    assert {code: members("company", name) for code, name in names.items()} == {
        "telandes": (28, 19), "qori": (28, 24), "lucuma": (17, 14),
    }  # fmt: skip
    assert {code: members("code", code) for code in (item["code"] for item in campaigns())} == {
        "qor-temp": (16, 13), "tel-port": (17, 11), "tel-ret": (14, 12), "tel-corte": (9, 8),
        "qor-tard": (13, 11), "qor-rec": (12, 12), "luc-aten": (15, 13), "luc-entr": (8, 6),
    }  # fmt: skip


def campaigns() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = roster.read("organization.json")["campaigns"]
    return found


def test_f1_tells_every_cell_as_it_is_written() -> None:
    seed.seed()
    snapshot.load(AT)
    rows = {row["username"]: row for row in floor()}
    told = {item["id"]: item for item in roster.read("f1.json")}
    for person in roster.cast():
        row, item = rows[person.username], told[person.id]
        call = row["call"]
        assert row["extension"] == person.extension
        assert row["online"] == item["online"]
        assert row["status"]["since"] == iso(ago(item["seconds"]))
        assert (row["module"] and row["module"]["code"]) == item["module"]
        assert row["active_tickets"] == item["active_tickets"]
        assert len(row["strategies"]) == len(item["strategies"])
        assert [chat["contact"] for chat in row["chats"]] == [
            chat["contact"]["name"] for chat in item["chats"]
        ]
        assert (call and (call["state"], call["since"])) == (
            item["call"] and (item["call"]["state"], iso(ago(item["call"]["seconds"])))
        )
    assert rows["juan.quispe"]["module"]["place"] == "ticket:10401"


def ago(seconds: float) -> datetime:
    return AT - timedelta(seconds=seconds)


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_the_numbers_of_new_tickets_go_on_after_those_of_f1() -> None:
    seed.seed()
    snapshot.load()
    newest = Ticket.objects.order_by("pk").last()
    assert newest is not None
    contact = Call.objects.earliest("pk").contact
    other = Ticket.objects.exclude(campaign__company=contact.company).earliest("pk").campaign
    assert ticket_open(other.pk, contact.pk).pk > newest.pk


def test_seeding_twice_changes_nothing_and_a_snapshot_can_be_loaded_again() -> None:
    def counts() -> list[int]:
        models = (User, Extension, WebphoneState, StatusInterval, Presence, Ticket, Call, Company)
        return [model._default_manager.count() for model in models]

    call_command("seed_demo", snapshot="f1", stranger=True, verbosity=0)
    once, hashes = counts(), set(User.objects.values_list("password", flat=True))
    call_command("seed_demo", snapshot="f1", stranger=True, verbosity=0)
    assert counts() == once
    assert set(User.objects.values_list("password", flat=True)) == hashes
    assert len(floor()) == 67


def test_the_accounts_are_as_promised() -> None:
    seed.seed(stranger=True)
    everybody = User.objects.all()
    assert all(user.check_password("beex-demo") for user in everybody[:3])
    assert [user.username for user in everybody.filter(is_superuser=True)] == ["patricia.montoya"]
    assert [user.username for user in everybody.filter(is_active=False)] == ["usuario.prueba"]
    stranger = actor_of(everybody.get(username="supervisor.lucuma").pk)
    assert stranger is not None
    assert stranger.sees_floor
    assert stranger.scope == frozenset([Company.objects.get(code="lucuma").pk])
    fernando = actor_of(everybody.get(username="fernando.arce").pk)
    assert fernando is not None
    assert not fernando.has("workspace")


def test_nothing_of_f1_is_swept_until_a_real_person_touches_it(rows: list[dict[str, Any]]) -> None:
    engine = Engine()
    engine.tick()
    assert engine.leads
    engine.tick(datetime.now(UTC) + timedelta(hours=2))
    still = [json.loads(row.text) for row in FloorRow.objects.filter(gone=False)]
    was = {row["id"]: row for row in rows}
    assert sum(row["online"] for row in still) == 63
    for row in still:
        for key in ("status", "webphone", "module", "call", "chats", "strategies"):
            assert row[key] == was[row["id"]][key]


def test_whoever_really_comes_takes_the_place_of_his_snapshot(rows: list[dict[str, Any]]) -> None:
    user = User.objects.get(username="juan.quispe")
    moment = datetime.now(UTC)
    fact = TabFact(
        tab=uuid.uuid4(), user_id=user.pk, session_key="s", module="agenda", place="",
        opened_at=moment, focused_at=moment,
    )  # fmt: skip
    presence_apply(process_beat("a web process"), [fact])
    row = next(row for row in floor() if row["id"] == user.pk)
    assert (row["module"]["code"], row["module"]["tabs"]) == ("agenda", 1)


def test_a_database_of_real_people_is_left_alone() -> None:
    User.objects.create(username="somebody", first_names="Some")
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert Company.objects.count() == 0


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="--at must be a time"):
        call_command("seed_demo", snapshot="f1", at="yesterday")
    assert Status.objects.count() == 7

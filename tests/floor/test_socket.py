"""The live socket on a real daphne, a real PostgreSQL and a real Redis protocol."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any

import pytest
import redis
from django.contrib.sessions.models import Session
from django.db import connection
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from beex.lib import clock
from monitoring.engine import Engine
from tests.floor.live import Line, changed, cookie_of, kind, line
from tests.floor.walk import centre
from tests.parts.redis import Redis
from tests.parts.server import Server, manage
from workspace.models import Company, Presence, Profile, ProfileModule, User
from workspace.services.people import memberships_set, profile_saved, user_create, user_deactivate
from workspace.services.presence import session_end
from workspace.services.statuses import status_change


@contextmanager
def engine_ticking() -> Iterator[None]:
    """An engine in a thread of this process."""
    stop = threading.Event()

    def run() -> None:
        engine = Engine()
        while not stop.wait(0.05):
            engine.tick()
        engine.resign()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def floor(live_server: Server) -> Iterator[Server]:
    """A server, a small centre, and an engine that ticks."""
    centre()
    with engine_ticking():
        yield live_server


def supervisor(name: str = "carla", **profile: Any) -> User:
    """Somebody who may see the floor."""
    made = Profile.objects.create(name=f"Perfil {name}", role="admin", **profile)
    ProfileModule.objects.create(profile=made, module="supervision", access="active")
    ProfileModule.objects.create(profile=made, module="workspace", access="active")
    return user_create(username=name, first_names=name.title(), role="admin", profile=made)


def profile_of(user: User) -> Profile:
    return Profile.objects.get(users=user)


def agent() -> User:
    return User.objects.get(username="persona0")


def test_a_change_reaches_the_socket_within_a_second(floor: Server) -> None:
    with line(floor.url, supervisor()) as live:
        live.floor()
        snapshot = live.until(kind("snapshot"))
        assert snapshot["total"] == len(snapshot["rows"]) == 9
        delays = []
        for code in ("lunch", "busy", "dinner", "training", "available"):
            started = time.monotonic()
            status_change(agent().pk, code)
            live.until(changed(agent().pk))
            delays.append(time.monotonic() - started)
        assert sorted(delays)[2] < 1.0, delays


def test_a_client_goes_on_from_what_it_has(floor: Server) -> None:
    person = supervisor()
    with line(floor.url, person) as live:
        live.floor()
        first = live.until(kind("snapshot"))
        status_change(agent().pk, "busy")
        rows = live.until(changed(agent().pk))
    with line(floor.url, person) as again:
        again.floor(have={"epoch": first["epoch"], "rev": rows["prev"]})
        delta = again.until(kind("delta"))
        assert agent().pk in [row["id"] for row in delta["rows"]]
        assert len(delta["rows"]) < 9
        again.floor(have={"epoch": "another", "rev": 1})
        assert len(again.until(kind("snapshot"))["rows"]) == 9


def test_who_may_not_see_the_floor_gets_no_byte_of_it(floor: Server) -> None:
    with line(floor.url, agent()) as live:
        live.floor()
        refused = live.until(kind("refused"))
        assert refused["code"] == "role"
        status_change(agent().pk, "busy")
        live.read(1.5)
        assert {frame["type"] for frame in live.frames} == {"refused"}


def test_the_stranger_sees_no_other_company(floor: Server) -> None:
    tres = Company.objects.get(code="tres")
    stranger = supervisor("extrana", scope="companies")
    profile_of(stranger).companies.add(tres)
    profile_saved(profile_of(stranger))
    with line(floor.url, stranger) as live:
        live.floor()
        snapshot = live.until(kind("snapshot"))
        text = json.dumps(snapshot)
        assert '"uno' not in text
        assert '"Dos' not in text
        assert 0 < snapshot["total"] < 9
        for foreign in ("uno", "nowhere"):
            live.floor(company=foreign)
            assert live.until(kind("refused"))["code"] == "unknown_filter"


def test_a_right_taken_away_is_gone_within_two_seconds(floor: Server) -> None:
    person = supervisor()
    with line(floor.url, person) as live:
        live.floor()
        live.until(kind("snapshot"))
        started = time.monotonic()
        profile_of(person).modules.filter(module="supervision").delete()
        profile_saved(profile_of(person))
        assert live.until(kind("refused"))["code"] == "role"
        assert time.monotonic() - started < 2.0
        status_change(agent().pk, "training")
        live.read(1.0)
        assert live.frames[-1]["type"] == "refused"


def test_another_scope_is_another_table_within_two_seconds(floor: Server) -> None:
    person = supervisor()
    with line(floor.url, person) as live:
        live.floor()
        live.until(kind("snapshot"))
        profile = profile_of(person)
        profile.scope = "companies"
        profile_saved(profile)
        profile.companies.set([Company.objects.get(code="uno")])
        narrowed = live.until(kind("snapshot"), 2.5)
        assert narrowed["total"] < 9


@pytest.mark.parametrize("ending", ["signed out", "deactivated", "password"])
def test_an_ended_session_closes_its_sockets(floor: Server, ending: str) -> None:
    person = supervisor()
    with line(floor.url, person) as live:
        live.floor()
        live.until(kind("snapshot"))
        if ending == "signed out":
            Session.objects.all().delete()
        elif ending == "deactivated":
            user_deactivate(person)
        else:
            person.set_password("another")
            person.save()
        assert live.until_closed(3.0) == 4401


def test_whoever_is_not_signed_in_is_told_so(floor: Server) -> None:
    with line(floor.url, cookie="sessionid=nobody") as live:
        assert live.until_closed() == 4401


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "https://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example",
    ],
)
def test_a_foreign_page_gets_no_socket(floor: Server, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, line(floor.url, supervisor(), origin=origin):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("path", ["/", "/ws/v1/other/", "/ws/v1/live/x", "/api/v1/me/"])
def test_no_socket_is_anywhere_else(floor: Server, path: str) -> None:
    address = floor.url.replace("http", "ws", 1) + path
    with pytest.raises(InvalidStatus) as refused:
        connect(address, origin=Origin(floor.url), proxy=None)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{", "malformed"),
        ("[" * 5000, "malformed"),
        ("[]", "invalid"),
        ('{"type":5}', "invalid"),
        ('{"type":"subscribe","stream":"everything"}', "invalid"),
        ('{"type":"subscribe","stream":"floor","company":{"a":1}}', "invalid"),
        ('{"type":"presence","module":"nowhere"}', "invalid"),
        ('{"type":"presence","module":"crm","place":"<b>"}', "invalid"),
        ('{"type":"ack","rev":"all"}', "invalid"),
        ('{"type":"rows","rows":[]}', "invalid"),
        ("\u0000", "malformed"),
        ('{"type":"x","pad":"' + "a" * 70_000 + '"}', "too_large"),
    ],
)
def test_bad_input_gets_a_clear_answer_and_the_socket_stays(
    floor: Server, said: str, code: str
) -> None:
    with line(floor.url, supervisor()) as live:
        live.raw.send(said)
        assert live.until(kind("refused"))["code"] == code
        live.raw.send(b"\x00\x01")
        assert live.until(kind("refused"))["code"] == "invalid"
        live.floor()
        live.until(kind("snapshot"))


def test_endless_subscribing_disturbs_nobody_else(floor: Server) -> None:
    person = supervisor()
    with line(floor.url, supervisor("calma")) as calm, line(floor.url, person) as loud:
        calm.floor()
        calm.until(kind("snapshot"))
        for _ in range(600):
            loud.floor()
        status_change(agent().pk, "dinner")
        calm.until(changed(agent().pk))
        loud.until(lambda frame: frame.get("code") == "rate_limited")


def test_a_person_has_a_bounded_number_of_sockets(floor: Server) -> None:

    cookie = cookie_of(supervisor())
    with ExitStack() as stack:
        for number in range(10):
            stack.enter_context(line(floor.url, cookie=cookie, tab=f"t{number}")).floor()
        with line(floor.url, cookie=cookie, tab="eleventh") as extra:
            assert extra.until_closed() == 4409


def test_presence_follows_the_tab(floor: Server) -> None:
    person, watcher = agent(), supervisor()
    with line(floor.url, watcher) as live:
        live.floor()
        live.until(kind("snapshot"))

        def shows(**module: object) -> None:
            live.until(
                lambda frame: (
                    frame["type"] == "rows"
                    and any(
                        row["id"] == person.pk
                        and row["online"]
                        and row["module"].items() >= module.items()
                        for row in frame["rows"]
                    )
                ),
            )

        cookie = cookie_of(person)
        with line(floor.url, cookie=cookie, tab="a") as one:
            one.send(type="presence", module="workspace", place="chat", focused=True, hidden=False)
            shows(code="workspace", place="chat", tabs=1)
            with line(floor.url, cookie=cookie, tab="b") as two:
                two.send(type="presence", module="crm", place=None, focused=True, hidden=False)
                shows(code="crm", tabs=2)
                one.send(type="presence", module="agenda", place=None, focused=False, hidden=True)
                two.send(type="presence", module="reports", place=None, focused=True, hidden=False)
                shows(code="reports", tabs=2)
            shows(code="agenda", tabs=1)
        tab = Presence.objects.filter(user=person, closed_at=None)
        assert tab.count() == 2, "lost tabs are closed after their grace, not at once"
        session_end(person.pk, cookie.partition("=")[2])
        live.until(
            lambda frame: (
                frame["type"] == "rows"
                and any(row["id"] == person.pk and not row["online"] for row in frame["rows"])
            )
        )


def test_the_desk_follows_a_status_chosen_elsewhere(floor: Server) -> None:
    with line(floor.url, agent()) as desk:
        desk.send(type="subscribe", stream="desk")
        first = desk.until(kind("desk"))
        assert first["status"]["code"] == "unavailable"
        interval = status_change(agent().pk, "available")
        desk.until(
            lambda frame: (
                frame["type"] == "desk"
                and frame["status"]
                == {"code": "available", "since": clock.iso(interval.started_at)}
            )
        )


def test_a_member_who_leaves_the_campaign_leaves_the_filtered_view(floor: Server) -> None:
    with line(floor.url, supervisor()) as live:
        live.floor(company="uno", campaign="uno-predictive")
        inside = live.until(kind("snapshot"))["rows"]
        leaver = User.objects.get(pk=inside[0]["id"])
        memberships_set(leaver, [])
        assert live.until(kind("rows"))["gone"] == [leaver.pk]


def test_an_idle_socket_lives_on_real_redis(floor: Server) -> None:
    """redis-py reads with a time limit by default, which kills idle sockets after 5 s."""
    with line(floor.url, supervisor()) as live:
        live.floor()
        live.until(kind("snapshot"))
        assert live.until(kind("beat"), 18.0)
        status_change(agent().pk, "busy")
        live.until(changed(agent().pk))


def test_a_forged_nudge_changes_nothing(floor: Server, redis_url: str) -> None:

    watcher = supervisor()
    with line(floor.url, watcher) as live:
        live.floor()
        before = live.until(kind("snapshot"))["rows"]
        with redis.Redis.from_url(redis_url) as bus:
            for channel in bus.pubsub_channels():
                for forged in (b"", b"\xff\xfe", b"\x81\xa4rows\x91\x80", b"A" * 100_000):
                    bus.publish(channel, forged)
        live.read(1.0)
        status_change(agent().pk, "training")
        live.until(changed(agent().pk))
        moved = {agent().pk, watcher.pk}
        others = {row["id"]: row for row in before if row["id"] not in moved}
        assert {k: v for k, v in live.mirror.rows.items() if k not in moved} == others


def test_run_floor_takes_over_from_a_killed_one(live_server: Server, database_url: str) -> None:
    centre()
    env = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    watcher = supervisor()
    with line(live_server.url, watcher) as live:
        first = manage("run_floor", env=env)
        first.start(lambda: True)
        live.floor()
        live.until(lambda frame: bool(live.mirror.rows), 10.0)
        first.kill()
        status_change(agent().pk, "lunch")
        second = manage("run_floor", env=env)
        second.start(lambda: True)
        try:
            live.until(lambda _: live.mirror.rows[agent().pk]["status"]["code"] == "lunch", 10.0)
        finally:
            second.stop()


def test_a_silent_tab_is_closed_with_the_time_of_its_last_word(floor: Server) -> None:
    """R5: the network is gone without a goodbye; 26 to 32 s after the last word he is off."""
    person = agent()
    with line(floor.url, supervisor()) as live, line(floor.url, person) as silent:
        live.floor()
        silent.send(type="presence", module="crm", place=None, focused=True, hidden=False)
        status_change(person.pk, "available")
        last_word, at = time.monotonic(), clock.now()
        live.until(lambda _: online(live, person.pk), 3.0)
        live.until(lambda _: not online(live, person.pk), 40.0)
        assert 26.0 <= time.monotonic() - last_word <= 32.0
        row = live.mirror.rows[person.pk]
        assert row["status"]["code"] == "unavailable"
        assert row["module"] is None
        assert abs((datetime.fromisoformat(row["status"]["since"]) - at).total_seconds()) < 2.0


def online(live: Line, user_id: int) -> bool:
    """Whether the mirror shows this user on the platform."""
    return bool(live.mirror.rows.get(user_id, {}).get("online"))


def test_without_redis_the_floor_goes_on(database_url: str) -> None:
    """Redis only nudges: while it stands still, rows come by the hub's own look; when it is
    back, a fresh snapshot says the same."""
    centre()
    bus = Redis()
    bus.start()
    settings = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    server = Server({**settings, "REDIS_URL": bus.url})
    server.open()
    try:
        with engine_ticking(), line(server.url, supervisor()) as live:
            live.floor()
            live.until(kind("snapshot"))
            bus.pause()
            for code in ("lunch", "busy", "available"):
                started = time.monotonic()
                status_change(agent().pk, code)
                live.until(changed(agent().pk))
                assert time.monotonic() - started < 1.0
            bus.stop()
            status_change(agent().pk, "dinner")
            live.until(changed(agent().pk))
            bus.start()
            status_change(agent().pk, "training")
            live.until(changed(agent().pk))
            with line(server.url, supervisor("otra")) as fresh:
                fresh.floor()
                fresh.until(kind("snapshot"))
                assert fresh.mirror.rows[agent().pk] == live.mirror.rows[agent().pk]
    finally:
        server.stop()
        bus.stop()

"""The simulated floor on a real database, beside real people."""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from beex.lib import clock
from monitoring.demo import rates, roster, seed, snapshot
from monitoring.demo.simulator import Simulator
from monitoring.engine import Audit, Engine, audit
from monitoring.models import FloorRow
from telephony.models import Call, WebphoneState
from telephony.simulated import SimulatedPbx
from workspace.choices import Held
from workspace.models import (
    Chat,
    Disposition,
    InboxEvent,
    Message,
    Presence,
    StatusInterval,
    StrategySession,
    Ticket,
    User,
)
from workspace.services.distribution import distribute
from workspace.services.inbox import inbox_process
from workspace.services.messages import message_send
from workspace.services.outbox import outbox_process
from workspace.services.presence import TabFact, presence_apply, process_beat
from workspace.services.statuses import status_change
from workspace.services.tickets import ticket_assign
from workspace.services.visitors import visitor_open, visitor_says

pytestmark = pytest.mark.django_db(transaction=True)

NOON = 12.25 * rates.HOUR


@pytest.fixture
def engine() -> Iterator[Engine]:
    """The engine that keeps the floor."""
    engine = Engine()
    yield engine
    engine.resign()


def simulator(people: int = 66, **options: Any) -> Simulator:
    """A simulated floor that has begun, of the first so many of the cast."""
    made = Simulator(roster.cast()[:people], **{"hour": NOON, "speed": 20.0, **options})
    made.begin(threading.Event())
    return made


def rows(engine: Engine) -> list[dict[str, Any]]:
    """The floor as everybody sees it."""
    while engine.tick() is not None:
        pass
    return [json.loads(row.text) for row in FloorRow.objects.filter(gone=False)]


def forbidden(row: dict[str, Any]) -> bool:
    """Whether a row contradicts the table 2.3.6."""
    state = row["call"]["state"] if row["call"] else "none"
    kinds = {strategy["kind"] for strategy in row["strategies"]}
    connected = row["webphone"] is not None and row["webphone"]["state"] == "connected"
    available = row["status"]["code"] == "available"
    return any(
        (
            state != "none" and (not row["online"] or row["extension"] is None),
            state == "ringing" and (not available or "predictive" in kinds),
            state == "waiting" and not ("predictive" in kinds and available and connected),
            state == "none" and "predictive" in kinds and available and connected,
        )
    )


def come(person: str, web: str = "a web process") -> TabFact:
    """A real browser of this person is here."""
    moment = clock.now()
    tab = TabFact(
        tab=uuid.uuid4(),
        user_id=User.objects.get(external_id=person).pk,
        session_key="s",
        module="workspace",
        place="",
        opened_at=moment,
        focused_at=moment,
    )
    presence_apply(process_beat(web), [tab])
    return tab


def leave(tab: TabFact, web: str = "a web process") -> None:
    presence_apply(process_beat(web), [replace(tab, closed=True)])


def house() -> None:
    """The background work: understand what came in, give it out, deliver what was answered."""
    while any((inbox_process(), distribute(), outbox_process())):
        pass


def see(made: Simulator, elapsed: float = 0.1) -> None:
    """A step that looks who is really here."""
    house()
    made.watch()
    made.watch_chats()
    made.step(elapsed)


def test_the_first_page_is_not_empty(engine: Engine) -> None:
    seed.seed()
    simulator()
    floor = rows(engine)
    assert sum(row["online"] for row in floor) >= 60
    states = Counter(row["call"]["state"] for row in floor if row["call"])
    assert states["talking"] >= 10
    assert states["waiting"] >= 1
    assert {"available", "lunch"} <= {row["status"]["code"] for row in floor}
    assert any(row["chats"] for row in floor)
    old = clock.now() - timedelta(minutes=1)
    assert StatusInterval.objects.filter(ended_at=None, started_at__lt=old).count() > 30


@pytest.mark.parametrize(
    "minutes", [8, pytest.param(120, marks=pytest.mark.soak)], ids=["short", "long"]
)
def test_life_on_the_database_is_sound(engine: Engine, minutes: int) -> None:
    """Nothing forbidden, nothing contradicted: after every few minutes, and at the end."""
    seed.seed()
    made = simulator()
    for step in range(minutes * 3):  # of 20 virtual seconds each
        see(made, 1.0)
        if step % 6 == 0:
            assert not [row for row in rows(engine) if forbidden(row)]
    house()
    floor = rows(engine)
    assert audit() == Audit([], 0)
    assert max(row["active_tickets"] for row in floor) <= 4
    assert max(len(row["chats"]) for row in floor) <= 4
    assert Call.objects.filter(state="ended").count() > minutes * 5
    assert Message.objects.filter(origin="contact").count() > minutes
    assert Message.objects.filter(origin="agent", state="sent").count() > minutes
    assert not InboxEvent.objects.exclude(state="done").exists()
    assert Disposition.objects.count() > minutes * 2
    for user in User.objects.filter(is_active=True):
        intervals = user.status_intervals.order_by("started_at")
        assert all(one.ended_at == two.started_at for one, two in pairwise(intervals))
    for call in Call.objects.filter(state="ended", answered_at__isnull=False):
        assert call.answered_at is not None
        assert call.hung_up_at is not None
        assert call.closed_at is not None
        assert call.started_at <= call.answered_at <= call.hung_up_at <= call.closed_at


def test_a_real_person_is_left_alone_until_he_leaves(engine: Engine) -> None:
    seed.seed()
    made = simulator(12, speed=1.0)
    call = Call.objects.filter(state="talking").select_related("user").earliest("pk")
    person = call.user.external_id or ""
    tab = come(person)
    see(made)
    call.refresh_from_db()
    assert (call.state, call.end_reason) == ("acw", "handover")
    assert Presence.objects.get(user=call.user, closed_at=None).tab == tab.tab
    status_change(call.user_id, "training")
    before = list(StatusInterval.objects.filter(user=call.user).values_list("pk", flat=True))
    for _ in range(20):
        see(made, 60.0)
    assert (
        list(StatusInterval.objects.filter(user=call.user).values_list("pk", flat=True)) == before
    )
    assert Call.objects.filter(user=call.user).latest("pk") == call
    kept = Ticket.objects.filter(assignee=call.user, state="assigned")
    tickets = list(kept.order_by("pk").values_list("pk", flat=True))
    leave(tab)
    see(made, 10.0)
    assert not Presence.objects.filter(user=call.user, closed_at=None).exists()
    assert list(kept.order_by("pk").values_list("pk", flat=True)) == tickets  # E20
    for _ in range(6):
        see(made, 60.0)
    assert Presence.objects.get(user=call.user, closed_at=None).process.name == "simulator"
    assert not [row for row in rows(engine) if forbidden(row)]


def chatting(made: Simulator) -> Chat:
    """A conversation of a simulated agent with a contact of ours who has written."""
    for _ in range(60):
        see(made, 1.0)
        found = Chat.objects.filter(ended_at=None, inbound_at__isnull=False, channel="whatsapp")
        chat = found.filter(ticket__state="assigned").order_by("pk").last()
        if chat is not None:
            return chat
    pytest.fail("nobody writes")


def test_a_captured_conversation_goes_on_with_the_real_agent() -> None:
    """He answers, and the simulated contact answers him; the one who lost it forgets it."""
    seed.seed()
    made = simulator()
    chat = chatting(made)
    loser, ticket = chat.ticket.assignee, chat.ticket
    assert loser is not None
    carlos = User.objects.get(username="carlos.benavides")
    come("u62")
    assert ticket_assign(ticket.pk, carlos.pk, expected=loser.pk, how=Held.CAPTURED)
    see(made)
    cases = made.plan.floor.agents[loser.external_id or ""].chats
    assert made.effects.case_of(chat.pk) not in cases
    said = Message.objects.filter(chat=chat, origin="contact").count()
    message_send(carlos.pk, chat.pk, uuid.uuid4(), text="Buenas tardes, soy Carlos.")
    for _ in range(60):
        see(made, 1.0)
        if Message.objects.filter(chat=chat, origin="contact").count() > said:
            break
    else:
        pytest.fail("the contact says nothing")
    chat.refresh_from_db()
    assert chat.ended_at is None


def test_a_simulated_agent_answers_a_real_contact() -> None:
    seed.seed()
    made = simulator()
    visitor, _ = visitor_open("id-c1", name="Rosa")
    visitor_says(visitor, "1", "¿Hay alguien?", [])
    for _ in range(60):
        see(made, 1.0)
        mine = Message.objects.filter(chat__ticket__contact__visitors=visitor, origin="agent")
        if mine.exists():
            break
    else:
        pytest.fail("nobody answers")


def test_whoever_is_here_already_at_the_start_is_not_touched() -> None:
    seed.seed()
    come("u01")
    status_change(User.objects.get(external_id="u01").pk, "busy")
    made = simulator(12)
    made.step(1.0)
    user = User.objects.get(external_id="u01")
    assert Presence.objects.get(user=user, closed_at=None).process.name == "a web process"
    assert user.status_intervals.get(ended_at=None).status.code == "busy"


def test_it_begins_again_where_an_earlier_run_or_a_snapshot_stopped(engine: Engine) -> None:
    seed.seed()
    snapshot.load()
    for run in range(2):
        made = simulator(30, seed=run, hour=NOON + run * 4 * rates.HOUR)
        for _ in range(3):
            made.step(1.0)
        simulated = {one.person.username: one for one in made.plan.floor.agents.values()}
        floor = [row for row in rows(engine) if row["username"] in simulated]
        assert not [row for row in floor if forbidden(row)]
        for row in floor:
            assert row["online"] == simulated[row["username"]].online
        assert max(row["active_tickets"] for row in floor) <= 6  # two of them older
    left = Presence.objects.filter(process__eternal=True, closed_at=None)
    assert not left.filter(user__username__in=simulated).exists()


def test_paused_everybody_stays_as_he_is() -> None:
    seed.seed()
    made = simulator(12, paused=True)
    calls = list(Call.objects.values_list("pk", "state"))
    for _ in range(30):
        made.step(1.0)
    assert list(Call.objects.values_list("pk", "state")) == calls


def test_a_snapshot_can_be_looked_at_as_it_is() -> None:
    seed.seed()
    snapshot.load()
    before = list(StatusInterval.objects.order_by("pk").values_list("pk", "ended_at"))
    made = simulator(12, paused=True)
    for _ in range(5):
        made.step(1.0)
    assert list(StatusInterval.objects.order_by("pk").values_list("pk", "ended_at")) == before


def test_in_the_evening_everybody_goes_home_and_comes_again(engine: Engine) -> None:
    seed.seed()
    made = simulator(30, hour=20.9 * rates.HOUR, speed=50)
    for _ in range(30):
        made.step(1.0)
        if not Presence.objects.filter(closed_at=None).exists():
            break
    else:
        pytest.fail("somebody stayed")
    floor = rows(engine)
    assert {row["status"]["code"] for row in floor} == {"unavailable"}
    assert not Ticket.objects.filter(state="assigned").exists()
    assert not StrategySession.objects.filter(left_at=None).exists()
    for _ in range(30):
        made.step(1.0)
    assert sum(row["online"] for row in rows(engine)) > 10


# --- the simulated PBX ------------------------------------------------------------------------


def webphone(person: str) -> str:
    return WebphoneState.objects.get(extension__user__external_id=person).state


def test_a_webphone_follows_the_tabs_of_its_person() -> None:
    seed.seed()
    pbx, tab = SimulatedPbx(), come("u01")
    pbx.tick(tab.opened_at)
    assert webphone("u01") == "connecting"
    pbx.tick(tab.opened_at + timedelta(seconds=1))
    assert webphone("u01") == "connected"
    lost_at = tab.opened_at + timedelta(seconds=20)
    web = process_beat("a web process")
    presence_apply(web, [replace(tab, lost_at=lost_at)])
    pbx.tick(lost_at + timedelta(seconds=2.9))
    assert webphone("u01") == "connected"
    pbx.tick(lost_at + timedelta(seconds=3))
    assert webphone("u01") == "connecting"
    presence_apply(web, [tab])
    pbx.tick(lost_at + timedelta(seconds=4))
    assert webphone("u01") == "connected"
    leave(tab)
    assert webphone("u01") == "disconnected"
    pbx.tick(lost_at + timedelta(seconds=9))
    assert webphone("u01") == "disconnected"


def test_whoever_has_no_extension_has_no_webphone() -> None:
    seed.seed()
    tab = come("u60")
    SimulatedPbx().tick(tab.opened_at + timedelta(seconds=2))
    assert not WebphoneState.objects.filter(extension__user__external_id="u60").exists()


def test_what_a_snapshot_stored_stays_until_its_person_comes() -> None:
    seed.seed()
    snapshot.load()
    pbx, later = SimulatedPbx(), clock.now() + timedelta(hours=1)
    states = list(WebphoneState.objects.order_by("pk").values_list("state", flat=True))
    pbx.tick(later)
    assert list(WebphoneState.objects.order_by("pk").values_list("state", flat=True)) == states
    assert Call.objects.filter(state="acw").count() == 5
    come("u03")
    pbx.tick(later + timedelta(seconds=2))
    assert Call.objects.filter(state="acw").count() == 4
    assert Call.objects.get(user__external_id="u03").state == "ended"


def test_a_webphone_left_connected_by_mistake_is_found() -> None:
    seed.seed()
    WebphoneState.objects.filter(extension__user__external_id="u02").update(state="connected")
    SimulatedPbx().tick(clock.now())
    assert webphone("u02") == "disconnected"


def test_a_call_ends_with_the_presence_of_its_person() -> None:
    seed.seed()
    made = simulator(12, speed=1.0)
    call = Call.objects.filter(state="talking").select_related("user").earliest("pk")
    tab = come(call.user.external_id or "")
    leave(tab)  # before anybody looked
    Presence.objects.filter(user=call.user, closed_at=None).delete()
    leave(come(call.user.external_id or ""))
    call.refresh_from_db()
    assert call.state == "ended"
    made.step(1.0)

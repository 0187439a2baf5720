"""What can be done with a call or chat at this moment, and the sentence of why not (R60–R63)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from monitoring.services.supervision import preflight
from telephony.choices import CallState
from telephony.models import Call
from telephony.services.calls import call_answer, call_connect, call_finish, call_hang_up, call_ring
from telephony.services.extensions import webphone_change
from tests.doors import actor, f1, person
from workspace.access import Action, Verdict
from workspace.models import Chat, Identifier, Profile, StrategySession, User
from workspace.services.chats import chat_end
from workspace.services.people import user_saved
from workspace.services.tickets import ticket_assign, ticket_resolve

pytestmark = pytest.mark.django_db

SUPERVISOR = "carlos.benavides"
CAPTURE, LISTEN, WHISPER = Action.CAPTURE_CALL, Action.LISTEN, Action.WHISPER


@pytest.fixture(scope="module", autouse=True)
def _f1(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), f1(quiet):
        yield


def quiet() -> None:
    """Every call of F1 is over, so that each test makes its own."""
    for call in Call.objects.exclude(state=CallState.ENDED):
        call_hang_up(call.pk)
        call_finish(call.pk)


def ring(extension: str = "1023", *, contact_waits: bool = False) -> Call:
    """A call of Cobranza Tardía, worked progressively, rings."""
    return call_ring(**work_of(extension), contact_waits=contact_waits)


def work_of(extension: str) -> dict[str, Any]:
    """What a call of this person's in Cobranza Tardía needs."""
    identifier = Identifier.objects.get(campaign__code="qor-tard", channel="voice")
    contact = identifier.campaign.company.contacts.order_by("pk")[0]
    return {
        "user_id": User.objects.get(extension__number=extension).pk,
        "campaign_id": identifier.campaign_id,
        "identifier_id": identifier.pk,
        "contact_id": contact.pk,
        "direction": "outbound",
    }


def in_state(state: str) -> Call | StrategySession:
    """Somebody's work in each of the states of R60."""
    if state == "waiting":
        return StrategySession.objects.filter(kind="predictive", left_at=None)[0]
    call = ring(contact_waits=state == "ringing at the agent")
    if state in ("talking", "acw", "ended"):
        call_answer(call.pk)
    if state in ("acw", "ended"):
        call_hang_up(call.pk)
    if state == "ended":
        call_finish(call.pk)
    call.refresh_from_db()
    return call


RINGING = "Disponible cuando el contacto conteste"
RINGING_AGENT = "Disponible cuando tu usuario conteste"
WAITING = "El usuario aún no tiene una llamada"
OVER = "La llamada ya terminó"


@pytest.mark.parametrize(
    ("state", "capture", "listen", "sentence"),
    [
        ("talking", None, None, ""),
        ("ringing", "call_not_talking", "call_not_talking", RINGING),
        ("ringing at the agent", None, "call_not_talking", RINGING_AGENT),
        ("waiting", "call_not_talking", "call_not_talking", WAITING),
        ("acw", "call_not_talking", "call_not_talking", OVER),
        ("ended", "call_ended", "call_ended", OVER),
    ],
)
def test_actions_follow_the_state(
    state: str, capture: str | None, listen: str | None, sentence: str
) -> None:
    """R60."""
    carlos, work = actor(SUPERVISOR), in_state(state)
    for action, expected in ((CAPTURE, capture), (LISTEN, listen), (WHISPER, listen)):
        verdict = preflight(carlos, action, work)
        assert verdict.code == expected, action
        assert verdict.sentence == (sentence if expected else "")


def test_the_webphone_must_work() -> None:
    """R61, E14: none at all, or one that is not connected; again at once when it is."""
    call = in_state("talking")
    carlos = actor(SUPERVISOR)
    for state in ("connecting", "disconnected"):
        webphone_change(carlos.user_id, state)
        verdict = preflight(carlos, LISTEN, call)
        assert verdict.code == "webphone_required"
        assert verdict.sentence == "Necesitas un anexo y el webphone conectado"
    webphone_change(carlos.user_id, "connected")
    assert preflight(carlos, LISTEN, call)
    raul = person("raul.maldonado")  # no extension, no campaign
    raul.role = "owner"
    user_saved(raul)
    for action in (CAPTURE, LISTEN, WHISPER):
        assert preflight(actor(raul.username), action, call).code == "webphone_required"


@pytest.mark.parametrize(
    ("own", "blocked"),
    [
        ("ringing", {CAPTURE, LISTEN, WHISPER}),
        ("talking", {CAPTURE, LISTEN, WHISPER}),
        ("acw", {CAPTURE}),
        ("ended", set()),
    ],
)
def test_ones_own_call_comes_first(own: str, blocked: set[Action]) -> None:
    """R61."""
    call = in_state("talking")
    mine = ring("1101")
    if own in ("talking", "acw", "ended"):
        call_answer(mine.pk)
    if own in ("acw", "ended"):
        call_hang_up(mine.pk)
    if own == "ended":
        call_finish(mine.pk)
    for action in (CAPTURE, LISTEN, WHISPER):
        verdict = preflight(actor(SUPERVISOR), action, call)
        assert verdict.code == ("already_on_call" if action in blocked else None)
        if not verdict:
            assert verdict.sentence == "Termina tu llamada actual para continuar"


def test_not_on_oneself() -> None:
    """R62: also when the call was captured, which makes it one's own."""
    mine = call_connect(**work_of("1101"))
    for action in (CAPTURE, LISTEN, WHISPER):
        verdict = preflight(actor(SUPERVISOR), action, mine)
        assert verdict.code == "self"
        assert verdict.sentence == "No puedes supervisarte a ti mismo"


def test_rights_come_before_everything() -> None:
    """R51, R63: a call that is over and a missing webphone are nobody's business without."""
    call = in_state("ended")
    assert preflight(actor("giuliana.effio"), LISTEN, call) == Verdict(
        "not_in_campaign", "Cobranza Tardía (31-90)"
    )
    fernando = actor("fernando.arce")
    assert preflight(fernando, CAPTURE, call).code == "workspace_required"
    assert preflight(fernando, LISTEN, call).code == "call_ended"
    assert preflight(actor("supervisor.lucuma"), LISTEN, call).code == "not_found"
    agent = User.objects.get(extension__number="1001")
    assert preflight(actor(agent.username), LISTEN, call).code == "role"


def test_an_agent_with_supervision_listens_but_does_not_capture() -> None:
    """D25."""
    agent = User.objects.get(extension__number="1024")
    agent.profile = Profile.objects.create(name="Agente líder", role="agent")
    for module in ("supervision", "workspace"):
        agent.profile.modules.create(module=module, access="active")
    user_saved(agent)
    agent.memberships.get_or_create(campaign_id=work_of("1023")["campaign_id"])
    webphone_change(agent.pk, "connected")
    call, who = in_state("talking"), actor(agent.username)
    assert preflight(who, LISTEN, call)
    assert preflight(who, WHISPER, call)
    assert preflight(who, CAPTURE, call).code == "role"


def test_a_chat_can_be_captured_and_nothing_else() -> None:
    """R56, R61: and it needs no webphone."""
    chat = Chat.objects.filter(ended_at=None, ticket__state="assigned")[0]
    carlos = actor(SUPERVISOR)
    webphone_change(carlos.user_id, "disconnected")
    assert preflight(carlos, Action.CAPTURE_CHAT, chat)
    for action in (LISTEN, WHISPER, CAPTURE, Action.BARGE):
        assert preflight(carlos, action, chat).code == "not_found"
    assert preflight(carlos, Action.CAPTURE_CHAT, in_state("talking")).code == "not_found"


def test_a_chat_that_is_over_or_mine() -> None:
    carlos = actor(SUPERVISOR)
    one, two, three = Chat.objects.filter(ended_at=None, ticket__state="assigned")[:3]
    chat_end(one.pk)
    ticket_resolve(two.ticket_id, two.ticket.assignee_id or 0)
    ticket_assign(three.ticket_id, carlos.user_id, expected=three.ticket.assignee_id)
    for chat, code in ((one, "chat_closed"), (two, "chat_closed"), (three, "self")):
        assert preflight(carlos, Action.CAPTURE_CHAT, Chat.objects.get(pk=chat.pk)).code == code


def test_it_asks_little() -> None:
    carlos, call = actor(SUPERVISOR), in_state("talking")
    found = Call.objects.select_related("campaign").get(pk=call.pk)
    with CaptureQueriesContext(connection) as queries:
        assert preflight(carlos, CAPTURE, found)
    assert len(queries) == 2


def test_sentences_are_in_the_readers_language() -> None:

    with translation.override("en"):
        verdict = preflight(actor(SUPERVISOR), LISTEN, in_state("ringing"))
        assert verdict.sentence == "Available when the contact answers"

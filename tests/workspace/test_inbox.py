"""What channels deliver, however they deliver it: disordered, repeated, broken, with the worker
killed in between."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beex.lib import clock
from tests.parts.process import Process
from tests.parts.server import manage
from tests.workspace.cast import Cast, cast, event
from workspace.models import Chat, Contact, InboxEvent, Message
from workspace.services.inbox import ATTEMPTS_MAX, inbox_accept, inbox_process, inbox_retry
from workspace.statuses import ensure_statuses

GOOD = "Buenas, ¿están?"


def deep(levels: int) -> bytes:
    return (
        b'{"type":"message","id":"1","from":"a","text":"b","x":'
        + b"[" * levels
        + b"]" * levels
        + b"}"
    )


POISON = {
    "NUL in a text": (event("a", "x\0y"), "bad_text"),
    "NUL byte": (b'{"type":"message",\0}', "malformed"),
    "a lone surrogate": (
        b'{"type":"message","id":"1","from":"a","text":"\\ud800"}',
        "malformed",
    ),
    "an encoded surrogate": (
        b'{"type":"message","id":"1","from":"a","text":"\xed\xa0\x80"}',
        "malformed",
    ),
    "not UTF-8": (b'{"type":"message","id":"1","from":"a","text":"\xff"}', "malformed"),
    "10 MB": (event("a", "x" * 10 * 1024 * 1024), "too_large"),
    "a text too long": (event("a", "x" * 5000), "bad_text"),
    "depth 1,000": (deep(1000), "too_deep"),
    "depth 100,000": (deep(100_000), "too_deep"),
    "an unknown type": (b'{"type":"poll","id":"1"}', "unknown_type"),
    "no type": (b"{}", "unknown_type"),
    "a list": (b"[]", "not_an_object"),
    "a number": (b"7", "not_an_object"),
    "nothing": (b"", "malformed"),
    "half a document": (event("a", "hola")[:-3], "malformed"),
    "a number for a text": (
        b'{"type":"message","id":"1","from":"a","text":7}',
        "bad_text",
    ),
    "no sender": (b'{"type":"message","id":"1","text":"hola"}', "no_from"),
    "no id": (b'{"type":"message","from":"a","text":"hola"}', "no_id"),
    "an empty text": (event("a", "  "), "no_text"),
    "a moment without an offset": (event("a", "b", at="2026-01-01T00:00:00"), "bad_at"),
    "the year 9999": (event("a", "b", at="9999-12-31T23:59:59+00:00"), "bad_at"),
    "a huge number": (
        b'{"type":"status","message":1' + b"0" * 400 + b',"state":"read"}',
        "malformed",
    ),
    "an unknown state": (b'{"type":"status","message":1,"state":"eaten"}', "bad_state"),
    "a message that is none": (
        b'{"type":"status","message":999,"state":"read"}',
        "unknown_message",
    ),
}  # fmt: skip


@pytest.fixture
def made(db: None) -> Cast:
    ensure_statuses()
    return cast()


@pytest.mark.parametrize(("raw", "why"), POISON.values(), ids=POISON.keys())
def test_what_makes_no_sense_is_kept_and_the_next_is_processed(
    made: Cast, raw: bytes, why: str
) -> None:
    bad = inbox_accept("whatsapp", made.whatsapp.pk, raw)
    inbox_accept("whatsapp", made.whatsapp.pk, event("+51900000001", GOOD))
    inbox_process()
    bad.refresh_from_db()
    assert (bad.state, bad.error) == ("dead", why)
    assert bytes(bad.raw) == raw, "byte for byte"
    assert [line.text for line in Message.objects.all()] == [GOOD]


def test_brackets_in_a_text_are_only_text(made: Cast) -> None:
    inbox_accept("whatsapp", made.whatsapp.pk, event("a", '[[[["' + "{" * 500))
    inbox_process()
    assert Message.objects.get().text.startswith("[[[[")


def test_no_identifier_is_a_dead_letter_at_once(made: Cast) -> None:
    assert inbox_accept("whatsapp", None, event("a", "b")).error == "unknown_identifier"
    assert inbox_process() == 0


def test_a_fault_of_ours_is_tried_again_and_then_kept(
    made: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("Zoila +51900123456 said something")

    kept = inbox_accept("whatsapp", made.whatsapp.pk, event("a", "palabra secreta"))
    with monkeypatch.context() as patch:
        patch.setattr("workspace.services.inbox.message_received", fail)
        for _ in range(ATTEMPTS_MAX):
            inbox_process()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts, kept.error) == ("dead", ATTEMPTS_MAX, "RuntimeError")
    assert "secreta" not in caplog.text
    assert "Zoila" not in caplog.text, "neither texts nor contacts reach the log"
    assert inbox_retry(kept.pk)
    inbox_process()
    assert Message.objects.get().text == "palabra secreta"


def test_random_bytes_never_stop_the_inbox(made: Cast) -> None:
    dice = random.Random(11)
    model = event("a", "hola", at="2026-01-01T00:00:00+00:00")
    for _ in range(300):
        raw = bytearray(model)
        for _ in range(dice.randint(1, 6)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        inbox_accept("whatsapp", made.whatsapp.pk, bytes(raw))
    while inbox_process():
        pass
    assert InboxEvent.objects.filter(state="new").count() == 0
    assert InboxEvent.objects.filter(attempts__gt=0).count() == 0, "no fault of ours"


def test_lines_of_conversations_that_go_on_are_taken_together(made: Cast) -> None:
    """A fixed number of statements for any number of lines; each once, in the order it came; what
    needs more than a line gets it."""
    senders = [f"+5190000{number:04}" for number in range(40)]
    for sender in senders:
        made.says(sender, "hola")
    counts = [statements(made, senders[:few]) for few in (10, 40)]
    assert counts[0] == counts[1]
    chats = Chat.objects.filter(identifier=made.whatsapp)
    assert {(chat.rev, chat.unread) for chat in chats} == {(5, 5), (3, 3)}

    again = event(senders[0], "una vez")
    named = event(senders[1], "con nombre", name="Zoila Bravo")
    for raw in (again, b"{}", again, named, event("+519990", "soy nuevo"), again):
        inbox_accept("whatsapp", made.whatsapp.pk, raw)
    assert inbox_process() == 6
    assert Message.objects.filter(text="una vez").count() == 1
    assert Contact.objects.filter(name="Zoila Bravo").count() == 1
    assert Message.objects.filter(text__in=["con nombre", "soy nuevo"]).count() == 2
    assert InboxEvent.objects.filter(state="dead").count() == 1
    for chat in chats.all():
        assert chat.last_message == chat.messages.latest("pk")
        revs = chat.messages.order_by("pk").values_list("rev", flat=True)
        assert list(revs) == list(range(1, chat.rev + 1))


def statements(made: Cast, senders: list[str]) -> int:
    """How many it takes to understand two lines of each."""
    for text in ("uno", "dos"):
        for sender in senders:
            inbox_accept("whatsapp", made.whatsapp.pk, event(sender, text))
    with CaptureQueriesContext(connection) as asked:
        assert inbox_process() == 2 * len(senders)
    return len(asked)


def storm(made: Cast, lines: int, kills: int, database_url: str) -> None:
    """Each line delivered one to five times, all in random order, the worker killed again and
    again: each is there once, in the order it was said."""
    dice = random.Random(5)
    began = clock.now() - timedelta(hours=1)
    contacts = [f"+519000{number:05}" for number in range(lines // 20)]
    said = [
        (
            contacts[number % len(contacts)],
            f"{number}",
            (began + timedelta(milliseconds=number)).isoformat(),
        )
        for number in range(lines)
    ]
    deliveries = []
    for sender, text, at in said:
        raw = orjson.dumps(
            {"type": "message", "id": f"wamid.{text}", "from": sender, "text": text, "at": at}
        )
        deliveries += [raw] * dice.randint(1, 5)
    dice.shuffle(deliveries)
    chunk = len(deliveries) // (kills + 1) + 1
    for start in range(0, len(deliveries), chunk):
        InboxEvent.objects.bulk_create(
            InboxEvent(
                channel="whatsapp", identifier=made.whatsapp, raw=raw, received_at=clock.now()
            )
            for raw in deliveries[start : start + chunk]
        )
        with working(database_url) as worker:
            wait_for(lambda done=start + chunk // 3: processed() >= done)  # type: ignore[misc]
            worker.kill()  # in the middle of it
    with working(database_url):
        wait_for(lambda: processed() == len(deliveries))

    assert Message.objects.count() == lines
    assert InboxEvent.objects.filter(state="dead").count() == 0
    for sender in contacts:
        told = Message.objects.filter(chat__ticket__contact__addresses__value=sender)
        order = [int(line.text) for line in told.order_by("at", "pk")]
        assert order == sorted(order)
        assert len(order) == lines // len(contacts)
    assert made.queue.waits.filter(left_at=None).count() == len(contacts)


@contextmanager
def working(database_url: str) -> Iterator[Process]:
    """A worker runs."""
    worker = manage("run_tasks", env={"DATABASE_URL": database_url})
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def processed() -> int:
    return InboxEvent.objects.exclude(state="new").count()


def wait_for(ready: Callable[[], bool]) -> None:
    """Until it is so; fails when nothing at all is processed for a minute."""
    last, since = -1, time.monotonic()
    while not ready():
        now = processed()
        if now != last:
            last, since = now, time.monotonic()
        assert time.monotonic() - since < 60, f"nothing moves at {now}"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_thousand_lines_and_a_killed_worker(database_url: str) -> None:
    ensure_statuses()
    storm(cast(), lines=1000, kills=4, database_url=database_url)


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x1f"])
def test_what_people_paste_by_accident_costs_no_line(sign: str) -> None:
    ensure_statuses()
    made = cast()
    raw = event("+51900", f"a{sign}b", name=f"Zoila{sign}Bravo")
    inbox_accept("whatsapp", made.whatsapp.pk, raw)
    assert inbox_process() == 1
    assert Message.objects.get().text == "a b"
    assert Contact.objects.get(addresses__value="+51900").name == "Zoila Bravo"


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_lines_and_a_killed_worker(database_url: str) -> None:
    ensure_statuses()
    storm(cast(), lines=10_000, kills=12, database_url=database_url)

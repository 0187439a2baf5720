"""A conversation from the contact's first word to the end of its ticket."""

import uuid
from datetime import timedelta

import pytest

from beex.lib import clock
from beex.lib.errors import Refused
from tests.workspace.cast import Cast, arrive, cast, event, leave
from workspace.choices import MessageState, OutboxState, TicketState
from workspace.models import (
    Chat,
    ChatFocus,
    Contact,
    Draft,
    InboxEvent,
    Message,
    MessageTemplate,
    OutboundMessage,
    Queue,
    QueueMember,
    QueueWait,
    Ticket,
    TicketHolding,
    User,
)
from workspace.services import handling, messages
from workspace.services.distribution import distribute, return_unanswered
from workspace.services.inbox import inbox_accept, inbox_process
from workspace.services.outbox import outbox_process
from workspace.services.tickets import ticket_resolve

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Cast:
    return cast()


def send(user_id: int, chat_id: int, text: str = "Buenos días") -> Message:
    return messages.message_send(user_id, chat_id, uuid.uuid4(), text=text)[0]


def test_a_first_word_opens_a_ticket_that_waits_in_the_queue(made: Cast) -> None:
    line = made.says("+51900000001", "Hola")
    ticket = line.chat.ticket
    assert (ticket.state, ticket.assignee) == (TicketState.QUEUED, None)
    assert QueueWait.objects.get(ticket=ticket, left_at=None).queue == made.queue
    assert (line.chat.rev, line.chat.unread) == (1, 1)


def test_the_next_word_joins_the_open_ticket(made: Cast) -> None:
    first = made.says("+51900000001", "Hola")
    second = made.says("+51900000001", "¿Hay alguien?")
    assert second.chat == first.chat
    assert [line.rev for line in first.chat.messages.all()] == [1, 2]
    assert Ticket.objects.count() == 1


def test_after_resolving_the_next_word_opens_a_new_ticket(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    ticket_resolve(chat.ticket_id, made.ana.pk)
    line = made.says("+51900000001", "Otra cosa")
    assert line.chat.ticket_id != chat.ticket_id
    assert line.chat.ticket.state == TicketState.QUEUED
    assert Contact.objects.count() == 1


def test_one_contact_writes_by_two_channels_into_two_conversations(made: Cast) -> None:
    made.says("+51900000001", "Por aquí")
    inbox_accept("webchat", made.webchat.pk, b"{}")
    inbox_process()
    assert InboxEvent.objects.get(raw=b"{}").error == "unknown_type"


def test_the_answer_leaves_by_the_same_identifier_and_is_told_how_far_it_came(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    line = send(made.ana.pk, chat.pk)
    assert line.state == MessageState.WAITING
    assert outbox_process() == 1
    line.refresh_from_db()
    assert (line.state, line.identifier) == (MessageState.SENT, made.whatsapp)
    read = f'{{"type":"status","message":{line.pk},"state":"read"}}'.encode()
    late = f'{{"type":"status","message":{line.pk},"state":"delivered"}}'.encode()
    for raw in (read, late, read):
        inbox_accept("whatsapp", made.whatsapp.pk, raw)
    inbox_process()
    line.refresh_from_db()
    assert line.state == MessageState.READ


def test_the_same_client_id_is_the_same_line_also_after_the_chat_is_lost(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    name = uuid.uuid4()
    first, fresh = messages.message_send(made.ana.pk, chat.pk, name, text="Hola")
    assert fresh
    again, fresh = messages.message_send(made.ana.pk, chat.pk, name, text="Hola")
    assert (again, fresh) == (first, False)
    ticket_resolve(chat.ticket_id, made.ana.pk)
    assert messages.message_send(made.ana.pk, chat.pk, name, text="Hola") == (first, False)
    assert OutboundMessage.objects.count() == 1


def test_a_stranger_cannot_write_and_learns_nothing(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    for user in (made.beto, made.carlos, made.ivan):
        with pytest.raises(Refused, match="not_found"):
            send(user.pk, chat.pk)


@pytest.mark.parametrize("text", ["", "   ", "a\0b", "x" * 4097])
def test_what_is_no_line_is_refused(made: Cast, text: str) -> None:
    chat = made.chat_of(made.ana)
    with pytest.raises(Refused, match="invalid"):
        send(made.ana.pk, chat.pk, text)


def test_outside_the_window_only_a_template_leaves(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    Chat.objects.filter(pk=chat.pk).update(inbound_at=clock.now() - timedelta(hours=24, seconds=1))
    with pytest.raises(Refused, match="window_closed"):
        send(made.ana.pk, chat.pk)
    template = MessageTemplate.objects.create(
        campaign=made.campaign, name="recordatorio", text="Hola {nombre}, vence el {fecha}."
    )
    sent, _ = messages.message_send(
        made.ana.pk,
        chat.pk,
        uuid.uuid4(),
        template_id=template.pk,
        blanks={"nombre": "Zoila", "fecha": "lunes"},
    )
    assert sent.text == "Hola Zoila, vence el lunes."
    with pytest.raises(Refused, match="invalid"):
        messages.message_send(
            made.ana.pk, chat.pk, uuid.uuid4(), template_id=template.pk, blanks={"nombre": "Z"}
        )


def test_reading_and_answering_clear_what_is_unread(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    made.says("+51900000001", "¿Sí?")
    messages.chat_read(made.ana.pk, chat.pk, 1)
    assert Chat.objects.get(pk=chat.pk).unread == 1
    messages.chat_read(made.ana.pk, chat.pk, 2)
    assert Chat.objects.get(pk=chat.pk).unread == 0
    made.says("+51900000001", "Hola")
    send(made.ana.pk, chat.pk)
    assert Chat.objects.get(pk=chat.pk).unread == 0


def test_a_draft_is_kept_moves_with_the_chat_and_goes_with_the_answer(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    messages.draft_save(made.ana.pk, chat.pk, "Estimada se")
    assert ChatFocus.objects.get(chat=chat).user == made.ana, "typing opens the chat (D13)"
    arrive(made.beto)
    handling.ticket_transfer_to_user(made.ana.pk, chat.ticket_id, made.beto.pk)
    assert Draft.objects.get(chat=chat).user == made.beto
    with pytest.raises(Refused, match="taken"):
        messages.draft_save(made.ana.pk, chat.pk, "Estimada señ")
    send(made.beto.pk, chat.pk)
    assert not Draft.objects.exists()


def test_a_message_after_a_transfer_is_refused_with_the_owner(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    arrive(made.beto)
    handling.ticket_transfer_to_user(made.ana.pk, chat.ticket_id, made.beto.pk, note="Es tuyo")
    with pytest.raises(Refused, match="taken") as refused:
        send(made.ana.pk, chat.pk)
    owner = {"id": made.beto.pk, "name": "Beto De Prueba", "extension": "1002"}
    assert refused.value.extra["owner"] == owner
    line = chat.messages.latest("pk")
    assert (line.origin, line.text) == ("event", "Es tuyo")
    assert [one.how for one in TicketHolding.objects.all()] == ["assigned", "transferred"]


def test_a_transfer_goes_only_to_somebody_who_is_there_and_may(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    transfer = handling.ticket_transfer_to_user
    with pytest.raises(Refused, match="user_offline"):
        transfer(made.ana.pk, chat.ticket_id, made.beto.pk)
    with pytest.raises(Refused, match="not_found"):
        transfer(made.ana.pk, chat.ticket_id, made.ivan.pk)
    with pytest.raises(Refused, match="already_yours"):
        transfer(made.ana.pk, chat.ticket_id, made.ana.pk)
    for ticket in (chat.ticket_id, chat.ticket_id + 1000):  # foreign, absent
        with pytest.raises(Refused, match="not_found"):
            transfer(made.beto.pk, ticket, made.beto.pk)
    with pytest.raises(Refused, match="not_found"):
        transfer(made.beto.pk, chat.ticket_id, made.ana.pk)


def test_a_ticket_put_into_a_queue_waits_there_again(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    second = Queue.objects.create(code="otra", name="Otra", campaign=made.campaign)
    handling.ticket_transfer_to_queue(made.ana.pk, chat.ticket_id, second.pk)
    assert Ticket.objects.get(pk=chat.ticket_id).state == TicketState.QUEUED
    assert QueueWait.objects.get(left_at=None).queue == second
    with pytest.raises(Refused, match="conflict"):
        send(made.ana.pk, chat.pk)


def test_reopening_brings_the_conversation_back(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    ticket_resolve(chat.ticket_id, made.ana.pk)
    with pytest.raises(Refused, match="chat_closed"):
        send(made.ana.pk, chat.pk)
    handling.ticket_take_up(made.beto.pk, chat.ticket_id)
    send(made.beto.pk, chat.pk)
    with pytest.raises(Refused, match="conflict"):
        handling.ticket_take_up(made.ana.pk, chat.ticket_id)


def test_reopening_is_refused_when_a_newer_ticket_is_open(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    ticket_resolve(chat.ticket_id, made.ana.pk)
    made.says("+51900000001", "Otra cosa")
    with pytest.raises(Refused, match="ticket_active"):
        handling.ticket_take_up(made.ana.pk, chat.ticket_id)
    with pytest.raises(Refused, match="not_found"):
        handling.ticket_take_up(made.ivan.pk, chat.ticket_id)


def test_resolving_twice_is_once(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    handling.ticket_finish(made.ana.pk, chat.ticket_id)
    handling.ticket_finish(made.ana.pk, chat.ticket_id)
    with pytest.raises(Refused, match="not_found"):
        handling.ticket_finish(made.beto.pk, chat.ticket_id)


# --- distribution ---------------------------------------------------------------------------------


def test_the_longest_wait_goes_to_the_longest_idle(made: Cast) -> None:
    now = clock.now()
    arrive(made.ana, at=now)
    arrive(made.beto, at=now)
    first = made.says("+51900000001", "Primero").chat.ticket_id
    second = made.says("+51900000002", "Segundo").chat.ticket_id
    third = made.says("+51900000003", "Tercero").chat.ticket_id
    assert distribute() == 3
    owners = dict(Ticket.objects.values_list("pk", "assignee"))
    assert owners == {first: made.ana.pk, second: made.beto.pk, third: made.ana.pk}


def test_a_queue_without_people_keeps_no_other_waiting(made: Cast) -> None:
    deserted = Queue.objects.create(code="deserted", name="Sin nadie", campaign=made.campaign)
    for number in range(3):
        ticket = made.says(f"+5190000000{number}", "Hola").chat.ticket
        ticket.waits.update(queue=deserted)
    arrive(made.ana)
    last = made.says("+51900000009", "Hola").chat.ticket
    assert distribute(limit=2) == 1
    last.refresh_from_db()
    assert last.assignee == made.ana


def test_an_agent_of_two_queues_gets_the_longest_wait_of_both(made: Cast) -> None:
    second = Queue.objects.create(code="second", name="Otra", campaign=made.campaign)
    QueueMember.objects.create(queue=second, user=made.ana)
    first = made.says("+51900000001", "Hola").chat.ticket
    first.waits.update(queue=second)
    made.says("+51900000002", "Hola")
    User.objects.update(chat_limit=1)
    arrive(made.ana)
    assert distribute() == 1
    first.refresh_from_db()
    assert first.assignee == made.ana


@pytest.mark.parametrize("status", ["lunch", "busy", "unavailable"])
def test_only_an_available_person_is_given_work(made: Cast, status: str) -> None:
    arrive(made.ana, status=status)
    made.says("+51900000001", "Hola")
    assert distribute() == 0
    assert QueueWait.objects.filter(left_at=None).count() == 1


def test_nobody_gets_more_than_his_limit_and_nothing_is_lost(made: Cast) -> None:
    arrive(made.ana)
    for number in range(6):
        made.says(f"+5190000000{number}", "Hola")
    assert distribute() == 4
    assert Ticket.objects.filter(assignee=made.ana).count() == 4
    assert QueueWait.objects.filter(left_at=None).count() == 2
    held = Ticket.objects.filter(assignee=made.ana).first()
    assert held is not None
    ticket_resolve(held.pk, made.ana.pk)
    assert distribute() == 1


def test_whoever_left_keeps_his_tickets_but_the_unanswered_return(made: Cast) -> None:
    Queue.objects.update(return_after=60)
    answered = made.chat_of(made.ana, "+51900000001")
    unanswered = made.chat_of(made.ana, "+51900000002")
    arrive(made.ana)
    send(made.ana.pk, answered.pk)
    leave(made.ana)
    assert return_unanswered(clock.now() + timedelta(seconds=59)) == 0
    assert return_unanswered(clock.now() + timedelta(seconds=61)) == 1
    assert Ticket.objects.get(pk=answered.ticket_id).assignee == made.ana
    assert Ticket.objects.get(pk=unanswered.ticket_id).state == TicketState.QUEUED
    assert return_unanswered(clock.now() + timedelta(seconds=61)) == 0


def test_a_queue_without_a_return_time_keeps_them(made: Cast) -> None:
    made.chat_of(made.ana)
    arrive(made.ana)
    leave(made.ana)
    assert return_unanswered(clock.now() + timedelta(days=1)) == 0


# --- outbox ---------------------------------------------------------------------------------------


def test_the_next_line_waits_until_the_one_before_has_left(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    first, second = send(made.ana.pk, chat.pk, "uno"), send(made.ana.pk, chat.pk, "dos")
    OutboundMessage.objects.filter(message=first).update(next_at=clock.now() + timedelta(minutes=1))
    assert outbox_process() == 0
    OutboundMessage.objects.filter(message=first).update(next_at=clock.now())
    assert outbox_process() == 1
    assert outbox_process() == 1
    states = OutboundMessage.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [OutboxState.SENT, OutboxState.SENT]
    second.refresh_from_db()
    assert second.state == MessageState.SENT


def test_a_repeated_delivery_is_one_line(made: Cast) -> None:
    raw = event("+51900000001", "Una vez")
    for _ in range(5):
        inbox_accept("whatsapp", made.whatsapp.pk, raw)
    inbox_process()
    assert Message.objects.count() == 1
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {"done"}

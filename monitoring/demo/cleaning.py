"""Closes what people left open, before simulated work begins on a floor that was used."""

from collections.abc import Collection

from beex.lib.errors import Refused
from telephony.choices import LIVE_STATES
from telephony.models import Call
from telephony.services.calls import call_finish, call_hang_up
from workspace.choices import TicketState
from workspace.models import Chat, Ticket
from workspace.services.chats import chat_end
from workspace.services.tickets import ticket_resolve

#: tickets a person keeps, the newest
KEPT = 2


def clean(users: Collection[int]) -> None:
    """End the calls and chats of these users, and resolve all but their newest tickets."""
    live = [state.value for state in LIVE_STATES]
    for call in Call.objects.filter(user_id__in=users, state__in=live).values_list("pk", flat=True):
        call_hang_up(call, reason="forgotten")
        call_finish(call)
    open_chats = Chat.objects.filter(ended_at=None, ticket__assignee_id__in=users)
    for chat in open_chats.values_list("pk", flat=True):
        chat_end(chat)
    held: dict[int, int] = {}
    active = Ticket.objects.filter(assignee_id__in=users, state=TicketState.ASSIGNED)
    for ticket, user_id in active.order_by("-pk").values_list("pk", "assignee_id"):
        if user_id is None:
            continue
        held[user_id] = held.get(user_id, 0) + 1
        if held[user_id] > KEPT:
            _resolve(ticket, user_id)


def _resolve(ticket: int, user_id: int) -> None:
    try:
        ticket_resolve(ticket, user_id)
    except Refused:
        return  # somebody else was quicker

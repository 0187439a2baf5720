"""Which facts of this app wake whom: the desks of agents and visitors, and the background work."""

from beex.lib import nudging
from beex.lib.events import Event, subscribe
from workspace.events import (
    AccessChanged,
    ContactChanged,
    ConversationChanged,
    NoticesChanged,
    PresenceChanged,
    StatusChanged,
    StrategiesChanged,
    TicketChanged,
)

#: groups of the channel layer
DESKS, TASKS = "desks", "tasks"

#: what is read again when a fact of this kind is committed
_DESKS: tuple[type[Event], ...] = (
    TicketChanged,
    ConversationChanged,
    NoticesChanged,
    AccessChanged,
    ContactChanged,
)
#: what may make a place free, or leaves something to send
_TASKS: tuple[type[Event], ...] = (
    TicketChanged,
    ConversationChanged,
    StatusChanged,
    PresenceChanged,
    StrategiesChanged,
)


def _wake_desks(_: Event) -> None:
    nudging.after_commit(DESKS)


def _wake_tasks(_: Event) -> None:
    nudging.after_commit(TASKS)


def register() -> None:
    """Follow the facts."""
    for kind in _DESKS:
        subscribe(kind, _wake_desks)
    for kind in _TASKS:
        subscribe(kind, _wake_tasks)

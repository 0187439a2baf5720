"""The facts this app tells. Every event names in ``touched`` whose floor row it can change."""

from dataclasses import dataclass
from datetime import datetime

from beex.lib.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanged(Event):
    """A person was registered, renamed, activated or deactivated (R1, E33)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDeactivated(UserChanged):
    """The account was closed; what it held must be freed (D5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChanged(Event):
    """Role, profile, scope, module access or memberships of the touched users changed: what
    they may see and do must be judged anew, also while something runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationChanged(Event):
    """A company, campaign, strategy or status was renamed or re-ruled (E34)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(Event):
    """A person is in another status since ``at`` (R13)."""

    user_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    """Tabs were opened, moved, focused, hidden, lost or closed (R24–R26)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformLeft(Event):
    """The last tab of a person is closed since ``at`` (R19, E19, E20)."""

    user_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategiesChanged(Event):
    """A person entered or left strategies (R30)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChanged(Event):
    """A ticket was opened, assigned, moved, resolved or reopened (R27–R29). ``how`` is a
    ``Held`` or, when nobody has it any more, ``queued`` or ``resolved``."""

    ticket_id: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationChanged(Event):
    """A line appeared or changed, or was read; drafts do not count. Moves no floor row."""

    chat_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesChanged(Event):
    """Somebody has something new on his desk, or put something away."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed(Event):
    """A person saved how a contact went; after-call work of that ticket is over (R41)."""

    user_id: int
    ticket_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFocusChanged(Event):
    """The chats a person has open changed (R44, R45)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(Event):
    """A contact was renamed; the touched users have it in a chip."""

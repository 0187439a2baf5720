"""What simulated people do: the output of the plan, and the only thing its effects know.

A ``case`` is one contact's matter: the call or chat with its ticket. Places are ``""``, ``chat``,
``users`` or ``case:<n>``, the ticket of that case.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something one person does. ``at``: seconds of the virtual day."""

    at: float
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(Act):
    """A tab is opened in that module; another one beside it, when he has one already."""

    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(Act):
    """All his tabs are closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lose(Act):
    """His tabs are not heard of any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp(Act):
    """A real person takes his place: only what was simulated of him goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidy(Act):
    """What a real person or an earlier run left open is closed, before he works again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Act):
    """He is in this module, at this place."""

    module: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus(Act):
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWebphone(Act):
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enter(Act):
    """He works this campaign's strategy from now on."""

    campaign: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAccess(Act):
    """An administrator changes what people of his profile may use."""

    module: str
    access: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Act):
    """A call begins for him. ``kind`` is the strategy's, or ``queue``; ``waits``: it is his
    phone that rings and the contact waits; not ``rings``: it is already answered."""

    case: int
    campaign: str
    kind: str
    direction: str
    rings: bool
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Act):
    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Act):
    case: int
    reason: str = "hangup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Act):
    """The after-call work is saved."""

    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrive(Act):
    """A contact writes for the first time. Nobody's act: ``person`` is empty."""

    case: int
    campaign: str
    channel: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Act):
    """A contact writes his line of that number; 0 was his first. ``person`` is empty."""

    case: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Act):
    """He answers with the line of that number."""

    case: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat(Act):
    """A contact has written, and the conversation is given to him."""

    case: int
    campaign: str
    channel: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Act):
    """He turns to the chat."""

    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndChat(Act):
    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Act):
    """An old matter of that campaign is still his."""

    case: int
    campaign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(Act):
    """The matter is settled; its ticket is not active any more."""

    case: int

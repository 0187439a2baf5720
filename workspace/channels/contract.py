"""What every channel must do: understand the bytes that came in, and deliver one message.

Inbound bytes are stored before an adapter sees them; what it cannot understand is kept as a dead
letter. Outbound messages are tasks that are tried again, so ``deliver`` may be called twice for
one message and must then answer as the first time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson

#: bytes of one event; more is not even parsed
EVENT_MAX = 256 * 1024
#: nested objects and lists
DEPTH_MAX = 32
#: characters of a line, of a name, of an id
TEXT_MAX, NAME_MAX, ID_MAX = 4096, 120, 200
FILES_MAX = 10
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")


class Poison(Exception):
    """The bytes make no sense; the code says why and holds nothing of them."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Undelivered(Exception):
    """The message did not get there. ``final``: trying again would not help."""

    def __init__(self, code: str, *, final: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.final = final


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A contact wrote. ``id`` is the channel's own name of the line, the same however often it
    is delivered; ``sender`` the channel's name of the contact; ``at`` UTC, None when it is not
    told; ``files`` ids of attachments stored before."""

    id: str
    sender: str
    text: str
    name: str = ""
    phone: str = ""
    at: datetime | None = None
    files: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How far a message of ours has come: ``delivered``, ``read`` or ``failed``. ``message`` is
    our id of it."""

    message: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message for a contact. ``id`` is ours and the same at every attempt."""

    id: int
    channel: str
    sender: str
    to: str
    text: str
    files: tuple[int, ...] = ()


class Adapter(Protocol):
    """One channel, or several that speak alike."""

    def parse(self, raw: bytes) -> list[Said | Receipt]:
        """What the bytes say, all of it or ``Poison``."""

    def deliver(self, message: Outgoing) -> str:
        """Hand one message over; returns the channel's name of it. Raises ``Undelivered``."""


def document(raw: bytes) -> Mapping[str, Any]:
    """The JSON object in these bytes, within all bounds. Raises ``Poison``."""
    if len(raw) > EVENT_MAX:
        raise Poison("too_large")
    if _depth(raw) > DEPTH_MAX:
        raise Poison("too_deep")
    try:
        found = orjson.loads(raw)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise Poison("malformed") from error
    if not isinstance(found, dict):
        raise Poison("not_an_object")
    return found


def _depth(raw: bytes) -> int:
    """How deep the brackets outside of texts are nested."""
    depth = deepest = 0
    for byte in _TEXTS.sub(b"", raw).translate(None, _NO_BRACKETS):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")


def text_of(fields: Mapping[str, Any], name: str, longest: int, *, needed: bool = False) -> str:
    """One text field; control characters that people paste are spaces. Raises ``Poison`` unless it
    is a text within bounds that a database can hold."""
    value = fields.get(name, "")
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise Poison(f"bad_{name}")
    value = _CONTROL.sub(" ", value)
    if needed and not value.strip():
        raise Poison(f"no_{name}")
    return value


def whole_of(value: object, name: str) -> int:
    """An id. Raises ``Poison`` unless it is a whole number a database can hold."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise Poison(f"bad_{name}")
    return value


def moment_of(fields: Mapping[str, Any], name: str) -> datetime | None:
    """A moment in ISO-8601 with its offset. Raises ``Poison`` for anything else."""
    value = fields.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment.timestamp()
    except (TypeError, ValueError, OverflowError) as error:
        raise Poison(f"bad_{name}") from error
    if moment.tzinfo is None or not 2000 <= moment.year <= 2100:
        raise Poison(f"bad_{name}")
    return moment

"""The invented contact centre as its data files tell it. Pure: nothing here asks the database."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
#: of every account of the demo
PASSWORD = "beex-demo"  # noqa: S105 - it is printed at every start
#: agents of the data files; more are made in their image
CAST = 60
MOST_AGENTS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One account. ``campaigns`` are codes, the main one first; ``shift`` is M, T, N, P or A;
    ``desk`` says what an agent attends, ``voice`` or ``chat`` (empty for the others)."""

    id: str
    username: str
    first_names: str
    last_names: str
    extension: str | None
    role: str = "agent"
    profile: str = "Agente"
    campaigns: tuple[str, ...] = ()
    shift: str = "M"
    desk: str = ""


@cache
def read(name: str) -> Any:
    """The content of one data file; not to be changed by the reader."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _person(fields: Mapping[str, Any]) -> Person:
    return Person(**{**fields, "campaigns": tuple(fields["campaigns"])})


def cast() -> list[Person]:
    """The 60 agents and the 6 others."""
    return [_person(fields) for fields in read("people.json")["people"]]


def stranger() -> Person:
    """A supervisor who may look into Mercado Lúcuma only (D2)."""
    return _person(read("people.json")["stranger"])


def deactivated() -> Person:
    """A closed account, which no list may show (R1)."""
    return _person(read("people.json")["deactivated"])

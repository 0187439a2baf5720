"""A lens: the floor as everybody sees it who has the same scope and the same server-side filter.

Each distinct lens of a batch is computed and encoded once; the same text goes to every socket
that looks through it. A lens remembers whose rows it shows, so ``gone`` is exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from beex.lib import clock
from monitoring.rows import encode, limited

if TYPE_CHECKING:
    from monitoring.streams import Watcher

#: company code, campaign code; None means all of them
Filter = tuple[str | None, str | None]
#: ids of companies, None for everybody
Scope = frozenset[int] | None
#: characters of rows in one frame at most; servers refuse to send a frame of more than 1 MiB
FRAME_MAX = 256_000


@dataclass(slots=True)
class Stored:
    """A stored row in the hub's memory. ``parsed`` is made when a lens needs it."""

    id: int
    rev: int
    gone: bool
    text: str
    facts_text: str
    _row: dict[str, Any] | None = None
    _facts: dict[str, Any] | None = None

    @property
    def row(self) -> dict[str, Any]:
        if self._row is None:
            self._row = orjson.loads(self.text)
        return self._row

    @property
    def facts(self) -> dict[str, Any]:
        if self._facts is None:
            self._facts = orjson.loads(self.facts_text)
        return self._facts

    def companies(self) -> dict[str, str]:
        """Company id (as text) → code, of the companies this user works for."""
        found: dict[str, str] = self.facts["companies"]
        return found


@dataclass(eq=False, slots=True)
class Lens:
    """One way of seeing. ``number`` is the ``sub`` of its frames, ``rev`` that of its last."""

    number: int
    scope: Scope
    filter: Filter
    rev: int = 0
    watchers: set["Watcher"] = field(default_factory=set)
    texts: dict[int, str] = field(default_factory=dict)
    total: int = 0
    _inside: set[int] = field(default_factory=set)
    _snapshot: tuple[int, list[str]] | None = None
    _changes: tuple[int, int, list[str], list[int]] | None = None

    @property
    def plain(self) -> bool:
        """Whether it shows every row as it is stored."""
        return self.scope is None and self.filter == (None, None)

    def load(self, rows: Iterable[Stored], rev: int) -> None:
        """Begin with the whole floor as of ``rev``."""
        self.texts, self._inside, self._snapshot, self._changes = {}, set(), None, None
        self.rev = rev
        for row in rows:
            self._look(row)
        self.total = len(self._inside)

    def batch(self, rows: Iterable[Stored], epoch: str, rev: int) -> str | None:
        """Look at the changed rows; the ``rows`` frame as text, None when nothing shows."""
        shown, gone = [], []
        for row in rows:
            had = row.id in self.texts
            text = self._look(row)
            if text is not None:
                shown.append(text)
            elif had:
                gone.append(row.id)
        self.total = len(self._inside)
        if not shown and not gone:
            return None
        previous, self.rev, self._snapshot = self.rev, rev, None
        return (
            f'{{"type":"rows","sub":{self.number},"epoch":"{epoch}","prev":{previous},'
            f'"rev":{rev},"at":"{clock.iso(clock.now())}","total":{self.total},'
            f'"rows":[{",".join(shown)}],"gone":{orjson.dumps(gone).decode()}}}'
        )

    def snapshot(self, epoch: str) -> list[str]:
        """The whole table as frames; its rows are put together once for each rev."""
        if self._snapshot is None or self._snapshot[0] != self.rev:
            self._snapshot = (self.rev, _portions(self.texts.values()))
        return self._start("snapshot", epoch, 0, self._snapshot[1], [])

    def delta(self, rows: Iterable[Stored], epoch: str, since: int) -> list[str]:
        """What changed after ``since``, as frames. Only through a plain lens. Whoever fell behind
        did so with many others: what they miss is put together once."""
        if self._changes is None or self._changes[:2] != (self.rev, since):
            changed = [row for row in rows if row.rev > since]
            shown = _portions(row.text for row in changed if not row.gone)
            self._changes = (self.rev, since, shown, [row.id for row in changed if row.gone])
        return self._start("delta", epoch, since, *self._changes[2:])

    def _start(
        self, kind: str, epoch: str, since: int, portions: list[str], gone: list[int]
    ) -> list[str]:
        """A frame of this kind; what does not fit goes on in ``delta`` frames. Only the last says
        the rev: whoever is cut off before it stands at ``since``, and gets all of it again."""
        at, last = clock.iso(clock.now()), len(portions) - 1
        return [
            f'{{"type":"{"delta" if number else kind}","sub":{self.number},"epoch":"{epoch}",'
            f'"rev":{self.rev if number == last else since},"at":"{at}","total":{self.total},'
            f'"more":{"false" if number == last else "true"},"rows":[{rows}],'
            f'"gone":{orjson.dumps(gone if number == last else []).decode()}}}'
            for number, rows in enumerate(portions)
        ]

    def _look(self, row: Stored) -> str | None:
        """The row's text through this lens, None when it does not show."""
        text = None
        if row.gone or not self._in_scope(row):
            self._inside.discard(row.id)
        else:
            self._inside.add(row.id)
            if self._passes(row):
                text = row.text if self.scope is None else _narrow(row, self.scope)
        if text is None:
            self.texts.pop(row.id, None)
        else:
            self.texts[row.id] = text
        return text

    def _in_scope(self, row: Stored) -> bool:
        return self.scope is None or any(int(one) in self.scope for one in row.companies())

    def _passes(self, row: Stored) -> bool:
        company, campaign = self.filter
        if company is not None and company not in row.companies().values():
            return False
        return campaign is None or any(one["code"] == campaign for one in row.row["campaigns"])


def _narrow(row: Stored, scope: frozenset[int]) -> str:
    return encode(limited(row.row, row.facts, scope))


def _portions(texts: Iterable[str]) -> list[str]:
    """Rows as JSON, separated by commas, in portions that fit into a frame; one at least."""
    portions: list[str] = []
    held: list[str] = []
    size = 0
    for text in texts:
        size += len(text)
        if held and size > FRAME_MAX:
            portions.append(",".join(held))
            held, size = [], len(text)
        held.append(text)
    return [*portions, ",".join(held)]

"""A floor client in the fewest words: what any browser or integrator must do with the frames."""

from typing import Any


class Mirror:
    """Holds one subscription. ``lost`` says that a new start is needed: never a wrong table."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.epoch: str | None = None
        self.rev = 0
        self.lost = True

    def take(self, frame: dict[str, Any]) -> None:
        """Apply one frame, or notice that one is missing."""
        kind = frame["type"]
        if kind == "snapshot":
            self.rows = {row["id"]: row for row in frame["rows"]}
            self._at(frame)
        elif kind == "delta":
            self._apply(frame)
            self._at(frame)
        elif kind == "rows":
            if self.lost or frame["epoch"] != self.epoch or frame["prev"] > self.rev:
                self.lost = True
            elif frame["rev"] > self.rev:
                self._apply(frame)
                self.rev = frame["rev"]
        elif kind == "beat" and frame["rev"] > self.rev:
            self.lost = True

    def _apply(self, frame: dict[str, Any]) -> None:
        for row in frame["rows"]:
            known = self.rows.get(row["id"])
            if known is None or row["rev"] >= known["rev"]:
                self.rows[row["id"]] = row
        for user_id in frame["gone"]:
            self.rows.pop(user_id, None)

    def _at(self, frame: dict[str, Any]) -> None:
        self.epoch, self.rev, self.lost = frame["epoch"], frame["rev"], False

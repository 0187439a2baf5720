"""The core of the house: apply(snapshot, frames) == fresh snapshot, whatever happens."""

import json
import random
from typing import Any

import pytest

from beex.lib import clock
from monitoring.engine import LEASE, Audit, Engine, audit
from monitoring.hub import _batches, _read
from monitoring.lens import Lens, Stored
from monitoring.models import FloorDirty, FloorRow
from tests.floor.mirror import Mirror
from tests.floor.walk import Walk, centre
from workspace.models import Company, Strategy, User
from workspace.services.people import memberships_set
from workspace.services.statuses import status_change
from workspace.services.strategies import strategy_enter

pytestmark = pytest.mark.django_db


class Follower:
    """A hub's memory, the lenses of every kind of viewer, and a mirror behind each."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.rows: dict[int, Stored] = {}
        self.epoch, self.rev, _ = _read("", 0)
        uno, dos, _tres = Company.objects.order_by("pk").values_list("pk", flat=True)
        scopes: list[frozenset[int] | None] = [None, frozenset({uno}), frozenset({uno, dos})]
        filters = [(None, None), ("uno", None), ("uno", "uno-predictive"), (None, "dos-whatsapp")]
        self.lenses = [
            Lens(number, scope, filter_)
            for number, (scope, filter_) in enumerate(
                (scope, filter_) for scope in scopes for filter_ in filters
            )
        ]
        self.mirrors = [Mirror() for _ in self.lenses]
        self.resyncs = 0
        self._start()

    def _start(self) -> None:
        self.epoch, self.rev, rows = _read("", 0)
        self.rows = {row.id: row for row in rows}
        for lens, mirror in zip(self.lenses, self.mirrors, strict=True):
            lens.load(self.rows.values(), self.rev)
            restart(mirror, lens, self.epoch)

    def follow(self, mischief: float = 0.0) -> None:
        """Take in the newest batch; with ``mischief`` some frames are dropped, doubled or swapped
        on their way, and whoever notices asks for a new start."""
        epoch, rev, rows = _read(self.epoch, self.rev)
        self.rows.update((row.id, row) for row in rows)
        self.rev = rev
        for lens, mirror in zip(self.lenses, self.mirrors, strict=True):
            texts = [lens.batch(batch, epoch, batch[-1].rev) for batch in _batches(rows)]
            frames = [json.loads(text) for text in texts if text]
            for frame in self._way(lens, frames, mischief):
                mirror.take(frame)
            mirror.take({"type": "beat", "rev": lens.rev})
            if mirror.lost:
                self.resyncs += 1
                restart(mirror, lens, epoch)

    def _way(self, lens: Lens, frames: list[Any], mischief: float) -> list[Any]:
        if not frames or self.dice.random() >= mischief:
            return frames
        kind = self.dice.choice(["drop", "double", "late"])
        if kind == "drop":
            return frames[1:]
        if kind == "double":
            return frames * 2
        stale = {**frames[0], "prev": frames[0]["rev"], "rev": frames[0]["rev"] + 1}
        return [stale, *frames]

    def check(self) -> None:
        """Every mirror shows what a fresh snapshot of the stored rows shows."""
        epoch, rev, rows = _read("", 0)
        assert rev == self.rev
        for lens, mirror in zip(self.lenses, self.mirrors, strict=True):
            fresh = Lens(0, lens.scope, lens.filter)
            fresh.load(rows, rev)
            expected = Mirror()
            restart(expected, fresh, epoch)
            assert mirror.rows == expected.rows


def restart(mirror: Mirror, lens: Lens, epoch: str) -> None:
    """Give the mirror a new start."""
    for text in lens.snapshot(epoch):
        mirror.take(json.loads(text))


@pytest.fixture(autouse=True)
def _small_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few rows fit into a frame that nearly everything needs several."""
    monkeypatch.setattr("monitoring.lens.FRAME_MAX", 2000)
    monkeypatch.setattr("monitoring.engine.REV_ROWS", 3)
    monkeypatch.setattr("monitoring.hub.REV_ROWS", 3)


def walk(seed: int, steps: int, mischief: float) -> tuple[Walk, Follower]:
    """Random services, a tick every few of them, every view compared now and then."""
    centre()
    engine = Engine()
    engine.tick()
    walker = Walk(seed)
    follower = Follower(walker.dice)
    for number in range(steps):
        walker.step()
        if walker.dice.random() < 0.5:
            engine.tick()
            follower.follow(mischief)
        if number % 50 == 0:
            follower.check()
    while engine.tick() is not None:
        pass
    follower.follow()
    follower.check()
    assert audit() == Audit([], 0)
    return walker, follower


@pytest.mark.parametrize("seed", [1, 2])
def test_a_walk_leaves_every_view_equal_to_a_fresh_snapshot(seed: int) -> None:
    walker, _ = walk(seed, 400, mischief=0.0)
    assert len(walker.done) == len({move.__name__ for move in walker.moves}), (
        "the walk must reach nearly every service"
    )
    assert walker.refused < 300


def test_dropped_doubled_and_swapped_frames_end_in_a_resync() -> None:
    _, follower = walk(3, 300, mischief=0.4)
    assert follower.resyncs > 10


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 20))
def test_long_walks(seed: int) -> None:
    walk(seed, 2000, mischief=0.1)


def test_a_large_start_comes_in_parts_and_can_be_cut_off_anywhere() -> None:
    centre()
    Engine().tick()
    epoch, rev, rows = _read("", 0)
    lens = Lens(1, None, (None, None))
    lens.load(rows, rev)
    frames = [json.loads(text) for text in lens.snapshot(epoch)]
    assert len(frames) > 2
    for cut in range(1, len(frames) + 1):
        mirror = Mirror()
        for frame in frames[:cut]:
            mirror.take(frame)
        assert frames[cut - 1]["more"] == (cut < len(frames))
        for text in lens.delta(rows, epoch, mirror.rev):
            mirror.take(json.loads(text))
        assert mirror.rows.keys() == {row.id for row in rows}
        assert mirror.rev == rev


def test_a_quiet_tick_stores_nothing() -> None:
    centre()
    engine = Engine()
    first = engine.tick()
    assert first is not None
    assert engine.tick() is None
    FloorDirty.objects.create(user_id=FloorRow.objects.first().pk)  # type: ignore[union-attr]
    assert engine.tick() is None, "a mark without a change makes no rev"


def test_a_second_engine_stands_by_until_the_lease_ends() -> None:
    centre()
    first, second = Engine("first"), Engine("second")
    rev = first.tick()
    assert rev is not None
    status_change(User.objects.earliest("pk").pk, "lunch")
    assert second.tick() is None, "the lease of the first still runs"
    healed = second.tick(clock.now() + LEASE * 1.1)
    assert healed == rev + 1, "the one standing by heals what was left"
    assert second.leads
    assert first.tick(clock.now() + LEASE) is None
    assert not first.leads


@pytest.mark.parametrize("dirty", [1, 8])
def test_a_tick_needs_the_same_queries_whatever_the_number_of_users(
    dirty: int, django_assert_num_queries: Any
) -> None:
    centre()
    engine = Engine()
    engine.tick()
    for user_id in FloorRow.objects.order_by("pk").values_list("pk", flat=True)[:dirty]:
        FloorRow.objects.filter(pk=user_id).update(body="{}")
        FloorDirty.objects.create(user_id=user_id)
    engine._sweep_at = engine._renew_at.replace(year=9999)
    with django_assert_num_queries(20):
        assert engine.tick() is not None


def test_whoever_leaves_a_campaign_leaves_its_strategies() -> None:
    centre()
    user = User.objects.get(username="persona0")
    strategy = Strategy.objects.get(code="uno-predictive")
    strategy_enter(user.pk, strategy.pk)
    memberships_set(user, [])
    assert not user.strategy_sessions.filter(left_at=None).exists()

"""One table in Markdown of what was measured."""

import os
import platform
import statistics
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from django.db import connection
from django.utils import timezone

from bench.conversations import Talk
from bench.fanout import Round
from bench.latency import Latency
from bench.ticks import Ticks
from monitoring.loop import TICK_EVERY

HEAD = ("measured", "reference", "product", "ratio", "aim")
Line = tuple[str, str, str, str, str]
Value = Callable[[Round], float]


def table(
    rounds: Sequence[Round], ticks: Ticks, latency: Latency, said: Talk, *, sockets: int
) -> str:
    """The whole of it. Ratios are of values within one round, then the median of the rounds."""
    lines = [HEAD, tuple("---" for _ in HEAD)]
    lines += [*_fanout(_sound(rounds), sockets), *_ticks(ticks), _latency(latency), *talk(said)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def circumstances(rounds: Sequence[Round]) -> str:
    """When, on what, and how much the others disturbed."""
    version = ".".join(map(str, connection.get_database_version()))
    void = sum(one.void for one in rounds)
    return (
        f"{timezone.now():%F %R} UTC, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"PostgreSQL {version}; load of the machine {os.getloadavg()[2]:.1f}; "
        f"{void} of {len(rounds)} rounds void"
    )


def _sound(rounds: Sequence[Round]) -> Sequence[Round]:
    """The rounds that are not void; all of them when there is no other."""
    return [one for one in rounds if not one.void] or rounds


def _fanout(rounds: Sequence[Round], sockets: int) -> Iterator[Line]:
    def line(what: str, shape: str, ours: Value, theirs: Value, aim: str) -> Line:
        values = [f"{statistics.median(map(value, rounds)):{shape}}" for value in (theirs, ours)]
        ratio = statistics.median(ours(one) / theirs(one) for one in rounds)
        return what, values[0], values[1], _times(ratio), aim

    def rows(count: int, one: Round) -> float:
        return one.product[count].rows

    def cpu(count: int, one: Round) -> float:
        return one.product[count].cpu

    def frames(count: int, one: Round) -> float:
        return one.frames[count].cpu

    counts = sorted(rounds[0].product)
    ours = partial(rows, counts[-1])
    to = f"rows a second to {sockets} sockets, against"
    yield line(f"{to} a bare broadcast", ",.0f", ours, lambda one: one.floor_rows, "≥ 4×")
    yield line(f"{to} plain Channels", ",.0f", ours, lambda one: one.plain.rows, "≥ 50×")
    for count in counts:
        what = f"µs of CPU a row at {count / TICK_EVERY:,.0f} changes a second, against a"
        aim = "≤ 0.15×, better 0.06×"
        ours = partial(cpu, count)
        yield line(f"{what} bare broadcast", ".2f", ours, lambda one: one.floor_cpu, aim)
        server = partial(frames, count)
        yield line("the same, against daphne alone with such frames", ".2f", ours, server, "–")


def _ticks(ticks: Ticks) -> Iterator[Line]:
    query = f"{statistics.median(ticks.query):.0f} ms"

    def line(what: str, ours: list[float], aim: str) -> Line:
        return what, query, f"{statistics.median(ours):.1f} ms", _times(ticks.share(ours)), aim

    yield line(
        f"engine's tick, 100 of 5,000 changed ({ticks.queries} queries), against one query of all",
        ticks.tick,
        "≤ 0.5×, better 0.2×",
    )
    yield line("snapshot of 5,000 from the hub, against the same", ticks.snapshot, "≤ 0.3×")
    yield line("the hub's first reading of 5,000, against the same", ticks.load, "–")


def _latency(latency: Latency) -> Line:
    values = f"p50 {latency.p50:.0f}, p95 {latency.p95:.0f}, p99 {latency.p99:.0f} ms"
    return (
        "commit to frame, 1,000 agents, 50 changes a second, 50 sockets",
        "–",
        values,
        "–",
        ("p99 ≤ 250 ms"),
    )


def talk(said: Talk) -> Iterator[Line]:
    """Conversations, beside a bare echo where time counts."""
    echo, delays = _waits(said.delays.echo), said.delays
    for what, waits in (
        ("a contact's line, to the agent's page", delays.line),
        ("a new contact's first line, to the supervisor's cell", delays.cell),
    ):
        ratio = statistics.median(waits) / statistics.median(delays.echo)
        yield f"{what}, against a bare echo", echo, _waits(waits), _times(ratio), "–"
    drain = said.drain
    yield (
        "stored lines understood by one worker, and statements a line", "–",
        f"{drain.rate:,.0f} a second, {drain.queries:.2f}", "–", "≥ 200 a second",
    )  # fmt: skip
    for way, flood in (("an adapter", said.pour), ("the web chat's doors", said.flood)):
        speed = flood.taken / flood.sending
        yield (
            f"{said.rate} lines a second by {way} for {said.seconds} s", f"{said.rate}",
            f"{speed:.0f} a second, {flood.taken:,} of {said.rate * said.seconds:,} kept, "
            f"the last {flood.draining:.1f} s later", _times(speed / said.rate), "none lost",
        )  # fmt: skip
    few, many = said.opening
    yield (
        f"Workspace with 40 tickets and 500 lines ({many.queries} queries), against 2 and 5",
        f"{few.ms:.0f} ms, {few.queries} queries", f"{many.ms:.0f} ms",
        _times(many.ms / few.ms), "as many queries",
    )  # fmt: skip


def _waits(seconds: Sequence[float]) -> str:
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1000:.1f}, p99 {cuts[98] * 1000:.1f} ms"


def _times(ratio: float) -> str:
    return f"{ratio:.0f}×" if ratio >= 10 else f"{ratio:.2g}×"

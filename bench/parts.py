"""The machine and the real parts: PostgreSQL, Valkey, and processes on their cores."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django
from django.core.management import call_command

from tests.parts.postgres import Postgres
from tests.parts.process import Process, accepts, free_port
from tests.parts.redis import Redis
from tests.parts.server import ROOT

CORES = frozenset(os.sched_getaffinity(0))
SERVER_CORE = frozenset({min(CORES)})
CLIENT_CORE = frozenset({max(CORES)})


class Broken(Exception):
    """Something was wrong, not slow."""


@contextmanager
def on(cores: frozenset[int]) -> Iterator[None]:
    """Run here what is done inside, and every process it starts, on these cores only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def parts() -> Iterator[None]:
    """The parts run, the environment names them, and Django is set up on an empty database."""
    with ExitStack() as stack:
        for variable, part in (("DATABASE_URL", Postgres()), ("REDIS_URL", Redis())):
            stack.callback(part.stop)
            part.start()
            os.environ[variable] = part.url
        os.environ.update(
            DJANGO_SETTINGS_MODULE="beex.settings", SECRET_KEY="b" * 60, HTTPS="0", DEBUG="0"
        )
        django.setup()
        call_command("migrate", verbosity=0)
        yield


def told(measure: Callable[[], str]) -> int:
    """Measure on the real parts and print what is found; 1 when something broke."""
    try:
        with parts():
            sys.stdout.write(measure() + "\n")
    except Broken as broken:
        sys.stderr.write(f"Broken: {broken}\n")
        return 1
    return 0


@contextmanager
def serving(process: Process, port: int, cores: frozenset[int]) -> Iterator[Process]:
    """This server, on these cores, for as long as it is needed."""
    with on(cores):
        process.start(lambda: accepts(port))
    try:
        yield process
    finally:
        process.stop()


def python(name: str, *arguments: str, env: Mapping[str, str] | None = None) -> Process:
    """A module of this package as a process of its own, not yet started."""
    return Process(name, [sys.executable, "-m", *arguments], env=env, cwd=ROOT)


@contextmanager
def daphne(application: str, cores: frozenset[int]) -> Iterator[tuple[int, int]]:
    """An ASGI application served by daphne; gives its port and its process id."""
    port = free_port()
    server = python("daphne", "daphne", "-b", "127.0.0.1", "-p", str(port), application)
    with serving(server, port, cores):
        yield port, server.pid


def cpu(pid: int) -> float:
    """Seconds of processor time a process has used, in all its threads."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(after_name[11]), int(after_name[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")

"""The parts that a whole test run shares."""

from collections.abc import MutableMapping

from tests.parts.postgres import Postgres
from tests.parts.process import PartMissing
from tests.parts.redis import Redis

_running: list[Postgres | Redis] = []


def start(environ: MutableMapping[str, str]) -> None:
    """Start what the environment does not name, and name it there for child processes.

    Ends the run with a sentence when a part is missing.
    """
    environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
    environ.setdefault("HTTPS", "0")
    try:
        for variable, part in (("DATABASE_URL", Postgres), ("REDIS_URL", Redis)):
            if not environ.get(variable):
                server = part()
                _running.append(server)
                server.start()
                environ[variable] = server.url
    except PartMissing as missing:
        stop()
        raise SystemExit(f"The tests cannot run. {missing}") from missing


def stop() -> None:
    """End every part that `start` started."""
    while _running:
        _running.pop().stop()

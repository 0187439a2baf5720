"""Child processes that never outlive the test run."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class PartMissing(Exception):
    """A part cannot be had; the message says which, and what to do."""


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    """Whether somebody listens on this port."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Process:
    """One child: started, watched until it is ready, stopped. What it prints is kept in `log`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: int | None = None,
        end: signal.Signals = signal.SIGTERM,
    ) -> None:
        """`env` is added to ours.

        `user` is the uid (and gid) to become, which only root may ask for; `end` is the signal that
        ends it in order.
        """
        self.name = name
        self._command = [*_manners(user), *map(str, command)]
        self._env = {**os.environ, **(env or {})}
        self._cwd = cwd
        self._end_signal = end
        handle, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".log")
        os.close(handle)
        self.log = Path(path)
        weakref.finalize(self, self.log.unlink, missing_ok=True)
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, ready: Callable[[], bool] | None = None) -> None:
        """Start and wait until `ready()`.

        Raises PartMissing with the end of the log when it dies or takes too long.
        """
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command,
                env=self._env,
                cwd=self._cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while ready and not ready():
            if self._child.poll() is not None or time.monotonic() > deadline:
                said = self.printed()[-2000:]
                self.stop()
                raise PartMissing(f"{self.name} did not start. It said: {said}")
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(0.05)

    @property
    def pid(self) -> int:
        """The child's process id."""
        assert self._child, f"{self.name} is not running"
        return self._child.pid

    def printed(self) -> str:
        """All that the child has printed so far."""
        return self.log.read_text(errors="replace")

    def send(self, number: signal.Signals) -> None:
        """A signal, for tests of pauses and crashes."""
        if self._child:
            self._child.send_signal(number)

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """The exit code, once it has ended by itself; raises subprocess.TimeoutExpired."""
        assert self._child, f"{self.name} is not running"
        return self._child.wait(seconds)

    def kill(self) -> None:
        """End at once, as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End in order, by force after ten seconds."""
        self._end(self._end_signal)

    def _end(self, number: signal.Signals) -> None:
        if self._child and self._child.poll() is None:
            self._child.send_signal(signal.SIGCONT)
            self._child.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(STOP_SECONDS)
            self._child.kill()
            self._child.wait()
        self._child = None


def _manners(user: int | None) -> list[str]:
    """A prefix that makes the child die with us, and become `user` first."""
    setpriv = shutil.which("setpriv")
    if not setpriv:
        if user is not None:
            raise PartMissing("setpriv (package util-linux) is needed to start PostgreSQL as root.")
        return []
    drop = [] if user is None else [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    return [setpriv, *drop, "--pdeathsig", "KILL", "--"]

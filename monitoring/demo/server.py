"""The whole product in one process: pages, API, socket, engine, background work, PBX and the
simulated floor."""

import asyncio
import fcntl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from daphne.server import Server
from django.conf import settings
from django.utils.module_loading import import_string
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from monitoring.demo.effects import PROCESS
from monitoring.demo.simulator import Simulator
from monitoring.loop import follow as follow_floor
from telephony.simulated import SimulatedPbx
from workspace.work import follow as follow_work

#: seconds that the threads get to end by themselves
STOP_WITHIN = 2.0
#: the scenario in which the server is not there for a while, again and again
RECONNECT = "reconnect"
#: seconds after which it goes, and for which it is away
GOES_AFTER, AWAY_FOR = 30.0, 10.0


class Taken(Exception):
    """Another demo runs in this folder; the message says which."""


def hold(folder: Path, words: str) -> TextIO:
    """Take the folder for this process, for as long as the answer is kept. Raises ``Taken``."""
    file = (folder / "demo.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        raise Taken(file.read().strip() or "another process") from error
    file.truncate(0)
    file.write(words)
    file.flush()
    return file


class _Server(Server):  # type: ignore[misc]
    """Daphne, which remembers the port it listens on."""

    door: Any = None

    def listen_success(self, port: Any) -> None:
        self.door = port
        super().listen_success(port)


class House:
    """Everything that runs. The web server owns the thread and the event loop; engine and
    background work are tasks of that loop; PBX and simulator have a thread each."""

    def __init__(self, port: int, simulator: Simulator, on_ready: Callable[[], None]) -> None:
        self.reactor: Any = reactor
        self.on_ready = on_ready
        self.server = _Server(
            import_string(settings.ASGI_APPLICATION),
            endpoints=[f"tcp:port={port}:interface=127.0.0.1"],
            server_name="beex",
        )
        self._stop_threads, self._stop_tasks = threading.Event(), asyncio.Event()
        self._tasks: asyncio.Future[Any] | None = None
        pbx = SimulatedPbx(leave_to=[PROCESS])
        self._threads = [
            threading.Thread(target=run, args=(self._stop_threads,), daemon=True)
            for run in (simulator.run, pbx.run)
        ]
        self._leaves = simulator.scenario == RECONNECT

    def serve(self) -> bool:
        """Serve until SIGINT or SIGTERM. False when the port could not be had."""
        self.reactor.callWhenRunning(lambda: self.reactor.callLater(0, self._start))
        self.reactor.addSystemEventTrigger("before", "shutdown", self._stop)
        self.server.run()
        for thread in self._threads:
            if thread.ident:
                thread.join(STOP_WITHIN)
        return self.server.door is not None

    def _start(self) -> None:
        """Once the port is ours, all the rest."""
        if self.server.door is None:
            return
        loop = asyncio.get_running_loop()
        work = (follow_floor(self._stop_tasks), follow_work(self._stop_tasks))
        self._tasks = asyncio.gather(*(loop.create_task(one) for one in work))
        for thread in self._threads:
            thread.start()
        if self._leaves:
            self.reactor.callLater(GOES_AFTER, self._go_away)
        self.on_ready()

    def _go_away(self) -> None:
        """Nobody can come, and the sockets are cut; a while later all may come again."""
        self.server.door.stopListening()
        for protocol in list(self.server.connections):
            if hasattr(protocol, "dropConnection"):
                protocol.dropConnection(abort=True)
        self.reactor.callLater(AWAY_FOR, self._come_back)

    def _come_back(self) -> None:
        self.server.door.startListening()
        self.reactor.callLater(GOES_AFTER, self._go_away)

    def _stop(self) -> Any:
        self._stop_threads.set()
        self._stop_tasks.set()
        return Deferred.fromFuture(self._tasks) if self._tasks else None

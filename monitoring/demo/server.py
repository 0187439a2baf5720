"""The whole product in one process: pages, API, socket, engine, PBX and the simulated floor."""

import asyncio
import fcntl
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.utils.module_loading import import_string

from monitoring.demo.effects import PROCESS
from monitoring.demo.simulator import Simulator
from monitoring.loop import follow
from telephony.simulated import SimulatedPbx
from workspace import work

log = logging.getLogger(__name__)

#: seconds that the threads get to end by themselves
STOP_WITHIN = 2.0


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


def serve(port: int, simulator: Simulator, on_ready: Callable[[], None]) -> bool:
    """Serve on 127.0.0.1 until SIGINT or SIGTERM. False when the port could not be had."""
    from daphne.server import Server  # installs the reactor, so only where it is wanted
    from twisted.internet import defer, reactor

    application = import_string(settings.ASGI_APPLICATION)
    ended = threading.Event()
    threads = [
        threading.Thread(target=simulator.run, args=(ended,), name="simulator", daemon=True),
        threading.Thread(
            target=SimulatedPbx(leave_to=[PROCESS]).run, args=(ended,), name="pbx", daemon=True
        ),
    ]
    loop: Any = reactor._asyncioEventloop
    engine_ended = asyncio.Event()
    engine: list[asyncio.Task[None]] = []

    def start() -> None:
        if not server.listening_addresses:
            return
        engine.extend(loop.create_task(one(engine_ended)) for one in (follow, work.follow))
        for thread in threads:
            thread.start()
        on_ready()

    def stop() -> Any:
        ended.set()
        engine_ended.set()
        return defer.Deferred.fromFuture(asyncio.gather(*engine)) if engine else None

    server = Server(
        application,
        endpoints=[f"tcp:port={port}:interface=127.0.0.1"],
        signal_handlers=True,
        verbosity=1,
        server_name="beex",
    )
    react: Any = reactor
    react.callWhenRunning(lambda: react.callLater(0, start))
    react.addSystemEventTrigger("before", "shutdown", stop)
    server.run()
    for thread in threads:
        if thread.ident:
            thread.join(STOP_WITHIN)
    return bool(server.listening_addresses)

"""Reference (c): what the web server itself costs. Frames as large as ours, made once in every
tick and sent to all sockets: no rights, no database, nothing read or kept.

``BENCH_ROWS`` names a file with the rows of one frame, as JSON separated by commas.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

#: seconds from one frame to the next, as of the engine's ticks
TICK_EVERY = 0.1
ROWS = Path(os.environ["BENCH_ROWS"]).read_text(encoding="utf-8")
sockets: set[Any] = set()
tasks: set[asyncio.Task[None]] = set()


async def tick() -> None:
    """A frame to everybody, ten times a second."""
    loop, rev = asyncio.get_running_loop(), 0
    while True:
        due = loop.time() + TICK_EVERY
        rev += 1
        text = f'{{"type":"rows","rev":{rev},"rows":[{ROWS}]}}'
        for send in list(sockets):
            await send({"type": "websocket.send", "text": text})
        await asyncio.sleep(max(0.0, due - loop.time()))


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """A socket that is only written to."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    sockets.add(send)
    if not tasks:
        tasks.add(asyncio.create_task(tick()))
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        sockets.discard(send)

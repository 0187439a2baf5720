"""Reference (a): rows from Redis to all sockets by ``websockets.broadcast``, one row a frame.

Nothing is asked, nothing is checked, nothing is kept: the least a Python server can do.
"""

import asyncio
import sys

import redis.asyncio as redis
from websockets.asyncio.server import ServerConnection, broadcast, serve

CHANNEL = "bench"


async def run(port: int, redis_url: str) -> None:
    """Serve until killed."""
    sockets: set[ServerConnection] = set()

    async def stay(socket: ServerConnection) -> None:
        sockets.add(socket)
        await socket.wait_closed()
        sockets.discard(socket)

    async with (
        serve(stay, "127.0.0.1", port, compression=None),
        redis.Redis.from_url(redis_url, socket_timeout=None) as bus,
        bus.pubsub(ignore_subscribe_messages=True) as line,
    ):
        await line.subscribe(CHANNEL)
        async for message in line.listen():
            broadcast(sockets, message["data"], text=True)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), sys.argv[2]))

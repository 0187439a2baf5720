"""Reference (c): a socket that says back what it hears, and nothing else."""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, serve


async def run(port: int) -> None:
    """Serve until killed."""

    async def echo(socket: ServerConnection) -> None:
        async for message in socket:
            await socket.send(message)

    async with serve(echo, "127.0.0.1", port, compression=None):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1])))

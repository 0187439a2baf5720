"""Reference (b): Channels as its tutorial has it, one ``group_send`` a row to every consumer."""

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beex.settings")
django.setup()

from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter  # noqa: E402

GROUP = "bench"


class Plain(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """Joins the group and passes on what it hears."""

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def row(self, event: dict[str, Any]) -> None:
        """One row to the client."""
        await self.send_json(event["row"])

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)


application = ProtocolTypeRouter({"websocket": Plain.as_asgi()})

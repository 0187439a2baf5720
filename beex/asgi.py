"""The server's entry: pages and API by HTTP, the live socket by WebSocket."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beex.settings")
http_application = get_asgi_application()

# Only now are the apps loaded, which the socket's modules need.
from beex.lib.sockets import websocket_application  # noqa: E402

application = ProtocolTypeRouter({"http": http_application, "websocket": websocket_application})

"""Every socket address: one for signed-in people, one for the visitors of web chats."""

from channels.routing import URLRouter
from channels.sessions import CookieMiddleware
from django.urls import path, re_path

from beex.lib.guests import GuestConsumer
from beex.lib.live import LiveConsumer
from beex.lib.origin import SameOrigin, refuse

websocket_application = SameOrigin(
    CookieMiddleware(
        URLRouter(
            [
                path("ws/v1/live/", LiveConsumer.as_asgi()),
                path("ws/v1/webchat/<slug:room>/", GuestConsumer.as_asgi()),
                re_path("", refuse),  # type: ignore[arg-type] # as consumers are
            ]
        )
    )
)

"""Who may open a socket from a browser: our own pages, and the origins named in the settings."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class SameOrigin:
    """Answers 403 unless there is exactly one ``Origin`` and it is exactly ours: the scheme, host
    and port the request was sent to, or one of ``CSRF_TRUSTED_ORIGINS``."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        answer = self.application if _is_ours(scope) else refuse
        await answer(scope, receive, send)


async def refuse(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """No socket here: the handshake is answered with 403."""
    await receive()  # websocket.connect
    await send({"type": "websocket.close"})


def _is_ours(scope: dict[str, Any]) -> bool:
    origins = _all(scope, b"origin")
    hosts = _all(scope, b"host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    origin, host = origins[0], hosts[0]
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    secure = scope.get("scheme") == "wss" or settings.SESSION_COOKIE_SECURE
    parts = urlsplit(origin)
    return parts.scheme == ("https" if secure else "http") and origin == f"{parts.scheme}://{host}"


def _all(scope: dict[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]

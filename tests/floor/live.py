"""A real socket of a real person, with a clock on every wait."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.floor.mirror import Mirror
from workspace.models import User


class Line:
    """One open socket. Answers pings and acknowledges rows while it waits for something."""

    def __init__(self, raw: ClientConnection) -> None:
        self.raw = raw
        self.frames: list[dict[str, Any]] = []
        self.mirror = Mirror()
        self.code: int | None = None

    def send(self, **message: Any) -> None:
        self.raw.send(json.dumps(message))

    def floor(self, company: str | None = None, campaign: str | None = None, **more: Any) -> None:
        self.send(type="subscribe", stream="floor", company=company, campaign=campaign, **more)

    def read(self, seconds: float) -> dict[str, Any] | None:
        """The next frame but pings, None when nothing comes in time or the socket closes."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                frame: dict[str, Any] = json.loads(self.raw.recv(timeout=left))
            except TimeoutError:
                return None
            except ConnectionClosed as closed:
                self.code = closed.rcvd.code if closed.rcvd else 1006
                return None
            if frame["type"] == "ping":
                self.send(type="pong", n=frame["n"])
                continue
            self.frames.append(frame)
            self.mirror.take(frame)
            if frame["type"] == "rows":
                self.send(type="ack", rev=frame["rev"])
            return frame
        return None

    def until(
        self, wanted: Callable[[dict[str, Any]], bool], seconds: float = 5.0
    ) -> dict[str, Any]:
        """The first frame that is wanted; fails when none comes in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.code is None:
            frame = self.read(end - time.monotonic())
            if frame is not None and wanted(frame):
                return frame
        raise AssertionError(
            f"not heard within {seconds} s; closed: {self.code}; {self.frames[-3:]}"
        )

    def until_closed(self, seconds: float = 5.0) -> int:
        """The code the server closes with."""
        end = time.monotonic() + seconds
        while self.code is None and time.monotonic() < end:
            self.read(end - time.monotonic())
        assert self.code is not None, "the socket stays open"
        return self.code


def cookie_of(user: User) -> str:
    """A session of this person, as his browser would send it."""
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def line(
    url: str,
    user: User | None = None,
    *,
    cookie: str = "",
    tab: str = "t1",
    origin: str | None = None,
) -> Iterator[Line]:
    """Open the live socket of ``url`` as this person."""  # fmt: skip
    if user is not None:
        cookie = cookie_of(user)
    address = f"ws://{urlsplit(url).netloc}/ws/v1/live/?tab={tab}"
    headers = {"Cookie": cookie} if cookie else {}
    with connect(
        address,
        origin=Origin(origin or url),
        additional_headers=headers,
        max_size=None,
        proxy=None,
        close_timeout=1,
    ) as raw:
        yield Line(raw)


def kind(name: str) -> Callable[[dict[str, Any]], bool]:
    return lambda frame: frame["type"] == name


def changed(user_id: int) -> Callable[[dict[str, Any]], bool]:
    """A frame that carries this user's row."""
    return lambda frame: (
        frame["type"] == "rows" and any(row["id"] == user_id for row in frame["rows"])
    )

"""Doors and sockets as a browser uses them: an agent's, a supervisor's, a visitor's."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

API = "/api/v1/"


class Door:
    """One person's way through /api/v1/: answers as (status, JSON)."""

    def __init__(self, client: Client, token: str = "") -> None:
        self.client = client
        self.headers = {"Authorization": f"Visitor {token}"} if token else {}

    def get(self, path: str) -> tuple[int, Any]:
        return self._say(self.client.get(API + path, headers=self.headers))

    def post(self, path: str, **body: Any) -> tuple[int, Any]:
        return self._say(
            self.client.post(
                API + path, body, content_type="application/json", headers=self.headers
            )
        )

    def put(self, path: str, **body: Any) -> tuple[int, Any]:
        return self._say(
            self.client.put(API + path, body, content_type="application/json", headers=self.headers)
        )

    def delete(self, path: str) -> tuple[int, Any]:
        return self._say(self.client.delete(API + path, headers=self.headers))

    def upload(self, path: str, file: Any) -> tuple[int, Any]:
        return self._say(self.client.post(API + path, {"file": file}, headers=self.headers))

    def say(self, chat: int, text: str, name: uuid.UUID | None = None) -> tuple[int, Any]:
        return self.post(f"chats/{chat}/messages/", id=str(name or uuid.uuid4()), text=text)

    def _say(self, response: Any) -> tuple[int, Any]:
        assert response.status_code < 500, response.content
        return response.status_code, json.loads(response.content or "null")


class GuestLine:
    """A visitor's socket."""

    def __init__(self, raw: ClientConnection) -> None:
        self.raw = raw
        self.frames: list[dict[str, Any]] = []
        self.code: int | None = None

    def send(self, **message: Any) -> None:
        self.raw.send(json.dumps(message))

    def until(
        self, wanted: Callable[[dict[str, Any]], bool], seconds: float = 15.0
    ) -> dict[str, Any]:
        """The first frame that is wanted; fails when none comes in time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                frame: dict[str, Any] = json.loads(self.raw.recv(timeout=left))
            except TimeoutError:
                break
            except ConnectionClosed as closed:
                self.code = closed.rcvd.code if closed.rcvd else 1006
                break
            if frame["type"] == "ping":
                self.send(type="pong", n=frame["n"])
                continue
            self.frames.append(frame)
            if wanted(frame):
                return frame
        raise AssertionError(f"not heard; closed: {self.code}; {self.frames[-3:]}")


@contextmanager
def guest(url: str, widget: str, token: str | None) -> Iterator[GuestLine]:
    """Open a visitor's socket of ``url``, saying hello when there is a token."""
    address = f"ws://{urlsplit(url).netloc}/ws/v1/webchat/{widget}/"
    with connect(address, origin=Origin(url), max_size=None, proxy=None) as raw:
        line = GuestLine(raw)
        if token is not None:
            line.send(type="hello", token=token)
        yield line

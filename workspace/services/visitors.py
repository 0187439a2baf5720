"""Visitors of a web chat: browsers without an account, known by a token."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import orjson

from beex.lib import clock
from beex.lib.errors import Refused
from workspace.choices import Channel, MessageOrigin
from workspace.models import Identifier, InboxEvent, Message, Visitor

from .inbox import inbox_accept

TOKEN_BYTES = 32
#: a visitor who says nothing is remembered so long
SILENT_KEPT = timedelta(days=7)


def widget(code: str) -> Identifier:
    """The web chat of this name. Raises ``Refused("not_found")``."""
    found = Identifier.objects.filter(code=code, channel=Channel.WEBCHAT).first()
    if found is None:
        raise Refused("not_found")
    return found


def visitor_open(code: str, *, name: str = "", phone: str = "") -> tuple[Visitor, str]:
    """A new visitor of this widget, and the token by which his browser is known from now on."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    visitor = Visitor.objects.create(
        identifier=widget(code),
        token_hash=_hash(token),
        name=name,
        phone=phone,
        created_at=clock.now(),
    )
    return visitor, token


def visitor_of(code: str, token: str) -> Visitor | None:
    """Whose token this is, on this widget; None for anybody else's."""
    if not token or len(token) > 4 * TOKEN_BYTES:
        return None
    return (
        Visitor.objects.select_related("identifier")
        .filter(token_hash=_hash(token), identifier__code=code)
        .first()
    )


def visitor_introduce(visitor: Visitor, *, name: str, phone: str) -> None:
    """He says who he is; his next line tells it to the contact's card."""
    Visitor.objects.filter(pk=visitor.pk).update(name=name, phone=phone)
    visitor.name, visitor.phone = name, phone


def visitor_says(visitor: Visitor, client_id: str, text: str, files: list[int]) -> InboxEvent:
    """Store what he wrote; the inbox does the rest."""
    return _accept(
        visitor,
        {
            "type": "message",
            "visitor": str(visitor.pk),
            "id": client_id,
            "text": text,
            "files": files,
            "name": visitor.name,
            "phone": visitor.phone,
        },
    )


def visitor_saw(visitor: Visitor, message_id: int, state: str) -> InboxEvent:
    """His browser shows one of our lines. Raises ``Refused("not_found")`` for another's."""
    his = Message.objects.filter(
        pk=message_id,
        origin=MessageOrigin.AGENT,
        identifier_id=visitor.identifier_id,
        chat__ticket__contact__visitors=visitor,
    )
    if not his.exists():
        raise Refused("not_found")
    return _accept(visitor, {"type": "status", "message": message_id, "state": state})


def visitors_prune(at: datetime) -> None:
    """Forget browsers that opened a widget long ago and never said anything."""
    Visitor.objects.filter(contact=None, attachments=None, created_at__lt=at - SILENT_KEPT).delete()


def _accept(visitor: Visitor, event: dict[str, Any]) -> InboxEvent:
    return inbox_accept(Channel.WEBCHAT, visitor.identifier_id, orjson.dumps(event))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

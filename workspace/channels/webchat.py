"""Our own chat on a company's web site. Its events are written by our own door, of what a
visitor's browser sent; what leaves is read by that browser from our database.

An event is ``{"type": "message", "visitor", "id", "text", "files"?, "name"?, "phone"?}`` or
``{"type": "status", "message", "state"}``.
"""

from .contract import (
    FILES_MAX,
    ID_MAX,
    NAME_MAX,
    TEXT_MAX,
    Outgoing,
    Poison,
    Receipt,
    Said,
    document,
    text_of,
    whole_of,
)

STATES = ("delivered", "read")


class WebChat:
    """Speaks with visitors."""

    def parse(self, raw: bytes) -> list[Said | Receipt]:
        """One event."""
        event = document(raw)
        if event.get("type") == "status":
            if event.get("state") not in STATES:
                raise Poison("bad_state")
            number = whole_of(event.get("message"), "message")
            return [Receipt(message=number, state=str(event["state"]))]
        if event.get("type") != "message":
            raise Poison("unknown_type")
        files = event.get("files", [])
        if not isinstance(files, list) or len(files) > FILES_MAX:
            raise Poison("bad_files")
        visitor = text_of(event, "visitor", 36, needed=True)
        return [
            Said(
                id=f"{visitor}:{text_of(event, 'id', ID_MAX - 40, needed=True)}",
                sender=visitor,
                text=text_of(event, "text", TEXT_MAX, needed=not files),
                name=text_of(event, "name", NAME_MAX),
                phone=text_of(event, "phone", 32),
                files=tuple(whole_of(one, "files") for one in files),
            )
        ]

    def deliver(self, message: Outgoing) -> str:
        """The visitor's browser finds it where it is."""
        return f"webchat-{message.id}"

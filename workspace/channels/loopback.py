"""The stand-in of the providers that are not connected yet: WhatsApp, Messenger, Instagram, SMS
and e-mail. What leaves is at once with its contact; the simulated contacts speak through it.

An event is ``{"type": "message", "id", "from", "text", "name"?, "phone"?, "at"?}`` or
``{"type": "status", "message", "state"}``.
"""

from .contract import (
    ID_MAX,
    NAME_MAX,
    TEXT_MAX,
    Outgoing,
    Poison,
    Receipt,
    Said,
    document,
    moment_of,
    text_of,
    whole_of,
)

STATES = ("delivered", "read", "failed")


class Loopback:
    """Speaks the plain events above."""

    def parse(self, raw: bytes) -> list[Said | Receipt]:
        """One event."""
        event = document(raw)
        if event.get("type") == "status":
            state = event.get("state")
            if state not in STATES:
                raise Poison("bad_state")
            return [Receipt(message=whole_of(event.get("message"), "message"), state=state)]
        if event.get("type") != "message":
            raise Poison("unknown_type")
        return [
            Said(
                id=text_of(event, "id", ID_MAX, needed=True),
                sender=text_of(event, "from", NAME_MAX, needed=True),
                text=text_of(event, "text", TEXT_MAX, needed=True),
                name=text_of(event, "name", NAME_MAX),
                phone=text_of(event, "phone", 32),
                at=moment_of(event, "at"),
            )
        ]

    def deliver(self, message: Outgoing) -> str:
        """It is there; the same message has the same name however often it is handed over."""
        return f"loopback-{message.id}"

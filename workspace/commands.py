"""The bodies of Workspace's commands."""

from rest_framework import serializers

from beex.lib.api import Command
from workspace.channels.contract import FILES_MAX, NAME_MAX, TEXT_MAX
from workspace.services.handling import NOTE_MAX

#: the largest id a database holds
ID_MAX = 2**63 - 1


def _id(*, required: bool | None = None) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=ID_MAX, required=required)


def _text(longest: int) -> serializers.CharField:
    return serializers.CharField(
        max_length=longest, allow_blank=True, default="", trim_whitespace=False
    )


class NewMessage(Command):
    """``POST chats/{id}/messages/``. ``id`` is the browser's own name of the line."""

    id = serializers.UUIDField()
    text = _text(TEXT_MAX)
    template = _id(required=False)
    blanks = serializers.DictField(
        child=serializers.CharField(max_length=400, allow_blank=True), default=dict
    )
    files = serializers.ListField(child=_id(), max_length=FILES_MAX, default=list)


class NewNote(Command):
    """``POST chats/{id}/notes/``."""

    text = serializers.CharField(max_length=TEXT_MAX, trim_whitespace=False)


class Seen(Command):
    """``POST chats/{id}/read/``: everything up to this revision."""

    rev = serializers.IntegerField(min_value=0, max_value=ID_MAX)


class NewDraft(Command):
    """``PUT chats/{id}/draft/``; an empty text is no draft."""

    text = _text(TEXT_MAX)


class NewDisposition(Command):
    """``POST tickets/{id}/disposition/``. ``id`` makes a repeat the same act."""

    id = serializers.UUIDField(required=False)
    code = _id()
    note = _text(NOTE_MAX)
    resolve = serializers.BooleanField(default=False)


class Transfer(Command):
    """``POST tickets/{id}/transfer/``: to a user or to a queue, one of the two."""

    user = _id(required=False)
    queue = _id(required=False)
    note = _text(NOTE_MAX)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """Exactly one of them."""
        if ("user" in attrs) == ("queue" in attrs):
            raise serializers.ValidationError({"user": ["user | queue"]})
        return attrs


class Introduction(Command):
    """``POST webchat/{widget}/sessions/`` and ``PUT …/me/``."""

    name = _text(NAME_MAX)
    phone = _text(32)


class VisitorLine(Command):
    """``POST webchat/{widget}/messages/``."""

    id = serializers.UUIDField()
    text = _text(TEXT_MAX)
    files = serializers.ListField(child=_id(), max_length=FILES_MAX, default=list)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """Something must be said."""
        if not str(attrs["text"]).strip() and not attrs["files"]:
            raise serializers.ValidationError({"text": [self.error_messages["required"]]})
        return attrs


class VisitorSaw(Command):
    """``POST webchat/{widget}/seen/``: his page shows one of our lines."""

    message = _id()
    state = serializers.ChoiceField(choices=["delivered", "read"])

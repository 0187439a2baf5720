"""Files of conversations: judged by their content, kept outside of everything the web server
shows, handed out only through a door that asks who wants them."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from beex.lib import clock
from beex.lib.errors import Refused
from workspace.models import Attachment

#: bytes of one file
SIZE_MAX = 10 * 1024 * 1024
#: what the content may be
KINDS = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "image/webp",
        "audio/mpeg", "audio/mp4", "audio/ogg", "audio/x-wav", "audio/aac", "audio/amr",
        "video/webm",  # what a browser records of a voice
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)  # fmt: skip
TEXT = "text/plain"
NAME_MAX = 120
#: a file that was uploaded and never sent is forgotten after so long
UNSENT_KEPT = timedelta(hours=24)


def folder() -> Path:
    """Where the files are: beside the data, never beside what is served."""
    return Path(settings.DATA_DIR) / "media"


def attachment_store(
    file: UploadedFile[bytes],
    *,
    chat_id: int | None = None,
    user_id: int | None = None,
    visitor_id: uuid.UUID | None = None,
) -> Attachment:
    """Keep an uploaded file until a line takes it.

    Raises ``Refused``: ``too_large`` above ``SIZE_MAX``, ``invalid`` when it is empty,
    ``unsupported_media_type`` unless its content is one of ``KINDS`` or plain text.
    """
    if (file.size or 0) > SIZE_MAX:
        raise Refused("too_large")
    if not file.size:
        raise Refused("invalid")
    kind = _kind(file)
    moment = clock.now()
    path = Path(f"{moment:%Y%m}") / uuid.uuid4().hex
    target = folder() / path
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("wb") as kept:
            kept.writelines(file.chunks())
        return Attachment.objects.create(
            chat_id=chat_id,
            visitor_id=visitor_id,
            user_id=user_id,
            name=clean_name(file.name or ""),
            kind=kind,
            size=file.size,
            path=path.as_posix(),
            created_at=moment,
        )
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _kind(file: UploadedFile[bytes]) -> str:
    """What the content says it is, whatever the name and the browser say."""
    file.seek(0)
    head = file.read(8192)
    guess = filetype.guess(head)
    if guess is None:
        return _text(file)
    if guess.mime not in KINDS:
        raise Refused("unsupported_media_type")
    return str(guess.mime)


def _text(file: UploadedFile[bytes]) -> str:
    """Plain text is UTF-8 without control characters, all of it."""
    file.seek(0)
    whole = file.read(SIZE_MAX + 1)
    try:
        words = whole.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("unsupported_media_type") from error
    if any(ord(char) < 32 and char not in "\t\r\n\f" for char in words):
        raise Refused("unsupported_media_type")
    return TEXT


def clean_name(name: str) -> str:
    """The name a file is offered under again: one line, no path, its end kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(char for char in last if char.isprintable())
    return plain[-NAME_MAX:].strip() or "archivo"


def attachments_prune(at: datetime) -> None:
    """Forget files that were uploaded long ago and never sent."""
    forget(Attachment.objects.filter(message=None, created_at__lt=at - UNSENT_KEPT))


def forget(attachments: Iterable[Attachment]) -> None:
    """Delete rows and files."""
    for one in attachments:
        one.delete()
        (folder() / one.path).unlink(missing_ok=True)

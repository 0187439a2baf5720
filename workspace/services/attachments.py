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
TEXT = "text/plain"
#: what the content may be, and how the name of such a file may end; the first is given to others
KINDS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a", ".mp4"),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/x-wav": (".wav",),
    "audio/aac": (".aac",),
    "audio/amr": (".amr",),
    "video/webm": (".webm",),  # what a browser records of a voice
    "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    TEXT: (".txt", ".csv", ".tsv", ".log", ".md"),
}
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

    Raises ``Refused``: ``file_too_large`` above ``SIZE_MAX``, ``file_empty``, ``file_type``
    unless its content is one of ``KINDS``.
    """
    if (file.size or 0) > SIZE_MAX:
        raise too_large()
    if not file.size:
        raise Refused("file_empty")
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
            name=safe_name(file.name or "", kind),
            kind=kind,
            size=file.size,
            path=path.as_posix(),
            created_at=moment,
        )
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def too_large() -> Refused:
    """The refusal that names the limit."""
    return Refused("file_too_large", max=SIZE_MAX // 1024**2)


def _kind(file: UploadedFile[bytes]) -> str:
    """What the content says it is, whatever the name and the browser say."""
    file.seek(0)
    head = file.read(8192)
    guess = filetype.guess(head)
    if guess is None:
        return _text(file)
    if guess.mime not in KINDS:
        raise Refused("file_type")
    return str(guess.mime)


def _text(file: UploadedFile[bytes]) -> str:
    """Plain text is UTF-8 without control characters, all of it."""
    file.seek(0)
    whole = file.read(SIZE_MAX + 1)
    try:
        words = whole.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("file_type") from error
    if any(ord(char) < 32 and char not in "\t\r\n\f" for char in words):
        raise Refused("file_type")
    return TEXT


def safe_name(name: str, kind: str) -> str:
    """The name a file is offered under again. It ends as its content does: what is saved and
    opened later must not be run as something else (a page, a program)."""
    plain = clean_name(name)
    if Path(plain).suffix.lower() in KINDS[kind]:
        return plain
    ending = KINDS[kind][0]
    return plain[: NAME_MAX - len(ending)] + ending


def clean_name(name: str) -> str:
    """A name of one line, no path, its end kept."""
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

"""Log lines without contact data: e-mail addresses and long numbers never reach a log."""

import logging
import re
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError

# A message may quote what failed (a constraint names the value), so the finished line is masked,
# not the arguments.
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\d(?:[ ()-]?\d){6,}")
_PASSWORD = re.compile(r"(?<=://)[^/@\s]+@")
#: what a person was refused; the line says which address, and no place in the code is at fault
_REFUSALS = (BadRequest, MultiPartParserError, PermissionDenied, SuspiciousOperation)


class MaskingFormatter(logging.Formatter):
    """Formats, then hides passwords in addresses, e-mail addresses, runs of seven digits."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, traceback included, masked."""
        head, gap, tail = super().format(record).partition("] ")
        return head + gap + masked(tail) if gap else masked(head)

    def formatException(self, ei: Any) -> str:
        """The traceback; none of a refusal."""
        return "" if isinstance(ei[1], _REFUSALS) else super().formatException(ei)


def masked(line: str) -> str:
    """The same text with what could name a contact replaced by stars."""
    return _NUMBER.sub("***", _EMAIL.sub("***", _PASSWORD.sub("***@", line)))

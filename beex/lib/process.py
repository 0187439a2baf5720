"""What a process calls itself where several of them meet."""

import os
import secrets
import socket
from string import ascii_lowercase

LONGEST = 80  # characters, what the columns hold


def process_name() -> str:
    """``host:pid:letters``, another at every call: a pid comes again after a restart. Letters,
    because a long number is taken for a phone's and hidden from the log."""
    letters = "".join(secrets.choice(ascii_lowercase) for _ in range(8))
    tail = f":{os.getpid()}:{letters}"
    return socket.gethostname()[: LONGEST - len(tail)] + tail

"""The environment, read once at start.

A wrong value stops the start with a sentence that names the variable.
"""

import os
import re
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

_env = environ.Env()
#: what no address holds unless it is percent-encoded; in a header it would begin something new
_FOREIGN = re.compile(r"[\s;,'\"]")
_HOST = re.compile(r"\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9A-Fa-f:.]+\]")


def read_file(path: Path) -> None:
    """Take variables from a `.env` file where it exists; the real environment wins."""
    if path.is_file():
        environ.Env.read_env(str(path))


def stop(name: str, why: str) -> NoReturn:
    """End the process with one sentence; nothing half-configured ever runs."""
    raise SystemExit(f"{name} {why}")


def text(name: str, default: str = "") -> str:
    """A plain string; unset and empty both give the default."""
    return str(_env.str(name, default="")).strip() or default


def flag(name: str, *, default: bool) -> bool:
    """A switch: 1, true, yes, on, or 0, false, no, off."""
    word = text(name).lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    if word:
        stop(name, f'must be 1 or 0, not "{word}".')
    return default


def number(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number between low and high, both included."""
    word = text(name)
    if not word:
        return default
    if not word.isascii() or not word.isdigit() or not low <= int(word) <= high:
        stop(name, f'must be a whole number from {low} to {high}, not "{word[:40]}".')
    return int(word)


def items(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list separated by commas."""
    words = [word.strip() for word in text(name).split(",")]
    return [word for word in words if word] or list(default)


def hosts(name: str, default: tuple[str, ...]) -> list[str]:
    """A list of host names, each without scheme and port; `.example.org` means all below it."""
    found = items(name, default)
    for host in found:
        if not _HOST.fullmatch(host):
            stop(name, f'must list names such as beex.example.org, not "{host}".')
    return found


def origins(name: str) -> list[str]:
    """A list of origins, each `scheme://host[:port]` and nothing behind it."""
    found = items(name)
    example = "https://beex.example.org"
    for origin in found:
        parts = _parts(name, origin, example)
        if parts.scheme not in {"http", "https"} or origin != f"{parts.scheme}://{parts.netloc}":
            stop(name, f'must list origins such as {example}, not "{origin}".')
    return found


def folder(name: str, default: Path) -> Path:
    """A folder that exists now and can be written to."""
    path = Path(text(name, str(default)))
    _make(name, path)
    return path.resolve()


def zone(name: str, default: str) -> str:
    """The name of a time zone."""
    word = text(name, default)
    try:
        ZoneInfo(word)
    except (KeyError, ValueError, OSError):
        stop(name, f'must name a time zone such as {default}, not "{word}".')
    return word


def url(name: str, default: str, *, schemes: tuple[str, ...], example: str) -> str:
    """An address with one of these schemes; `example` is shown when it is wrong.

    The value is not: it may hold a password.
    """
    word = text(name, default)
    if word and _parts(name, word, example).scheme not in schemes:
        stop(name, f"must be {' or '.join(schemes)}, for example {example}.")
    return word


def pbx(name: str) -> str:
    """`simulated://`, or `ari://USER:PASSWORD@HOST:PORT/APP` with all five parts."""
    example = "ari://USER:PASSWORD@HOST:PORT/APP"
    word = url(name, "simulated://", schemes=("simulated", "ari"), example=example)
    parts = _parts(name, word, example)
    whole = (
        parts.username
        and parts.password
        and parts.hostname
        and parts.port
        and parts.path.strip("/")
    )
    if parts.scheme == "ari" and not whole:
        stop(name, f"must have all parts of {example}.")
    return word


def database(name: str, default: Path) -> dict[str, Any]:
    """Django's description of the database; SQLite in the file `default` when unset."""
    word = text(name, f"sqlite:///{default}")
    found: dict[str, Any] = {}
    with suppress(ValueError, KeyError), warnings.catch_warnings(action="ignore"):
        found = _env.db_url_config(word)
    if found.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
        stop(name, "must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME.")
    if not found.get("NAME"):
        stop(name, "names no database.")
    if found["ENGINE"] == "django.db.backends.sqlite3":
        _make(name, Path(found["NAME"]).parent)
    return found


def email(name: str) -> dict[str, Any]:
    """Settings for outgoing mail; letters go to the console when unset."""
    try:
        return dict(_env.email_url_config(text(name, "consolemail://")))
    except (ValueError, KeyError, ImproperlyConfigured):
        stop(name, "must be smtp+tls://USER:PASSWORD@HOST:PORT or consolemail://.")


def _parts(name: str, word: str, example: str) -> SplitResult:
    with suppress(ValueError):
        parts = urlsplit(word)
        _ = parts.port
        if not _FOREIGN.search(word):
            return parts
    stop(name, f"is no address; write it like {example}.")


def _make(name: str, path: Path) -> None:
    with suppress(OSError, ValueError):
        path.mkdir(parents=True, exist_ok=True)
        if os.access(path, os.W_OK | os.X_OK):
            return
    stop(name, f'must lie where this process may write, not in "{path}".')

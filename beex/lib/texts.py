"""Every text that people read comes from locale/strings.tsv: a key, its Spanish, its English.

Keys are the msgids.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import polib

LANGUAGES = ("es", "en")
_HOLE = re.compile(r"\{(\w+)\}")
_ASKED = re.compile(
    r"""(?:\b_|\bgettext(?:_lazy)?|\bt)\(\s*["'`]([a-z][\w-]*(?:\.[\w-]+)+)["'`]\s*[,)]"""
    r"""|\{%\s*(?:translate|trans)\s+["']([a-z][\w-]*(?:\.[\w-]+)+)["']\s"""
)
_LITERAL = re.compile(r"""["'`]([a-z][\w-]*(?:\.[\w-]+)+)["'`]""")
# `f"status.{code}"`, `"status." + code`, `` `status.${code}` ``, `"status."|add:code`: the whole
# family is used.
_FAMILY = re.compile(r"""["'`]([a-z][\w-]*(?:\.[\w-]+)*\.)(?:["'`]|\$?\{)""")


class Text(NamedTuple):
    """One row of the table."""

    key: str
    es: str
    en: str


def read(path: Path) -> list[Text]:
    """The rows of the table.

    Raises ValueError with the line's number when one has not three filled columns.
    """
    texts = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        columns = line.split("\t")
        if len(columns) != 3 or not all(column.strip() for column in columns):
            raise ValueError(f"{path.name}:{number}: three columns are needed, none empty.")
        texts.append(Text(*columns))
    return texts


def read_upstream(path: Path) -> list[polib.POEntry]:
    """What Django and its packages say to people, in our Spanish: their English, the Spanish, and
    its plural where the English has one. ``\\n`` ends a line."""
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        msgid, *words = line.replace("\\n", "\n").split("\t")
        plural = {"msgid_plural": msgid, "msgstr_plural": dict(enumerate(words))}
        entries.append(
            polib.POEntry(msgid=msgid, **plural if len(words) > 1 else {"msgstr": words[0]})
        )
    return entries


def build(
    texts: list[Text], upstream: Iterable[polib.POEntry] = (), *, locale: Path, scripts: Path
) -> None:
    """Write locale/<language>/LC_MESSAGES/django.mo and, for the browser, texts.<language>.js."""
    for language in LANGUAGES:
        words = {text.key: str(getattr(text, language)) for text in texts}
        catalogue = polib.POFile()
        catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8", "Language": language}
        catalogue.extend(polib.POEntry(msgid=key, msgstr=word) for key, word in words.items())
        catalogue.extend(upstream if language == "es" else ())
        folder = locale / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        catalogue.save_as_mofile(str(folder / "django.mo"))
        scripts.mkdir(parents=True, exist_ok=True)
        body = json.dumps(words, ensure_ascii=False, indent=0)
        (scripts / f"texts.{language}.js").write_text(f"export default {body};\n", encoding="utf-8")


def faults(
    texts: list[Text], sources: Iterable[Path], *, reserved: tuple[str, ...] = ()
) -> Iterator[str]:
    """What is wrong, a sentence each.

    Doubled keys, placeholders that differ, keys asked for but absent, keys that nothing uses (those
    beginning with a `reserved` prefix wait for their module).
    """
    keys = {text.key for text in texts}
    for key, times in Counter(text.key for text in texts).items():
        if times > 1:
            yield f"{key} stands {times} times in the table."
    for text in texts:
        if set(_HOLE.findall(text.es)) != set(_HOLE.findall(text.en)):
            yield f"{text.key} has other placeholders in Spanish than in English."
    used: set[str] = set()
    families: set[str] = set()
    for source in sources:
        code = source.read_text(encoding="utf-8")
        asked = {first or second for first, second in _ASKED.findall(code)}
        yield from (
            f"{key}, asked for in {source.name}, is not in the table."
            for key in sorted(asked - keys)
        )
        used |= asked | set(_LITERAL.findall(code))
        families |= set(_FAMILY.findall(code))
    unused = sorted(key for key in keys - used if not key.startswith(tuple(families)))
    yield from (f"{key} is used nowhere." for key in unused if not key.startswith(reserved))
    for prefix in reserved:
        if not any(key.startswith(prefix) for key in unused):
            yield f"{prefix} is reserved in pyproject.toml, and no text needs it any more."

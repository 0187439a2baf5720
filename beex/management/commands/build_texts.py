"""manage.py build_texts [--check]."""

import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from beex.lib import texts

FOLDERS = ("beex", "workspace", "telephony", "agenda", "monitoring", "templates", "static")
SUFFIXES = {".py", ".html", ".txt", ".js"}


class Command(BaseCommand):
    """Turns locale/strings.tsv into message catalogues and script modules, or only checks it."""

    help = "Write catalogues and scripts from locale/strings.tsv, or with --check only look at it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, or fail with every fault on its own line."""
        base = Path(settings.BASE_DIR)
        try:
            found = texts.read(base / "locale" / "strings.tsv")
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not options["check"]:
            upstream = texts.read_upstream(base / "locale" / "upstream.tsv")
            texts.build(found, upstream, locale=base / "locale", scripts=base / "static" / "build")
            return
        with (base / "pyproject.toml").open("rb") as file:
            reserved = tuple(tomllib.load(file)["tool"]["beex"]["texts"]["reserved"])
        wrong = list(texts.faults(found, _sources(base), reserved=reserved))
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"{len(found)} texts in {len(texts.LANGUAGES)} languages, no fault.")


def _sources(base: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in (base / folder).rglob("*"):
            if path.suffix in SUFFIXES and "build" not in path.parts and path.is_file():
                yield path

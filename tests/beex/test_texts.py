"""The table of texts, its catalogues, and the faults that the check finds."""

import gettext
import re
from pathlib import Path

import allauth
import polib
import pytest
import rest_framework
from django import conf
from django.contrib import auth

from beex.lib import texts
from beex.lib.texts import Text

COUNT = Text("page.count", "{n} usuarios", "{n} users")


def faults_of(
    tmp_path: Path, code: str, *rows: Text, suffix: str = ".py", reserved: tuple[str, ...] = ()
) -> list[str]:
    source = tmp_path / f"source{suffix}"
    source.write_text(code)
    return list(texts.faults(list(rows), [source], reserved=reserved))


@pytest.mark.parametrize("row", ["page.count\tuno", "page.count\tuno\t ", "a.b\tc\td\te", ""])
def test_a_row_needs_three_filled_columns(tmp_path: Path, row: str) -> None:
    table = tmp_path / "strings.tsv"
    table.write_text(f"a.key\tuno\tone\n{row}\n")
    with pytest.raises(ValueError, match=r"strings\.tsv:2"):
        texts.read(table)


def test_both_languages_come_out_as_catalogue_and_script(tmp_path: Path) -> None:
    odd = Text("page.odd", "¿«Año»?\\n`${x}`", 'A "year"')
    texts.build([COUNT, odd], locale=tmp_path, scripts=tmp_path / "js")
    spanish = gettext.translation("django", tmp_path, ["es"])
    assert spanish.gettext("page.count") == "{n} usuarios"
    assert spanish.gettext("page.odd") == odd.es
    assert '"page.odd": "A \\"year\\""' in (tmp_path / "js" / "texts.en.js").read_text()


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        (".py", '_("page.count").format(n=3)'),
        (".py", 'key = "page.count"'),
        (".py", '_(f"page.{which}")'),
        (".html", '{% translate "page.count" %}'),
        (".html", '{% translate "page."|add:which %}'),
        (".js", 't("page.count", {n: 3})'),
        (".js", "t(`page.${which}`)"),
    ],
)
def test_a_used_key_is_no_fault(tmp_path: Path, suffix: str, code: str) -> None:
    assert faults_of(tmp_path, code, COUNT, suffix=suffix) == []


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        (".py", '_("page.absent")'),
        (".py", 'gettext_lazy("page.absent")'),
        (".html", "{% translate 'page.absent' %}"),
        (".js", "t('page.absent')"),
    ],
)
def test_an_absent_key_is_a_fault(tmp_path: Path, suffix: str, code: str) -> None:
    said = faults_of(tmp_path, f'{code} {{# "page.count" #}}', COUNT, suffix=suffix)
    assert said == [f"page.absent, asked for in source{suffix}, is not in the table."]


def test_a_key_that_nothing_uses_is_a_fault_unless_its_module_is_to_come(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "", COUNT) == ["page.count is used nowhere."]
    assert faults_of(tmp_path, "", COUNT, reserved=("page.",)) == []
    assert faults_of(tmp_path, '"page.count"', COUNT, reserved=("page.",)) == [
        "page. is reserved in pyproject.toml, and no text needs it any more."
    ]


def test_doubled_keys_and_differing_placeholders_are_faults(tmp_path: Path) -> None:
    wrong = Text("page.other", "{n} de {total}", "{n} of {all}")
    said = faults_of(tmp_path, '"page.count" "page.other"', COUNT, COUNT, wrong)
    assert said == [
        "page.count stands 2 times in the table.",
        "page.other has other placeholders in Spanish than in English.",
    ]


UPSTREAM = texts.read_upstream(Path(texts.__file__).parents[2] / "locale" / "upstream.tsv")
HOLE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def said_by_others() -> set[str]:
    """The English of every sentence that these packages translate."""
    folders = [
        Path(package.__path__[0]) / "locale" for package in (auth, allauth, rest_framework, conf)
    ]
    return {
        entry.msgid
        for folder in folders
        for entry in polib.mofile(str(folder / "es" / "LC_MESSAGES" / "django.mo"))
    }


@pytest.mark.parametrize("entry", UPSTREAM, ids=lambda entry: str(entry.msgid)[:30])
def test_what_others_say_our_way_is_still_said(
    said_by_others: set[str], entry: polib.POEntry
) -> None:
    assert entry.msgid in said_by_others
    words = [entry.msgstr] if entry.msgstr else list(entry.msgstr_plural.values())
    assert len(words) == (2 if entry.msgid_plural else 1)
    holes = set(HOLE.findall(entry.msgid))
    assert all(set(HOLE.findall(word)) <= holes for word in words)


def test_our_spanish_wins(tmp_path: Path) -> None:
    texts.build([COUNT], UPSTREAM, locale=tmp_path, scripts=tmp_path / "js")
    spanish = gettext.translation("django", tmp_path, ["es"])
    assert spanish.gettext("Enter a number.") == "Escribe un número."
    length = "Your password must contain at least %(min_length)d character."
    assert spanish.ngettext(length, length, 8).endswith("%(min_length)d caracteres.")
    english = gettext.translation("django", tmp_path, ["en"])
    assert english.gettext("Enter a number.") == "Enter a number."

"""The table of texts, its catalogues, and the faults that the check finds."""

import gettext
from pathlib import Path

import pytest

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

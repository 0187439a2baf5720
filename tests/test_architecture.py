"""The house rules that a machine can read off the files.

The arrows are import-linter's business, in pyproject.toml.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("beex", "workspace", "telephony", "agenda", "monitoring")
OURS = (*APPS, "templates", "static", "tests", "bench", "scripts", "docs", ".ci")
LEFT_OUT = {"build", "migrations", "__pycache__"}
TEXT = {".py", ".html", ".js", ".css", ".md", ".toml", ".txt", ".json", ".tsv", ".example", ""}
MAX_FILE = 500  # lines
MAX_FUNCTION = 60  # lines
# Where a forbidden word is right, and why.
ALLOWED = {
    ("workspace/templatetags/shell.py", "mark_safe"),  # the sprite: a file of our own build
}


def _files(*suffixes: str, folders: tuple[str, ...] = OURS) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            named = path.suffix in suffixes and path.is_file()
            if named and not LEFT_OUT & set(path.relative_to(ROOT).parts):
                yield path


def _found(pattern: str, paths: Iterator[Path]) -> list[str]:
    """`path:line: word` of every match."""
    hits = []
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            match = re.search(pattern, line)
            if match and (name, match[0].strip("| ()")) not in ALLOWED and path != Path(__file__):
                hits.append(f"{name}:{number}: {match[0]}")
    return hits


def test_no_module_is_named_after_nothing() -> None:
    names = {"utils", "helpers", "common", "misc", "others", "manager", "managers"}
    assert [path for path in _files(".py") if path.stem in names or path.parent.name in names] == []


def test_files_stay_short() -> None:
    paths = _files(".py", ".html", ".js", ".css")
    long = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in paths}
    assert {path: lines for path, lines in long.items() if lines > MAX_FILE} == {}


def _functions(*folders: str) -> dict[str, int]:
    """Every function with its length in lines."""
    lengths = {}
    for path in _files(".py", folders=folders):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                lengths[name] = (node.end_lineno or 0) - node.lineno + 1
    return lengths


def test_functions_fit_a_screen() -> None:
    lengths = _functions(*APPS)
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FUNCTION} == {}
    assert sorted(lengths.values())[len(lengths) * 9 // 10] <= 30, (
        "nine of ten have 30 lines at most"
    )


@pytest.mark.parametrize(
    ("pattern", "suffixes"),
    [
        (r"\bmark_safe\b", (".py",)),
        (r"\|\s*safe\b|\bautoescape off\b", (".html",)),
        (r"\bcsrf_exempt\b", (".py",)),
        (r"\b(?:inner|outer)HTML\s*=|\binsertAdjacentHTML\b|\bdocument\.write\b", (".js", ".html")),
        (r"\son[a-z]+\s*=\s*[\"']", (".html",)),
        (r"\bpost_save\b|\bpre_save\b", (".py",)),
        (r"\bT[O]DO\b|\bF[I]XME\b|\bX[X]X\b", (".py", ".js", ".html", ".css")),
    ],
)
def test_the_unsafe_is_absent(pattern: str, suffixes: tuple[str, ...]) -> None:
    folders = (*APPS, "templates", "static")
    assert _found(pattern, _files(*suffixes, folders=folders)) == []


def test_only_services_write() -> None:
    doors = (path for path in _files(".py", folders=APPS) if path.stem in _READERS)
    assert _found(r"\.objects\.(?:create|bulk_create|update_or_create)\(|\.save\(", doors) == []


_READERS = {"views", "api", "selectors", "filters", "serializers", "streams", "hub"}


def test_nothing_names_a_machine() -> None:
    folder = r"/(?:work|root|home)/[\w.]|/tmp/[\w.]|/opt/[\w.]"
    registry = r"registry\.npmjs|pypi\.org|\bresolved\":|files\.pythonhosted"
    top = (path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXT)
    paths = (path for paths in (_files(*TEXT), top) for path in paths)
    tracked = (path for path in paths if path.name not in {".env", ".git"})
    assert _found(f"{folder}|{registry}", tracked) == []


def test_every_public_function_says_what_it_means() -> None:
    silent = []
    for path in _files(".py", folders=APPS):
        if path.parent.name in {"management", "commands"} or path.name == "admin.py":
            continue
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert silent == []


def test_every_link_of_the_documents_leads_somewhere() -> None:
    tops = (ROOT / "README.md", ROOT / "CONTRIBUTING.md")
    dead = []
    for path in (*tops, *_files(".md", folders=("docs",))):
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                dead.append(f"{path.relative_to(ROOT)}: {target}")
    assert dead == []

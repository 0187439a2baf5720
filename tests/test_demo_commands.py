"""The commands of the demo and of an installation, run as people run them."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests.parts.process import Process, free_port
from tests.parts.server import ROOT, manage
from workspace.access import actor_of
from workspace.models import Campaign, User

LOCAL = {"DATABASE_URL": "", "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "beex.settings"}
#: seconds that a machine with much else to do may need
PATIENCE = 60.0


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts demos in a folder of their own."""
    started: list[Process] = []

    def start(*options: str, port: int, ready: bool = True) -> Process:
        process = manage(
            "demo", "--data-dir", str(tmp_path), "--port", str(port), *options, env=LOCAL
        )
        started.append(process)
        process.start((lambda: "Ctrl-C ends it." in process.printed()) if ready else None)
        return process

    yield start
    for process in started:
        process.stop()


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def rows(folder: Path) -> list[dict[str, object]]:
    """The floor of that folder's database, read beside the running demo."""
    code = (
        "import django; django.setup()\n"
        "from monitoring.models import FloorRow\n"
        "print('[' + ','.join(row.text for row in FloorRow.objects.filter(gone=False)) + ']')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **LOCAL, "DATA_DIR": str(folder)},
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    found: list[dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_demo_starts_lives_and_ends(demo: Callable[..., Process], tmp_path: Path) -> None:
    port = free_port()
    process = demo("--stranger", "--clock", "12:15", "--speed", "20", port=port)
    said = process.printed()
    assert f"http://127.0.0.1:{port}/" in said
    for word in ("beex-demo", "patricia.montoya", "carlos.benavides", "supervisor.lucuma"):
        assert word in said
    assert "csrfmiddlewaretoken" in get(f"http://127.0.0.1:{port}/accounts/login/")
    _until(lambda: sum(bool(row["online"]) for row in rows(tmp_path)) > 55)
    before = rows(tmp_path)
    assert len(before) == 67
    _until(lambda: _changed(before, rows(tmp_path)) > 10)
    process.send(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert "Traceback" not in process.printed()
    assert manage_once("check_floor", tmp_path).returncode == 0


def test_a_folder_and_a_port_serve_one_demo(demo: Callable[..., Process], tmp_path: Path) -> None:
    port = free_port()
    demo("--pause", port=port)
    second = demo(port=free_port(), ready=False)
    assert second.wait(PATIENCE) == 1
    assert f"port {port}" in second.printed()
    elsewhere = manage(
        "demo", "--data-dir", str(tmp_path / "other"), "--port", str(port), env=LOCAL
    )
    elsewhere.start()
    assert elsewhere.wait(PATIENCE) == 1
    assert "--port" in elsewhere.printed()


@pytest.mark.parametrize(
    "option",
    [
        ("--clock", "25:00"),
        ("--clock", "03:00"),
        ("--speed", "0"),
        ("--agents", "5001"),
        ("--agents", "many"),
        ("--scenario", "earthquake"),
        ("--port", "0"),
    ],
)
def test_a_wrong_option_is_answered_with_a_sentence(option: tuple[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", *option],
        env={**os.environ, **LOCAL},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert option[0] in done.stderr
    assert "Traceback" not in done.stderr


def test_telephony_needs_a_database_for_several(tmp_path: Path) -> None:
    done = manage_once("run_telephony", tmp_path)
    assert done.returncode == 1
    assert "PostgreSQL" in done.stderr


def test_telephony_ends_when_told(database_url: str) -> None:
    env = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    first, second = manage("run_telephony", env=env), manage("run_telephony", env=env)
    first.start(lambda: "talks to the PBX" in first.printed())
    second.start()
    first.send(signal.SIGTERM)
    assert first.wait() == 0
    _until(lambda: "talks to the PBX" in second.printed())
    second.send(signal.SIGTERM)
    assert second.wait() == 0
    for process in (first, second):
        process.stop()


SETUP = (
    "--username", "ana", "--first-names", "Ana", "--last-names", "Paz", "--company", "Agua Clara",
    "--campaign", "Atención", "--password-stdin",
)  # fmt: skip


def test_an_installation_gets_its_first_owner(database_url: str) -> None:
    env = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings"}

    def setup(password: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "setup", *SETUP],
            env=env,
            cwd=ROOT,
            input=password,
            capture_output=True,
            text=True,
            check=False,
        )

    assert setup("1234\n").returncode == 1
    assert not User.objects.exists()
    done = setup("a long enough secret\n")
    assert done.returncode == 0, done.stderr
    ana = User.objects.get()
    assert (ana.username, ana.role, ana.is_superuser) == ("ana", "owner", True)
    assert Campaign.objects.get().company.name == "Agua Clara"
    actor = actor_of(ana.pk)
    assert actor is not None
    assert actor.sees_floor
    assert Client().login(username="ana", password="a long enough secret")
    assert "owner already" in setup("another long secret\n").stderr


def manage_once(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", command],
        env={**os.environ, **LOCAL, "DATA_DIR": str(folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def _changed(before: list[dict[str, object]], after: list[dict[str, object]]) -> int:
    was = {row["id"]: row["rev"] for row in before}
    return sum(row["rev"] != was[row["id"]] for row in after)


def _until(so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.1)

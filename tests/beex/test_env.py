"""A wrong value stops the start with a sentence that names the variable."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLEAN = {"PATH": os.environ["PATH"], "SECRET_KEY": "x" * 60}


def start(data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Loads the settings in a process of its own and prints two of them."""
    code = "from beex import settings as s; print(s.DATABASES['default']['ENGINE'], s.HTTPS)"
    env = {**CLEAN, "DATA_DIR": str(data), **variables}
    return subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root@127.0.0.1/beex"),
        ("DATABASE_URL", "no database at all"),
        ("DATABASE_URL", "postgresql://beex@127.0.0.1"),
        ("DATABASE_URL", "postgresql://beex@127.0.0.1:123456/beex"),
        ("DATABASE_URL", "sqlite:////proc/nope/beex.sqlite3"),
        ("DATA_DIR", "/proc/nope"),
        ("DATA_DIR", "/etc/passwd"),
        ("ALLOWED_HOSTS", "http://beex.example.org"),
        ("ALLOWED_HOSTS", "beex.example.org:8000"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("PBX_URL", "ari://user@127.0.0.1:8088/beex"),
        ("PBX_URL", "sip://127.0.0.1"),
        ("PBX_ENDPOINT", "PJSIP/100"),
        ("SIP_WS_URL", "https://pbx.example.org"),
        ("SIP_WS_URL", "wss://pbx.example.org; script-src *"),
        ("SIP_WS_URL", "wss://pbx.example.org;script-src"),
        ("TIME_ZONE", "America/Nowhere"),
        ("PORT", "80000"),
        ("PORT", "web"),
        ("DEBUG", "perhaps"),
        ("HTTPS", "maybe"),
        ("CSRF_TRUSTED_ORIGINS", "beex.example.org"),
        ("WEBCHAT_ORIGINS", "https://shop.example.org;script-src"),
        ("WEBCHAT_ORIGINS", "https://[shop"),
        ("EMAIL_URL", "pigeon://loft"),
        ("TURN_URL", "http://turn.example.org"),
    ],
)
def test_a_wrong_value_stops_the_start(tmp_path: Path, name: str, value: str) -> None:
    ended = start(tmp_path, **{name: value})
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{name} "), ended.stderr
    assert ended.stderr.count("\n") == 1


def test_the_database_is_looked_at_before_its_key(tmp_path: Path) -> None:
    ended = start(tmp_path, SECRET_KEY="", DATABASE_URL="mysql://root@127.0.0.1/beex")
    assert ended.stderr.startswith("DATABASE_URL must be")


def test_nothing_set_is_a_local_trial(tmp_path: Path) -> None:
    ended = start(tmp_path, SECRET_KEY="")
    assert ended.stdout.split() == ["django.db.backends.sqlite3", "False"]
    kept = tmp_path / "secret_key"
    assert kept.stat().st_mode & 0o077 == 0
    assert len(kept.read_text()) >= 50


def test_an_installation_must_bring_its_key(tmp_path: Path) -> None:
    ended = start(tmp_path, SECRET_KEY="", DATABASE_URL="postgresql://beex@127.0.0.1/beex")
    assert ended.stderr == "SECRET_KEY must be set when DATABASE_URL is.\n"


def test_an_installation_speaks_tls_unless_told_otherwise(tmp_path: Path) -> None:
    url = "postgresql://beex@127.0.0.1/beex"
    assert start(tmp_path, DATABASE_URL=url).stdout.split()[1] == "True"
    assert start(tmp_path, DATABASE_URL=url, HTTPS="0").stdout.split()[1] == "False"


def test_the_example_lists_every_variable() -> None:
    settings = (ROOT / "beex" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()
    asked = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", settings))
    assert asked == set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))

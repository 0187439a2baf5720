"""No contact data in a log line."""

import logging
import socket
import sys

import pytest
from django.core.exceptions import PermissionDenied

from beex.lib.logs import MaskingFormatter, masked
from beex.lib.process import LONGEST, process_name


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("call from +51 987 654 321 ended", "call from *** ended"),
        ("(phone)=(987654321) exists", "(phone)=(***) exists"),
        ("mail to ana.perez@qori.example.pe failed", "mail to *** failed"),
        (
            "no connection to redis://user:secret@cache:6379/0",
            "no connection to redis://***@cache:6379/0",
        ),
        ("engine vm:10665:qhzkwmtp leads", "engine vm:10665:qhzkwmtp leads"),
        ("user 105 opened ticket 10401", "user 105 opened ticket 10401"),
    ],
)
def test_what_names_a_contact_is_masked(line: str, shown: str) -> None:
    assert masked(line) == shown


def test_a_traceback_is_masked_and_the_time_is_not() -> None:
    try:
        raise ValueError("the number 987654321 is taken")
    except ValueError:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 0, "for %s", ("987654321",), sys.exc_info()
        )
    line = MaskingFormatter("%(asctime)s %(levelname)s [%(name)s] %(message)s").format(record)
    assert line.startswith("20")
    assert "987654321" not in line
    assert "ValueError: the number *** is taken" in line


def test_a_refusal_is_one_line() -> None:
    try:
        raise PermissionDenied
    except PermissionDenied:
        record = logging.LogRecord("x", logging.WARNING, "", 0, "no: /admin/", (), sys.exc_info())
    assert MaskingFormatter("%(levelname)s %(message)s").format(record) == "WARNING no: /admin/"


def test_the_name_of_a_process_is_its_own_and_never_a_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "h" * 100)
    names = [process_name() for _ in range(100)]
    assert len(set(names)) == 100
    assert all(name.rpartition(":")[2].isalpha() and len(name) == LONGEST for name in names)

"""Files of conversations: what is taken, under which name, and how it is handed out."""

import uuid
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.doors import client_of
from tests.workspace.cast import Cast, cast
from tests.workspace.web import Door
from workspace.models import Attachment, Chat
from workspace.services.attachments import clean_name

pytestmark = pytest.mark.django_db

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4"
)


@pytest.fixture
def made() -> Cast:
    return cast()


@pytest.fixture(autouse=True)
def _files_of_tests(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def upload(made: Cast, chat: Chat, name: str, content: bytes, kind: str = "image/png") -> Any:
    file = SimpleUploadedFile(name, content, content_type=kind)
    return Door(client_of(made.ana)).upload(f"chats/{chat.pk}/attachments/", file)


def test_a_file_is_kept_sent_and_handed_out_as_an_attachment(made: Cast, tmp_path: Path) -> None:
    chat = made.chat_of(made.ana)
    status, kept = upload(made, chat, "../../etc/foto.png", PNG)
    assert (status, kept["kind"], kept["name"]) == (201, "image/png", "foto.png")
    stored = Attachment.objects.get(pk=kept["id"])
    assert (tmp_path / "media" / stored.path).read_bytes() == PNG
    line = Door(client_of(made.ana)).post(
        f"chats/{chat.pk}/messages/", id=str(uuid.uuid4()), files=[kept["id"]]
    )
    assert (line[0], line[1]["files"][0]["id"]) == (201, kept["id"])
    again = Door(client_of(made.ana)).post(
        f"chats/{chat.pk}/messages/", id=str(uuid.uuid4()), files=[kept["id"]]
    )
    assert again[1]["code"] == "invalid", "a file belongs to one line"
    answer = client_of(made.ana).get(kept["url"])
    assert answer.content == PNG
    assert answer.headers["Content-Disposition"] == 'attachment; filename="foto.png"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client_of(made.beto).get(kept["url"]).status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\a.png", "a.png"),
        ("/etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"),
        ("\0", "archivo"),
        ("", "archivo"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("Ñandú 🐦.pdf", "Ñandú 🐦.pdf"),
    ],
)
def test_the_name_of_a_file_is_one_clean_line(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("virus.png", b"MZ" + b"\0" * 200, "file_type"),
        ("page.png", b"\x7fELF" + b"\0" * 200, "file_type"),
        ("a.zip", b"PK\x03\x04" + b"\0" * 300, "file_type"),
        ("a.txt", b"hola\0", "file_type"),
        ("a.txt", b"\xff\xfe\xfa", "file_type"),
        ("a.png", b"", "file_empty"),
        ("a.png", PNG + b"x" * (10 * 1024 * 1024), "file_too_large"),
    ],
)
def test_a_file_is_judged_by_its_content(
    made: Cast, name: str, content: bytes, code: str, tmp_path: Path
) -> None:
    chat = made.chat_of(made.ana)
    status, problem = upload(made, chat, name, content)
    assert (status >= 400, problem["code"]) == (True, code)
    assert "archivo" in problem["detail"]
    assert ("10 MB" in problem["detail"]) == (code == "file_too_large")
    assert not Attachment.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()], "nothing is left behind"


def test_a_page_disguised_as_text_is_never_run(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    kept = upload(made, chat, "x.html", b"<script>alert(1)</script>", "text/html")[1]
    assert kept["name"] == "x.html.txt", "saved and opened it is a text"
    answer = client_of(made.ana).get(kept["url"])
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("notas.CSV", b"a;b", "notas.CSV"),
        ("LEEME", b"hola", "LEEME.txt"),
        ("dibujo.svg", b"<svg onload='alert(1)'/>", "dibujo.svg.txt"),
        ("foto.png.hta", PNG, "foto.png.hta.png"),
        ("x" * 130, b"hola", "x" * 116 + ".txt"),
    ],
)
def test_a_name_ends_as_its_content(made: Cast, name: str, content: bytes, kept: str) -> None:
    assert upload(made, made.chat_of(made.ana), name, content)[1]["name"] == kept


def test_several_files_or_none_are_refused(made: Cast) -> None:
    chat = made.chat_of(made.ana)
    client = client_of(made.ana)
    for fields in ({}, {"file": "text"}, {"other": BytesIO(PNG)}):
        answer = client.post(f"/api/v1/chats/{chat.pk}/attachments/", fields)
        assert answer.status_code == 422

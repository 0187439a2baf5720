"""The addresses that belong to no app, and the headers of every answer."""

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.db import connection
from django.test import Client, override_settings

from beex import settings as installed


def test_alive_needs_nothing(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_ready_asks_the_database(client: Client) -> None:
    assert client.get("/readyz").content == b"ready\n"


@pytest.mark.django_db
def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        with pytest.raises(Exception, match="timeout"):
            cursor.execute("SELECT pg_sleep(1)")
    # The transaction has failed: to this connection the database now answers nothing.
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_nobody_signs_himself_up(client: Client) -> None:
    page = client.get("/accounts/signup/")
    assert b"password1" not in page.content
    client.post(
        "/accounts/signup/", {"username": "x", "password1": "y" * 12, "password2": "y" * 12}
    )
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence", "again"),
    [("es", "Tu página está desactualizada", "Reintentar"), ("en", "out of date", "Retry")],
)
def test_a_form_without_its_token_shows_the_way_back(
    language: str, sentence: str, again: str
) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Accept-Language": "de"})
    strict.cookies["django_language"] = language
    login = "http://testserver/accounts/login/?next=/workspace/"
    page = strict.post("/accounts/login/", headers={"Referer": login})
    assert page.status_code == 403
    assert sentence in page.content.decode()
    assert f'<a href="{login}">{again}</a>' in page.content.decode()
    elsewhere = strict.post("/accounts/login/", headers={"Referer": "https://evil.example"})
    assert f'<a href="/">{again}</a>' in elsewhere.content.decode()


@pytest.mark.django_db
def test_a_command_without_its_token_is_a_problem() -> None:
    answer = Client(enforce_csrf_checks=True).post("/api/v1/absent/")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "csrf_failed"


@pytest.mark.django_db
def test_pages_forbid_foreign_scripts_and_frames(client: Client) -> None:
    page = client.get("/accounts/login/")
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page["X-Content-Type-Options"] == "nosniff"


def test_passwords_are_kept_as_argon2() -> None:
    with override_settings(PASSWORD_HASHERS=installed.PASSWORD_HASHERS):
        assert identify_hasher(make_password("secret")).algorithm == "argon2"

"""The addresses that belong to no app, and the headers of every answer."""

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client, override_settings

from beex import settings as installed
from tests.factories import UserFactory


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
@pytest.mark.parametrize(
    "page", ["signup", "email", "confirm-email", "reauthenticate", "logout", "password/set"]
)
def test_no_page_is_there_that_nobody_uses(client: Client, page: str) -> None:
    for answer in (client.get(f"/accounts/{page}/"), client.post(f"/accounts/{page}/")):
        assert answer.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["login", "inactive", "password/reset", "password/reset/done"])
def test_pages_for_who_is_not_in_yet(client: Client, page: str) -> None:
    assert client.get(f"/accounts/{page}/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["password/change", "sessions"])
def test_pages_for_who_is_in(client: Client, page: str) -> None:
    ana = UserFactory.create()
    ana.set_password("secret")
    ana.save()
    client.force_login(ana)
    assert client.get(f"/accounts/{page}/").status_code == 200


@pytest.mark.django_db
def test_only_a_known_address_gets_a_letter(client: Client, mailoutbox: list[EmailMessage]) -> None:
    ana = UserFactory.create(email="ana@beex.example")
    ana.set_password("secret")
    ana.save()
    for address in ("nobody@beex.example", "ana@beex.example"):
        answer = client.post("/accounts/password/reset/", {"email": address})
        assert answer["Location"] == "/accounts/password/reset/done/"
    (letter,) = mailoutbox
    assert letter.to == ["ana@beex.example"]
    text = str(letter.body)
    assert text.startswith("Hola:\n\nAlguien, quizá tú, pidió otra contraseña")
    link = next(line for line in text.splitlines() if line.startswith("http"))
    assert client.get(link, follow=True).status_code == 200


@pytest.mark.django_db
def test_what_others_say_is_said_our_way(client: Client) -> None:
    tries = [client.post("/accounts/login/", {"login": "x", "password": "y"}) for _ in range(6)]
    assert "El usuario o la contraseña no son correctos." in tries[0].content.decode()
    assert "Inténtalo más tarde." in tries[-1].content.decode()


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

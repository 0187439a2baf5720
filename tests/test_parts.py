"""The real parts are real."""

import pytest
import redis
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import connection
from playwright.sync_api import Browser

from tests.parts.server import Server


@pytest.mark.django_db
def test_the_database_is_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        (version,) = cursor.fetchone()
    assert int(version) >= 140000


def test_the_layer_is_a_redis_server(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


@pytest.mark.browser
def test_the_browser_is_chromium(chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_content("<p>hola</p>")
        assert page.inner_text("p") == "hola"


@pytest.mark.browser
def test_the_server_is_ours_and_sees_what_the_test_wrote(
    live_server: Server, chromium: Browser
) -> None:
    get_user_model().objects.create(username="ana", password=make_password("only-for-this-test"))
    with chromium.new_context(base_url=live_server.url) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.fill("[name=login]", "ana")
        page.fill("[name=password]", "only-for-this-test")
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
        assert "sessionid" in {cookie["name"] for cookie in context.cookies()}

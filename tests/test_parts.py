"""The real parts are real."""

import pytest
import redis
from django.db import connection
from playwright.sync_api import Browser


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

"""Without Redis the rate limits forget; no request fails for it."""

from collections.abc import Iterator

import pytest
from redis import ConnectionPool

from beex.lib.cache import PatientRedisCache
from tests.parts.redis import Redis


@pytest.fixture
def server() -> Iterator[Redis]:
    server = Redis()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def counters(server: Redis) -> Iterator[PatientRedisCache]:
    options = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
    cache = PatientRedisCache(server.url, {"OPTIONS": options})
    yield cache
    cache.close()
    pools: dict[int, ConnectionPool] = vars(cache._cache)["_pools"]
    for pool in pools.values():
        pool.disconnect()


def test_it_counts_while_redis_answers(counters: PatientRedisCache) -> None:
    assert counters.add("tries", 1) is True
    assert counters.add("tries", 1) is False
    assert counters.incr("tries") == 2
    assert counters.get("tries") == 2
    assert counters.delete("tries") is True


@pytest.mark.parametrize("absence", ["stop", "pause"])
def test_it_forgets_while_redis_is_away(
    server: Redis, counters: PatientRedisCache, absence: str
) -> None:
    counters.set("tries", 5)
    getattr(server, absence)()
    assert counters.get("tries", 0) == 0
    counters.set("tries", 6)
    assert counters.add("tries", 1) is True
    assert counters.incr("tries") == 1
    assert counters.delete("tries") is False

"""Without Redis the rate limits forget; no request fails for it."""

from collections.abc import Iterator

import pytest
from redis import ConnectionPool
from redis import Redis as Client

from beex.lib import cache
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
    counters = PatientRedisCache(server.url, {"OPTIONS": options})
    yield counters
    counters.close()
    pools: dict[int, ConnectionPool] = vars(counters._cache)["_pools"]
    for pool in pools.values():
        pool.disconnect()


def test_it_counts_while_redis_answers(counters: PatientRedisCache) -> None:
    assert counters.add("tries", 1) is True
    assert counters.add("tries", 1) is False
    assert counters.incr("tries") == 2
    assert counters.get("tries") == 2
    assert counters.delete("tries") is True


def test_the_caches_of_many_requests_share_their_connections(
    server: Redis, counters: PatientRedisCache
) -> None:
    counters.set("tries", 0)
    before = received(server)
    for _ in range(20):
        PatientRedisCache(server.url, {}).incr("tries")
    assert counters.get("tries") == 20
    assert received(server) - before <= 1, "the one that asks"


def received(server: Redis) -> int:
    """Connections that the server has ever had."""
    with Client.from_url(server.url) as asking:
        return int(asking.info("stats")["total_connections_received"])


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


def test_only_the_first_waits_and_it_is_asked_again(
    server: Redis, counters: PatientRedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "REST", 60)
    counters.set("tries", 5)
    server.pause()
    assert counters.get("tries", 0) == 0
    server.resume()
    assert PatientRedisCache(server.url, {}).get("tries", 0) == 0, "every request knows"
    monkeypatch.setitem(PatientRedisCache._rests_until, server.url, 0.0)
    assert counters.get("tries") == 5

"""The cache of rate limits in Redis.

It never stops a request: without Redis there is simply no count.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.core.cache.backends.redis import RedisCache
from django.utils.functional import cached_property
from redis.exceptions import RedisError

T = TypeVar("T")

log = logging.getLogger(__name__)

#: seconds in which a Redis that did not answer is not asked again
REST = 3.0


class PatientRedisCache(RedisCache):
    """Answers as an empty cache while Redis is away or slow: one request waits for it, the others
    do not until ``REST`` is over.

    Only what the rate limits use is covered.
    """

    #: server → the moment from which it may be asked again; of the whole process, because every
    #: request has a cache of its own
    _rests_until: ClassVar[dict[str, float]] = {}

    #: server → the one client of this process, with its pool of connections: a cache of its own
    #: for every request must not mean a connection of its own
    _clients: ClassVar[dict[str, Any]] = {}

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._server = server

    @cached_property
    def _cache(self) -> Any:
        if self._server not in self._clients:
            self._clients[self._server] = super()._cache
        return self._clients[self._server]

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The stored value, or the default."""
        get = super().get
        return self._ask(lambda: get(key, default, version), default)

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        """Store, or let it go."""
        store = super().set
        self._ask(lambda: store(key, value, *args, **kwargs), None)

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Store when absent; True when nobody could say otherwise."""
        add = super().add
        return bool(self._ask(lambda: add(key, value, *args, **kwargs), True))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count up; the first count when nobody remembers."""
        incr = super().incr
        return int(self._ask(lambda: incr(key, delta, version), delta))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget; False when nothing was there to forget."""
        delete = super().delete
        return bool(self._ask(lambda: delete(key, version), False))

    def _ask(self, question: Callable[[], T], otherwise: T) -> T:
        if time.monotonic() < self._rests_until.get(self._server, 0):
            return otherwise
        try:
            return question()
        except (RedisError, OSError) as error:
            self._rests_until[self._server] = time.monotonic() + REST
            log.warning("The cache does not answer: %s", type(error).__name__)
            return otherwise

"""The cache of rate limits in Redis.

It never stops a request: without Redis there is simply no count.
"""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class PatientRedisCache(RedisCache):
    """Answers as an empty cache while Redis is away or slow.

    Only what the rate limits use is covered.
    """

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The stored value, or the default."""
        try:
            return super().get(key, default, version)
        except (RedisError, OSError) as error:
            _say(error)
            return default

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        """Store, or let it go."""
        try:
            super().set(key, value, *args, **kwargs)
        except (RedisError, OSError) as error:
            _say(error)

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Store when absent; True when nobody could say otherwise."""
        try:
            return bool(super().add(key, value, *args, **kwargs))
        except (RedisError, OSError) as error:
            _say(error)
            return True

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count up; the first count when nobody remembers."""
        try:
            return int(super().incr(key, delta, version))
        except (RedisError, OSError) as error:
            _say(error)
            return delta

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget; False when nothing was there to forget."""
        try:
            return bool(super().delete(key, version))
        except (RedisError, OSError) as error:
            _say(error)
            return False


def _say(error: Exception) -> None:
    log.warning("The cache does not answer: %s", type(error).__name__)

"""Redis: the client."""

from __future__ import annotations

from limits.storage import RedisStorage
from redis import Redis
from redis.exceptions import RedisError

from finproc.errors import SettingError, Unavailable


def open_redis(url: str) -> Redis:
    """A client for REDIS_URL; TLS with `rediss://`. Connects at first use."""
    try:
        return Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
    except ValueError:
        raise SettingError("REDIS_URL", "cannot be used") from None


def ping(client: Redis) -> None:
    """Raise Unavailable unless Redis answers."""
    try:
        client.ping()
    except RedisError as error:
        raise Unavailable(f"Redis does not answer ({type(error).__name__})") from error


def limit_storage(url: str) -> RedisStorage:
    """Counters of rate limits that all machines share; what Redis raises comes as `limits.errors.StorageError`."""
    return RedisStorage(url, connection_pool=open_redis(url).connection_pool, wrap_exceptions=True)

"""Where rate limits that all processes share are counted: Redis, else MongoDB, else the SQL database."""

from __future__ import annotations

from limits.storage import Storage, storage_from_string

from finproc.clients.limit_storage import SqlLimitStorage
from finproc.clients.sql import open_database
from finproc.settings import Settings


def open_limit_storage(settings: Settings) -> Storage:
    """A storage for the strategies of `limits`. Connects at first use; after a fork, open another.

    The SQL database must be at its newest schema, as opening a workspace leaves it.
    """
    if settings.redis_url is not None:
        return _shared(settings.redis_url)
    if settings.mongo_url is not None:
        return _shared(settings.mongo_url, database_name="finproc_limits")
    return SqlLimitStorage(open_database(settings.pipeline_url))


def _shared(url: str, **options: str) -> Storage:
    storage = storage_from_string(url, **options)
    if not isinstance(storage, Storage):  # the library's asynchronous ones have their own addresses
        raise TypeError("an asynchronous storage cannot be used here")
    return storage

"""MongoDB: the client, and its refusals in finproc's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConfigurationError, ConnectionFailure, ExecutionTimeout, InvalidURI, WTimeoutError

from finproc.errors import SettingError, Unavailable

Document = dict[str, Any]
DEFAULT_DATABASE = "finproc"


def open_mongo(url: str) -> Database[Document]:
    """The database that MONGO_URL names (`finproc` where it names none). Connects at first use.

    A write is done once a majority has it in its journal. TLS is what the address says. After a fork, open another.
    """
    try:
        client: MongoClient[Document] = MongoClient(
            url,
            appname="finproc",
            connect=False,
            tz_aware=True,
            w="majority",
            journal=True,
            maxPoolSize=64,
            serverSelectionTimeoutMS=5000,
            connectTimeoutMS=5000,
            waitQueueTimeoutMS=5000,
        )
        return client.get_default_database(DEFAULT_DATABASE)
    except (InvalidURI, ConfigurationError) as error:
        raise SettingError("MONGO_URL", f"cannot be used ({type(error).__name__})") from None


@contextmanager
def answering() -> Iterator[None]:
    """Translate "MongoDB does not answer" to Unavailable."""
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise Unavailable(f"MongoDB does not answer ({type(error).__name__})") from error


def ping(database: Database[Document]) -> None:
    """Raise Unavailable unless MongoDB answers."""
    with answering():
        database.command("ping")

"""What all tests share: closed networks, private servers, workspaces and records on every store."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from pymongo import MongoClient
from redis import Redis

from finproc.clients.sql import open_database
from finproc.identity.workspace import Workspace, open_workspace
from finproc.records.protocols import Records
from finproc.records.sql.schema import upgrade
from finproc.settings import Settings
from tests import browser, servers

T = TypeVar("T")
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
MASTER_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


LONGEST = ("test_faults_rabbitmq.py", "test_faults.py", "test_rabbitmq.py", "test_up.py")
"""These begin first: where two processes share the tests, neither waits long for the other at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test reaches beyond this machine, unless it is marked to; the longest begin first."""
    for item in items:
        if not any(item.get_closest_marker(name) for name in ("allow_hosts", "enable_socket", "docker")):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


def required(kind: str) -> bool:
    """Whether FINPROC_TEST_REQUIRE says that a missing server is a failure."""
    return kind in os.environ.get("FINPROC_TEST_REQUIRE", "").replace(" ", "").split(",")


def _served(kind: str, private: AbstractContextManager[T]) -> Iterator[T]:
    try:
        value = private.__enter__()
    except servers.Absent as reason:
        if required(kind):
            pytest.fail(f"{kind} is required: {reason}")
        pytest.skip(f"no {kind}: {reason}")
    try:
        yield value
    finally:
        private.__exit__(None, None, None)


def _named(kind: str) -> str | None:
    return os.environ.get(f"FINPROC_TEST_{kind.upper()}_URL") or None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL where the tests may create databases."""
    named = _named("postgres")
    if named:
        yield named
    else:
        yield from _served("postgres", servers.postgres())


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty PostgreSQL database of the test's own, as DATABASE_URL has it."""
    with _postgres_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    named = _named("redis")
    if named:
        yield named
    else:
        yield from _served("redis", servers.redis())


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """An empty private Redis; one that a variable names is left as it is."""
    if not _named("redis"):
        with Redis.from_url(redis_server) as client:
            client.flushall()
    return redis_server


@pytest.fixture(scope="session")
def mongo_server() -> Iterator[str]:
    named = _named("mongo")
    if named:
        yield named
    else:
        yield from _served("mongo", servers.mongo())


@pytest.fixture
def mongo_url(mongo_server: str) -> Iterator[str]:
    """An empty MongoDB database of the test's own, as MONGO_URL has it."""
    name = f"finproc_test_{secrets.token_hex(6)}"
    yield urlunsplit(urlsplit(mongo_server)._replace(path=f"/{name}"))
    with MongoClient[dict[str, object]](mongo_server) as client:
        client.drop_database(name)


@pytest.fixture(scope="session")
def rabbitmq_server() -> Iterator[servers.RabbitNode | str]:
    named = _named("rabbitmq")
    if named:
        yield named
    else:
        yield from _served("rabbitmq", servers.rabbitmq())


@pytest.fixture
def rabbitmq(rabbitmq_server: servers.RabbitNode | str) -> Iterator[servers.RabbitMQ]:
    """RabbitMQ with an empty virtual host of the test's own; it can be stopped, killed, started and lose its disk."""
    if isinstance(rabbitmq_server, str):
        yield servers.RabbitMQ(rabbitmq_server)
        return
    with rabbitmq_server.vhost(f"t{secrets.token_hex(6)}") as url:
        yield servers.RabbitMQ(url, management=rabbitmq_server.management, server=rabbitmq_server)


@pytest.fixture(scope="module")
def chromium() -> Iterator[browser.Tab]:
    """A tab of a private headless Chromium."""
    yield from _served("chromium", browser.chromium())


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace on the embedded stack."""
    opened = open_workspace(Settings(finproc_var=tmp_path / "var"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """Name of a database at the newest schema, to copy from: quicker than migrating each."""
    with _postgres_database(postgres_server) as url:
        database = open_database(url)
        upgrade(database)
        database.close()
        yield url.rpartition("/")[2]


@contextmanager
def _postgres_database(server: str, template: str = "template1") -> Iterator[str]:
    name = f"finproc_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    try:
        yield urlunsplit(urlsplit(server)._replace(scheme="postgresql+psycopg", path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def open_store(request: pytest.FixtureRequest, place: Path, kind: str) -> Iterator[Workspace]:
    """A workspace whose documents and facts are in `sqlite`, `postgres` or `mongo`."""
    with ExitStack() as stack:
        database = mongo = None
        if kind == "postgres":
            template = request.getfixturevalue("migrated_postgres")
            server = request.getfixturevalue("postgres_server")
            database = stack.enter_context(_postgres_database(server, template))
        if kind == "mongo":
            mongo = request.getfixturevalue("mongo_url")
        opened = open_workspace(
            Settings(finproc_var=place / "var", database_url=database, mongo_url=mongo, finproc_master_key=MASTER_KEY)
        )
        stack.callback(opened.close)
        yield opened


@pytest.fixture(params=["sqlite", "postgres", "mongo"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace on each store in turn: what holds on one holds on all."""
    with open_store(request, tmp_path, request.param) as opened:
        yield opened


@pytest.fixture
def records(store: Workspace) -> Records:
    """The records of each store in turn."""
    return store.records

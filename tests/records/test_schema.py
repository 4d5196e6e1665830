"""The migrations make the tables that the adapters use, once, however many processes start."""

import multiprocessing

import pytest
from alembic import command, config, script
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from finproc.clients.sql import open_database
from finproc.records.sql import schema
from finproc.records.sql.tables import metadata


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    return f"sqlite:///{tmp_path}/x.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def database(url):
    opened = open_database(url)
    yield opened
    opened.close()


def _settings():
    settings = config.Config()
    settings.set_main_option("script_location", "finproc:migrations")
    return settings


def test_the_newest_migration_is_the_one_that_is_wanted():
    assert script.ScriptDirectory.from_config(_settings()).get_heads() == [schema.HEAD]


def test_the_migrations_make_the_tables(database):
    schema.upgrade(database)
    with database.write() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert schema.version(connection) == schema.HEAD
    schema.upgrade(database)


def test_the_migrations_go_back(database):
    schema.upgrade(database)
    settings = _settings()
    with database.write() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, "base")
        assert schema.version(connection) is None
    schema.upgrade(database)


def _upgrade(url, together):
    database = open_database(url)
    together.wait()
    schema.upgrade(database)
    with database.read() as connection:
        assert schema.version(connection) == schema.HEAD


def test_processes_that_start_together_migrate_once(url):
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(4)
    children = [spawn.Process(target=_upgrade, args=(url, together)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(120)
    assert [child.exitcode for child in children] == [0] * 4

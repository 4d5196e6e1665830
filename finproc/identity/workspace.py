"""What a process works with: settings, keys and records, opened once."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass

from pymongo.database import Database as MongoDatabase

from finproc.clients.mongo import Document, open_mongo
from finproc.clients.sql import Database, open_database
from finproc.identity.keyring import Keyring
from finproc.identity.master_key import master_key
from finproc.lexicon import entities, metrics
from finproc.records.opening import open_records
from finproc.records.protocols import Records
from finproc.records.sql.keys import SqlKeys
from finproc.records.sql.schema import upgrade
from finproc.settings import Settings
from finproc.settings import settings as process_settings


@dataclass(frozen=True, slots=True)
class Workspace:
    """The collaborators that doors hand on."""

    settings: Settings
    keyring: Keyring
    records: Records
    database: Database
    mongo: MongoDatabase[Document] | None = None

    def close(self) -> None:
        """Close the connections."""
        self.database.close()
        if self.mongo is not None:
            self.mongo.client.close()


def open_workspace(settings: Settings) -> Workspace:
    """Read the lists of words, connect, bring the schema up to date, check the master key.

    Raises SettingError or Unavailable, and then leaves no connection open.
    """
    metrics.table_of(settings.metrics_file)
    entities.table_of(settings.companies_file)
    with ExitStack() as undo:
        database = open_database(settings.pipeline_url)
        undo.callback(database.close)
        upgrade(database)
        keyring = Keyring(master_key(settings), SqlKeys(database))
        mongo = None if settings.mongo_url is None else open_mongo(settings.mongo_url)
        if mongo is not None:
            undo.callback(mongo.client.close)
        opened = Workspace(settings, keyring, open_records(database, mongo, keyring), database, mongo)
        undo.pop_all()
    return opened


_lock = threading.Lock()
_opened: list[tuple[int, Workspace]] = []
os.register_at_fork(after_in_child=lambda: globals().update(_lock=threading.Lock()))


def workspace() -> Workspace:
    """The process's workspace; a forked child opens its own."""
    process = os.getpid()
    for owner, opened in _opened[-1:]:
        if owner == process:
            return opened
    with _lock:
        if not _opened or _opened[-1][0] != process:
            _opened.append((process, open_workspace(process_settings())))
        return _opened[-1][1]

"""The indexes of the collections."""

from __future__ import annotations

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from finproc.clients.mongo import Document, answering

_INDEXES: dict[str, tuple[IndexModel, ...]] = {
    "submissions": (
        IndexModel([("owner", ASCENDING), ("content_hash", ASCENDING)], unique=True),
        IndexModel([("owner", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("owner", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("dispatched_at", ASCENDING)]),
        IndexModel([("history.sequence", ASCENDING)]),
    ),
    "documents": (IndexModel([("submission", ASCENDING), ("generation", ASCENDING), ("number", ASCENDING)]),),
    "extractions": (IndexModel([("submission", ASCENDING)]),),
    "financial_data": (
        IndexModel([("fact_id", ASCENDING), ("revision", ASCENDING)], unique=True),
        IndexModel(
            [("series", ASCENDING), ("known_from", ASCENDING), ("received_at", ASCENDING), ("submission", ASCENDING)]
        ),
        IndexModel([("submission", ASCENDING)]),
        IndexModel([("owner", ASCENDING), ("company_key", ASCENDING), ("metric", ASCENDING), ("period", ASCENDING)]),
        IndexModel([("owner", ASCENDING), ("known_from", DESCENDING), ("_id", DESCENDING)]),
    ),
    "decisions": (IndexModel([("submission", ASCENDING)]),),
    "model_calls": (
        IndexModel([("key", ASCENDING), ("number", ASCENDING)], unique=True),
        IndexModel([("open_key", ASCENDING)], unique=True, sparse=True),
        IndexModel([("answered_key", ASCENDING)], unique=True, sparse=True),
        IndexModel([("submission", ASCENDING)]),
        IndexModel([("sent_at", ASCENDING)]),
    ),
}
"""`open_key` and `answered_key` are the call key while an attempt is open, or once it is answered: at most one each."""


def make_indexes(database: Database[Document]) -> None:
    """Make what is missing; making an index twice changes nothing."""
    with answering():
        for collection, models in _INDEXES.items():
            database[collection].create_indexes(list(models))

"""Which adapters a process uses: MongoDB where MONGO_URL is set, SQL for the rest."""

from __future__ import annotations

from pymongo.database import Database as MongoDatabase

from finproc.clients.mongo import Document
from finproc.clients.sql import Database
from finproc.records.mongo.extractions import MongoExtractions
from finproc.records.mongo.facts import MongoFacts
from finproc.records.mongo.indexes import make_indexes
from finproc.records.mongo.model_calls import MongoModelCalls
from finproc.records.mongo.submissions import MongoSubmissions
from finproc.records.protocols import Records, Sealer
from finproc.records.sql.dead_letters import SqlDeadLetters
from finproc.records.sql.extractions import SqlExtractions
from finproc.records.sql.facts import SqlFacts
from finproc.records.sql.idempotency import SqlIdempotency
from finproc.records.sql.leases import SqlCircuits, SqlLeases
from finproc.records.sql.model_calls import SqlModelCalls
from finproc.records.sql.submissions import SqlSubmissions
from finproc.records.sql.tokens import SqlTokens


def open_records(database: Database, mongo: MongoDatabase[Document] | None, sealer: Sealer) -> Records:
    """All repositories on these clients. What coordinates processes (leases, circuits, tokens …) is always in SQL."""
    if mongo is not None:
        make_indexes(mongo)
    return Records(
        submissions=SqlSubmissions(database, sealer) if mongo is None else MongoSubmissions(mongo, sealer),
        extractions=SqlExtractions(database, sealer) if mongo is None else MongoExtractions(mongo, sealer),
        facts=SqlFacts(database, sealer) if mongo is None else MongoFacts(mongo, sealer),
        model_calls=SqlModelCalls(database, sealer) if mongo is None else MongoModelCalls(mongo, sealer),
        leases=SqlLeases(database),
        circuits=SqlCircuits(database),
        idempotency=SqlIdempotency(database, sealer),
        tokens=SqlTokens(database),
        dead_letters=SqlDeadLetters(database, sealer),
    )

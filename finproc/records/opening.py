"""Which adapters a process uses: MongoDB where MONGO_URL is set, SQL for the rest."""

from __future__ import annotations

from finproc.clients.sql import Database
from finproc.records.protocols import Records, Sealer
from finproc.records.sql.dead_letters import SqlDeadLetters
from finproc.records.sql.extractions import SqlExtractions
from finproc.records.sql.facts import SqlFacts
from finproc.records.sql.idempotency import SqlIdempotency
from finproc.records.sql.leases import SqlCircuits, SqlLeases
from finproc.records.sql.model_calls import SqlModelCalls
from finproc.records.sql.submissions import SqlSubmissions
from finproc.records.sql.tokens import SqlTokens


def open_records(database: Database, sealer: Sealer) -> Records:
    """All repositories on these clients."""
    return Records(
        submissions=SqlSubmissions(database, sealer),
        extractions=SqlExtractions(database, sealer),
        facts=SqlFacts(database, sealer),
        model_calls=SqlModelCalls(database, sealer),
        leases=SqlLeases(database),
        circuits=SqlCircuits(database),
        idempotency=SqlIdempotency(database, sealer),
        tokens=SqlTokens(database),
        dead_letters=SqlDeadLetters(database, sealer),
    )

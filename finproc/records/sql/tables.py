"""The tables of the pipeline's database. `finproc.migrations` makes the same."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from finproc.clients.limit_tables import limit_metadata
from finproc.model.submission import ENDED
from finproc.records.sql.types import Dollars, Exact, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Ordered = String().with_variant(String(collation="C"), "postgresql")
"""Text that compares byte by byte on both databases."""

PENDING = text(f"state NOT IN ({', '.join(repr(state.value) for state in sorted(ENDED))})")


def _of_submission() -> Column[str]:
    return Column("submission", Ordered, ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)


submissions = Table(
    "submissions",
    metadata,
    Column("id", Ordered, primary_key=True),
    Column("owner", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("company", String),
    Column("published", Date),
    Column("language", String),
    Column("account", LargeBinary),
    Column("profile", String),
    Column("state", String, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("filename", String),
    Column("source", String),
    Column("metadata", Text, nullable=False),
    Column("dispatch", Integer, nullable=False),
    Column("dispatched_at", Instant),
    Column("attempt", Integer, nullable=False),
    Column("worker", String),
    Column("lease_until", Instant),
    Column("tries", Integer, nullable=False),
    Column("losses", Integer, nullable=False),
    Column("isolated", Boolean, nullable=False),
    Column("not_before", Instant),
    Column("waiting", String),
    Column("reason", String),
    Column("detail", Text),
    Column("step", String),
    Column("extraction", Integer),
    Column("normalization", Integer),
    Column("facts_set", Integer, nullable=False),
    Column("extractor", String),
    Column("fallback", Boolean, nullable=False),
    Column("fact_count", Integer),
    Column("problem_count", Integer),
    Column("unclaimed_count", Integer),
    UniqueConstraint("owner", "content_hash"),
    Index("ix_submissions_owner_id", "owner", "id"),
    Index("ix_submissions_owner_state_id", "owner", "state", "id"),
    Index("ix_submissions_pending", "dispatched_at", "id", sqlite_where=PENDING, postgresql_where=PENDING),
)

documents = Table(
    "documents",
    metadata,
    _of_submission(),
    Column("number", Integer, primary_key=True),
    Column("last", Boolean, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

history = Table(
    "history",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    _of_submission(),
    Column("owner", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("dispatch", Integer, nullable=False),
    Column("worker", String),
    Column("duration_ms", BigInteger),
    Column("reason", String),
    Column("detail", Text),
    Index("ix_history_submission_sequence", "submission", "sequence"),
    Index("ix_history_owner_sequence", "owner", "sequence"),
)

extractions = Table(
    "extractions",
    metadata,
    _of_submission(),
    Column("step", String, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("id", Ordered, primary_key=True),
    Column("fact_id", Ordered, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("owner", String, nullable=False),
    Column("submission", Ordered, ForeignKey("submissions.id", ondelete="CASCADE"), nullable=False),
    Column("series", String, nullable=False),
    Column("company", String),
    Column("company_key", String),
    Column("metric", String, nullable=False),
    Column("qualifier", String),
    Column("segment", String),
    Column("value", Exact),
    Column("value_low", Exact),
    Column("value_high", Exact),
    Column("low_order", Ordered),
    Column("high_order", Ordered),
    Column("unit", String, nullable=False),
    Column("currency", String),
    Column("period", String),
    Column("period_start", Date),
    Column("period_end", Date),
    Column("status", String, nullable=False),
    Column("proof", String, nullable=False),
    Column("extractor", String, nullable=False),
    Column("model", String),
    Column("facts_set", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("published", Date),
    Column("known_from", Instant, nullable=False),
    Column("known_to", Instant),
    Column("opened_at", Instant, nullable=False),
    Column("replaces", Ordered),
    Column("closed_at", Instant),
    Column("closed_reason", String),
    UniqueConstraint("fact_id", "revision"),
    Index("ix_facts_series_order", "series", "known_from", "received_at", "submission"),
    Index("ix_facts_submission", "submission"),
    Index("ix_facts_owner_company_key_metric_period", "owner", "company_key", "metric", "period"),
    Index("ix_facts_owner_known_from_id", "owner", "known_from", "id"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("fact_id", Ordered, primary_key=True),
    Column("owner", String, nullable=False),
    Column("submission", Ordered, ForeignKey("submissions.id", ondelete="CASCADE"), nullable=False),
    Column("verdict", String, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("value", Exact),
    Column("reason", LargeBinary),
    Index("ix_decisions_submission", "submission"),
)

model_calls = Table(
    "model_calls",
    metadata,
    Column("id", Ordered, primary_key=True),
    Column("key", String, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("owner", String, nullable=False),
    Column("submission", Ordered, nullable=False),
    Column("piece", Integer, nullable=False),
    Column("model", String, nullable=False),
    Column("state", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("deadline", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("reserved", Dollars, nullable=False),
    Column("cost", Dollars),
    Column("input_tokens", BigInteger),
    Column("cached_input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("reasoning_tokens", BigInteger),
    Column("status", SmallInteger),
    Column("request_id", String),
    Column("service_tier", String),
    Column("request", LargeBinary),
    Column("answer", LargeBinary),
    UniqueConstraint("key", "number"),
    Index(
        "uq_model_calls_open",
        "key",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "uq_model_calls_answered",
        "key",
        unique=True,
        sqlite_where=text("state = 'answered'"),
        postgresql_where=text("state = 'answered'"),
    ),
    Index("ix_model_calls_submission", "submission"),
    Index("ix_model_calls_sent_at", "sent_at"),
)

spending = Table(
    "spending",
    metadata,
    Column("scope", String, primary_key=True),
    Column("amount", Dollars, nullable=False),
)
"""Reserved and settled dollars by `day:YYYY-MM-DD` and `submission:ID`, written with the attempt rows."""

leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", Instant, nullable=False),
)

circuits = Table(
    "circuits",
    metadata,
    Column("name", String, primary_key=True),
    Column("open_until", Instant),
    Column("reason", String),
    Column("failures", Integer, nullable=False),
    Column("opened_at", Instant),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("owner", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("request_hash", String, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_idempotency_expires_at", "expires_at"),
)
"""Answers, and reservations for requests at work: those have status 0, and their token where the answer will be."""

tokens = Table(
    "tokens",
    metadata,
    Column("id", Ordered, primary_key=True),
    Column("owner", String, nullable=False),
    Column("name", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("secret_hash", String, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Index("ix_tokens_owner", "owner"),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Ordered, primary_key=True),
    Column("queue", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

data_keys = Table(
    "data_keys",
    metadata,
    Column("name", String, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
"""Data keys by owner, the lookup key and the key-check value, each under its name."""

for limits in limit_metadata.sorted_tables:
    limits.to_metadata(metadata)

"""Facts and decisions as MongoDB documents, and back."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

from bson import Binary, Decimal128

from finproc.clients.mongo import Document
from finproc.model.check import KnownAmount
from finproc.model.fact import Decision, Fact
from finproc.records.fact_set import Stored, open_fact, sealed_fact
from finproc.records.protocols import Sealer
from finproc.records.series import Version, company_key

_OF_FACT = tuple(field.name for field in dataclasses.fields(Fact) if field.name not in ("id", "content", "decision"))
_OF_CONTENT = (
    *("metric", "value", "currency", "quarter", "qualifier", "segment", "value_low", "value_high", "unit"),
    *("period", "period_start", "period_end", "status", "approximate", "precision", "value_converted"),
    *("currency_converted", "proof", "extractor", "model"),
)


def written_fact(stored: Stored, sealer: Sealer) -> Document:
    """A row of `financial_data`: company, metric, value, currency and quarter at the top, the rest beside them."""
    fact, shown = stored.fact, stored.shown().content
    low = shown.value if shown.value is not None else shown.value_low
    high = shown.value if shown.value is not None else shown.value_high
    row: Document = {"_id": fact.id, "company": shown.company}
    row |= {name: _plain(getattr(shown, name)) for name in _OF_CONTENT}
    row |= {name: _plain(getattr(fact, name)) for name in _OF_FACT}
    row |= {
        "company_key": company_key(shown.company or shown.entity),
        "least": _plain(low),
        "most": _plain(high),
        "facts_set": stored.facts_set,
        "opened_at": stored.opened_at,
        "sealed": Binary(sealed_fact(fact, sealer)),
    }
    return row


def to_stored(row: Document, sealer: Sealer) -> Stored:
    """Back from a row."""
    content, decision = open_fact(
        bytes(row["sealed"]), sealer, owner=row["owner"], row=row["_id"], fact_id=row["fact_id"]
    )
    kept = {name: row[name] for name in _OF_FACT}
    kept["published"] = None if row["published"] is None else date.fromisoformat(row["published"])
    return Stored(Fact(id=row["_id"], content=content, decision=decision, **kept), row["facts_set"], row["opened_at"])


def is_known(row: Document) -> bool:
    """Whether a row says now what a figure is: open, the newest, one value, actual, not in review."""
    newest = row["closed_at"] is None and row["known_to"] is None and row["value"] is not None
    return newest and row["status"] == "actual" and row["proof"] != "review"


def to_known_amount(row: Document) -> KnownAmount:
    """What a later document's figure is compared with."""
    names = ("metric", "qualifier", "segment", "unit", "currency")
    kept = {name: row[name] for name in names}
    return KnownAmount(row["_id"], row["company_key"], value=row["value"].to_decimal(), **kept)


def to_version(row: Document) -> Version:
    """What linking needs of a row."""
    return Version(
        row["_id"],
        row["submission"],
        row["known_from"],
        row["received_at"],
        review=row["proof"] == "review",
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        known_to=row["known_to"],
        replaces=row["replaces"],
    )


def written_decision(decision: Decision, fact: Fact, sealer: Sealer) -> Document:
    """A row of `decisions`; the reason is sealed."""
    reason = None
    if decision.reason is not None:
        plain = decision.reason.encode()
        reason = Binary(sealer.seal(plain, owner=fact.owner, table="decisions", row=fact.fact_id, field="reason"))
    return {
        "_id": fact.fact_id,
        "owner": fact.owner,
        "submission": fact.submission,
        "verdict": decision.verdict,
        "decided_at": decision.decided_at,
        "decided_by": decision.decided_by,
        "value": _plain(decision.value),
        "reason": reason,
    }


def to_decision(row: Document, sealer: Sealer) -> Decision:
    """Back from a row."""
    reason = None
    if row["reason"] is not None:
        sealed = bytes(row["reason"])
        reason = sealer.open(sealed, owner=row["owner"], table="decisions", row=row["_id"], field="reason").decode()
    value = None if row["value"] is None else row["value"].to_decimal()
    return Decision(row["_id"], row["verdict"], row["decided_at"], row["decided_by"], value, reason)


def _plain(value: Any) -> Any:
    """Numbers as Decimal128, dates as ISO text; times are BSON's own."""
    if isinstance(value, Decimal):
        return Decimal128(value)
    if type(value) is date:
        return value.isoformat()
    return value

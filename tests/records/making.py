"""What tests of the records are made from."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

from finproc.model.fact import Evidence, FactContent
from finproc.model.ids import new_id, utc_now
from finproc.model.places import Place
from finproc.model.submission import AFTER, BEFORE, RUNNING, Hints, NewSubmission, Step
from finproc.model.text import Quote, Span


def day(number, month=1, year=2026):
    return datetime(year, month, number, tzinfo=UTC)


def new_submission(text="a text", *, owner="local", **hints):
    return NewSubmission(
        id=new_id(),
        owner=owner,
        kind="text",
        media_type="text/plain",
        body=text.encode() if isinstance(text, str) else text,
        content_hash=hashlib.sha256(repr((text, sorted(hints.items()))).encode()).hexdigest(),
        hints=Hints(**hints),
        filename="report.txt",
        source="a test",
        metadata={"pages": 3, "weight": Decimal("1.50"), "nested": {"$odd.key": [True, None]}},
    )


def add(records, text=None, *, at=None, **hints):
    """Save one submission."""
    (added,) = records.submissions.add_many([new_submission(text or new_id(), **hints)], at or utc_now())
    assert added.outcome == "created"
    return added.submission


def begin(records, submission, step=Step.EXTRACT, at=None):
    """Start a step as a worker does."""
    changes = {"state": RUNNING[step], "attempt": submission.attempt + 1, "worker": "host:1:2"}
    changed = records.submissions.change(
        submission.id, changes, at=at or utc_now(), if_state=[BEFORE[step]], if_dispatch=submission.dispatch
    )
    assert changed is not None
    return changed


def finish(records, submission, step=Step.EXTRACT, at=None, **changes):
    """End a step."""
    changed = records.submissions.change(
        submission.id,
        {"state": AFTER[step], **changes},
        at=at or utc_now(),
        if_state=[RUNNING[step]],
        if_attempt=submission.attempt,
    )
    assert changed is not None
    return changed


def content(value="5300000", *, start=10, **fields):
    """A fact's content; every field can be given."""
    number = None if value is None else Decimal(value)
    values = {
        "company": "XYZ Inc.",
        "metric": "net income",
        "segment": None,
        "value": number,
        "value_low": None,
        "value_high": None,
        "unit": "currency",
        "currency": "USD",
        "period": "Q1 2024",
        "period_start": date(2024, 1, 1),
        "period_end": date(2024, 3, 31),
        "status": "actual",
        "quote": "net income of $5.3 million",
        "quote_start": start - 5,
        "quote_end": start + 20,
        "amount": Span(start, start + 12),
        "precision": Decimal(50000),
        "evidence": (
            Evidence("metric", Quote("net income", Span(start - 5, start + 5)), "words"),
            Evidence("scale", Quote("million", Span(start, start + 7)), "words", Place(3, "Income", 2, 1, "B7")),
            Evidence("company", Quote("XYZ", None, "submission"), "submission"),
        ),
    }
    return FactContent(**{**values, **fields})

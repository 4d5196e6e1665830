"""A real application on a real SQLite workspace; what it publishes is only counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient

from finproc.identity.workspace import Workspace
from finproc.model.document import Document
from finproc.model.fact import FactContent, Normalized
from finproc.model.ids import utc_now
from finproc.model.mention import Extraction, Rejection
from finproc.model.problem import Problem
from finproc.model.submission import State, Step, Submission
from finproc.model.text import Quote, Span
from finproc.schemas import outputs
from finproc.settings import Settings
from finproc.web import create_app

EXAMPLE = "Company XYZ reported a net income of $5.3 million for Q1 2024."


@dataclass
class Broker:
    """Stands for the broker: takes messages, or is down."""

    up: bool = True
    taken: list[tuple[str, int]] = field(default_factory=list)

    def publish(self, submission: Submission) -> bool:
        if self.up:
            self.taken.append((submission.id, submission.dispatch))
        return self.up


@dataclass
class House:
    """The application with what it works on."""

    settings: Settings
    workspace: Workspace
    broker: Broker

    def app(self, **settings: object) -> Flask:
        chosen = Settings(**{"finproc_var": self.settings.finproc_var, **settings})  # type: ignore[arg-type]
        return create_app(chosen, lambda: self.workspace, self.broker.publish)

    def client(self, **settings: object) -> FlaskClient:
        return self.app(**settings).test_client()

    def carry(
        self,
        submission_id: str,
        contents: tuple[FactContent, ...],
        *,
        text: str = EXAMPLE,
        problems: tuple[Problem, ...] = (),
        unclaimed: tuple[Quote, ...] = (),
        document: Document | None = None,
    ) -> Submission:
        """Carry a submission through the pipeline with these results."""
        records = self.workspace.records
        found = records.submissions.get(submission_id)
        assert found is not None
        extraction = Extraction((), unclaimed, (Rejection("not_in_text", "$9", None),))
        extracted = outputs.dump_extraction(extraction, document or Document(text))
        records.extractions.put(found, Step.EXTRACT, 1, extracted, utc_now())
        normalized = outputs.dump_normalized(Normalized(contents, problems))
        records.extractions.put(found, Step.NORMALIZE, 1, normalized, utc_now())
        records.facts.store_set(found, contents, utc_now())
        return self.change(submission_id, state=State.STORED, extraction=1, normalization=1, attempt=1)

    def change(self, submission_id: str, **changes: object) -> Submission:
        changed = self.workspace.records.submissions.change(submission_id, changes, at=utc_now(), if_state=tuple(State))
        assert changed is not None
        return changed


def content(
    value: Decimal | None = Decimal(5300000), *, text: str = EXAMPLE, amount: str = "$5.3 million", **changes: object
) -> FactContent:
    """The example's fact, or one like it."""
    at = text.index(amount)
    fields: dict[str, object] = {
        "company": "XYZ",
        "metric": "net income",
        "segment": None,
        "value": value,
        "value_low": None,
        "value_high": None,
        "unit": "currency",
        "currency": "USD",
        "period": "Q1 2024",
        "period_start": date(2024, 1, 1),
        "period_end": date(2024, 3, 31),
        "status": "actual",
        "quote": text[max(0, at - 14) : at + len(amount)],
        "quote_start": max(0, at - 14),
        "quote_end": at + len(amount),
        "amount": Span(at, at + len(amount)),
        "precision": Decimal(50000),
    }
    return FactContent(**{**fields, **changes})  # type: ignore[arg-type]

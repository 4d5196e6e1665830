"""A fact: one number that a text reports about an entity, proven from characters of the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from finproc.model.check import CheckCount, Finding
from finproc.model.mention import ExtractorName, Status
from finproc.model.places import Place
from finproc.model.problem import Problem
from finproc.model.text import Quote, Span

Unit = Literal["currency", "currency/share", "percent", "shares", "count"]
Proof = Literal["proven", "review", "confirmed", "corrected"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where one field of a fact comes from.

    `rule` names how it follows (`words`, `minus`, `parentheses`, `loss`, `caption`, `submission`, `relative_to` …);
    `quote.span` is None where it is no stretch of the text. `place` is where it stands in a file that has places.
    """

    field: str
    quote: Quote
    rule: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class FactContent:
    """What normalization proves: the fields of the fact standard, and their evidence. Amounts in base units, exact."""

    company: str | None
    metric: str
    segment: str | None
    value: Decimal | None
    value_low: Decimal | None
    value_high: Decimal | None
    unit: Unit
    currency: str | None
    period: str | None
    period_start: date | None
    period_end: date | None
    status: Status
    quote: str
    quote_start: int
    quote_end: int
    amount: Span
    approximate: bool = False
    qualifier: str | None = None
    precision: Decimal | None = None
    """Half the last printed digit in base units: "$5.3 million" is ±50000."""
    value_converted: Decimal | None = None
    currency_converted: str | None = None
    proof: Proof = "proven"
    doubts: tuple[str, ...] = ()
    extractor: ExtractorName = "rules"
    model: str | None = None
    evidence: tuple[Evidence, ...] = ()
    entity: str | None = None
    """Whose number it is by its full name, where the document or the list of companies ties `company` to one."""
    findings: tuple[str, ...] = ()
    """Codes of the failed checks that it takes part in. A finding names no culprit, so the fact keeps its proof."""

    @property
    def quarter(self) -> str | None:
        """The period again when it is a quarter, as the mission's example has it."""
        return self.period if self.period and self.period[0] == "Q" and self.period[1:2].isdigit() else None


Verdict = Literal["confirm", "correct", "reject"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a fact; kept by the fact's stable id, so that it survives replays."""

    fact_id: str
    verdict: Verdict
    decided_at: datetime
    decided_by: str
    value: Decimal | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A stored fact: content, whose it is, and when it was known. One row per revision."""

    id: str
    """The row: `fact_id` for revision 1, `fact_id.N` for revision N."""
    fact_id: str
    """Stable over replays: hash of (submission, amount span, metric, period, segment, unit)."""
    revision: int
    owner: str
    submission: str
    series: str
    content: FactContent
    received_at: datetime
    published: date | None
    known_from: datetime
    known_to: datetime | None = None
    replaces: str | None = None
    """The row id of the version of the same series that was known before."""
    closed_at: datetime | None = None
    """When a replay, a rejection or a discard took it out; closed rows answer only `as_of` before."""
    closed_reason: str | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class FactFilter:
    """What `/facts` can be asked for. Texts compare as the store's canonical forms; None means any."""

    company: str | None = None
    metric: str | None = None
    period: str | None = None
    currency: str | None = None
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    proof: Proof | Literal["any"] | None = None
    """None: all but `review`."""
    status: Status | None = None
    submission: str | None = None
    as_of: datetime | None = None
    """None: what is known now."""
    replaced: bool = False
    """Without `as_of`: also what later versions replaced, which their own documents still say."""
    extra: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Normalized:
    """What normalization makes of an extraction: facts that are proven (or in review), and what could not be proven."""

    facts: tuple[FactContent, ...]
    problems: tuple[Problem, ...] = ()
    version: str = "1"
    checks: tuple[CheckCount, ...] = ()
    findings: tuple[Finding, ...] = ()

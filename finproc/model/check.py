"""Checks between the facts of a document: what was compared, and what did not fit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Finding:
    """Facts that contradict each other by more than their printed digits explain. Amounts in base units, exact."""

    code: str
    """Which check: `gross_profit`, `growth`, `periods` … (finproc.normalize.checks)."""
    formula: str
    """What should hold: "gross profit = revenue − cost of revenue"."""
    computed: str
    """The same with the figures, as they were computed with: "100 − 60 = 40 ± 1, stated 45"."""
    facts: tuple[int, ...]
    """Places of the facts involved among the normalization's facts, the stated one first."""
    expected: Decimal
    actual: Decimal
    tolerance: Decimal
    """How far apart the two may be, from the last printed digits of all figures involved."""
    known: tuple[str, ...] = ()
    """Rows of earlier documents' facts that it was compared with."""


@dataclass(frozen=True, slots=True)
class KnownAmount:
    """A company's figure from an earlier document, as a later one is compared with it."""

    row: str
    company: str
    """The company's key."""
    metric: str
    qualifier: str | None
    segment: str | None
    unit: str
    currency: str | None
    value: Decimal


@dataclass(frozen=True, slots=True)
class CheckCount:
    """How often one check could be made, and how often it failed."""

    code: str
    made: int
    failed: int

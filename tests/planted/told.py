"""What a passage of own writing, or a labelled one, truly tells: the facts, the numbers that are none, and decoys."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from finproc.model.document import Context


@dataclass(frozen=True, slots=True)
class Told:
    """One true fact: the words a careful reader points at, and what they mean. `start` is the amount's place."""

    amount: str
    start: int
    metric: str
    quote: str
    value: Decimal | tuple[Decimal, Decimal]
    name: str
    """The metric's canonical name."""
    unit: str = "currency"
    currency: str | None = "USD"
    company: str | None = None
    """As the text names it; None where the submission does."""
    period: str | None = None
    label: str | None = None
    segment: str | None = None
    qualifier: str | None = None
    status: str = "actual"
    alternatives: dict[str, tuple[str | None, ...]] = field(default_factory=dict, hash=False)
    """Other readings of a field that are as good."""

    @property
    def end(self) -> int:
        return self.start + len(self.amount)

    def mention(self, **changed: str | None) -> dict[str, Any]:
        """The true mention in the model's schema, with some fields changed."""
        true = {
            "amount": self.amount,
            "metric": self.metric,
            "company": self.company,
            "period": self.period,
            "segment": self.segment,
            "qualifier": self.qualifier,
            "status": self.status,
            "quote": self.quote,
        }
        return {**true, **changed}


@dataclass(frozen=True, slots=True)
class Trap:
    """A number that is no fact, with the words that a careless reader takes for its metric."""

    amount: str
    start: int
    metric: str
    quote: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with all that it tells. `shape` names how it was made."""

    text: str
    told: tuple[Told, ...]
    shape: str
    context: Context = field(default_factory=Context)
    traps: tuple[Trap, ...] = ()
    companies: tuple[str, ...] = ()
    """Names that stand in the text, whoever they are."""
    periods: tuple[tuple[str, str], ...] = ()
    """Periods that stand in the text: words and label."""
    metrics: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    whole: bool = True
    """Whether `told` and `traps` are all numbers that the text has; labelled passages have more."""

"""A mention: one number that a text reports, as verbatim strings with offsets. Nothing of it is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from finproc.model.text import Quote, Span

Status = Literal["actual", "guidance"]
ExtractorName = Literal["rules", "model", "agreed"]


@dataclass(frozen=True, slots=True)
class Mention:
    """One reported number. `amount` covers sign marks, currency, digits and scale word as they stand together."""

    amount: Quote
    metric: Quote
    """The metric's words ("net loss", "Revenues"), shortest form that names it."""
    quote: Span
    """The shortest stretch that shows metric and number."""
    company: Quote | None = None
    period: Quote | None = None
    """The number's own period words ("Q1 2024", "a year ago")."""
    period_anchor: Quote | None = None
    """The period that relative words count from ("a year ago" beside "Q1 2024")."""
    period_parts: tuple[Quote, ...] = ()
    """Where a table's heads stack ("13 Weeks Ended" over "April 29," over "2023"): all pieces from the top, joined by
    spaces. `period` is the lowest of them."""
    period_said: Quote | None = None
    """A model's own words for the period where the rules have theirs (span None: the text does not have them). They
    prove nothing; where they mean another period, the fact is in doubt."""
    metric_parts: tuple[Quote, ...] = ()
    """Where a table's head names the metric in several cells above each other ("Operating" over "profit"): all from
    the top, joined by spaces. `metric` is the lowest of them."""
    segment: Quote | None = None
    qualifier: Quote | None = None
    """Words that narrow the metric ("adjusted", "organic", "at constant currency")."""
    scale: Quote | None = None
    """A scale stated elsewhere ("in thousands" of a caption, the "million" after the last of a list)."""
    currency: Quote | None = None
    """A currency stated elsewhere (caption, the first of a list)."""
    sign: Quote | None = None
    """Words that make the number negative ("loss", "used in", "decreased"); the amount itself where a row of costs
    prints only some numbers in parentheses, so that they mean minus there."""
    negated: bool = False
    """The table prints its costs as negative numbers, and this one is a cost that can be an income too."""
    converted: Quote | None = None
    """The same amount in another currency, in brackets behind it."""
    status: Status = "actual"
    status_cue: Quote | None = None
    """The words that tell guidance from an actual ("expects", "outlook")."""
    approximate: bool = False
    doubts: tuple[str, ...] = ()
    """Reason codes why the binding is doubtful (`nearer_metric`, `nearer_period` …); any sends the fact to review."""
    extractor: ExtractorName = "rules"

    @property
    def metric_words(self) -> str:
        """The metric's words, those of stacked heads in one line."""
        return " ".join(part.text for part in self.metric_parts) if self.metric_parts else self.metric.text


@dataclass(frozen=True, slots=True)
class Rejection:
    """A mention that an extractor offered and reconciliation refused, with the reason code."""

    reason: str
    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one extraction found. `unclaimed` are monetary amounts of the text that no mention claims."""

    mentions: tuple[Mention, ...]
    unclaimed: tuple[Quote, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    extractor: str = "rules"
    """`rules`, or the model's name; `rules` with a circuit open is marked by `fallback`."""
    prompt: str | None = None
    """The version of the prompt that the model was asked with."""
    fallback: bool = False
    version: str = "1"

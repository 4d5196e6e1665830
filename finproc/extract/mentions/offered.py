"""What a language model offers for one number: verbatim strings of one piece of the text, none proven."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfferedMention:
    """One number as a model read it. Every string claims to be verbatim; reconciliation finds out whether it is.

    `piece_start` and `piece_end` are the characters `[start, end)` of the document that the model was shown.
    `status` is `actual` or `guidance`; anything else counts as `actual` with a doubt.
    """

    amount: str
    """Sign marks, currency, digits and scale word as they stand together ("$5.3 million")."""
    metric: str
    company: str | None
    period: str | None
    segment: str | None
    qualifier: str | None
    status: str
    quote: str
    """The shortest stretch that shows metric and number."""
    piece_start: int
    piece_end: int

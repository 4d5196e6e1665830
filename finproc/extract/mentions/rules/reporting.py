"""The period that a whole document reports, as its first lines name it."""

from __future__ import annotations

import re

from finproc.extract.mentions.rules.sweep import Sweep
from finproc.model.text import Quote

_OPENING = 3_000
"""Characters from the start in which a document says what it reports."""
_AROUND = 120
_TITLE = re.compile(
    r"\b(?:results|earnings\s+(?:release|call|conference)|earnings\s+conference|reports?\b|reported|announce[sd]?|interim|"
    r"quartalsmitteilung|geschäftsbericht|zwischenbericht|ergebnisse|résultats)\b",
    re.IGNORECASE,
)


def reported_period(found: Sweep) -> Quote | None:
    """The first period with a year that stands in a title or an opening sentence about results; None without one.

    What a later "this quarter", "Q3" or "First-Quarter" without a year counts from (spec: fact-standard.md, Periods).
    """
    for period in found.periods:
        if period.span.start > _OPENING:
            return None
        if period.kind not in ("quarter", "half", "months", "weeks", "year") or not period.is_absolute:
            continue
        if period.kind == "year" and not period.fiscal and period.month is None:
            continue
        around = found.text[max(0, period.span.start - _AROUND) : period.span.end + _AROUND]
        if _TITLE.search(around):
            return Quote(period.text, period.span, "document")
    return None

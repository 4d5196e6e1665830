"""The period that a whole document reports and the company that it is about, as its first lines name them."""

from __future__ import annotations

import re
from collections import Counter

from finproc.extract.mentions.rules.sweep import Sweep
from finproc.lexicon.companies import key
from finproc.model.document import Context
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


def reported_company(found: Sweep, context: Context) -> Quote | None:
    """Whom a document's tables are about: of the companies with a legal form the one it names most often.

    None where it names none so, or where the submission itself says whom it is about.
    """
    named = [company for company in found.companies if company.cue == "suffix"]
    if context.company or not named:
        return None
    counts = Counter(key(company.name) for company in found.companies)
    first = max(named, key=lambda company: counts[key(company.name)])
    return Quote(first.text, first.span, "document")

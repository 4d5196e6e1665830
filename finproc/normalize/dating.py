"""The period of a mention: read from its words, from a table's stacked heads, or counted from an anchor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from finproc.lexicon.months import CAPITAL_MONTH
from finproc.lexicon.periods import FoundPeriod, find_periods
from finproc.model.fact import Evidence
from finproc.model.mention import Mention
from finproc.model.text import Quote
from finproc.normalize import periods
from finproc.normalize.evidence import rule_of
from finproc.normalize.sweep import Sweep

Dating = tuple[periods.Period | None, tuple[Evidence, ...], tuple[str, ...]]
"""The period, what it follows from, and what is doubtful about it."""
_WHOLE_YEAR = re.compile(r"\b(?:years?|geschäftsjahre?s?|exercices?)\b", re.IGNORECASE)
"""Beside a plain year these say no other length than it has: "Years ended" over "2024"."""
_TRAILING = re.compile(r"\b(?:trailing|rolling|ltm|ttm)\b", re.IGNORECASE)
"""A year that ends with any quarter is no business year, and no label is its."""
_FOOTNOTE = re.compile(r"\s?(?:\[\w{1,2}\]|\(\w\))")
_LENGTH = re.compile(
    r"\b(?:months?|weeks?|quarters?|halves|half|years?|to[- ]date|ytd|monate?n?|quartale?|halbjahr\w*|geschäftsjahr\w*|"
    r"mois|trimestres?|semestres?|exercices?|(?-i:" + CAPITAL_MONTH + r"))\b",
    re.IGNORECASE,
)


def period_of(mention: Mention, sweep: Sweep, *, instant: bool = False) -> Dating:
    """The period of a mention. Words that name none, or that nothing resolves, give None and say so.

    `instant`: the metric is a balance, which under heads of a stretch with its end date is that of the date. Other
    words of a model for it are read likewise: where they mean another period, that is a doubt.
    """
    period, evidence, doubts = _own(mention, sweep, instant=instant)
    if mention.period_said is not None and _contradicts(mention, period, sweep, instant=instant):
        doubts = (*doubts, "other_period")
    return period, evidence, doubts


def _contradicts(mention: Mention, period: periods.Period | None, sweep: Sweep, *, instant: bool) -> bool:
    """Whether a model's words name another period; words that name none contradict only where the text has them."""
    words = mention.period_said
    said, _, _ = _own(replace(mention, period=words, period_parts=()), sweep, instant=instant)
    if said is None:
        return words is not None and words.span is not None
    if period is None:
        return words is not None and words.span is not None
    return said.label != period.label and not (instant and said.end is not None and said.end == period.end)


def _own(mention: Mention, sweep: Sweep, *, instant: bool) -> Dating:
    if mention.period_parts:
        return _stacked(mention.period_parts, instant=instant)
    if mention.period is None:
        return None, (), ()
    found = _found(mention.period, sweep)
    if not found:
        return None, (), ("unread_period",)
    head = _found(mention.period_anchor, sweep) if mention.period_anchor else ()
    completed = mention.status == "actual"
    anchor = periods.resolve_period(head[0], published=sweep.context.published, completed=True) if head else None
    candidates = []
    for period in found:
        parent = head[0] if head else next(iter(sweep.periods_at(period.inherits)), None) if period.inherits else None
        whole = periods.continued(period, parent) if parent else period
        candidates.append(
            periods.resolve_period(whole, anchor=anchor, published=sweep.context.published, completed=completed)
        )
    labels = {candidate.label for candidate in candidates if candidate}
    doubts = ("several_periods",) if len(labels) > 1 else ()
    resolved = next((candidate for candidate in candidates if candidate), None)
    rule = resolved.rule if resolved else "unresolved"
    evidence = [Evidence("period", mention.period, rule_of(mention.period, own=rule))]
    if mention.period_anchor:
        evidence.append(Evidence("period", mention.period_anchor, "relative_to"))
    elif rule == "published" and sweep.context.published:
        evidence.append(Evidence("period", Quote(sweep.context.published.isoformat(), None, "submission"), "published"))
    return resolved, tuple(evidence), doubts


def _stacked(parts: Sequence[Quote], *, instant: bool) -> Dating:
    """The period of heads that stand above each other, read from the top as one line.

    "13 Weeks Ended", "April 29," and "2023" are thirteen weeks ended April 29, 2023. The last one whose own words say
    which period it is counts; where a length stands beside it that it does not take in ("Six Months" over "2025") the
    period stays open, since a plain year would be a wrong date.
    """
    evidence = tuple(Evidence("period", part, rule_of(part)) for part in parts)
    line = " ".join(_FOOTNOTE.sub("", part.text) for part in parts)
    absolute = [period for period in find_periods(line) if period.is_absolute]
    if not absolute:
        return None, evidence, ("unread_period",)
    *others, last = absolute
    if (_TRAILING.search(line) and not instant) or _unread(line, last, others):
        return None, evidence, ("unread_period",)
    last = periods.continued(last, others[-1]) if others else last
    if instant and last.date:
        last = replace(last, kind="date", number=None)
    resolved = periods.resolve_period(last)
    return resolved, evidence, () if resolved else ("unread_period",)


def _unread(line: str, last: FoundPeriod, others: Sequence[FoundPeriod]) -> bool:
    """Whether a length or a month stands in the line that none of its periods takes in."""
    rest = list(line)
    for period in (*others, last):
        rest[period.span.start : period.span.end] = " " * len(period.span)
    open_words = "".join(rest)
    if last.kind == "year":
        open_words = _WHOLE_YEAR.sub(" ", open_words)
    return bool(_LENGTH.search(open_words))


def _found(quote: Quote, sweep: Sweep) -> list[FoundPeriod]:
    """The periods that stand at a quote, whole.

    Of a column's or row's head those of its own words, whatever cells stand beside it.
    """
    if quote.span is not None and quote.origin == "text":
        standing = sweep.periods_at(quote.span)
        if standing:
            return standing
    own = find_periods(quote.text, language=sweep.language)[:1]
    return own or (sweep.periods_at(quote.span) if quote.span is not None else [])

"""Checks between the facts of a document: what the figures say of each other, within their printed digits.

A finding names no culprit: of three figures that do not fit two are right, and the document itself may be wrong. So a
fact in a failed check stays and keeps its proof, for its own characters still say what it says; it is marked with the
finding's code, and the finding is shown with the submission. `review` is for doubt about one fact's binding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from finproc.model.check import CheckCount, Finding, KnownAmount
from finproc.model.fact import FactContent, Normalized
from finproc.model.text import Span
from finproc.normalize.checks import history
from finproc.normalize.checks.comparisons import Comparison
from finproc.normalize.checks.figures import Figures
from finproc.normalize.checks.parts import segments
from finproc.normalize.checks.ratios import growth, margins, per_share
from finproc.normalize.checks.repetitions import repetitions
from finproc.normalize.checks.spans import spans
from finproc.normalize.checks.totals import totals

Check = Callable[[Figures], Iterator[Comparison]]

CHECKS: tuple[Check, ...] = (totals, margins, growth, per_share, spans, repetitions, segments)


def checked(normalized: Normalized, amounts: Iterable[Span] = ()) -> Normalized:
    """The same, with its checks counted, what did not fit, and the facts in it marked.

    `amounts` are the places of all amounts of the document, those of no fact too.
    """
    if len(normalized.facts) < 2:  # noqa: PLR2004 - one figure contradicts nobody
        return normalized
    figures = Figures.of(normalized.facts, amounts)
    if len(figures.items) < 2:  # noqa: PLR2004 - as above
        return normalized
    made = [found for check in CHECKS for found in check(figures)]
    return _with(normalized, [(one.code, None if one.agrees else one.finding()) for one in made])


def with_history(normalized: Normalized, known: Sequence[KnownAmount]) -> Normalized:
    """The same, with its facts compared with what earlier documents said of their companies."""
    if not known:
        return normalized
    return _with(normalized, [(history.CODE, found) for found in history.jumps(normalized.facts, known)])


def _with(normalized: Normalized, made: Sequence[tuple[str, Finding | None]]) -> Normalized:
    """Add checks, by code and with what they found, to those made before."""
    if not made:
        return normalized
    findings = tuple(found for _, found in made if found is not None)
    counts = {count.code: count for count in normalized.checks}
    for code, found in made:
        before = counts.get(code, CheckCount(code, 0, 0))
        counts[code] = CheckCount(code, before.made + 1, before.failed + (found is not None))
    return replace(
        normalized,
        facts=_marked(normalized.facts, findings),
        checks=tuple(counts.values()),
        findings=normalized.findings + findings,
    )


def _marked(facts: tuple[FactContent, ...], findings: Iterable[Finding]) -> tuple[FactContent, ...]:
    codes: dict[int, dict[str, None]] = {}
    for finding in findings:
        for place in finding.facts:
            codes.setdefault(place, {})[finding.code] = None
    return tuple(
        replace(fact, findings=tuple(dict.fromkeys((*fact.findings, *codes[place])))) if place in codes else fact
        for place, fact in enumerate(facts)
    )

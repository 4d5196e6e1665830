"""A company's figures against those of its earlier documents: a scale misread is a thousand times off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from finproc.lexicon.entities import key
from finproc.lexicon.metrics import look_up
from finproc.model.check import Finding, KnownAmount
from finproc.model.fact import FactContent
from finproc.normalize.checks.intervals import shown

CODE = "history"
FOLD = Decimal(300)
"""A thousand, and the threefold that a figure itself may have moved meanwhile."""


def wanted(facts: Iterable[FactContent]) -> set[tuple[str, str]]:
    """The (company key, metric) pairs whose history is asked for."""
    return {(company, fact.metric) for fact in facts if _is_comparable(fact) and (company := _company(fact))}


def jumps(facts: Sequence[FactContent], known: Sequence[KnownAmount]) -> Iterator[Finding | None]:
    """For every fact with a history None where it goes with it, else the finding.

    Too large is what is that many times the largest known. Too small is said of metrics alone that are always positive:
    a profit may be next to nothing.
    """
    histories: dict[tuple[object, ...], list[KnownAmount]] = {}
    for amount in known:
        if amount.value:
            histories.setdefault(_series_of(amount), []).append(amount)
    for place, fact in enumerate(facts):
        history = histories.get(_series(fact)) if _is_comparable(fact) else None
        if history and fact.value is not None:
            yield _jump(place, fact, fact.value, history)


def _jump(place: int, fact: FactContent, value: Decimal, history: Sequence[KnownAmount]) -> Finding | None:
    largest = max(history, key=lambda amount: abs(amount.value))
    smallest = min(history, key=lambda amount: abs(amount.value))
    metric = look_up(fact.metric)
    if abs(value) >= FOLD * abs(largest.value):
        nearest = largest
    elif metric is not None and metric.sign == "+" and abs(value) * FOLD <= abs(smallest.value):
        nearest = smallest
    else:
        return None
    return Finding(
        code=CODE,
        formula=f"{fact.metric} stays within {shown(FOLD)} times what is known of it",
        computed=f"known {shown(smallest.value)} to {shown(largest.value)}, stated {shown(value)}",
        facts=(place,),
        expected=nearest.value,
        actual=value,
        tolerance=FOLD * abs(nearest.value),
        known=tuple(dict.fromkeys((nearest.row, smallest.row, largest.row))),
    )


def _is_comparable(fact: FactContent) -> bool:
    return bool(fact.value) and fact.status == "actual" and fact.proof != "review"


def _company(fact: FactContent) -> str:
    """The key that the store finds the fact by."""
    return key(fact.company or fact.entity)


def _series(fact: FactContent) -> tuple[object, ...]:
    names = (_folded(fact.qualifier), _folded(fact.segment))
    return (_company(fact), fact.metric, *names, fact.unit, fact.currency)


def _series_of(known: KnownAmount) -> tuple[object, ...]:
    names = (_folded(known.qualifier), _folded(known.segment))
    return (known.company, known.metric, *names, known.unit, known.currency)


def _folded(words: str | None) -> str:
    return " ".join((words or "").casefold().split())

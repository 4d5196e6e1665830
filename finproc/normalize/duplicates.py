"""One fact for what a document prints twice: the same cell again, the same number in another currency."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from finproc.lexicon.companies import key
from finproc.model.fact import FactContent

_ORDER = {"agreed": 0, "model": 1, "rules": 2}


def merged(facts: Iterable[FactContent]) -> tuple[FactContent, ...]:
    """Facts in the order of their amounts, equal ones once.

    Equal are facts of one company, metric, segment, unit, currency, period, status and value; the first stated is
    kept, one without doubts before one with them. A fact whose number is the conversion of another fact's goes with
    that fact.
    """
    ordered = sorted(
        facts, key=lambda fact: (fact.amount, bool(fact.doubts), _ORDER[fact.extractor], fact.quote_start, fact.metric)
    )
    conversions = {
        _reported(fact, fact.value_converted, fact.currency_converted)
        for fact in ordered
        if fact.value_converted is not None
    }
    kept: dict[tuple[object, ...], FactContent] = {}
    for fact in ordered:
        reported = _reported(fact, fact.value, fact.currency)
        identity = (*reported, None if fact.period else fact.amount)
        if reported in conversions and fact.value_converted is None:
            continue
        standing = kept.get(identity)
        if standing is None or (standing.doubts and not fact.doubts):
            kept[identity] = fact
    return tuple(sorted(kept.values(), key=lambda fact: (fact.amount, fact.metric)))


def _reported(fact: FactContent, value: Decimal | None, currency: str | None) -> tuple[object, ...]:
    return (
        key(fact.company), fact.metric, (fact.segment or "").lower(), fact.unit, currency, fact.period, fact.period_end,
        fact.status, value, fact.value_low, fact.value_high,
    )  # fmt: skip

"""What tests of the checks are made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from finproc.model.fact import FactContent, Normalized
from finproc.model.text import Span
from finproc.normalize.checks import checked

QUARTERS = {1: ((1, 1), (3, 31)), 2: ((4, 1), (6, 30)), 3: ((7, 1), (9, 30)), 4: ((10, 1), (12, 31))}


def stated(metric, value, *, half=None, place=None, period="FY2023", **fields):
    """A fact; `half` is half its last printed digit, else that of a whole number of millions."""
    start, end = fields.pop("start", date(2023, 1, 1)), fields.pop("end", date(2023, 12, 31))
    unit = fields.pop("unit", "currency")
    at = 0 if place is None else place
    content = {
        "company": "XYZ Inc.",
        "segment": None,
        "value": Decimal(value),
        "value_low": None,
        "value_high": None,
        "unit": unit,
        "currency": "USD" if unit in ("currency", "currency/share") else None,
        "period": period,
        "period_start": start,
        "period_end": end,
        "status": "actual",
        "quote": metric,
        "quote_start": at,
        "quote_end": at + 5,
        "precision": Decimal("0.5" if half is None else half),
        **fields,
    }
    return FactContent(metric=metric, amount=Span(at, at + 5), **content)


def quarter(number, value, metric="revenue", **fields):
    """A fact of one quarter of 2023."""
    first, last = QUARTERS[number]
    dates = {"start": date(2023, *first), "end": date(2023, *last)}
    return stated(metric, value, period=f"Q{number} 2023", **dates, **fields)


def check(*facts, amounts=None):
    """The facts, in the order of a text, with what the checks say of them; every amount is a fact's unless given."""
    placed = tuple(replace(fact, amount=Span(10 * n, 10 * n + 5)) for n, fact in enumerate(facts))
    return checked(Normalized(placed), [fact.amount for fact in placed] if amounts is None else amounts)


def counts(result):
    """{code: (made, failed)} of a result."""
    return {count.code: (count.made, count.failed) for count in result.checks}

"""Labelled passages as passages to plant into: the words behind each label are found in the text again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

from finproc.lexicon.amounts import FoundAmount, find_amounts
from finproc.lexicon.companies import find_companies
from finproc.lexicon.metrics import canonical, find_metrics
from finproc.lexicon.periods import FoundPeriod, find_periods
from finproc.model.document import Context
from finproc.normalize import amounts
from finproc.normalize.periods import resolve_period
from tests.planted.told import Passage, Told

SEEN = 107
"""Lines of the labelled passages that are there to work with; the others stay unread."""


def labelled_passages(path: Path) -> Iterator[Passage]:
    """The passages of a file of labels with those of their facts whose words can be found again for certain."""
    with path.open(encoding="utf-8") as lines:
        for line in islice(lines, SEEN):
            row = json.loads(line, parse_float=Decimal, parse_int=Decimal)
            published = date.fromisoformat(row["published"]) if row["published"] else None
            text = row["text"]
            periods = find_periods(text)
            told = tuple(fact for label in row["facts"] if (fact := _told(label, text, periods)) is not None)
            yield Passage(
                text, told, row["id"], Context(company=row["company_hint"], published=published),
                companies=tuple({company.text: None for company in find_companies(text)}),
                periods=tuple({(found.text, _label(found) or ""): None for found in periods}),
                metrics=tuple({found.text.lower(): None for found in find_metrics(text)}),
                segments=tuple({label["segment"]: None for label in row["facts"] if label["segment"]}),
                whole=False,
            )  # fmt: skip


def _told(label: dict[str, object], text: str, periods: list[FoundPeriod]) -> Told | None:
    """A label with its words; None where number or metric do not stand in its quote for certain."""
    quote = str(label.get("quote") or "")
    start = text.find(quote) if quote else -1
    segment = _text(label.get("segment"))
    if start < 0 or label.get("value") is None or label.get("optional") or (segment and segment not in text):
        return None
    value = Decimal(str(label["value"]))
    place = [
        found for found in find_amounts(text) if _within(found, start, start + len(quote)) and _worth(found, value)
    ]
    words = [found.text for found in find_metrics(quote) if canonical(found.text) == canonical(str(label["metric"]))]
    own = str(label["metric"])
    if own.lower() in quote.lower():
        at = quote.lower().index(own.lower())
        words.append(quote[at : at + len(own)])
    if len(place) != 1 or not words:
        return None
    amount = place[0]
    named = [found for found in periods if _label(found) == label["period"]]
    period = min(named, key=lambda found: abs(found.span.start - amount.span.start)).text if named else None
    company = _text(label.get("company"))
    standing = company if company and company in text else None
    given = label.get("alt") or {}
    assert isinstance(given, dict)
    alternatives = {name: tuple(readings) for name, readings in given.items()}
    alternatives["company"] = (*alternatives.get("company", ()), company)
    return Told(
        amount=amount.text, start=amount.span.start, metric=words[0], quote=quote, value=value,
        name=str(label["metric"]), unit=str(label["unit"]), currency=_text(label["currency"]),
        company=standing, period=period, label=_text(label["period"]), segment=segment,
        status=str(label["status"]), alternatives=alternatives,
    )  # fmt: skip


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _within(found: FoundAmount, start: int, end: int) -> bool:
    return found.role == "amount" and start <= found.span.start and found.span.end <= end


def _worth(found: FoundAmount, value: Decimal) -> bool:
    amount = amounts.evaluate(found, language="en")
    return isinstance(amount, amounts.Amount) and amount.value is not None and abs(amount.value) == abs(value)


def _label(found: FoundPeriod) -> str | None:
    resolved = resolve_period(found) if found.is_absolute else None
    return resolved.label if resolved else None

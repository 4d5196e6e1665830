"""Labelled passages and predictions, read line by line; a line that cannot be used is a value that names itself."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from finproc.model.document import Context
from finproc.schemas.exact_json import NotJSON, loads

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as far as it is compared, labelled or predicted. Values in base units; `period_end` is an ISO date."""

    metric: str | None
    company: str | None = None
    segment: str | None = None
    value: Decimal | None = None
    value_low: Decimal | None = None
    value_high: Decimal | None = None
    unit: str = ""
    currency: str = ""
    period: str | None = None
    period_end: str | None = None
    status: str = "actual"
    quote: str | None = None
    optional: bool = False
    """Careful readers disagree about it: finding it or leaving it is no error."""
    metrics: tuple[str | None, ...] = ()
    """Other readings of the metric that are as good; `periods` and `companies` likewise."""
    periods: tuple[str | None, ...] = ()
    companies: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A labelled text, with what its submission says about it."""

    id: str
    text: str
    context: Context
    facts: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Predicted:
    """What was predicted for the passage of that id."""

    id: str
    facts: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used, by its number from 1, and why."""

    number: int
    reason: str


class _Wrong(ValueError):
    """What is wrong with a line, for people."""


def read_passages(lines: Iterable[bytes]) -> Iterator[Passage | BadLine]:
    """Lines of `{id, text, company_hint, published, facts}`; blank lines are passed over, an id counts once."""
    for number, row in _rows(lines):
        yield row if isinstance(row, BadLine) else _read(number, row, _passage)


def read_predictions(lines: Iterable[bytes]) -> Iterator[Predicted | BadLine]:
    """Lines of `{id, facts}`, as `finproc evaluate --predictions` writes them."""
    for number, row in _rows(lines):
        yield row if isinstance(row, BadLine) else _read(number, row, _predicted)


def stated(row: Mapping[str, Any]) -> Stated:
    """A fact's JSON object as it is compared. Raises ValueError where a field has the wrong form."""
    alternatives = row.get("alt") or {}
    if not isinstance(alternatives, dict):
        raise _Wrong("“alt” of a fact must be an object")
    return Stated(
        metric=_text(row, "metric"),
        company=_text(row, "company"),
        segment=_text(row, "segment"),
        value=_number(row.get("value")),
        value_low=_number(row.get("value_low")),
        value_high=_number(row.get("value_high")),
        unit=_text(row, "unit") or "",
        currency=_text(row, "currency") or "",
        period=_text(row, "period"),
        period_end=_text(row, "period_end"),
        status=_text(row, "status") or "actual",
        quote=_text(row, "quote"),
        optional=bool(row.get("optional")),
        metrics=_texts(alternatives, "metric"),
        periods=_texts(alternatives, "period"),
        companies=_texts(alternatives, "company"),
    )


def _rows(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any] | BadLine]]:
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        bare = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if not bare.strip():
            continue
        try:
            row = loads(bare)
        except NotJSON as error:
            yield number, BadLine(number, f"is not JSON: {error}")
            continue
        if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
            yield number, BadLine(number, "must be an object with an “id”")
        elif row["id"] in seen:
            yield number, BadLine(number, f"has the id {row['id']} of a line before")
        else:
            seen.add(row["id"])
            yield number, row


def _read(number: int, row: dict[str, Any], make: Callable[[dict[str, Any]], T]) -> T | BadLine:
    try:
        return make(row)
    except ValueError as error:
        return BadLine(number, str(error))


def _passage(row: dict[str, Any]) -> Passage:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _Wrong("must have a “text”")
    return Passage(
        row["id"], text, Context(_text(row, "company_hint") or None, _date(row.get("published"))), _facts(row)
    )


def _predicted(row: dict[str, Any]) -> Predicted:
    return Predicted(row["id"], _facts(row))


def _facts(row: dict[str, Any]) -> tuple[Stated, ...]:
    facts = [] if row.get("facts") is None else row["facts"]
    if not isinstance(facts, list) or not all(isinstance(fact, dict) for fact in facts):
        raise _Wrong("“facts” must be a list of objects")
    return tuple(stated(fact) for fact in facts)


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise _Wrong(f"“{name}” must be a text or null")
    return value


def _texts(row: Mapping[str, Any], name: str) -> tuple[str | None, ...]:
    values = row.get(name) or []
    if not isinstance(values, list) or not all(value is None or isinstance(value, str) for value in values):
        raise _Wrong(f"“alt.{name}” must be a list of texts")
    return tuple(values)


def _number(value: object) -> Decimal | None:
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise _Wrong("a value must be a number") from None
    if not number.is_finite():
        raise _Wrong("a value must be a number")
    return number


def _date(value: object) -> date | None:
    if value in (None, ""):
        return None
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        raise _Wrong("“published” must be a date: YYYY-MM-DD") from None

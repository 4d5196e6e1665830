"""Facts as comma-separated values, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

from finproc.model.fact import Fact
from finproc.schemas import exact_json
from finproc.schemas.outputs import fact_json

COLUMNS = (
    "id",
    "company",
    "metric",
    "value",
    "currency",
    "quarter",
    "segment",
    "value_low",
    "value_high",
    "unit",
    "period",
    "period_start",
    "period_end",
    "status",
    "approximate",
    "qualifier",
    "proof",
    "extractor",
    "published",
    "known_from",
    "known_to",
    "submission",
    "quote",
    "quote_start",
    "quote_end",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(facts: Iterable[Fact]) -> Iterator[str]:
    """Lines of CSV (RFC 4180, UTF-8), the heads first."""
    yield _line(COLUMNS)
    for fact in facts:
        fields = fact_json(fact)
        yield _line([cell(fields[column]) for column in COLUMNS])


def cell(value: object) -> str:
    """A cell: numbers exact and plain; a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return exact_json.number(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()

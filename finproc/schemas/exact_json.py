"""JSON that keeps every digit: decimals are written as they are, and numbers with a fraction are read as decimals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import simplejson  # type: ignore[import-untyped]  # ships no types

MAX_EXPONENT = 400
"""A number like 1e999999999 is a few bytes on the wire and a gigabyte written out; nothing real needs it."""


class NotJSON(ValueError):
    """The text is not JSON, or holds a number or nesting that finproc refuses."""


def dumps(value: object, *, indent: int | None = None) -> str:
    """JSON text of dicts, lists, strings, numbers, dates and times; anything else raises TypeError."""
    return simplejson.dumps(  # type: ignore[no-any-return]
        value,
        default=_encode,
        use_decimal=False,
        ensure_ascii=False,
        indent=indent,
        separators=(",", ": ") if indent else (",", ":"),
    )


def loads(text: str | bytes) -> Any:
    """The value of JSON text; numbers with a fraction or exponent are Decimals, others ints. Raises NotJSON."""
    try:
        return simplejson.loads(text, parse_float=_number)
    except RecursionError:
        raise NotJSON("is nested too deeply") from None
    except ValueError as error:  # a syntax error, bytes that are not UTF-8, or an integer beyond Python's digit limit
        raise NotJSON(str(error)) from None


def number(value: Decimal) -> str:
    """The shortest plain writing of a finite decimal: no exponent, no trailing zeros, no negative zero."""
    if not value.is_finite():
        raise ValueError(f"{value} is no number of JSON")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def moment(value: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: `2024-03-31T12:00:00.000Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _encode(value: object) -> object:
    if isinstance(value, Decimal):
        return simplejson.RawJSON(number(value))
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _number(text: str) -> Decimal:
    value = Decimal(text)
    if value and abs(value.adjusted()) > MAX_EXPONENT:
        raise ValueError(f"the number {text[:40]} is out of range")
    return value

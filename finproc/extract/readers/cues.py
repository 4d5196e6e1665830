"""What the words of a single table field show: a number, part of one, a year, or the scale of the table."""

from __future__ import annotations

import re

_NUMBER = re.compile(
    r"[-+−–(]*\s*(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3})?\s*[-+−–(]*\d[\d.,'’\s]*\)?\s*(?:%|x|pp|pts|bps|p|c|¢)?\s*\)?\s*[*†‡\d]?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{1,2}[./]\d{1,2}[./](?:\s?\d{2,4})?(?:\s?(?:[–—-]|bis|to|au)\s?\d{1,2}[./]\d{1,2}[./]\s?\d{2,4})?"
)
_DASH = re.compile(r"[$€£¥₹]?\s*(?:[-–—−]+|n/?[ma]\.?|nil|\*+)\s*%?", re.IGNORECASE)
_ENTRY = re.compile(
    r"(?:(?:approximately|about|around|up to|over|under|between)\s+|~\s?)?"
    r"(?:\(?[A-Z]{0,3}[$€£¥₹]\s?\(?\d|[-+−(]?\d[\d.,]*\)?\s?(?:%|percent|million|billion|bps|basis points)"
    r"|(?!(?:19|20)\d\d\b)\d[\d.,]*\s?[-–]\s?\d[\d.,]*$)",
    re.IGNORECASE,
)
_ENTRY_WORDS = 10
_LONGEST_VALUE = 60
OPENS = re.compile(r"\(?\s*(?:[A-Z]{0,3}[$€£¥₹]|EUR|USD|GBP|CHF)\s*\(?|\(")
CLOSES = re.compile(r"\)?\s*(?:%|pts?|bps|pp|x)?\s*\)?(?:\s*[*†‡])?")
YEAR = re.compile(r"(?:FY|CY)?\s?'?(?:19|20)\d\d[AE]?")
PERIOD = re.compile(
    r"\b(?:19|20)\d\d|\b(?:months?|weeks?|quarters?|years?|ended|ending|FY|[QH][1-4])\b",
    re.IGNORECASE,
)
"""Words of a column head that say a time."""
SCALE = re.compile(
    r"(?:\bin|\bamounts?|\bdollars?|\b(?:EUR|USD|GBP|CHF)|[$€£¥₹])[^\d.|]{0,30}?\b(?:thousands?|millions?|billions?|crores?|lakhs?|mio|mrd)\b"
    r"|^\(?\s*(?:[A-Z]{0,3}[$€£¥₹]\s?|[A-Z]{3}\s)?(?:thousands?|millions?|billions?|crores?|lakhs?|m|mn|bn|k|['’]?000s?)\s*\)?$"
    r"|\bunaudited\b|\bexcept\b.{0,40}\bper[ -](?:\w+ )?share\b",
    re.IGNORECASE,
)
"""Words of a table's caption that say its scale or standing ("in thousands, except per share amounts")."""


def is_value(text: str) -> bool:
    """Whether a cell shows a number, or the dash or "n/m" that stands in its place; a year is a head, not a value."""
    if len(text) > _LONGEST_VALUE or YEAR.fullmatch(text) or _DATE.fullmatch(text):
        return False
    return bool(_NUMBER.fullmatch(text) or _DASH.fullmatch(text))


def is_entry(text: str) -> bool:
    """Whether a field gives an amount: a value, or a few words that begin with one ("$1.0 to $1.1 billion")."""
    return is_value(text) or bool(len(text.split()) <= _ENTRY_WORDS and _ENTRY.match(text))

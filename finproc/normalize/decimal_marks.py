"""Which mark a document writes its decimals behind, as its own numbers show it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from finproc.lexicon.amounts import FoundAmount

_COMMA = re.compile(r"\d{1,3}(?:[.\s'’\u00a0\u202f]\d{3})+,\d{1,2}|\d+,\d{1,2}")
_POINT = re.compile(r"\d{1,3}(?:,\d{3})*\.\d{1,2}|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d+\.\d{1,2}")
_ENOUGH = 3
"""Numbers that must show it: a single one may be a slip of the pen."""


def decimal_comma(amounts: Iterable[FoundAmount]) -> bool | None:
    """True where several numbers can only be read with a decimal comma and none with a decimal point; else None.

    "1.234" and "1,234" show nothing: either mark may group. Source: references/extraction.md §4.
    """
    digits = [end.digits.text for amount in amounts for end in (amount.low, amount.high) if end is not None]
    if any(_POINT.fullmatch(text) for text in digits):
        return None
    return True if sum(bool(_COMMA.fullmatch(text)) for text in digits) >= _ENOUGH else None

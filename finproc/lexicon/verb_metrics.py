"""Metrics that a text names by what is done: "repurchased shares", "lost $5m", "bought X for", "employs 300 people"."""

from __future__ import annotations

import re
from functools import lru_cache

_NAMED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(words, re.IGNORECASE | re.DOTALL), name)
    for words, name in (
        (r"(?:re-?purchas\w+|(?:b[uo]\w+|buying)\s+back)\b", "share repurchases"),
        (r"(?:lost|los(?:es|ing)|earn(?:ed|s|ing)|made|verdiente)$", "net income"),
        (r"(?:wr(?:ote|ite|itten|iting)|charg\w+)\s+(?:off|down)$", "impairment charges"),
        (r"(?:shares?|stocks?|aktien?|titel|papiere?|titre|action)\b.*\b(?:to|at|auf|bei|à|of)$", "share price"),
        (r"(?:hits?|touch\w*|reached|scaled)\b.*\b(?:high|low)\s+of$", "share price"),
        (r"employ(?:s|ed|ing)?$|beschäftigt(?:e|en)?$|workforce$", "employees"),
        (r"return(?:ed|s|ing)?\b.*\bto\s+(?:its\s+|our\s+|the\s+)?(?:share|stock)holders$", "returned to shareholders"),
        (
            (
                r"(?:buy(?:s|ing)?|bought|acquir(?:e|es|ed|ing)|purchas(?:e|es|ed|ing)|sell(?:s|ing)?|sold|"
                r"acquisition|takeover|purchase|sale|disposal|worth|valued|pa(?:y|ys|id|ying))$"
            ),
            "purchase price",
        ),
        (
            (
                r"(?:total\s+)?(?:value|price|worth)\s+of\s+(?:the\s+)?(?:\w+\s+)?"
                r"(?:order|contract|deal|transaction|acquisition|agreement)$"
            ),
            "purchase price",
        ),
        (r"(?:order|contract|deal|transaction)(?:\s+(?:value|price|worth))?$|acquisition$|takeover$", "purchase price"),
        (r"(?:total\s+|aggregate\s+|cash\s+)?proceeds$", "funding raised"),
    )
)


@lru_cache(maxsize=1024)
def named_by_verb(words: str) -> str | None:
    """The metric that these words stand for where no table lists them, or None."""
    return next((name for pattern, name in _NAMED if pattern.match(words.strip())), None)

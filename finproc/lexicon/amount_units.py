"""What stands behind a number and says what it counts: per share, percent, basis points, shares, a noun."""

from __future__ import annotations

import re

from finproc.lexicon.found_amount import AmountEnd, AmountUnit
from finproc.lexicon.part import Part, part, words

_SHARE = re.compile(
    r",?[ \u00a0]?(?:/ ?share|/ ?ADS|(?:per|a|an|each|for each|je|pro|par|por|na)[ \u00a0]"
    r"(?:(?:basic|diluted|common|ordinary|preferred|fully|and|equity|class [a-c]|depositary|american|voting|"
    r"outstanding|unit of)[ -]){0,4}"
    r"(?:shares?|stock|ADSs?|ADRs?|Aktie|Stückaktie|Vorzugsaktie|Stammaktie|action)\b)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"[ \u00a0\u202f-]?(?:(?P<points>percentage[ -]points?|percent[ -]points?|ppts?\b|pps?\b|p\.p\.|"
    r"%-?[ -]?(?:points?|pts?)\b|Prozentpunkten?|points? de pourcentage)"
    r"|(?P<percent>%|per ?cent\b|pct\b\.?|Prozent\b|pour cent\b|por ciento\b|por cento\b)"
    r"|(?P<bps>basis[ -]points?|bps?\b|Basispunkten?|points? de base))",
    re.IGNORECASE,
)
_NOUN = re.compile(r"[ \u00a0]((?:[a-z][a-z-]*[ ]){0,2}?)([a-z]{3,})\b")
_SHARES = re.compile(
    r"[ \u00a0](?:(?:basic|diluted|common|ordinary|preferred|outstanding|restricted|weighted[ -]average|"
    r"treasury|new|additional|equity|class [a-c]|of its|of our|of the company's)[ ]){0,4}"
    r"(?:shares\b|Aktien\b|actions\b|ADSs?\b|stock units\b|RSUs?\b|stock options\b|options\b|warrants\b)",
    re.IGNORECASE,
)
_NO_NOUN = words(
    "and for from with the was were are has had have that which while when compared versus against after "
    "before during per over under "
    "than but nor not also its our their his her this these those into onto upon than then they you can could "
    "will would may might shall "
    "should due net year-over-year respectively million billion in of to or on at by as is be it if we a an vs "
    "up down million und bis"
)
_BLANKS = frozenset(" \u00a0\u202f")
_UNIT_STARTS = frozenset("%pPbB-")


def unit_at(text: str, end: int, number: AmountEnd) -> tuple[AmountUnit, Part | None]:  # noqa: PLR0911 - one return a kind
    """The unit of a number that ends at `end`, and its words."""
    share = _SHARE.match(text, end)
    if number.currency:
        if share:
            return "currency/share", part(text, end + len(share[0]) - len(share[0].lstrip()), share.end())
        return "currency", None
    place = end + 1 if text[end : end + 1] in _BLANKS else end
    percent = _PERCENT.match(text, end) if text[place : place + 1] in _UNIT_STARTS else None
    if percent and percent.lastgroup:
        unit: AmountUnit = "points" if percent["points"] else "bps" if percent["bps"] else "percent"
        return unit, part(text, percent.start(percent.lastgroup), percent.end())
    if text[end : end + 1] not in _BLANKS:
        return "plain", None
    shares = _SHARES.match(text, end)
    if shares:
        return "shares", part(text, shares.start() + 1, shares.end())
    noun = _NOUN.match(text, end)
    if noun and noun[2] not in _NO_NOUN and noun[0].split()[0] not in _NO_NOUN:
        return "count", part(text, noun.start() + 1, noun.end())
    return "plain", None


def percent_at(text: str, end: int) -> bool:
    """Whether a percent sign, or words to that effect, stands behind the number."""
    return _PERCENT.match(text, end) is not None

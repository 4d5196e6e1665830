"""What a number is when it is no amount: dates, years, codes, notes, phones, times, ordinals and spans of time."""

from __future__ import annotations

import re
from typing import Literal

from finproc.model.text import Span

Role = Literal["amount", "date", "year", "duration", "code", "reference", "ordinal", "phone", "time"]

_MONTH = (
    r"(?:jan(?:uary|uar|vier|\.)?|feb(?:ruary|ruar|\.)?|f[ée]vrier|m[aä]r(?:ch|z|\.)?|mars|apr(?:il|\.)?|avril|ma[iy]|june?|juni|juin|jul(?:y|i|\.)?|juillet"
    r"|aug(?:ust|\.)?|ao[uû]t|sep(?:t(?:ember|embre|\.)?|\.)?|o[ck]t(?:ober|obre|\.)?|nov(?:ember|embre|\.)?|d[eé][cz](?:ember|embre|\.)?)"
)
_MONTH_LEFT = re.compile(rf"\b{_MONTH}\s(?:[0-9]{{1,2}}(?:st|nd|rd|th)?\s?(?:,|and|to|-|–)\s?)?$", re.IGNORECASE)
_MONTH_RIGHT = re.compile(rf"(?:st|nd|rd|th|\.|er)?(?:\s(?:of\s)?|-){_MONTH}\b", re.IGNORECASE)
_CODE_LEFT = re.compile(
    r"(?:[A-Za-z_]-?|[A-Za-z][A-Za-z&]*-|#|§|&P\s|\b(?:ISO|IFRS|IAS|ASC|ASU|FASB|SFAS|FAS|FIN|EITF|FRS|Rule|Form|Section|Sections|Sec\.|Item|Items|Note|Notes|Page|Pages|pp?\.|No\.|Nos\.|Nr\.|Number|Article|Chapter|"
    r"Exhibit|Schedule|Table|Figure|Fig\.|Appendix|Annex|Part|Level|Tier|Phase|Step|Volume|Vol\.|Paragraph|Regulation|Directive|Windows|Boeing|Airbus|Basel|Stage|Category|Route|Highway|Suite|Room|Grade|"
    r"FTSE|STOXX|Stoxx|Nikkei|DAX|CAC|Russell|Fortune|Forbes|MSCI|Nasdaq|NASDAQ|S&P|Global|Top|Section|"
    r"Anhang|Seite|Ziffer|Artikel|Punkt|Kapitel|item|note|notes|page|pages|section|paragraph|chapter|article|exhibit|schedule|level|see)\s)$"
)
_CODE_RIGHT = re.compile(r"-?[A-Z](?![A-Za-z]*\s?[$€£])(?:[-/ ,.;)]|$)|-(?=[A-Z]\b)|[A-Za-z]*[0-9]*-?[a-z]*[A-Z]{2,}")
_PHONE = re.compile(
    r"(?:\+[0-9]{1,3}[ .-]?)?(?:\([0-9]{2,4}\)[ .-]?|[0-9]{2,4}[ .-])[0-9]{3,4}[ .-][0-9]{3,4}(?![0-9])"
)
_TIME_RIGHT = re.compile(r"(?::[0-9]{2}|\s?(?:[ap]\.?m\b|o'clock|Uhr\b|h[0-9]{2}\b))")
_DURATION_RIGHT = re.compile(
    r"[ \u00a0-](?:to [0-9]+[ -])?(?:(?:fiscal|full|consecutive|trading|business|calendar|additional|more|straight)\s)?"
    r"(?:months?|weeks?|years?|days?|hours?|minutes?|quarters?|decades?|centuries|Monaten?|Monate|Wochen|Jahren?|Jahre|Tagen?|Tage|Quartalen?|mois|ans|années|jours|semaines|trimestres)\b",
    re.IGNORECASE,
)
_ORDINAL_RIGHT = re.compile(r"(?:st|nd|rd|th|ème|e|er)\b(?!\s?[$€£])")
_DATE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{4}|[0-9]{2})?")
_SLASHES = re.compile(r"[0-9]{1,4}[/-][0-9]{1,2}[/-][0-9]{1,4}(?![0-9])")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_YEAR_LEFT = re.compile(r"[^\W\d_]\s?['’]$")
_ROOM = 18


def role_of(text: str, digits: Span, *, marked: bool) -> Role:
    """What the digits are; `marked` says that a currency or a scale word stands with them, which makes them an amount."""
    start, end = digits.start, digits.end
    token = text[start:end]
    nearby = text[max(0, start - _ROOM) : start]
    if _near_slashes(text, start, end):
        return "date"
    if marked:
        return "amount"
    if nearby and (nearby[-1].isalpha() or nearby[-1] in "_#§" or _CODE_LEFT.search(nearby)):
        return "code" if not nearby[-1].isspace() else "reference"
    bare = token.isdigit()
    if _DATE.fullmatch(token) and token.count(".") >= 2:  # noqa: PLR2004 - day.month.
        return "date"
    if token.count(".") > 1 and not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", token):
        return "code"
    if nearby.endswith(":") and nearby[-2:-1].isdigit():
        return "time"
    right = _right_role(text, end, bare=bare)
    if right:
        return right
    if bare:
        return _bare_role(text, token, nearby, start, end)
    return "amount"


def _near_slashes(text: str, start: int, end: int) -> bool:
    if text[end : end + 1] not in {"/", "-"} and text[start - 1 : start] not in {"/", "-"}:
        return False
    begin = start
    while begin > 0 and start - begin < 8 and text[begin - 1] in "0123456789/-":  # noqa: PLR2004 - the length of a date before its last part
        begin -= 1
    dated = _SLASHES.match(text, begin)
    return bool(dated and dated.end() >= end and dated.start() <= start)


def _right_role(text: str, end: int, *, bare: bool) -> Role | None:
    if _TIME_RIGHT.match(text, end):
        return "time"
    if not bare:
        return "duration" if _DURATION_RIGHT.match(text, end) else None
    if _MONTH_RIGHT.match(text, end):
        return "date"
    if _ORDINAL_RIGHT.match(text, end):
        return "ordinal"
    if _DURATION_RIGHT.match(text, end):
        return "duration"
    return None


def _bare_role(text: str, token: str, nearby: str, start: int, end: int) -> Role:
    if _MONTH_LEFT.search(nearby) and len(token) <= 4:  # noqa: PLR2004 - a day or a year
        return "year" if len(token) == 4 else "date"  # noqa: PLR2004
    if nearby[-1:] in {"'", "’"} and len(token) == 2:  # noqa: PLR2004 - '24
        return "year"
    if (
        _YEAR.fullmatch(token)
        and not text[end : end + 1] == "%"
        and not re.match(r"[ \u00a0]?(?:%|per ?cent|basis points|shares)", text[end : end + 14])
    ):
        return "year"
    if _is_phone(text, start, end):
        return "phone"
    if _CODE_RIGHT.match(text, end) and text[end : end + 1].strip(" ,.;)"):
        return "code"
    return "amount"


def _is_phone(text: str, start: int, end: int) -> bool:
    if text[end : end + 1] not in {"-", ".", ")", " "} and text[start - 1 : start] not in {"-", ".", ")", " ", "+"}:
        return False
    begin = max(0, start - 14)
    for found in _PHONE.finditer(text, begin, end + 14):
        if found.start() <= start and end <= found.end():
            return found[0].count("-") + found[0].count(".") >= 2 or "(" in found[0] or found[0].startswith("+")  # noqa: PLR2004 - 555-123-4567
    return False

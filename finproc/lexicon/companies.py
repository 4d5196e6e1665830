"""Companies: where a text names one, and by what it is known."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from finproc.lexicon.entities import entity_of, key
from finproc.lexicon.metrics import look_up
from finproc.lexicon.part import words
from finproc.model.text import Span

_GENERIC = re.compile(
    r"^(?:the\s+)?(?:(?:company|firm|corporation|konzern|gesellschaft|société|group)\s+)?", re.IGNORECASE
)
PRONOUNS = words("we our us i they it its their company group konzern wir unser nous notre") | {
    "the company", "the group", "the corporation", "the firm", "the bank", "the partnership", "the trust",
    "the registrant", "der konzern", "die gesellschaft", "das unternehmen", "le groupe", "la société",
}  # fmt: skip


__all__ = ["PRONOUNS", "FoundCompany", "find_companies", "key", "name_of"]
Cue = Literal["suffix", "generic", "ticker", "listed", "verb", "possessive"]


class FoundCompany(Struct, frozen=True):
    """Words that name a company, and what gave them away."""

    text: str
    span: Span
    cue: Cue
    name: str
    """Without a leading generic word: "Company XYZ" is XYZ."""


_WORD = r"(?:[A-ZÀ-ÖØ-Ý0-9][\w&’'+./-]*[\w+!]|[A-ZÀ-ÖØ-Ý]|&)"
_SEQUENCE = re.compile(
    rf"{_WORD}(?:[ \u00a0](?:{_WORD}|(?:of|de|and|the|van|von|der|la|du|for)(?=[ \u00a0]{_WORD}))){{0,9}}"
)
_TOKEN = re.compile(r"[^ \u00a0]+")
_LETTER = re.compile(r"[^\W\d_]")
_LEGAL_WORDS = words(
    "Inc INC Incorporated Corp CORP Corporation CORPORATION Co CO Company COMPANY Limited LIMITED Ltd LTD "
    "LLC plc PLC Plc Oyj OYJ ASA A/S "
    "GmbH Holding Holdings HOLDINGS Bancorp Bancshares AG SE SA NV AB KGaA LP BV Oy SpA AS Pty Pte S.A N.V S.p.A L.P"
)
_LEGAL_AFTER = re.compile(
    r",?[ \u00a0](?:Inc|INC|Incorporated|Corp|Corporation|Co|Ltd|LTD|Limited|LLC|plc|PLC|KGaA|KG|AG|SE|SA|NV|"
    r"S\.A|N\.V|L\.P)\b(?:\.(?!\w))?"
)
_FULL_STOP = re.compile(r"\.(?!\w)")
_GENERIC_WORDS = frozenset({"company", "firm", "konzern", "gesellschaft"})
_GENERIC_BEFORE = re.compile(r"\b(?:company|firm)[ \u00a0]$")
_TICKER = re.compile(
    r",?\s\((?:(?:NYSE|NASDAQ|Nasdaq|NasdaqGS|NYSE American|LSE|AIM|TSX|ASX|OTC\w*|FRA|ETR|BSE|NSE|HKEX|"
    r"Euronext)[^)]{0,30}"
    r"|[A-Z]{1,5}(?:\.[A-Z]{1,2})?)\)"
)
_VERB = re.compile(
    r"[ \u00a0](?:(?:has|had|have|today|also|on \w+|said|was|were|is|are)[ ]){0,2}"
    r"(?:report(?:s|ed|ing)|announc(?:es|ed)|post(?:s|ed)|earn(?:s|ed)|generat(?:es|ed)|record(?:s|ed)|"
    r"expect(?:s|ed)|sa(?:ys|id)|book(?:s|ed)|made|"
    r"delivers|delivered|achiev(?:es|ed)|forecast(?:s|ed)?|rais(?:es|ed)|lost|swung|paid|sold|bought|acquired|"
    r"agreed|won|signed|received|sees|"
    r"guid(?:es|ed)|estimat(?:es|ed)|invest(?:s|ed)|employ(?:s|ed)|operates|owns|owed|declared|completed|"
    r"closed|ended|plans|saw|had|has|hits? (?:an? |its |fresh )?(?:new |all-time |record |52)|"
    r"will (?:book|recogni[sz]e|record|report|post|pay|invest|buy|acquire|sell)|"
    r"erzielte|meldete|verzeichnete|steigerte|erwirtschaftete|a (?:réalisé|publié|enregistré|annoncé))\b"
)
_POSSESSED = re.compile(
    r"[ \u00a0](?:\w+[ \u00a0]){0,4}?(?:revenues?|sales|net|profits?|earnings|income|loss|operating|turnover|"
    r"shares?|EPS|ebitda|EBITDA|cash|debt|"
    r"dividend|margin|total|quarter|fiscal|first|second|third|fourth|unit|division|arm|subsidiary|order|backlog)\b"
)
_POSSESSIVE = re.compile(r"['’]s(?=[ \u00a0][A-Z])")
_APPOSITION = re.compile(
    r",[ \u00a0](?:an?[ ](?:unit|subsidiary|division|maker|provider|supplier|producer|manufacturer|part)|"
    r"which[ ](?:owns|makes|runs|employs|controls|operates|sells|produces))\b"
)
_BOARD = re.compile(r"(?:(?:Supervisory|Executive|Management)\s)?Board\sof\s(?:Directors\sof\s)?(?:the\s)?")
_SHORT_FORMS = words("GAAP IFRS EPS EBIT EBITDA EBITA ARR RPO FFO NOI NAV NOL ATM SEC IPO CEO CFO COO US USA UK EU")
_NO_NAME = words(
    "the a an in on at of for to by with from and or but as if its our their this that these those it we i "
    "he she they there here net total revenue revenues sales income loss profit "
    "operating gross earnings cash adjusted diluted basic first second third fourth q1 q2 q3 q4 h1 h2 fy "
    "january february march april may june july august september october november "
    "december monday tuesday wednesday thursday friday saturday sunday year quarter months three six nine "
    "twelve fiscal full company group management according during including compared meanwhile "
    "however moreover also excluding earlier last next both all no note table item part other such capital "
    "research costs expenses ebitda ebit eps gaap non-gaap non us usa u.s. uk eu euro eur usd gbp "
    "return proceeds dividends inventory inventories backlog goodwill deposits loans exports imports orders bookings "
    "analysts investors shareholders shares share stock total some many most each our what when while after "
    "before since under over per der die das den dem ein eine im am zum le la les des du un une en "
    "ceo cfo chairman president mr mrs ms dr board results outlook guidance dividend tax interest depreciation "
    "amortization selling general additionally furthermore overall separately "
    "yesterday today tomorrow tonight this week dealers directors reuters customers members management’s "
    "employees investors bankers regulators officials government parliament minister department commission "
    "free comparable organic same-store like-for-like segment segments consolidated international north south "
    "east west america europe asia china japan germany france india"
)

_FIRST_WORDS = words(
    "international general first north south east west america europe asia china japan germany france india capital "
    "research direct free american"
)
"""Words without a name of their own that begin many a company's: General Motors Company, First Solar, Inc."""


_PERSON = re.compile(
    r"\b(?:minister|ceo|cfo|coo|chairman|chairwoman|chair|president|director|officer|chief|executive|secretary|governor|"
    r"analyst|economist|strategist|manager|spokes(?:man|woman|person)|founder|partner|mr\.?|mrs\.?|ms\.?|dr\.?)\s$",
    re.IGNORECASE,
)
"""What before a name makes it a person's, whoever he speaks for ("CEO Jane Doe said")."""
_OF = words("of de du von van der des")
_YEAR = re.compile(r"(?:(?:19|20)\d\d|(?:FY|CY)[-'’]?(?:\d\d){1,2})(?:[/-]\d\d(?:\d\d)?)?,?", re.IGNORECASE)
_LEADING = 5
"""Words of a metric before "of" and the company that it is measured of."""


def find_companies(text: str) -> list[FoundCompany]:
    """Companies that the text names by suffix, ticker, a generic word or the verb behind.

    In order, none overlapping.
    """
    found = []
    for sequence in _SEQUENCE.finditer(text):
        if not _LETTER.search(text, *sequence.span()):
            continue
        company = _company(text, sequence.start(), sequence.end())
        if company:
            found.append(company)
    return found


def _company(text: str, start: int, end: int) -> FoundCompany | None:  # noqa: PLR0911 - one return a cue
    """What a run of capitalized words names, if anything gives a company away."""
    tokens = [(token.start(), token.end()) for token in _TOKEN.finditer(text, start, end)]
    generic = text[tokens[0][0] : tokens[0][1]].lower() in _GENERIC_WORDS and len(tokens) > 1
    if generic:
        return _found(text, tokens[0][0], tokens[1][0], end, "generic")
    tokens = _named_tokens(text, tokens)
    if not tokens:
        return None
    whole, start = start, tokens[0][0]
    if _GENERIC_BEFORE.search(text, max(0, start - 9), start):
        return _found(text, start, start, end, "generic")
    legal = [
        place for place, (first, last) in enumerate(tokens) if place and text[first:last].rstrip(",") in _LEGAL_WORDS
    ]
    if legal or _LEGAL_AFTER.match(text, end):
        start = _first_word(text, whole, start)
        return _found(text, start, start, _after_suffix(text, tokens[legal[-1]][1] if legal else end), "suffix")
    if _ticker_follows(text, start, end):
        return _found(text, start, start, end, "ticker")
    if entity_of(_bare_name(text[start:end])):
        return _found(text, start, start, start + len(_bare_name(text[start:end])), "listed")
    return _by_what_follows(text, start, end)


def _ticker_follows(text: str, start: int, end: int) -> bool:
    """A ticker in brackets, not a metric with its short form: "Annual Recurring Revenue (ARR)", "Ergebnis (EBIT)"."""
    ticker = _TICKER.match(text, end)
    inner = ticker[0].strip(" ,()") if ticker else ""
    return bool(ticker) and look_up(text[start:end]) is None and look_up(inner) is None and inner not in _SHORT_FORMS


def _first_word(text: str, whole: int, start: int) -> int:
    """Where a name with a legal suffix begins: with "General", "First", "China" too, which alone name nobody."""
    before = text[whole:start].split()
    return start - len(before[-1]) - 1 if before and before[-1].lower() in _FIRST_WORDS else start


def _bare_name(words: str) -> str:
    return words.removesuffix("'s").removesuffix("’s")


def _named_tokens(text: str, tokens: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The run without what leads to the name: "In fiscal 2023 Kestrel", "EBITDA de Meridian", "Umsatz der Vossberg"."""
    while tokens and _nameless(text[slice(*tokens[0])]):
        tokens = tokens[1:]
    for place in range(1, min(len(tokens), _LEADING)):
        if text[slice(*tokens[place])] in _OF and look_up(text[tokens[0][0] : tokens[place - 1][1]]):
            return _named_tokens(text, tokens[place + 1 :])
    return tokens


def _nameless(word: str) -> bool:
    return _bare(word) in _NO_NAME or word in _OF or bool(_YEAR.fullmatch(word))


def _bare(word: str) -> str:
    return word.strip(",.'’").lower().removesuffix("'s").removesuffix("’s")


def _by_what_follows(text: str, start: int, end: int) -> FoundCompany | None:
    """A name by the verb behind it, or by what it possesses."""
    inner = _POSSESSIVE.search(text, start, end)
    if inner and _POSSESSED.match(text, inner.end()):
        return _found(text, start, start, inner.start(), "possessive")
    owner = end - 2 if text[end - 2 : end] in {"'s", "’s"} else end
    possessive = owner < end or text[end : end + 1] in {"'", "’"}
    if possessive and _POSSESSED.match(text, end if owner < end else end + 1):
        return _found(text, start, start, owner, "possessive")
    acts = _VERB.match(text, end) or _APPOSITION.match(text, end)
    if possessive or not acts or _PERSON.search(text, max(0, start - 30), start):
        return None
    return _found(text, start, start, end, "verb")


def _after_suffix(text: str, end: int) -> int:
    """The end of a legal suffix, its full stop and further suffixes taken in ("Co., Ltd.")."""
    while True:
        stop = _FULL_STOP.match(text, end)
        end = stop.end() if stop else end
        following = _LEGAL_AFTER.match(text, end)
        if not following:
            return end
        end = following.end()


def _found(text: str, whole: int, start: int, end: int, cue: Cue) -> FoundCompany | None:
    board = _BOARD.match(text, start, end)
    if board:
        whole = start = board.end()
    name = text[start:end]
    if len(name) < 2 or name.replace(" ", "").isdigit() or not key(name):  # noqa: PLR2004 - no name is one letter
        return None
    return FoundCompany(text[whole:end], Span(whole, end), cue, name)


@lru_cache(maxsize=1024)
def name_of(words: str) -> str | None:
    """The name without a leading generic word ("Company XYZ" → "XYZ"); None for "we", "the Company" and the like."""
    trimmed = " ".join(words.split()).strip(" ,;:").removesuffix("'s").removesuffix("’s")
    if trimmed.lower() in PRONOUNS or not trimmed:
        return None
    name = (
        _GENERIC.sub("", trimmed)
        if _GENERIC.match(trimmed) and not re.match(r"the\s+group\s+of", trimmed, re.IGNORECASE)
        else trimmed
    )
    if re.match(r"(?:the|group|corporation)\s", trimmed, re.IGNORECASE) and not re.match(
        r"(?:the\s+)?company\s", trimmed, re.IGNORECASE
    ):
        name = re.sub(r"^the\s+", "", trimmed, flags=re.IGNORECASE)
    return name or None

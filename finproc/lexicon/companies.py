"""Companies: legal suffixes, how names compare, and where a text names one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from finproc.model.text import Span

_SUFFIXES = (
    "incorporated|inc|corporation|corp|company|co|limited|ltd|llc|plc|ag|se|sa|s\\.a|nv|n\\.v|oyj|oy|ab|asa|a/s|gmbh|"
    "group|holdings?|international|spa|s\\.p\\.a|lp|l\\.p|kgaa|bv|b\\.v|pte|pty|as|hf|sarl|sas|kg|ohg|trust|bancorp|bank|bancshares"
)
_STRIPPED = re.compile(
    r"[,.]?\s+(incorporated|inc|corporation|corp|company|co|limited|ltd|llc|plc|ag|se|sa|s\.a|nv|n\.v|oyj|ab|asa|a/s|gmbh|"
    r"group|holdings?|international|spa|s\.p\.a|lp|kgaa|bv|pte|pty)\.?$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^(?:the\s+)?(?:(?:company|firm|corporation|konzern|gesellschaft|société|group)\s+)?", re.IGNORECASE
)
PRONOUNS = frozenset(
    "we our us i they it its their the company the group the corporation the firm the bank the partnership the trust the registrant company group "
    "wir unser nous notre der konzern die gesellschaft das unternehmen le groupe la société".replace("the ", "the_")
    .replace("der ", "der_").replace("die ", "die_").replace("das ", "das_").replace("le g", "le_g").replace("la s", "la_s").split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundCompany:
    """Words that name a company, and what gave them away."""

    text: str
    span: Span
    cue: Literal["suffix", "generic", "ticker", "verb", "possessive"]
    name: str
    """Without a leading generic word: "Company XYZ" is XYZ."""


_WORD = r"(?:[A-ZÀ-ÖØ-Ý0-9][\w&’'+./-]*[\w+!]|[A-ZÀ-ÖØ-Ý]|&)"
_NAME = rf"{_WORD}(?:[ \u00a0](?:{_WORD}|(?:of|de|and|the|van|von|der|la|du)(?=[ \u00a0]{_WORD})))*"
_LEGAL = re.compile(
    rf"(?P<name>(?:{_WORD}[ \u00a0](?:(?:&|of|de|and|for|the|van|von|du)[ \u00a0])?){{1,6}}?"
    rf"(?:,?[ \u00a0]?(?i:\b(?:inc|incorporated|corp|corporation|co|company|limited|ltd|llc|plc|oyj|asa|a/s|gmbh|holdings?|bancorp|bancshares)\b|\b(?:AG|SE|SA|NV|AB|KGaA|LP|BV|Oy|SpA|AS|Pty|Pte)\b|S\.A\.|N\.V\.|S\.p\.A\.|L\.P\.)(?:\.(?!\w))?)"
    rf"(?:,?[ \u00a0](?:Inc|Ltd|Limited|LLC|plc|Co|KGaA|KG|Corp)\b(?:\.(?!\w))?)*)"
)
_TICKER = re.compile(
    rf"(?P<name>{_NAME}),?\s\((?:(?:NYSE|NASDAQ|Nasdaq|NasdaqGS|NYSE American|LSE|AIM|TSX|ASX|OTC\w*|FRA|ETR|BSE|NSE|HKEX|Euronext)[^)]{{0,30}}|[A-Z]{{1,5}}(?:\.[A-Z]{{1,2}})?)\)"
)
_GENERIC_NAME = re.compile(
    rf"\b(?:The )?(?P<generic>[Cc]ompany|Firm|Konzern|Gesellschaft)[ ](?P<name>[A-Z][\w&-]*(?:[ ]{_WORD})*)"
)
_VERB = re.compile(
    rf"(?P<name>{_NAME})(?P<possessive>['’]s?)?[ \u00a0](?P<verb>(?:(?:has|had|have|today|also|on \w+|said|was|were|is|are)[ ]){{0,2}}"
    r"(?:report(?:s|ed|ing)|announc(?:es|ed)|post(?:s|ed)|earn(?:s|ed)|generat(?:es|ed)|record(?:s|ed)|expect(?:s|ed)|sa(?:ys|id)|book(?:s|ed)|made|delivers|delivered|achiev(?:es|ed)|"
    r"forecast(?:s|ed)?|rais(?:es|ed)|lost|swung|paid|sold|bought|acquired|agreed|won|signed|received|sees|guid(?:es|ed)|estimat(?:es|ed)|invest(?:s|ed)|employ(?:s|ed)|operates|owns|owed|declared|completed|closed|ended|plans|saw|had|has|erzielte|meldete|verzeichnete|steigerte|erwirtschaftete|a (?:réalisé|publié|enregistré|annoncé))\b)"
)
_POSSESSIVE = re.compile(
    rf"(?P<name>{_NAME})['’]s?[ \u00a0](?=(?:\w+[ \u00a0]){{0,4}}?(?:revenues?|sales|net|profits?|earnings|income|loss|operating|turnover|shares?|EPS|ebitda|EBITDA|cash|debt|dividend|margin|total|quarter|fiscal|first|second|third|fourth)\b)"
)
_NO_NAME = frozenset(
    "the a an in on at of for to by with from and or but as if its our their this that these those it we i he she they there here net total revenue revenues sales income loss profit "
    "operating gross earnings cash adjusted diluted basic first second third fourth q1 q2 q3 q4 h1 h2 fy january february march april may june july august september october november "
    "december monday tuesday wednesday thursday friday saturday sunday year quarter months three six nine twelve fiscal full company group management according during including compared meanwhile "
    "however moreover also excluding earlier last next both all no note table item part other such capital research costs expenses ebitda ebit eps gaap non-gaap non us usa u.s. uk eu euro eur usd gbp "
    "analysts investors shareholders shares share stock total some many most each our what when while after before since under over per der die das den dem ein eine im am zum le la les des du un une en "
    "ceo cfo chairman president mr mrs ms dr board results outlook guidance dividend tax interest depreciation amortization selling general additionally furthermore overall separately "
    "free comparable organic same-store like-for-like segment segments consolidated international north south east west america europe asia china japan germany france india".split()
)
_CUES: tuple[tuple[re.Pattern[str], Literal["suffix", "generic", "ticker", "verb", "possessive"]], ...] = (
    (_GENERIC_NAME, "generic"), (_LEGAL, "suffix"), (_TICKER, "ticker"), (_POSSESSIVE, "possessive"), (_VERB, "verb"),
)  # fmt: skip


def find_companies(text: str) -> list[FoundCompany]:
    """Companies that the text names by suffix, ticker, a generic word or the verb that follows; in order, none overlapping."""
    found: list[FoundCompany] = []
    taken: list[Span] = []
    for pattern, cue in _CUES:
        for match in pattern.finditer(text):
            span = _trimmed(text, Span(*match.span("name")))
            if span is None or any(span.overlaps(other) for other in taken):
                continue
            whole = Span(match.start("generic"), span.end) if cue == "generic" else span
            taken.append(whole)
            found.append(FoundCompany(text[whole.start : whole.end], whole, cue, text[span.start : span.end]))
    return sorted(found, key=lambda company: company.span)


def _trimmed(text: str, span: Span) -> Span | None:
    """Without leading words that only begin a sentence; None where nothing of a name is left."""
    start, end = span.start, span.end
    while True:
        first = re.compile(r"[^\s]+\s*").match(text, start, end)
        if not first or first[0].strip(" ,.'’").lower() not in _NO_NAME:
            break
        start = first.end()
    name = text[start:end].strip()
    if not name or name.replace(" ", "").isdigit() or (len(name) == 1) or key(name) == "":
        return None
    return Span(start, start + len(text[start:end].rstrip()))


def name_of(words: str) -> str | None:
    """The name without a leading generic word ("Company XYZ" → "XYZ"); None for "we", "the Company" and the like."""
    trimmed = " ".join(words.split()).strip(" ,;:").removesuffix("'s").removesuffix("’s")
    if trimmed.lower().replace(" ", "_") in PRONOUNS or not trimmed:
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


def key(name: str | None) -> str:
    """What two spellings of one company share: lower case, without articles, generic words, legal suffixes and marks."""
    lowered = re.sub(r"^(the|company)\s+", "", (name or "").lower().strip())
    while (shorter := _STRIPPED.sub("", lowered)) != lowered:
        lowered = shorter
    return re.sub(r"[^\w]+", "", lowered)

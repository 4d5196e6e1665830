"""A sentence as tokens: what the lexicon found in it stands as one token each, every other word with its part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from finproc.extract.mentions.rules.vocabulary import PART_OF, Part
from finproc.model.text import Span

_WORD = re.compile(r"[^\W\d_](?:[\w&.’'/-]*[\w])?(?:[’']s?\b)?|\d[\d.,]*|[(\[]|[)\]]|[,;:]|[–—]|-(?=\s)|[$€£¥]|\S")
_POSSESSIVE = re.compile(r"['’]s?(?!\w)")
_BULLETS = frozenset("•▪◦*‣■●·")
_MARKS = frozenset(".\"'“”„‘’«»…!?")
_SIGNS: dict[str, Part] = {
    "(": "open", "[": "open", ")": "close", "]": "close", ",": "comma", ";": "semicolon", ":": "colon",
    "–": "dash", "—": "dash", "-": "dash", "&": "and", "+": "and",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign or finding. `item` is the place in the sentence's own list of amounts, metrics … of that part."""

    part: Part
    text: str
    start: int
    end: int
    item: int = -1
    lower: str = field(init=False, repr=False, compare=False)
    """Its text in lower case: the rules ask for it many times."""

    def __post_init__(self) -> None:
        """Derives `lower`."""
        object.__setattr__(self, "lower", self.text.lower())


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of the lexicon that stands as one token."""

    part: Part
    span: Span
    item: int
    rank: int = field(default=0, compare=False)
    """Where two overlap the higher one stays (amounts over periods over metrics over companies)."""


def tokens(text: str, span: Span, found: Sequence[Found]) -> list[Token]:
    """The tokens of one sentence in order; `found` in order of start, within the span."""
    out: list[Token] = []
    place = span.start
    for finding in _apart(found):
        _words(text, place, finding.span.start, out)
        out.append(
            Token(
                finding.part,
                text[finding.span.start : finding.span.end],
                finding.span.start,
                finding.span.end,
                finding.item,
            )
        )
        possessive = _POSSESSIVE.match(text, finding.span.end)
        place = possessive.end() if possessive else finding.span.end
    _words(text, place, span.end, out)
    return out


def _apart(found: Sequence[Found]) -> list[Found]:
    """Findings that do not overlap: of two, the higher rank, then the longer."""
    kept: list[Found] = []
    for finding in sorted(found, key=lambda f: (f.span.start, -f.rank, -len(f.span))):
        while kept and kept[-1].span.overlaps(finding.span):
            before = kept[-1]
            if (before.rank, len(before.span)) >= (finding.rank, len(finding.span)):
                break
            kept.pop()
        else:
            kept.append(finding)
    return kept


def _shape(word: str) -> Part:
    """The part of a word that no table lists; bullets stand like dashes, quotation marks are passed over."""
    if word[0].isdigit():
        return "number"
    if word[0].isalpha():
        return "name" if word[0].isupper() else "word"
    return "dash" if word in _BULLETS else "adverb" if word in _MARKS else "word"


def _words(text: str, start: int, end: int, out: list[Token]) -> None:
    for match in _WORD.finditer(text, start, end):
        word = match.group()
        sign = _SIGNS.get(word)
        if sign is None:
            sign = PART_OF.get(word.lower()) or _shape(word)
        out.append(Token(sign, word, match.start(), match.end()))

"""A sentence as tokens: what the lexicon found in it stands as one token each, every other word with its part."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

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


class Token(Struct, frozen=True):
    """One word, sign or finding. `item` is the place in the sentence's own list of amounts, metrics … of that part."""

    part: Part
    text: str
    start: int
    end: int
    lower: str
    """Its text in lower case: the rules ask for it many times."""
    item: int = -1


class Found(Struct, frozen=True):
    """A finding of the lexicon that stands as one token."""

    part: Part
    span: Span
    item: int
    rank: int = 0
    """Where two overlap the higher one stays (amounts over periods over metrics over companies)."""


def tokens(text: str, span: Span, found: Sequence[Found]) -> list[Token]:
    """The tokens of one sentence in order; `found` in order of start, within the span."""
    out: list[Token] = []
    place = span.start
    for finding in _apart(found):
        _words(text, place, finding.span.start, out)
        start, place = finding.span.start, finding.span.end
        words = text[start:place]
        out.append(Token(finding.part, words, start, place, words.lower(), finding.item))
        possessive = _POSSESSIVE.match(text, place)
        place = possessive.end() if possessive else place
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
        word = match[0]
        lower = word.lower()
        part = _SIGNS.get(word) or PART_OF.get(lower) or _shape(word)
        out.append(Token(part, word, match.start(), match.end(), lower))

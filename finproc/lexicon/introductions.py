"""Short names that a text gives a company in brackets: XYZ Corporation (“XYZ” or the “Company”)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from finproc.lexicon.companies import PRONOUNS, find_companies
from finproc.lexicon.entities import spelled
from finproc.lexicon.part import words
from finproc.model.text import Span

_BRACKET = re.compile(r"\(([^()]{0,240})\)")
_TERM = re.compile(r"[“„«\"‘]\s*(?:the\s+)?([^”“„«»\"’‘]{1,60}?)[,.]?\s*[”“»\"’]", re.IGNORECASE)
_PLAIN = re.compile(
    r"(?:hereinafter\s+|hereafter\s+)?(?:the\s+)(company|group|corporation|bank|partnership|trust|registrant)"
)
_INITIALS = re.compile(r"[A-Z][A-Z&]{1,6}")
_BEFORE = 160
"""Characters before a bracket in which the whole name stands."""
_SELF = words("we us our company group corporation bank partnership trust registrant konzern gesellschaft")


@dataclass(frozen=True, slots=True)
class Introductions:
    """Full names by the spelling of the short one, and whom "we" and "the Company" mean; None where nobody says."""

    names: dict[str, str]
    reporter: str | None = None
    reporter_span: Span | None = None


def find_introductions(text: str) -> Introductions:
    """All short names that the text introduces; one that it gives two companies stands for neither."""
    names: dict[str, str | None] = {}
    reporters: dict[str, tuple[str, Span]] = {}
    for bracket in _BRACKET.finditer(text):
        terms = [term[1].strip() for term in _TERM.finditer(bracket[1])]
        plain = _PLAIN.fullmatch(bracket[1].strip().lower())
        terms += [plain[1]] if plain else []
        initials = bracket[1] if _INITIALS.fullmatch(bracket[1]) else None
        full = _named_before(text, bracket.start()) if terms or initials else None
        if full is None:
            continue
        name, span = full
        for term in terms:
            if term.lower() in _SELF or term.lower() in PRONOUNS:
                reporters.setdefault(spelled(name), (name, span))
            else:
                _introduce(names, term, name)
        if initials and initials.replace("&", "") == _initials_of(name):
            _introduce(names, initials, name)
    known = {short: name for short, name in names.items() if name is not None}
    if len(reporters) != 1:
        return Introductions(known)
    ((reporter, span),) = reporters.values()
    return Introductions(known, reporter, span)


def _introduce(names: dict[str, str | None], short: str, name: str) -> None:
    spelling = spelled(short)
    if spelling and spelling != spelled(name):
        standing = names.setdefault(spelling, name)
        if standing is not None and spelled(standing) != spelled(name):
            names[spelling] = None


def _named_before(text: str, bracket: int) -> tuple[str, Span] | None:
    """The company whose name ends where the bracket opens; a ticker in brackets may stand between."""
    window = text[max(0, bracket - _BEFORE) : bracket]
    start = bracket - len(window)
    ends = window.rstrip(" \u00a0,")
    if ends.endswith(")") and "(" in ends:
        ends = ends[: ends.rindex("(")].rstrip(" \u00a0,")
    found = find_companies(f"{ends} (X)")  # what stands before a bracket is known as what stands before a ticker
    if not found or found[-1].span.end < len(ends.rstrip(".")):
        return None
    span = found[-1].span
    return found[-1].name, Span(start + span.end - len(found[-1].name), start + span.end)


def _initials_of(name: str) -> str:
    return "".join(
        word[0] for word in re.findall(r"[^\W_]+", name) if word[0].isupper() and spelled(f"x {word}") != "x"
    )

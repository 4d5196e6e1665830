"""Whom a sentence speaks of: a company that it names before the amount, else the one that the text is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from finproc.extract.mentions.rules.sentences import Passage
from finproc.extract.mentions.rules.vocabulary import words
from finproc.lexicon.companies import FoundCompany, key
from finproc.model.document import Context
from finproc.model.text import Quote, Span

_GENERIC = words("konzern gruppe unternehmen gesellschaft group company groupe société directors board")
_OBJECT = re.compile(
    r"(?:\b(?:of|with|to|by|in|for|against|into|acquired?|acquir(?:ing|es)|bought|buys?|purchased?|via|through|between|"
    r"under|including)\s(?:the\s|its\s|our\s)?)$"
)
"""What a company stands behind that does nothing itself."""
_OBJECT_ROOM = 16
_NATION = re.compile(
    r"(?:Finnish|Estonian|Latvian|Lithuanian|Italian|Spanish|Dutch|Belgian|Polish|Portuguese|Hungarian)\s(?=[A-Z]\w+)"
)
_SURE = frozenset({"suffix", "ticker", "generic", "verb"})


@dataclass(slots=True)
class Namer:
    """Answers whom an amount describes. `submitted` is the submission's: normalization's default."""

    submitted: str
    default: FoundCompany | None

    @classmethod
    def of(cls, companies: Sequence[FoundCompany], context: Context) -> Namer:
        """The text's own company is the one it names most often, the first of equals."""
        companies = [company for company in companies if company.name.lower() not in _GENERIC]
        counts = Counter(key(company.name) for company in companies)
        first = max(companies, key=lambda company: counts[key(company.name)], default=None)
        return cls(key(context.company), first if not context.company else None)

    def settle(self, text: str, companies: Sequence[FoundCompany]) -> None:
        """The default is one of those that do something in the text, not only what is bought, named or dealt with."""
        if self.default is None:
            return
        acting = [
            company for company in companies if company.name.lower() not in _GENERIC and not _acted_on(text, company)
        ]
        counts = Counter(key(company.name) for company in companies)
        self.default = max(acting, key=lambda company: counts[key(company.name)], default=None)

    def enter(self, passage: Passage, companies: Sequence[FoundCompany]) -> None:
        """A passage begins."""

    def company(self, amount: Span, companies: Sequence[FoundCompany], owner: Quote | None) -> Quote | None:
        """The company of an amount in a sentence that names these; None leaves it to the submission.

        `owner` is the name before the metric ("SGRE's order backlog"), the company where the submission names none.
        """
        if owner is not None and not self.submitted and _is_name(owner.text):
            return _plain(owner)
        companies = [company for company in companies if company.name.lower() not in _GENERIC]
        before = [company for company in companies if company.span.end <= amount.start]
        for company in reversed(before):
            if self.submitted and (key(company.name) != self.submitted and company.cue not in _SURE):
                continue
            return _plain(Quote(company.text, company.span))
        if self.default is None:
            return None
        return _plain(Quote(self.default.text, self.default.span, "document"))


def _acted_on(text: str, company: FoundCompany) -> bool:
    start = company.span.start
    return _OBJECT.search(text, max(0, start - _OBJECT_ROOM), start) is not None


def _is_name(words: str) -> bool:
    """Whether every word of a name is capitalized: "the Norwegian oil firm's earnings" name nobody."""
    return words.lower() not in _GENERIC and all(
        word[0].isupper() or word in ("&", "of", "and") for word in words.split()
    )


def _plain(name: Quote) -> Quote:
    """Without the nationality before a name ("Finnish Aktia Group")."""
    nation = _NATION.match(name.text)
    if nation is None or name.span is None:
        return name
    start = name.span.start + nation.end()
    return Quote(name.text[nation.end() :], Span(start, name.span.end), name.origin)

"""What the evidence page shows of facts and findings, as plain values for its template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from finproc.model.document import Document
from finproc.model.fact import Evidence, Fact, FactContent
from finproc.model.mention import Rejection
from finproc.model.problem import Problem
from finproc.model.text import Quote, Span
from finproc.submit.evidence import wording
from finproc.submit.evidence.marks import Marks, Target
from finproc.submit.findings import Contradiction

CONTEXT_CHARACTERS = 60
"""How much of the text stands before and after an amount in the list of unclaimed ones."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the page is about. `facts` are stored ones, or what normalization just made, whose ids are their places."""

    name: str
    document: Document | None
    facts: Sequence[Fact | FactContent]
    problems: Sequence[Problem] = ()
    unclaimed: Sequence[Quote] = ()
    rejected: Sequence[Rejection] = ()
    contradictions: Sequence[Contradiction] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """How one field is known."""

    field: str
    text: str
    how: str
    where: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact in the list. `spots` are the segments of its evidence: `metric:12-13 value:14-14`."""

    key: str
    content: FactContent
    spots: str
    printed: str
    known: tuple[Known, ...]
    decision: str | None
    replaced: date | None
    """Since when a later document gives this figure anew."""
    contradictions: tuple[Contradiction, ...]

    @property
    def value(self) -> str:
        return wording.value(self.content)

    @property
    def title(self) -> str:
        content = self.content
        return " · ".join(filter(None, (content.metric, content.qualifier, content.segment)))

    @property
    def period(self) -> str:
        return wording.period(self.content)

    @property
    def precision(self) -> str | None:
        """How exactly the number is printed; None where the text is gone or does not tell."""
        return wording.precision(self.content)

    @property
    def converted(self) -> str | None:
        content = self.content
        if content.value_converted is None:
            return None
        return f"{wording.number(content.value_converted)} {content.currency_converted or ''}".rstrip()

    @property
    def proof(self) -> str:
        return wording.PROOFS[self.content.proof]

    @property
    def doubts(self) -> list[str]:
        return [wording.doubt(code) for code in self.content.doubts]

    @property
    def extractor(self) -> str:
        model = f" ({self.content.model})" if self.content.model else ""
        return wording.EXTRACTORS[self.content.extractor] + model

    @property
    def attention(self) -> bool:
        """Whether a person should look: it is in review, or contradicts another fact."""
        return self.content.proof == "review" or bool(self.contradictions)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem, refused mention or unclaimed amount in its list."""

    reason: str
    detail: str
    text: str | None
    span: Span | None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """All that the template reads."""

    subject: Subject
    entries: tuple[Entry, ...]
    problems: tuple[Trouble, ...]
    unclaimed: tuple[Trouble, ...]
    proofs: tuple[tuple[str, int], ...]
    metrics: tuple[tuple[str, int], ...]
    periods: tuple[tuple[str, int], ...]
    titles: Mapping[str, str]
    """What each fact says, by its key."""
    marks: Marks = field(repr=False)


def ordered(facts: Sequence[Fact | FactContent]) -> list[tuple[str, FactContent, Fact | None]]:
    """Key, content and stored fact, in the order of their amounts. What is not stored has its place as its key."""
    keyed = [
        (fact.fact_id, fact.content, fact) if isinstance(fact, Fact) else (str(place), fact, None)
        for place, fact in enumerate(facts, start=1)
    ]
    return sorted(keyed, key=lambda item: (item[1].amount, item[1].metric, item[0]))


def view(subject: Subject, cuts: Sequence[int]) -> View:
    """The page's values; `cuts` are the borders of the text's paragraphs and cells."""
    text = "" if subject.document is None else subject.document.text
    facts = ordered(subject.facts)
    problems = [*map(_problem, subject.problems), *map(_rejection, subject.rejected)]
    unclaimed = [_unclaimed(quote, text) for quote in subject.unclaimed]
    targets = [
        *(Target("fact", place, content.amount) for place, (_, content, _) in enumerate(facts)),
        *(Target("problem", place, found.span) for place, found in enumerate(problems) if found.span),
        *(Target("unclaimed", place, found.span) for place, found in enumerate(unclaimed) if found.span),
    ]
    marks = Marks(len(text), (span for _, content, _ in facts for _, span in _spans(content)), targets, cuts)
    contents = [content for _, content, _ in facts]
    entries = tuple(_entry(*fact, subject, marks) for fact in facts)
    return View(
        subject,
        entries,
        tuple(problems),
        tuple(unclaimed),
        _counted(content.proof for content in contents),
        _counted(content.metric for content in contents),
        _counted(content.period or "not known" for content in contents),
        {entry.key: f"{entry.title}, {entry.content.period or 'no period'}: {entry.value}" for entry in entries},
        marks,
    )


def _entry(key: str, content: FactContent, fact: Fact | None, subject: Subject, marks: Marks) -> Entry:
    text = "" if subject.document is None else subject.document.text
    decision = None if fact is None else fact.decision
    told = None
    if decision is not None:
        told = ": ".join(filter(None, (f"{decision.verdict}, {decision.decided_at:%Y-%m-%d}", decision.reason)))
    runs = ((name, marks.run(span)) for name, span in _spans(content))
    spots = dict.fromkeys(f"{name}:{run[0]}-{run[1]}" for name, run in runs if run)
    return Entry(
        key,
        content,
        " ".join(spots),
        text[content.amount.start : content.amount.end],
        tuple(_known(content)),
        told,
        None if fact is None or fact.known_to is None else fact.known_to.date(),
        tuple(found for found in subject.contradictions if key in found.fact_ids),
    )


def _spans(content: FactContent) -> Iterator[tuple[str, Span]]:
    """Fields and the places of their evidence, what is shown strongest first."""
    yield "value", content.amount
    for evidence in content.evidence:
        if evidence.quote.span is not None:
            yield evidence.field, evidence.quote.span
    yield "quote", Span(content.quote_start, content.quote_end)


def _known(content: FactContent) -> Iterator[Known]:
    """How each field is known; several pieces of one field that follow in the same way are told together."""
    order = {name: place for place, name in enumerate(wording.FIELDS)}
    told = sorted(content.evidence, key=lambda item: order.get(item.field, len(order)))
    for (name, rule), group in groupby(told, key=lambda item: (item.field, wording.how(item))):
        pieces: list[Evidence] = list(group)
        places = [wording.where(piece.place, piece.quote.span) for piece in pieces]
        yield Known(
            name,
            " … ".join(piece.quote.text for piece in pieces),
            rule,
            "; ".join(place for place in places if place) or None,
        )


def _problem(found: Problem) -> Trouble:
    return Trouble(wording.reason(found.code), found.detail, found.text, found.span)


def _rejection(found: Rejection) -> Trouble:
    return Trouble(
        wording.reason(found.reason), "The language model offered it; it was refused.", found.text, found.span
    )


def _unclaimed(quote: Quote, text: str) -> Trouble:
    span = quote.span
    if span is None:
        return Trouble("", "", quote.text, None)
    before = text[max(0, span.start - CONTEXT_CHARACTERS) : span.start].rpartition("\n")[2]
    after = text[span.end : span.end + CONTEXT_CHARACTERS].partition("\n")[0]
    if len(before) == CONTEXT_CHARACTERS:
        before = f"… {before.partition(' ')[2]}"
    if len(after) == CONTEXT_CHARACTERS:
        after = f"{after.rpartition(' ')[0]} …"
    return Trouble("", "", quote.text, span, before, after)


def _counted(names: Iterator[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))

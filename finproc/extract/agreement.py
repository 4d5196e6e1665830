"""Two readings of one number: what the rules and a model agree on stands, what they differ in is in doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from finproc.extract.attested import agreed_company, dated, qualifier_doubts, same_period, segment_doubts
from finproc.extract.mentions.rules.modifiers import NEUTRAL
from finproc.extract.mentions.rules.vocabulary import LOSSES
from finproc.extract.places import Sentence
from finproc.lexicon.companies import key
from finproc.lexicon.metrics import canonical
from finproc.model.mention import Mention
from finproc.model.text import Quote, Span

_Changes = dict[str, Any]
"""Fields of a mention with what they become."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model says about a number, in its places in the text."""

    metric: Quote
    company: Quote | None
    period: Quote | None
    segment: Quote | None
    qualifier: Quote | None
    guidance: bool
    doubts: tuple[str, ...]


def merged(ruled: Mention, read: Reading, sentence: Sentence | None, submitted: str) -> Mention:
    """The rules' mention with what the model adds and the text bears out; another reading is the model's, in doubt.

    What the model leaves out is no contradiction. `submitted` is the key of the company that the submission names.
    """
    doubts = list(read.doubts)
    company, others = agreed_company(ruled.company, read.company, submitted, sentence)
    doubts += others
    if (ruled.status == "guidance") != read.guidance:
        doubts.append("other_status")
    changes: _Changes = {"company": company, "status": "guidance" if read.guidance else "actual"}
    for filled, raised in (_dated(ruled, read, sentence), _narrowed(ruled, read, sentence)):
        changes |= filled
        doubts += raised
    same = same_metric(ruled, read)
    if not same:
        doubts.append("other_metric")
        changes |= _other(ruled, read)
    changes["doubts"] = tuple(dict.fromkeys((*ruled.doubts, *doubts)))
    changes["extractor"] = "agreed" if same and not doubts else "model"
    return replace(ruled, **changes)


def _dated(ruled: Mention, read: Reading, sentence: Sentence | None) -> tuple[_Changes, list[str]]:
    """The rules' period, beside it the model's other words; where they have none the model's, as far as it is bound."""
    if ruled.period is not None or (read.period is not None and read.period.span is None):
        other = None if same_period(ruled.period, read.period) else read.period
        return {"period_said": other}, []
    if read.period is None:
        return {}, []
    if sentence is None:
        return {"period": read.period}, ["period_apart"]
    period, anchor, doubts = dated(replace(ruled, period=read.period), sentence)
    return {"period": period, "period_anchor": anchor}, doubts


def _narrowed(ruled: Mention, read: Reading, sentence: Sentence | None) -> tuple[_Changes, list[str]]:
    """The part of the company and the words that narrow the metric: both readings', where they do not differ."""
    filled: _Changes = {}
    doubts: list[str] = []
    if read.company is not None and ruled.segment is not None and key(read.company.text) == key(ruled.segment.text):
        doubts.append("other_segment")  # the company itself for one reading, a part of it for the other
    if read.segment is not None and not _alike(ruled.segment, read.segment):
        filled["segment"] = read.segment
        apart = sentence is None or segment_doubts(replace(ruled, segment=read.segment), sentence)
        if ruled.segment is not None or apart:
            doubts.append("other_segment")
    if read.qualifier is not None and not _alike(ruled.qualifier, read.qualifier):
        own = ruled.metric.span is not None and read.qualifier.text.lower() in ruled.metric.text.lower()
        added = replace(ruled, qualifier=read.qualifier)
        if ruled.qualifier is not None or (not own and (sentence is None or qualifier_doubts(added, sentence))):
            doubts.append("other_qualifier")
        elif not own:
            filled["qualifier"] = read.qualifier
    return filled, doubts


def _alike(ours: Quote | None, theirs: Quote) -> bool:
    """Whether two quotes name the same: one's words hold the other's."""
    if ours is None:
        return False
    one, other = _words(ours.text), _words(theirs.text)
    return bool(one) and bool(other) and (one <= other or other <= one)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _other(ruled: Mention, read: Reading) -> _Changes:
    """The model's metric in place of the rules'."""
    span, metric = ruled.amount.span or ruled.quote, read.metric.span
    shown = Span(min(span.start, metric.start), max(span.end, metric.end)) if metric else ruled.quote
    sign = loss_word(read.metric) or _kept_sign(ruled)
    return {"metric": read.metric, "quote": shown, "qualifier": read.qualifier, "sign": sign}


def loss_word(metric: Quote) -> Quote | None:
    """The word in the metric's name that makes it negative."""
    for match in re.finditer(r"\w+", metric.text):
        if match[0].lower() in LOSSES and metric.span is not None:
            return Quote(match[0], Span(metric.span.start + match.start(), metric.span.start + match.end()))
    return None


def _kept_sign(ruled: Mention) -> Quote | None:
    """A sign word beside the number itself says as much about any metric; one in the other metric's name does not."""
    if ruled.sign is None or ruled.sign.span is None or ruled.metric.span is None:
        return None
    return None if ruled.sign.span.within(ruled.metric.span) else ruled.sign


def same_metric(ruled: Mention, read: Reading) -> bool:
    """Whether both name one metric: by its listed name, with what narrows it inside or beside it, or by its place."""
    ours, theirs = canonical(ruled.metric.text), canonical(read.metric.text)
    if ours == theirs:
        return True
    if ruled.qualifier and canonical(f"{ruled.qualifier.text} {ruled.metric.text}") == theirs:
        return True
    if read.qualifier and canonical(f"{read.qualifier.text} {read.metric.text}") == ours:
        return True
    span, place = ruled.metric.span, read.metric.span
    if span is None or place is None or not span.overlaps(place):
        return False
    one, other = _words(ruled.metric.text), _words(read.metric.text)
    known = one | NEUTRAL
    for quote in (ruled.segment, ruled.qualifier, ruled.company):
        known |= _words(quote.text) if quote else set()
    return other <= known


def twice(before: Mention, after: Mention) -> Mention:
    """The model offered one number twice: the first reading stays, in doubt where the second differs."""
    same = canonical(before.metric.text) == canonical(after.metric.text) and same_period(before.period, after.period)
    whose = _key(before.company) == _key(after.company) and _key(before.segment) == _key(after.segment)
    if same and whose and before.status == after.status and not after.doubts:
        return before
    return replace(before, doubts=tuple(dict.fromkeys((*before.doubts, "offered_twice"))))


def _key(quote: Quote | None) -> str:
    return key(quote.text if quote else None)

"""Mentions of running text: sentence by sentence, each amount with metric, period, company, sign and status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from finproc.extract.mentions.rules import conversions, limits, outlook, qualifiers
from finproc.extract.mentions.rules.binding import bind
from finproc.extract.mentions.rules.bound import Bound
from finproc.extract.mentions.rules.dating import Dated, date_amounts
from finproc.extract.mentions.rules.naming import Namer
from finproc.extract.mentions.rules.sentences import Passage
from finproc.extract.mentions.rules.sweep import Sweep
from finproc.extract.mentions.rules.tokens import Token, tokens
from finproc.extract.mentions.rules.vocabulary import LOSSES, words
from finproc.lexicon.amounts import FoundAmount
from finproc.lexicon.companies import key
from finproc.lexicon.metrics import Metric, look_up
from finproc.lexicon.periods import FoundPeriod
from finproc.model.mention import Mention
from finproc.model.text import Origin, Quote, Span

_SHARE_OF_SALES = re.compile(
    r"as\s+an?\s+percent(?:age)?\s+of\s+(?:total\s+|net\s+)*(?:sales|revenues?)", re.IGNORECASE
)
_OUTLOOK = re.compile(
    r"\b(?:guidance|outlook|forecasts?|targets?|expects?|expectations|ausblick|prognose|perspectives|prévisions|objectifs)\b",
    re.IGNORECASE,
)
_AT = re.compile(r"\b(?:at|of)\s$")
_AT_ROOM = 4
_PARTS = words("segment division business unit group operations area region")
_SPOKEN_OF = frozenset({"the_quarter", "this_quarter", "the_half"})
"""Words that date what follows them too ("Some highlights of the quarter are: …")."""
_SALES = frozenset({"revenue"})
_SPECIAL_RATES = words("sequentially qoq quarter-on-quarter organic organically annualized annualised like-for-like")
_FAR = 3
"""Words of other kinds between metric and amount from which on the binding is in doubt."""
_GROWING = frozenset({"revenue", "revenue growth", "same-store sales growth"})
"""Metrics whose growth is a metric itself; other rates of change are no facts."""
_COUNTED = frozenset(
    {"employees", "customers", "units sold", "order intake", "shares outstanding", "weighted average shares"}
)


@dataclass(slots=True)
class Prose:
    """Reads passages in order; remembers the period and the currency that the last ones spoke of."""

    sweep: Sweep
    namer: Namer
    reporting: Quote | None = None
    """The period that the document reports: what words without a year count from where nothing nearer is named."""
    period: FoundPeriod | None = None
    period_origin: Origin = "document"
    ahead: Quote | None = None
    """The word of a heading or lead-in that makes what stands below it guidance."""
    headed_ahead: bool = False
    led: FoundPeriod | None = None
    """The period that a lead-in names for the items below it ("Our guidance for FY24 is the following:")."""
    headed: FoundPeriod | None = None
    """The period of the last heading that names one."""
    paragraph: int = -1
    claimed: list[Span] = field(default_factory=list)
    """Amounts that a mention, a conversion or a change accounts for."""

    def __post_init__(self) -> None:
        """The company that the text is about is settled with the text at hand."""
        self.namer.settle(self.sweep.text, self.sweep.companies)

    def read(self, passage: Passage) -> Iterator[Mention]:
        """The mentions of one passage."""
        found, part = self.sweep.found_in(passage.span)
        self._enter(passage, part)
        self._look_ahead(passage, part)
        if passage.kind == "heading" and not part.amounts:
            self._remember([period for period in part.periods if period.kind not in ("date", "relative")], passage)
        if not part.amounts:
            return
        line, converted = conversions.fold(tokens(self.sweep.text, passage.span, found), part.amounts)
        line = qualifiers.fold(self.sweep.text, line)
        bound = bind(line, part.amounts, part.metrics)
        dated = date_amounts(line, bound, part.periods)
        statuses = outlook.cues(line, bound)
        reader = _Sentence(self.sweep.text, passage, line, part, converted)
        for item, when, cue in zip(bound, dated, statuses, strict=True):
            mention = reader.mention(item, when, cue)
            if mention is None:
                continue
            if self.ahead is not None and mention.status == "actual" and not reader.finished(item):
                mention = replace(mention, status="guidance", status_cue=self.ahead)
            owner = reader.owner(item)
            if owner is not None and mention.segment is None and self.namer.submitted not in ("", key(owner.text)):
                mention = replace(mention, segment=owner)
            mention = self._placed(mention, when, passage, part, owner)
            self.claimed.append(item.amount.span)
            yield mention
        self.claimed += [amount.span for amount in converted.values()]
        self.claimed += [
            item.amount.span for item in bound if item.role.name in ("change", "effect") and item.phrase is not None
        ]
        reported = [
            when.period
            for item, when, cue in zip(bound, dated, statuses, strict=True)
            if when.period and when.own and cue is None and item.role.name not in ("compared", "effect")
        ]
        self._remember(reported, passage)

    def _look_ahead(self, passage: Passage, part: Sweep) -> None:
        """A heading or lead-in ("… the following outlook:") makes what stands below guidance."""
        text = self.sweep.text[passage.span.start : passage.span.end]
        leads = passage.kind == "heading" or text.endswith(":")
        if not leads:
            if passage.kind != "item" and not self.headed_ahead:
                self.ahead = None
            if passage.kind != "item":
                self.led = None
            return
        named = [period for period in part.periods if period.is_absolute and period.kind != "date"]
        self.led = named[-1] if len({(period.kind, period.number, period.year) for period in named}) == 1 else None
        cue = _OUTLOOK.search(text)
        start = passage.span.start
        self.ahead = Quote(cue[0], Span(start + cue.start(), start + cue.end()), "heading") if cue is not None else None
        self.headed_ahead = passage.kind == "heading"

    @property
    def _outlooks(self) -> bool:
        """Whether the heading above names the outlook and its period ("Full Year 2024 Outlook")."""
        return self.ahead is not None and self.headed_ahead and self.headed is not None and self.period is self.headed

    def _enter(self, passage: Passage, part: Sweep) -> None:
        if passage.paragraph != self.paragraph and passage.kind != "heading":
            self.paragraph = passage.paragraph
            self.period, self.period_origin = self.headed, "heading"
        self.namer.enter(passage, part.companies)

    def _remember(self, periods: Sequence[FoundPeriod], passage: Passage) -> None:
        full = [period for period in periods if period.year is not None or period.relative in _SPOKEN_OF]
        if (
            passage.kind == "heading"
            and len({(period.kind, period.number, period.date, period.year) for period in full}) > 1
        ):
            self.headed = self.period = None  # a heading over several periods says of none of them which is meant
        elif full:
            self.period = full[0]
            self.period_origin = "heading" if passage.kind == "heading" else "document"
            if passage.kind == "heading":
                self.headed = full[0]

    def _placed(self, mention: Mention, when: Dated, passage: Passage, part: Sweep, owner: Quote | None) -> Mention:
        """With the company, and with what an earlier sentence says about the period."""
        company = self.namer.company(mention.amount.span or passage.span, part.companies, owner)
        period, anchor = mention.period, mention.period_anchor
        earlier = self.period
        led = self.led if passage.kind == "item" else None
        if led is not None and when.period is None and not _compared(mention):
            period = Quote(led.text, led.span, "heading")
        elif earlier is None and when.period is not None and not when.period.is_absolute and anchor is None:
            anchor = self.reporting
        elif earlier is not None:
            quote = Quote(earlier.text, earlier.span, self.period_origin)
            if when.period is None and (mention.status == "actual" or self._outlooks) and not _compared(mention):
                period = quote
                anchor = self.reporting if not earlier.is_absolute and anchor is None else anchor
            elif when.period is not None and not when.period.is_absolute and anchor is None:
                anchor = quote
        if company is None and not self.namer.submitted and _of_whom(self.sweep.text, mention.segment):
            return replace(mention, company=mention.segment, segment=None, period=period, period_anchor=anchor)
        return replace(mention, company=company, period=period, period_anchor=anchor)


def _of_whom(text: str, segment: Quote | None) -> bool:
    """As in "profits at Rosneva", "sales of Alstar": a name, no part of one ("sales of the Paper segment")."""
    if segment is None or segment.span is None or segment.text.split()[-1].lower() in _PARTS:
        return False
    return _AT.search(text, max(0, segment.span.start - _AT_ROOM), segment.span.start) is not None


def _compared(mention: Mention) -> bool:
    return "comparative" in mention.doubts


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence while its mentions are made."""

    text: str
    passage: Passage
    line: Sequence[Token]
    part: Sweep
    converted: dict[int, FoundAmount]

    def mention(self, item: Bound, when: Dated, cue: Token | None) -> Mention | None:  # noqa: PLR0911 - one reason after the other why it is no fact
        """The mention of one amount, or None where it is no fact."""
        phrase = item.phrase
        if phrase is None or self._no_level(item, cue):
            return None
        metric = self._metric(phrase.listed)
        qualifier = self._quote(phrase.qualifier)
        sign = self._sign(item, metric)
        if item.role.name == "change":
            if (
                not item.percent
                or item.amount.unit != "percent"
                or metric is None
                or (cue is not None and cue.part == "conditional")
            ):
                return None
            if metric.name not in _GROWING:
                return None
            if item.role.moved is None or (phrase.blocked and item.how != "after") or self._effect(item):
                return None
            qualifier = self._rate_qualifier(item) or qualifier or self._token(item.role.moved)
            sign = self._token(item.role.moved) if item.role.falls else None
        elif item.percent:
            share = self._share(item)
            if item.amount.unit != "percent" or metric is None or (metric.kind != "ratio" and share is None):
                return None
            if share is None and self._of_something(item):
                return None
            qualifier = share or qualifier
        elif not self._fits(item, metric):
            return None
        return Mention(
            amount=Quote(item.amount.text, item.amount.span),
            metric=Quote(self.text[phrase.words.start : phrase.words.end], phrase.words),
            quote=self._around(item),
            period=self._period(when.period),
            period_anchor=self._period(when.anchor),
            segment=self._quote(phrase.segment),
            qualifier=qualifier,
            currency=self._currency(item.amount, metric),
            sign=sign,
            converted=self._conversion(item),
            status="guidance" if cue is not None else "actual",
            status_cue=self._token(cue) if cue is not None else None,
            approximate=item.amount.approximation is not None,
            doubts=self._doubts(item, when),
        )

    def _no_level(self, item: Bound, cue: Token | None) -> bool:
        """Effects, prices of a piece, what did not happen, and what may be at the most."""
        if item.role.name in ("effect", "price", "share") or outlook.supposed(self.line, cue):
            return True
        if limits.required(self.line, item.place) or limits.of_paper(self.line, item.place):
            return True
        return outlook.of_others(self.line, item.place) or (cue is None and limits.ceiling(item.amount))

    def owner(self, item: Bound) -> Quote | None:
        """The name before the metric, with or without an apostrophe, that may be a company or a part of one."""
        if item.phrase is None:
            return None
        if item.phrase.owner is not None:
            return self._quote(item.phrase.owner)
        before = self.line[item.phrase.first - 1] if item.phrase.first > 0 else None
        if before is not None and before.part == "company" and before.end + 3 >= self.line[item.phrase.first].start:
            return self._token(before)
        return None

    def _fits(self, item: Bound, metric: Metric | None) -> bool:
        """Whether the amount's unit is one that the metric can have."""
        amount = item.amount
        if metric is not None and metric.kind == "ratio":
            return False
        if amount.is_money:
            return metric is None or metric.name not in _COUNTED - {"order intake"}
        if amount.unit in ("shares", "count", "plain") and metric is not None and metric.name in _COUNTED:
            return True
        if amount.unit not in ("plain", "count") or metric is None or metric.name in _COUNTED:
            return False
        return amount.scaled or (
            item.how in ("list", "continued") and item.role.name == "compared" and "." in amount.text
        )

    def _metric(self, name: str | None) -> Metric | None:
        return look_up(name) if name else None

    def _sign(self, item: Bound, metric: Metric | None) -> Quote | None:
        phrase = item.phrase
        if phrase is not None and phrase.loss is not None:
            return self._quote(phrase.loss)
        spot = item.place - 1
        while spot >= 0 and self.line[spot].part in ("determiner", "adverb", "of"):
            spot -= 1
        if spot >= 0 and self.line[spot].lower in LOSSES and (metric is None or metric.sign == "±"):
            return self._token(self.line[spot])
        return None

    def finished(self, item: Bound) -> bool:
        """Whether a verb of the past reports the amount, or it is compared with: no guidance below any heading."""
        before = self.line[: item.place]
        return item.role.name == "compared" or any(
            t.lower
            in (
                "was",
                "were",
                "totaled",
                "totalled",
                "reached",
                "reported",
                "recorded",
                "posted",
                "increased",
                "decreased",
            )
            for t in before
        )

    def _effect(self, item: Bound) -> bool:
        """As in "The impact of … decreased revenues by 1%": the verb has another subject."""
        moved, phrase = item.role.moved, item.phrase
        if moved is None or phrase is None or moved.start > phrase.words.start or item.how == "after":
            return False
        return any(token.part == "effect" for token in self.line[: phrase.first])

    def _share(self, item: Bound) -> Quote | None:
        """As in "18.7 percent of net sales", "a 24.3% margin", "as a percentage of sales": what makes it a margin."""
        ahead = self.line[item.place + 1 : item.place + 5]
        stated = _SHARE_OF_SALES.search(self.text, self.passage.span.start, item.amount.span.start)
        if stated:
            return Quote(stated[0], Span(*stated.span()))
        if ahead and ahead[0].lower in ("margin", "marge"):
            return self._token(ahead[0])
        linked = item.place > 1 and self.line[item.place - 1].part == "of"
        if linked and self.line[item.place - 2].lower in ("margin", "marge"):
            return self._token(self.line[item.place - 2])
        if not ahead or ahead[0].part != "of":
            return None
        for token in ahead[1:]:
            if token.part == "metric" and self.part.metrics[token.item].name in _SALES:
                return Quote(self.text[ahead[0].start : token.end], Span(ahead[0].start, token.end))
        return None

    def _of_something(self, item: Bound) -> bool:
        ahead = self.line[item.place + 1 : item.place + 2]
        return bool(ahead) and ahead[0].part == "of" and item.how != "after"

    def _rate_qualifier(self, item: Bound) -> Quote | None:
        for token in self.line[item.place + 1 : item.place + 6]:
            if token.part in ("amount", "comma", "semicolon"):
                break
            if token.lower in _SPECIAL_RATES:
                return self._token(token)
        return None

    def _currency(self, amount: FoundAmount, metric: Metric | None) -> Quote | None:
        """Where the amount names no currency: the one of the nearest other amount of the sentence."""
        counted = metric is not None and metric.name in _COUNTED
        if counted or amount.currency or amount.unit not in ("plain", "count"):
            return None
        others = [
            end.currency for other in self.part.amounts for end in (other.low, other.high) if end and end.currency
        ]
        others = [mark for mark in others if mark.meaning]
        if not others:
            return None
        mark = min(others, key=lambda other: abs(other.span.start - amount.span.start))
        return Quote(mark.text, mark.span)

    def _conversion(self, item: Bound) -> Quote | None:
        found = self.converted.get(self.line[item.place].item)
        return Quote(found.text, found.span) if found else None

    def _around(self, item: Bound) -> Span:
        words = item.phrase.words if item.phrase is not None else item.amount.span
        return Span(min(words.start, item.amount.span.start), max(words.end, item.amount.span.end))

    def _doubts(self, item: Bound, when: Dated) -> tuple[str, ...]:
        out = []
        if item.distance > _FAR:
            out.append("far_metric")
        if when.doubtful:
            out.append("unmatched_periods")
        return tuple(out)

    def _quote(self, span: Span | None) -> Quote | None:
        return Quote(self.text[span.start : span.end], span) if span is not None else None

    def _token(self, token: Token | None) -> Quote | None:
        return Quote(token.text, Span(token.start, token.end)) if token is not None else None

    def _period(self, period: FoundPeriod | None) -> Quote | None:
        return Quote(period.text, period.span) if period is not None else None

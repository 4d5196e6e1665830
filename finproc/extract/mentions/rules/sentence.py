"""The mentions of one sentence: what each bound amount is, with its qualifier, sign, currency, period and doubts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from finproc.extract.mentions.rules import limits, outlook
from finproc.extract.mentions.rules.bound import Bound
from finproc.extract.mentions.rules.dating import Dated
from finproc.extract.mentions.rules.sentences import Passage
from finproc.extract.mentions.rules.sweep import Sweep
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import LOSSES, PART_OF, words
from finproc.lexicon.amounts import FoundAmount
from finproc.lexicon.metrics import Metric, look_up
from finproc.lexicon.periods import FoundPeriod
from finproc.model.mention import Mention
from finproc.model.text import Quote, Span

_SHARE_OF_SALES = re.compile(
    r"as\s+an?\s+percent(?:age)?\s+of\s+"
    r"(?:total\s+|net\s+|operating\s+|consolidated\s+|our\s+)*(?:sales|revenues?|turnover)",
    re.IGNORECASE,
)
_FOREIGN = words("crown crowns krona kronor kroner krone dinar dinars peso pesos franc francs dollars")
"""Names of currencies that several countries have."""
_SPENT = words("use outlay expense charge")
"""Words right before an amount that make it negative where the metric can be ("other income was an expense of $7m")."""
_NEGATIVE = LOSSES | _SPENT
_SALES = frozenset({"revenue"})
_SPECIAL_RATES = words("sequentially qoq quarter-on-quarter organic organically annualized annualised like-for-like")
_FAR = 3
"""Words of other kinds between metric and amount from which on the binding is in doubt."""
_GROWING = frozenset({"revenue", "revenue growth", "same-store sales growth"})
"""Metrics whose growth is a metric itself; other rates of change are no facts."""
_COUNTED = frozenset(
    {"employees", "customers", "units sold", "order intake", "shares outstanding", "weighted average shares"}
)


class Sentence(Struct, frozen=True):
    """One sentence while its mentions are made."""

    text: str
    passage: Passage
    line: Sequence[Token]
    part: Sweep
    converted: dict[int, FoundAmount]
    words: frozenset[str]
    """All of its words, in lower case."""

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
        if not limits.TELLING.isdisjoint(self.words) and (
            limits.required(self.line, item.place) or limits.of_paper(self.line, item.place)
        ):
            return True
        if not outlook.OTHERS.isdisjoint(self.words) and outlook.of_others(self.line, item.place):
            return True
        return cue is None and limits.ceiling(self.line, item.place, item.amount)

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
        multiple = item.place + 1 < len(self.line) and self.line[item.place + 1].lower in ("x", "times")
        if multiple or (metric is not None and metric.kind == "ratio") or _foreign(amount):
            return False
        if amount.is_money:
            return metric is None or metric.name == "order intake" or metric.name not in _COUNTED
        if amount.unit in ("shares", "count", "plain") and metric is not None and metric.name in _COUNTED:
            return True
        if amount.unit not in ("plain", "count") or metric is None or metric.name in _COUNTED:
            return False
        if _counts(amount):
            return False
        return amount.scaled or (
            item.how in ("list", "continued")
            and item.role.name == "compared"
            and ("." in amount.text or (amount.list_scale is not None and len(amount.low.digits.text) > 1))
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
        if spot >= 0 and self.line[spot].lower in _NEGATIVE and (metric is None or metric.sign == "±"):
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


def _counts(amount: FoundAmount) -> bool:
    """As in "8.7 mn mobile devices were sold": the noun in the plural is what is counted, no money."""
    if amount.unit != "count" or amount.unit_part is None:
        return False
    noun = amount.unit_part.text.lower().split()[-1]
    return noun.endswith("s") and noun not in PART_OF


def _foreign(amount: FoundAmount) -> bool:
    """As in "402 million crowns": money of a currency that the words leave open."""
    return amount.unit == "count" and amount.unit_part is not None and amount.unit_part.text.lower() in _FOREIGN

"""What stands at a place of a document: the whole amount and period, however little of it a mention quotes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from finproc.lexicon.amounts import FoundAmount, find_amounts
from finproc.lexicon.introductions import Introductions, find_introductions
from finproc.lexicon.languages import guess_language
from finproc.lexicon.periods import FoundPeriod, find_periods
from finproc.model.document import Context, Document
from finproc.model.text import Quote, Span
from finproc.normalize.currencies import document_default
from finproc.normalize.decimal_marks import decimal_comma

_T = TypeVar("_T")


class Sweep:
    """What the lexicon's finders see in a document, found once and looked up by place."""

    def __init__(self, document: Document, context: Context) -> None:
        self.document = document
        self.context = context
        self.text = document.text
        self.language = context.language or guess_language(document.text)

    @cached_property
    def amounts(self) -> list[FoundAmount]:
        return [found for found in self._numbers if found.role == "amount"]

    @cached_property
    def _numbers(self) -> list[FoundAmount]:
        return find_amounts(self.text, language=self.language)

    @cached_property
    def comma(self) -> bool | None:
        """Whether the document's decimals stand behind a comma, where its numbers themselves show it."""
        return None if self.context.language else decimal_comma(self.amounts)

    @cached_property
    def _years(self) -> dict[Span, FoundAmount]:
        return {found.low.digits.span: found for found in self._numbers if found.role == "year"}

    def cell_at(self, span: Span) -> list[FoundAmount]:
        """The number of a table's cell that would be a year in a sentence ("2057" under "in lakhs")."""
        return [self._years[span]] if span in self._years else []

    @cached_property
    def periods(self) -> list[FoundPeriod]:
        return find_periods(self.text, language=self.language)

    @property
    def money_places(self) -> Iterator[Span]:
        """Where amounts stand that may be a row's figures: all but percentages."""
        return (found.span for found in self.amounts if found.unit not in ("percent", "bps", "points"))

    @cached_property
    def introductions(self) -> Introductions:
        """Short names that the text gives companies, and whom it calls "the Company"."""
        return find_introductions(self.text)

    @cached_property
    def currency(self) -> Quote | None:
        """The only currency of the document, by its first sign."""
        part = document_default(self.amounts)
        return Quote(part.text, part.span, "document") if part else None

    @cached_property
    def _amount_starts(self) -> list[int]:
        return [found.span.start for found in self.amounts]

    @cached_property
    def _period_starts(self) -> list[int]:
        return [found.span.start for found in self.periods]

    def amounts_at(self, span: Span) -> list[FoundAmount]:
        """Amounts whose digits the span touches."""
        found = []
        for amount in self._from(self.amounts, self._amount_starts, span):
            digits = [end.digits.span for end in (amount.low, amount.high) if end]
            if any(digit.overlaps(span) for digit in digits):
                found.append(amount)
        return found

    def next_names_currency(self, amount: FoundAmount) -> bool:
        """Whether the amount behind this one has a currency of its own."""
        place = bisect_right(self._amount_starts, amount.span.start)
        return place < len(self.amounts) and self.amounts[place].currency is not None

    def periods_at(self, span: Span) -> list[FoundPeriod]:
        """Periods that the span touches."""
        return [period for period in self._from(self.periods, self._period_starts, span) if period.span.overlaps(span)]

    @staticmethod
    def _from(items: Sequence[_T], starts: Sequence[int], span: Span) -> Sequence[_T]:
        """The item that begins before the span and those that begin in it."""
        return items[max(0, bisect_right(starts, span.start) - 1) : bisect_left(starts, span.end)]

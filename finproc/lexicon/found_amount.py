"""What an amount expression says, piece by piece, before anything is computed."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from finproc.lexicon.amount_roles import Role
from finproc.lexicon.part import Part
from finproc.model.text import Span

AmountUnit = Literal["currency", "currency/share", "percent", "bps", "points", "shares", "count", "plain"]
"""`points` are percentage points; `count` has a noun behind it; `plain` is a number with nothing that says what it
counts."""


class AmountEnd(Struct, frozen=True):
    """One number of an amount: a range has two.

    `factor` is what scale words and hundredths ("cents") multiply it by.
    """

    digits: Part
    currency: Part | None = None
    """Its `meaning` is the ISO code; empty where it names hundredths of an unnamed currency ("cents")."""
    scale: Part | None = None
    factor: Decimal = Decimal(1)
    signs: tuple[Part, ...] = ()
    """Minus signs and the two parentheses around digits, each `meaning` "minus", "plus" or "parenthesis"."""
    minor: bool = False

    @property
    def end(self) -> int:
        """Where the last of its pieces ends."""
        end = self.digits.span.end
        if self.currency and self.currency.span.end > end:
            end = self.currency.span.end
        if self.scale and self.scale.span.end > end:
            end = self.scale.span.end
        return max(end, self.signs[-1].span.end) if self.signs else end

    @property
    def sign(self) -> Literal["minus", "parentheses"] | None:
        """How the number itself says that it is negative."""
        marks = {mark.meaning for mark in self.signs}
        return "parentheses" if "parenthesis" in marks else "minus" if "minus" in marks else None


class FoundAmount(Struct, frozen=True):
    """An amount in its text.

    `span` covers sign marks, currency, digits, scale word and unit, not the approximation word.
    """

    text: str
    span: Span
    unit: AmountUnit
    low: AmountEnd
    high: AmountEnd | None = None
    """The second number of a range."""
    unit_part: Part | None = None
    """The unit's own words: "%", "per share", "basis points", "shares", the noun of a count."""
    approximation: Part | None = None
    """"about", "more than", "up to" … before the amount; outside `span`."""
    role: Role = "amount"
    """`amount`, or what else the number is (date, year, code …), so that callers can leave it."""
    enclosed: Span | None = None
    """With the parentheses, where the whole amount stands in a pair of its own: negative in a table, an aside in
    prose."""
    in_words: bool = False
    list_scale: Part | None = None
    """The scale word of the amount that closes the list this one stands in: "$5.2 and $6.3 million"."""

    @property
    def currency(self) -> str | None:
        """ISO code that the amount itself names (either end of a range)."""
        for end in (self.low, self.high):
            if end and end.currency and end.currency.meaning:
                return end.currency.meaning
        return None

    @property
    def is_money(self) -> bool:
        return self.unit in {"currency", "currency/share"}

    @property
    def scaled(self) -> bool:
        """Whether a scale word stands with it."""
        return bool(self.low.scale or (self.high and self.high.scale))

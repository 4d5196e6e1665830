"""What a printed number leaves open: exact arithmetic on intervals, rounded outwards where a division does not end.

Source: R. E. Moore, Interval Analysis (1966), chapter 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

_EXACT = Context(prec=200)
_DOWN = Context(prec=60, rounding=ROUND_FLOOR)
_UP = Context(prec=60, rounding=ROUND_CEILING)
_SHORT = Context(prec=34, rounding=ROUND_HALF_EVEN)
_SHOWN = Context(prec=12, rounding=ROUND_HALF_EVEN)
_TWO = Decimal(2)


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`, both included."""

    low: Decimal
    high: Decimal

    @classmethod
    def around(cls, value: Decimal, half: Decimal) -> Interval:
        """What prints as `value` where half the last digit is `half`: "$5.3 million" is 5300000 ± 50000."""
        return cls(_EXACT.subtract(value, half), _EXACT.add(value, half))

    @property
    def middle(self) -> Decimal:
        return _SHORT.divide(_EXACT.add(self.low, self.high), _TWO)

    @property
    def half(self) -> Decimal:
        return _SHORT.divide(_EXACT.subtract(self.high, self.low), _TWO)

    def __add__(self, other: Interval) -> Interval:
        return Interval(_EXACT.add(self.low, other.low), _EXACT.add(self.high, other.high))

    def __neg__(self) -> Interval:
        return Interval(self.high.copy_negate(), self.low.copy_negate())

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        ends = [_EXACT.multiply(one, two) for one in (self.low, self.high) for two in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        """Raises ValueError where the divisor may be zero."""
        if other.low <= 0 <= other.high:
            raise ValueError("the divisor may be zero")
        pairs = [(one, two) for one in (self.low, self.high) for two in (other.low, other.high)]
        return Interval(min(_DOWN.divide(*pair) for pair in pairs), max(_UP.divide(*pair) for pair in pairs))

    def meets(self, other: Interval) -> bool:
        """Whether one number lies in both."""
        return self.low <= other.high and other.low <= self.high

    @property
    def positive(self) -> bool:
        return self.low > 0


def exactly(value: int) -> Interval:
    """The interval of one number."""
    return Interval(Decimal(value), Decimal(value))


def shown(value: Decimal) -> str:
    """A number for people: grouped, and no more than twelve digits of a quotient."""
    short = _SHOWN.plus(value) if len(value.as_tuple().digits) > _SHOWN.prec else value
    text = f"{short:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

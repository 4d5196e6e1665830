"""The noun that a metric's words only explain: "proceeds from sales of investments" are proceeds, no sales."""

from __future__ import annotations

from collections.abc import Sequence

from finproc.extract.mentions.rules.modifiers import verbal
from finproc.extract.mentions.rules.roles import before
from finproc.extract.mentions.rules.tokens import Token
from finproc.extract.mentions.rules.vocabulary import words

GOVERNORS = words("""
    proceeds issuance issuances repayment repayments payment payments purchase purchases sale sales acquisition
    acquisitions disposal disposals divestiture redemption retirement repurchases impairment impairments
    write-down write-downs write-off write-offs writedown writeoff provision provisions gain gains loss losses
    charge charges fee fees settlement settlements extinguishment investment investments addition additions
    allowance reserve reserves accrual accruals collection collections receipt receipts distribution
    distributions contributions interest cost costs expense expenses income amortization amortisation
    depreciation funds refinancing prepayment prepayments maturities carryforwards valuation royalties
""")
"""Nouns that keep their own meaning before "of", "from", "on": what follows says only of what."""
_LINKS = words("of from on for in")
_RELATED = words("related relating attributable applicable allocated pertaining")
_ASSETS = words("""
    investments securities property properties assets equipment shares stock business businesses subsidiaries
    subsidiary marketable available-for-sale short-term long-term fixed land buildings treasury
""")
"""What is sold now and then: its sales are no revenue."""
_PAYMENTS = words("payment payments distribution distributions")
_MODIFIERS = 3


def governor(line: Sequence[Token], first: int, floor: int = -1) -> int | None:
    """Where the noun phrase begins that the phrase from `first` on explains; None where nothing governs it."""
    link = _link(line, first)
    if link <= floor + 1 or line[link - 1].lower not in GOVERNORS:
        return None
    noun = link - 1
    if line[noun].lower in _PAYMENTS and "dividend" in line[_metric(line, first)].lower:
        return None  # what is paid out are the dividends
    start = noun
    while start > floor + 1 and noun - start < _MODIFIERS and _modifies(line[start - 1]):
        start -= 1
    further = governor(line, start, floor)
    return start if further is None else further


def _metric(line: Sequence[Token], first: int) -> int:
    return next((s for s in range(first, min(len(line), first + _MODIFIERS + 1)) if line[s].part == "metric"), first)


def explained(line: Sequence[Token], spot: int, floor: int) -> int | None:
    """As in "amortization expense related to intangible assets": the metric that the one at `spot` explains."""
    link = _link(line, spot)
    return link - 1 if link > floor + 1 and line[link - 1].part == "metric" else None


def sold(line: Sequence[Token], spot: int) -> int | None:
    """As in "sales of short-term investments": the last word of what was sold, where that is no revenue."""
    if line[spot].lower not in ("sales", "sale") or spot + 2 >= len(line) or line[spot + 1].part != "of":
        return None
    last = spot + 1
    while last + 1 < len(line) and last - spot <= _MODIFIERS and _sellable(line[last + 1]):
        last += 1
    return last if line[last].lower in _ASSETS or line[last].part == "metric" else None


def _sellable(token: Token) -> bool:
    return token.part in ("determiner", "metric", "name", "and") or token.lower in _ASSETS or token.part == "word"


def _link(line: Sequence[Token], first: int) -> int:
    """The place of "of", "from" … before a phrase, over its articles and adjectives; -1 where none stands there."""
    place = first
    while place > 0 and first - place < _MODIFIERS and line[place - 1].part in ("word", "adjusted", "name"):
        if line[place - 1].lower in _RELATED or line[place - 1].text.endswith(("'s", "’s")):
            break
        place -= 1
    for start in {first, place}:
        link = before(line, start)
        if link < 1:
            continue
        lower = line[link].lower
        if lower == "to" and line[link - 1].lower in _RELATED:
            return link - 1
        if lower == "with" and line[link - 1].lower == "associated":
            return link - 1
        if lower in _LINKS:
            return link
    return -1


def _modifies(token: Token) -> bool:
    return token.part in ("word", "name", "adjusted", "metric") and not verbal(token)

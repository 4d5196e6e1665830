"""The currency of a fact: its own, one stated elsewhere, or the document's only one."""

from __future__ import annotations

from collections.abc import Iterable

from finproc.lexicon.amounts import FoundAmount
from finproc.lexicon.part import Part


def document_default(amounts: Iterable[FoundAmount]) -> Part | None:
    """The first sign of the currency that all amounts of a document share.

    None where there is none or more than one.
    """
    first: Part | None = None
    for amount in amounts:
        for end in (amount.low, amount.high):
            currency = end.currency if end else None
            if not currency or not currency.meaning or amount.role != "amount":
                continue
            if first and first.meaning != currency.meaning:
                return None
            first = first or currency
    return first

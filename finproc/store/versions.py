"""How the versions of a series follow each other: said again, or restated."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from finproc.model.fact import Fact, FactContent

Relation = Literal["agrees", "restates"]


def relations(versions: Sequence[Fact]) -> list[Relation | None]:
    """For each version how it stands to the one that it replaces; None where it replaces none of these.

    A document that states a figure twice is one version: it is enough that one of its statements agrees.
    """
    by_id = {version.id: version for version in versions}
    found: list[Relation | None] = []
    for version in versions:
        replaced = by_id.get(version.replaces or "")
        if replaced is None:
            found.append(None)
            continue
        before = [one for one in versions if one.submission == replaced.submission and one.known_to is not None]
        same = any(agree(one.content, version.content) for one in before or [replaced])
        found.append("agrees" if same else "restates")
    return found


def agree(one: FactContent, other: FactContent) -> bool:
    """Whether two contents say the same within their printed digits: "$5.3 million" and "$5,312,345"."""
    pairs = (
        (one.value, other.value),
        (one.value_low, other.value_low),
        (one.value_high, other.value_high),
    )
    return all(_meet(left, right, _half(one) + _half(other)) for left, right in pairs)


def _half(content: FactContent) -> Decimal:
    """What the last printed digit leaves open; nothing where a person gave the value."""
    return Decimal(0) if content.proof == "corrected" or content.precision is None else content.precision


def _meet(left: Decimal | None, right: Decimal | None, apart: Decimal) -> bool:
    if left is None or right is None:
        return left is right
    return abs(left - right) <= apart

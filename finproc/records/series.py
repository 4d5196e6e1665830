"""What makes two facts the same, one fact a later version of another, and how numbers sort as text. Pure functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import groupby, pairwise

from finproc.lexicon.entities import key
from finproc.model.fact import FactContent, FactFilter

MAX_DIGITS = 34
"""The most significant digits that every store keeps exactly (Decimal128)."""
MAX_NAME = 500
"""The most characters of a name that a fact is found by."""
_BIAS = 5000
_to_json = json.JSONEncoder(ensure_ascii=False).encode


def fact_id(submission: str, content: FactContent) -> str:
    """The stable id of a fact: the same over every replay that finds it again at the same place."""
    return _hash(
        submission,
        content.amount.start,
        content.amount.end,
        content.metric,
        content.period,
        content.segment,
        content.unit,
    )


def row_id(fact: str, revision: int) -> str:
    """The id of one revision of a fact."""
    return fact if revision == 1 else f"{fact}.{revision}"


def series_id(owner: str, content: FactContent, fact: str) -> str:
    """The series that the fact is a version of; the fact itself where company or period is not known."""
    company = company_key(content.entity or content.company)
    if company is None or content.period is None:
        return fact
    return _hash(
        owner,
        company,
        content.metric,
        folded(content.qualifier),
        folded(content.segment),
        content.period,
        content.unit,
        content.currency,
        content.status,
    )


def company_key(name: str | None) -> str | None:
    """What all names of a company share; None for no name."""
    return key(name) or None


def folded(words: str | None) -> str | None:
    """Words compared without case and runs of spaces; None for none."""
    return None if words is None else " ".join(words.casefold().split()) or None


def searched_texts(where: FactFilter) -> dict[str, str | None]:
    """What a search compares, by the name of the stored field, in the store's canonical forms."""
    forms = {
        "company_key": (where.company, company_key(where.company)),
        "metric": (where.metric, folded(where.metric)),
        "currency": (where.currency, (where.currency or "").upper()),
        "period": (where.period, where.period),
        "status": (where.status, where.status),
        "submission": (where.submission, where.submission),
    }
    return {name: form for name, (asked, form) in forms.items() if asked is not None}


def _hash(*parts: object) -> str:
    return hashlib.sha256(_to_json(parts).encode()).hexdigest()[:32]


def known_from(published: date | None, received_at: datetime) -> datetime:
    """When the world (published, at midnight UTC) or else finproc (received) came to know it."""
    return received_at if published is None else datetime.combine(published, time.min, UTC)


def order_key(value: Decimal) -> str:
    """Text that sorts byte by byte as the numbers do, exactly.

    Sign, biased exponent, digits (complemented if negative).
    """
    if not value:
        return "1"
    sign, digits, _ = value.as_tuple()
    significant = "".join(map(str, digits)).strip("0")  # `normalize` would round to the context's 28 digits
    body = f"{value.adjusted() + _BIAS:04d}{significant}"
    if not sign:
        return f"2{body}"
    return "0" + "".join(str(9 - int(digit)) for digit in body) + "~"


def check_kept(content: FactContent) -> None:
    """Refuse what not every store keeps: too many digits, and names too long for an index. ValueError says which."""
    for words in (content.company, content.metric, content.period, content.segment, content.qualifier):
        if words is not None and len(words) > MAX_NAME:
            raise ValueError(f"more than {MAX_NAME} characters in a name: the store searches by it")
    for value in (content.value, content.value_low, content.value_high, content.precision, content.value_converted):
        if value is not None and (not value.is_finite() or len(value.as_tuple().digits) > MAX_DIGITS):
            raise ValueError(
                f"more than {MAX_DIGITS} digits, or not finite: the store keeps numbers exactly or not at all"
            )


@dataclass(frozen=True, slots=True)
class Version:
    """What linking needs to know of a row of a series."""

    id: str
    submission: str
    known_from: datetime
    received_at: datetime
    review: bool = False
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    known_to: datetime | None = None
    replaces: str | None = None

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        return (self.known_from, self.received_at, self.submission)


@dataclass(frozen=True, slots=True)
class Link:
    """Until when a row was the newest known, and the row that was known before it."""

    known_to: datetime | None = None
    replaces: str | None = None


def links(versions: Iterable[Version]) -> dict[str, Link]:
    """How the open rows of one series follow each other, by row id.

    Rows of one document are one version: none replaces another. A row in review replaces nothing and is replaced by
    nothing until a person confirms it: what is not proven takes nothing proven away.
    """
    result: dict[str, Link] = {}
    chain: list[list[Version]] = []
    ordered = sorted(versions, key=lambda version: (*version.order, version.id))
    for _, together in groupby(ordered, key=lambda version: version.order):
        rows = list(together)
        result |= {row.id: Link() for row in rows}
        if proven := [row for row in rows if not row.review]:
            chain.append(proven)
    for earlier, later in pairwise(chain):
        for row in earlier:
            result[row.id] = Link(later[0].known_from, result[row.id].replaces)
        for row in later:
            result[row.id] = Link(None, earlier[0].id)
    return result


def changed_links(versions: Sequence[Version]) -> dict[str, Link]:
    """Those links of one series' open rows that differ from what the rows hold."""
    return _different(versions, links(versions))


def changed_neighbours(
    earlier: Sequence[Version], here: Sequence[Version], later: Sequence[Version]
) -> dict[str, Link]:
    """The links to write after one document's rows in a series changed, where the rest of the chain is right.

    `here` are that document's open rows, `earlier` and `later` the open proven rows of the versions next to it; each by
    id. A series may have thousands of versions: this looks at three.
    """
    proven = [row for row in here if not row.review]
    after_earlier, before_later = proven or later, proven or earlier
    result = {row.id: Link() for row in here}
    for row in earlier:
        result[row.id] = Link(after_earlier[0].known_from if after_earlier else None, row.replaces)
    for row in proven:
        result[row.id] = Link(later[0].known_from if later else None, earlier[0].id if earlier else None)
    for row in later:
        result[row.id] = Link(row.known_to, before_later[0].id if before_later else None)
    return _different([*earlier, *here, *later], result)


def _different(versions: Iterable[Version], wanted: Mapping[str, Link]) -> dict[str, Link]:
    now = {version.id: Link(version.known_to, version.replaces) for version in versions}
    return {key: link for key, link in wanted.items() if link != now[key]}


def known_at(versions: Iterable[Version], at: datetime) -> set[str]:
    """The rows of one series that were the newest known at a time, closed ones included if they were open then."""
    open_then = [
        row
        for row in versions
        if row.known_from <= at
        and (row.opened_at is None or row.opened_at <= at)
        and (row.closed_at is None or row.closed_at > at)
    ]
    newest = max((row.order for row in open_then if not row.review), default=None)
    return {row.id for row in open_then if row.review or row.order == newest}


def by_series(rows: Iterable[tuple[str, Version]]) -> Mapping[str, list[Version]]:
    """Group (series, version) pairs."""
    grouped: dict[str, list[Version]] = {}
    for series, version in rows:
        grouped.setdefault(series, []).append(version)
    return grouped

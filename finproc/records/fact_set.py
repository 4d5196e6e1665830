"""What storing facts, and deciding about one, comes to: rows to open and rows to close.

Pure; both stores carry it out.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from finproc.model.fact import Decision, Fact, FactContent
from finproc.model.submission import Submission
from finproc.records.contents import decided, from_bytes, plain, to_bytes
from finproc.records.protocols import Sealer
from finproc.records.series import Version, check_kept, fact_id, known_from, row_id, series_id

_to_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it is kept: the fact with the content that normalization gave, and when it was opened by which set."""

    fact: Fact
    facts_set: int
    opened_at: datetime

    def shown(self) -> Fact:
        """The fact as it answers: its content as the row's decision leaves it."""
        if self.fact.decision is None:
            return self.fact
        return dataclasses.replace(self.fact, content=decided(self.fact.content, self.fact.decision))

    def version(self) -> Version:
        """What linking needs of it."""
        fact = self.fact
        return Version(
            fact.id,
            fact.submission,
            fact.known_from,
            fact.received_at,
            review=decided(fact.content, fact.decision).proof == "review",
            opened_at=self.opened_at,
            closed_at=fact.closed_at,
            known_to=fact.known_to,
            replaces=fact.replaces,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows to write, and row ids to close with their reason. `open_count` is how many facts are open afterwards."""

    opened: tuple[Stored, ...]
    closed: Mapping[str, str]
    open_count: int


def plan(
    submission: Submission,
    contents: Sequence[FactContent],
    existing: Iterable[Stored],
    decisions: Mapping[str, Decision],
    at: datetime,
) -> Plan:
    """Compare the wanted facts with the rows that the store has of this submission."""
    rows = list(existing)
    first = all(row.facts_set == submission.facts_set for row in rows)
    newest = _newest(row.fact for row in rows)
    wanted: dict[str, FactContent] = {}
    for content in contents:
        check_kept(content)
        wanted.setdefault(fact_id(submission.id, content), content)
    closed = {old.id: "replayed" for key, old in newest.items() if key not in wanted and _alive(old)}
    opened: list[Stored] = []
    open_count = 0
    for key, content in wanted.items():
        old, decision = newest.get(key), decisions.get(key)
        open_count += decision is None or decision.verdict != "reject"
        if old is not None and _stands(old, content, decision):
            continue
        if old is not None and _alive(old):
            closed[old.id] = "replayed"
        fact = _fact(submission, key, 1 if old is None else old.revision + 1, content, decision)
        opened.append(Stored(fact, submission.facts_set, fact.known_from if first else max(at, fact.known_from)))
    return Plan(tuple(opened), closed, open_count)


def _newest(facts: Iterable[Fact]) -> dict[str, Fact]:
    newest: dict[str, Fact] = {}
    for fact in facts:
        if fact.fact_id not in newest or fact.revision > newest[fact.fact_id].revision:
            newest[fact.fact_id] = fact
    return newest


def _alive(fact: Fact) -> bool:
    """Open, or closed by a person alone, who may open it again."""
    return fact.closed_at is None or fact.closed_reason == "rejected"


def _stands(old: Fact, content: FactContent, decision: Decision | None) -> bool:
    """Whether the newest revision already says this and carries this decision."""
    rejected = decision is not None and decision.verdict == "reject"
    rightly = old.closed_reason == "rejected" if rejected else old.closed_at is None
    return rightly and old.decision == decision and to_bytes(old.content) == to_bytes(content)


def _fact(submission: Submission, key: str, revision: int, content: FactContent, decision: Decision | None) -> Fact:
    rejection = decision if decision is not None and decision.verdict == "reject" else None
    return Fact(
        id=row_id(key, revision),
        fact_id=key,
        revision=revision,
        owner=submission.owner,
        submission=submission.id,
        series=series_id(submission.owner, content, key),
        content=content,
        received_at=submission.received_at,
        published=submission.hints.published,
        known_from=known_from(submission.hints.published, submission.received_at),
        closed_at=rejection.decided_at if rejection else None,
        closed_reason="rejected" if rejection else None,
        decision=decision,
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a decision comes to: the newest revision as it becomes, and the revision that follows it, if any."""

    newest: Stored
    following: Stored | None = None


def verdict(newest: Stored, decision: Decision) -> Verdict:
    """Apply a decision to the newest revision.

    A confirmation changes the row's proof in place and a rejection closes it; a correction, and whatever undoes one,
    opens a new revision, so that `as_of` still answers with what was said before. A row that a replay or a discard
    closed stays so: the decision is kept and applied when the fact is found again.
    """
    fact = newest.fact
    if not _alive(fact) or fact.decision == decision:
        return Verdict(newest)
    open_now = fact.closed_at is None
    with_it = dataclasses.replace(fact, decision=decision)
    if decision.verdict == "reject":
        closed_at = decision.decided_at if open_now else fact.closed_at
        return Verdict(
            dataclasses.replace(
                newest, fact=dataclasses.replace(with_it, closed_at=closed_at, closed_reason="rejected")
            )
        )
    before, after = decided(fact.content, fact.decision), decided(fact.content, decision)
    if open_now and (before.value, before.value_low, before.value_high) == (
        after.value,
        after.value_low,
        after.value_high,
    ):
        return Verdict(dataclasses.replace(newest, fact=with_it))
    following = dataclasses.replace(
        with_it,
        id=row_id(fact.fact_id, fact.revision + 1),
        revision=fact.revision + 1,
        known_to=None,
        replaces=None,
        closed_at=None,
        closed_reason=None,
    )
    closed = dataclasses.replace(fact, closed_at=decision.decided_at, closed_reason="corrected") if open_now else fact
    return Verdict(
        dataclasses.replace(newest, fact=closed),
        Stored(following, newest.facts_set, max(decision.decided_at, fact.known_from)),
    )


def sealed_fact(fact: Fact, sealer: Sealer) -> bytes:
    """The row's content and decision, sealed: quotes, evidence and reasons are words of a document or a person."""
    body = _to_json([to_bytes(fact.content).decode(), _decision_to_json(fact.decision)])
    return sealer.seal(body.encode(), owner=fact.owner, table="facts", row=fact.id, field="content")


def open_fact(
    sealed: bytes, sealer: Sealer, *, owner: str, row: str, fact_id: str
) -> tuple[FactContent, Decision | None]:
    """Back from `sealed_fact`."""
    content, decision = json.loads(sealer.open(sealed, owner=owner, table="facts", row=row, field="content"))
    return from_bytes(content), _decision_from_json(fact_id, decision)


def _decision_to_json(decision: Decision | None) -> list[str | None] | None:
    if decision is None:
        return None
    value = None if decision.value is None else plain(decision.value)
    return [decision.verdict, decision.decided_at.isoformat(), decision.decided_by, value, decision.reason]


def _decision_from_json(fact_id: str, body: list[str | None] | None) -> Decision | None:
    if body is None:
        return None
    verdict_name, at, by, value, reason = body
    return Decision(
        fact_id,
        verdict_name,  # type: ignore[arg-type] # written by _decision_to_json
        datetime.fromisoformat(at or ""),
        by or "",
        None if value is None else Decimal(value),
        reason,
    )

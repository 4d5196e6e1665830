"""The records' contracts. Every adapter passes the same contract tests; every write may happen twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, Protocol

from finproc.model.check import KnownAmount
from finproc.model.fact import Decision, Fact, FactContent, FactFilter
from finproc.model.model_call import ModelCall, TokenUsage, UsageRow
from finproc.model.page import Page
from finproc.model.submission import HistoryEntry, NewSubmission, State, Step, Submission, SubmissionFilter
from finproc.records.idempotency import Idempotency

SYSTEM_OWNER = "*system"
"""Whose key seals what no user owns. No user's name starts with an asterisk."""


class Sealer(Protocol):
    """Encryption at rest. AAD is (table, row, field, owner): bytes moved to another place do not open."""

    def seal(self, plain: bytes, *, owner: str, table: str, row: str, field: str) -> bytes: ...

    def open(self, sealed: bytes, *, owner: str, table: str, row: str, field: str) -> bytes: ...


NOT_HELD: Mapping[State, datetime] = MappingProxyType({})
AddOutcome = Literal["created", "duplicate", "revived"]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a new submission: `duplicate` and `revived` carry the submission that already was there."""

    outcome: AddOutcome
    submission: Submission


@dataclass(frozen=True, slots=True)
class Output:
    """What a step wrote, to be kept under the attempt that ends with it."""

    owner: str
    step: Step
    attempt: int
    body: bytes


class SubmissionRecords(Protocol):
    """Submissions, the bytes of their documents, and their history."""

    def add_many(self, new: Sequence[NewSubmission], at: datetime) -> list[Added]:
        """Save documents (1 MiB sealed chunks) and their states `received`, in one transaction where there are any.

        `dispatched_at` is set to `at`: the caller publishes next, and sets it to None where that fails.

        The natural key is (owner, content_hash). An ended `failed` or `discarded` one is revived: state `received`, its
        document written again, dispatch + 1, facts_set + 1, tries, losses, reason and output pointers cleared.
        """

    def get(self, submission_id: str, owner: str | None = None) -> Submission | None:
        """One submission; with `owner`, None unless it is theirs."""

    def page(self, owner: str, where: SubmissionFilter, *, cursor: str | None, limit: int) -> Page[Submission]:
        """Newest first. A cursor that cannot be read raises ValueError."""

    def select(self, where: SubmissionFilter, *, after: str | None, limit: int) -> list[Submission]:
        """For replay and backfill: submissions of all owners in order of id, after the given id."""

    def body(self, submission: Submission) -> bytes | None:
        """The document's bytes, opened; None once discarded."""

    def change(
        self,
        submission_id: str,
        changes: Mapping[str, object],
        *,
        at: datetime,
        if_state: Iterable[State],
        if_dispatch: int | None = None,
        if_attempt: int | None = None,
        output: Output | None = None,
    ) -> Submission | None:
        """Compare-and-set: apply `changes` (fields of Submission by name) if state, dispatch and attempt are as given.

        Returns the submission after the change, or None where the condition did not hold. Where `changes` holds
        `state`, a history entry is appended in the same atomic write, its duration counted from the previous
        `updated_at`. So is `output` (MongoDB keeps it just before).
        """

    def begin(
        self,
        submission_id: str,
        changes: Mapping[str, object],
        step: Step,
        *,
        at: datetime,
        if_state: Iterable[State],
        if_dispatch: int,
        if_attempt: int,
    ) -> tuple[Submission, bytes | None] | None:
        """As `change`; beside the submission, what the step works on where the store reads it in the same go.

        That is the document's bytes for extract, and for the others the output that the submission points at.
        """

    def extend_leases(self, attempts: Mapping[str, int], until: datetime) -> None:
        """Set `lease_until` for those (submission id → attempt) that still are the newest attempt."""

    def stalled(
        self, now: datetime, *, base_seconds: float, limit: int, held: Mapping[State, datetime] = NOT_HELD
    ) -> list[Submission]:
        """What the sweep may take.

        Not ended, no live lease, `not_before` past, never published or last published longer ago than base × 2ⁿ (n =
        min(dispatch − 1, 6)); a running one whose lease ran out is stalled at once. Oldest first. `held` leaves out
        those (not isolated) that are in a state since whose time, or later, they were published.
        """

    def discard(self, submission_id: str, *, at: datetime) -> None:
        """Delete the document's bytes and the step outputs of a submission that `change` has made `discarded`.

        Nothing happens to one that is not (any more): the same content sent again has revived it.
        """

    def erase(self, submission_id: str) -> None:
        """Delete the submission, its history, its bytes and its step outputs."""

    def history(self, submission_id: str) -> list[HistoryEntry]: ...

    def history_since(self, sequence: int, *, owner: str | None, limit: int) -> list[HistoryEntry]:
        """Entries of all submissions (of one owner, or of all) with a greater sequence, in its order."""

    def count_by_state(self, owner: str | None = None) -> dict[State, int]: ...


class ExtractionRecords(Protocol):
    """Outputs of the steps extract and normalize, sealed, keyed by (submission, step, attempt)."""

    def put(self, submission: Submission, step: Step, attempt: int, body: bytes, at: datetime) -> None:
        """Write or overwrite. It counts only once `change` has pointed the submission at this attempt."""

    def get(self, submission: Submission, step: Step, attempt: int) -> bytes | None: ...

    def prune(self, submission: Submission) -> None:
        """Delete outputs of attempts the submission does not point at."""


class FactRecords(Protocol):
    """Facts, their versions and the decisions on them."""

    def store_set(self, submission: Submission, contents: Sequence[FactContent], at: datetime) -> int:
        """Make `contents` the facts of this submission's `facts_set`; returns how many are open. Idempotent.

        Facts of the submission not among them are closed (`replayed`); equal ones stay as they are; changed ones get
        a new revision; decisions are applied again (confirmed, corrected; rejected ones are stored closed). Then
        every touched series is linked: versions ordered by (published, received), each with known_from, known_to and
        what it replaces. Safe beside other calls on the same series. Facts in `review` stand outside the links until
        they are confirmed.

        Raises Fenced where the saved submission is gone, discarded, or of another attempt or facts_set than the one
        given; ValueError where a number has more than 34 digits or a name more than 500 characters.
        """

    def get(self, row_id: str, owner: str) -> Fact | None: ...

    def known_amounts(self, owner: str, wanted: Collection[tuple[str, str]], *, besides: str) -> list[KnownAmount]:
        """What is known now of (company key, metric) pairs from other submissions than `besides`.

        Actual single values that are not in review; a sample of the latest periods for each pair, never all.
        """

    def page(self, owner: str, where: FactFilter, *, cursor: str | None, limit: int) -> Page[Fact]:
        """By (known_from, id), newest first.

        Without `as_of`: open facts that no later version replaced, or all open ones with `replaced`.
        """

    def versions(self, owner: str, row_id: str) -> list[Fact]:
        """All versions of the series (and revisions of the fact) that this row belongs to, oldest first."""

    def decide(self, owner: str, fact_id: str, decision: Decision) -> Fact | None:
        """Keep the decision and apply it to the fact's newest revision; None where there is no such fact.

        `fact_id` may be the id of any of its rows. Returns the newest revision afterwards (a correction opens a new
        one).
        """

    def close(self, submission_id: str, *, at: datetime, reason: str) -> int:
        """Close the submission's facts (they answer `as_of` earlier times only); returns how many were open."""

    def erase(self, submission_id: str) -> int:
        """Delete the submission's facts and decisions.

        Call it before SubmissionRecords.erase: it links the series again.
        """


class BudgetSpent(Exception):
    """The reservation would pass a budget. `scope` is `submission` or `day`."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(scope)


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits in US dollars that a reservation must keep; None is no limit."""

    per_submission: Decimal | None = None
    per_day: Decimal | None = None


class ModelCallRecords(Protocol):
    """Attempt rows of paid calls, sealed request and answer bodies, and what was spent."""

    def attempts(self, key: str) -> list[ModelCall]:
        """All attempts of this call key, by number."""

    def claim(self, call: ModelCall, request: bytes, budget: Budget) -> bool:
        """Write the open attempt and reserve its cost. False where (key, number) is taken; raises BudgetSpent."""

    def answer(self, call: ModelCall, body: bytes) -> bool:
        """Store the raw answer and settle (`call` holds state `answered`, outcome, usage, cost).

        True if the attempt was open or of unknown outcome; a second answer for one key is never stored.
        """

    def settle(self, call: ModelCall) -> bool:
        """Settle an open attempt as `refused` or `unknown_outcome`. False if it is no longer open."""

    def answer_body(self, call: ModelCall) -> bytes | None: ...

    def of_submission(self, submission_id: str) -> list[ModelCall]: ...

    def usage(self, owner: str | None, since: datetime) -> list[UsageRow]: ...

    def erase(self, submission_id: str) -> int:
        """Delete bodies; the rows stay as the record of spending, without text."""


class Leases(Protocol):
    """Named locks with an end: at most one holder until it expires."""

    def take(self, name: str, holder: str, seconds: float) -> bool:
        """True if `holder` holds it now (again)."""

    def give_back(self, name: str, holder: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Circuit:
    """State of the paid model's circuit."""

    open_until: datetime | None = None
    reason: str | None = None
    failures: int = 0
    opened_at: datetime | None = None


class Circuits(Protocol):
    """Shared circuit breakers by name."""

    def get(self, name: str) -> Circuit: ...

    def put(self, name: str, circuit: Circuit) -> None: ...


@dataclass(frozen=True, slots=True)
class Token:
    """A personal access token, without its secret."""

    id: str
    owner: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None


class TokenRecords(Protocol):
    """Personal access tokens; the secret is stored as a hash only."""

    def add(self, token: Token, secret_hash: str) -> None: ...

    def by_hash(self, secret_hash: str) -> Token | None: ...

    def of_owner(self, owner: str | None) -> list[Token]: ...

    def revoke(self, token_id: str, at: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was rejected: not of our making, undecodable, or delivered too often."""

    id: str
    queue: str
    reason: str
    received_at: datetime
    headers: Mapping[str, str]
    body: bytes


class DeadLetterRecords(Protocol):
    """Rejected messages, sealed, until someone looks at them."""

    def add(self, letter: DeadLetter) -> None: ...

    def page(self, *, cursor: str | None, limit: int) -> Page[DeadLetter]: ...

    def get(self, letter_id: str) -> DeadLetter | None: ...

    def remove(self, letter_id: str) -> bool: ...


class KeyRecords(Protocol):
    """Wrapped data keys per owner, and the key-check value."""

    def wrapped(self, owner: str) -> bytes | None: ...

    def put_if_absent(self, owner: str, wrapped: bytes) -> bytes:
        """Returns what is kept now (the first one written wins)."""

    def check_value(self) -> bytes | None: ...

    def put_check_value(self, value: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Records:
    """All repositories of one process, as opened by `finproc.records.opening.open_records`."""

    submissions: SubmissionRecords
    extractions: ExtractionRecords
    facts: FactRecords
    model_calls: ModelCallRecords
    leases: Leases
    circuits: Circuits
    idempotency: Idempotency
    tokens: TokenRecords
    dead_letters: DeadLetterRecords


__all__ = [
    "SYSTEM_OWNER",
    "AddOutcome",
    "Added",
    "Budget",
    "BudgetSpent",
    "Circuit",
    "Circuits",
    "DeadLetter",
    "DeadLetterRecords",
    "ExtractionRecords",
    "FactRecords",
    "KeyRecords",
    "Leases",
    "ModelCallRecords",
    "Output",
    "Records",
    "Sealer",
    "SubmissionRecords",
    "Token",
    "TokenRecords",
    "TokenUsage",
]

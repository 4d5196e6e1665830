"""Answers to submissions, as bytes: made once, sent, and where asked kept for a repeated request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from finproc.errors import Refusal, Unavailable
from finproc.model.ids import utc_now
from finproc.records.idempotency import Idempotency, Reservation, StoredAnswer
from finproc.records.protocols import Added
from finproc.schemas import exact_json
from finproc.schemas.refusal import problem
from finproc.schemas.submission import links
from finproc.submit.refusals import InvalidKey, KeyInUse, KeyReused

MAX_KEY = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers of an answer to a submission."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def accepted(added: Sequence[Added]) -> Answer:
    """202 for one new submission or several files with a new one among them; 200 where all were there before."""
    status = 200 if all(one.outcome == "duplicate" for one in added) else 202
    headers = {"Content-Type": "application/json"}
    if len(added) == 1:
        headers["Location"] = links(added[0].submission.id)["self"]
        return Answer(status, exact_json.dumps(fields_of(added[0])).encode(), headers)
    body = {"submissions": [fields_of(one) for one in added]}
    return Answer(status, exact_json.dumps(body).encode(), headers)


def fields_of(added: Added) -> dict[str, object]:
    """What a submitter is told about one submission."""
    told: dict[str, object] = {"id": added.submission.id, "state": added.submission.state.value}
    if added.outcome == "duplicate":
        told["duplicate"] = True
    return {**told, "links": links(added.submission.id)}


def refused(error: Refusal | Unavailable) -> dict[str, object]:
    """The problem document of an error."""
    if isinstance(error, Refusal):
        return problem(error.status, error.code, error.title, error.detail, error.field)
    return problem(503, "unavailable", "Unavailable", error.detail)


def once(
    kept: Idempotency, owner: str, key: str | None, request_hash: Callable[[], str], make: Callable[[], Answer]
) -> Answer:
    """The answer to a request with an Idempotency-Key: made at first, repeated for 24 hours.

    The key is held before anything is made, and freed where no answer comes of it. Raises KeyReused where it is another
    request's, KeyInUse while the same request is at work.
    """
    if key is None:
        return make()
    if not 0 < len(key) <= MAX_KEY or not all("!" <= character <= "~" for character in key):
        raise InvalidKey
    asked = Reservation(owner, key, request_hash())
    there = kept.reserve(asked, utc_now())
    if there.request_hash != asked.request_hash:
        raise KeyReused
    if isinstance(there, StoredAnswer):
        return Answer(there.status, there.body, {**there.headers, "Idempotent-Replayed": "true"})
    if there != asked:
        raise KeyInUse
    with ExitStack() as unless_kept:
        unless_kept.callback(_release, kept, asked)
        answer = make()
        stored = StoredAnswer(asked.request_hash, answer.status, answer.body, dict(answer.headers))
        kept.keep(asked, stored, utc_now())
        unless_kept.pop_all()
    return answer


def _release(kept: Idempotency, reservation: Reservation) -> None:
    with suppress(Unavailable):  # the caller is to hear of the first error; the reservation runs out
        kept.release(reservation)

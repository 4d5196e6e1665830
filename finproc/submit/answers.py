"""Answers to submissions, as bytes: made once, sent, and where asked kept for a repeated request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from finproc.errors import Refusal, Unavailable
from finproc.model.ids import utc_now
from finproc.records.protocols import Added, Idempotency, StoredAnswer
from finproc.schemas import exact_json
from finproc.schemas.refusal import problem
from finproc.schemas.submission import links
from finproc.submit.refusals import InvalidKey, KeyReused

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
    """The answer to a request with an Idempotency-Key: made at first, repeated for 24 hours. Raises KeyReused."""
    if key is None:
        return make()
    if not 0 < len(key) <= MAX_KEY or not all("!" <= character <= "~" for character in key):
        raise InvalidKey
    asked = request_hash()
    earlier = kept.get(owner, key, utc_now())
    if earlier is not None:
        if earlier.request_hash != asked:
            raise KeyReused
        return Answer(earlier.status, earlier.body, {**earlier.headers, "Idempotent-Replayed": "true"})
    answer = make()
    kept.put(owner, key, StoredAnswer(asked, answer.status, answer.body, dict(answer.headers)), utc_now())
    return answer

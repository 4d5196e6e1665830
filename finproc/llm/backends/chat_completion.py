"""The wire format of Chat Completions: what a raw answer says, and what an HTTP refusal means."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from finproc.llm.backend import Refused
from finproc.llm.question import Outcome, Reading
from finproc.llm.strict_schema import mismatch
from finproc.model.model_call import TokenUsage

_STATUS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    408: "request_timeout",
    409: "conflict",
    413: "too_large",
    422: "unprocessable",
    429: "rate_limit",
}
_QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_LONGEST_WAIT = 3600.0


def refusal(status: int, code: str | None, headers: Mapping[str, str]) -> Refused:
    """What an HTTP status other than 2xx means; `code` is the provider's own reason from the body."""
    if code in _QUOTA_CODES:
        outcome = "quota"
    elif code == "content_filter":
        outcome = "content_filter"
    else:
        outcome = _STATUS.get(status, "server_error" if status >= 500 else f"http_{status}")  # noqa: PLR2004  # HTTP's own border
    return Refused(outcome, status, retry_after(headers), headers.get("x-request-id"))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from `retry-after-ms`, or `Retry-After` as seconds or an HTTP date; None where absent or unreadable."""
    seconds = _number(headers.get("retry-after-ms"))
    if seconds is not None:
        seconds /= 1000
    else:
        text = headers.get("retry-after")
        seconds = _number(text)
        if seconds is None and text:
            try:
                seconds = parsedate_to_datetime(text).timestamp() - time.time()
            except (ValueError, OverflowError):
                return None
    return None if seconds is None else min(max(seconds, 0.0), _LONGEST_WAIT)


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def read_completion(body: bytes, schema: Mapping[str, object]) -> Reading:
    """Understand a raw chat completion. Usage is read wherever it stands, since garbage is billed too."""
    envelope = _json(body)
    if not isinstance(envelope, dict):
        html = body.lstrip()[:1] == b"<"
        return Reading("html" if html else "not_json", detail="the whole body")
    bill = (_usage(envelope.get("usage")), _text(envelope.get("service_tier")))
    choices = envelope.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return _reading("error_body" if envelope.get("error") else "no_choices", bill)
    withheld = _FINISHES.get(choice.get("finish_reason")) or ("refusal" if message.get("refusal") else None)
    if withheld is not None:
        return _reading(withheld, bill)
    value = _json(message.get("content"))
    wrong = "the content is not JSON" if value is _NOTHING else mismatch(value, schema)
    if wrong is not None:
        return _reading("not_json" if value is _NOTHING else "schema_mismatch", bill, wrong)
    return Reading("ok", value, "", *bill)


_NOTHING = object()
_FINISHES: dict[object, Outcome] = {"length": "cut_off", "content_filter": "content_filter"}


def _json(text: object) -> object:
    if not isinstance(text, str | bytes):
        return _NOTHING
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return _NOTHING
    return value


def _reading(outcome: Outcome, bill: tuple[TokenUsage, str | None], detail: str = "") -> Reading:
    return Reading(outcome, None, detail, *bill)


def _usage(usage: object) -> TokenUsage:
    """Token counts; compatible servers leave out any of them."""
    if not isinstance(usage, dict):
        return TokenUsage()
    of_input, of_output = usage.get("prompt_tokens_details"), usage.get("completion_tokens_details")
    return TokenUsage(
        input=_count(usage.get("prompt_tokens")),
        cached_input=_count(of_input.get("cached_tokens")) if isinstance(of_input, dict) else None,
        output=_count(usage.get("completion_tokens")),
        reasoning=_count(of_output.get("reasoning_tokens")) if isinstance(of_output, dict) else None,
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

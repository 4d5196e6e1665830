"""What the stand-in for a model's server answers: true readings of a text, and every failure by name."""

from __future__ import annotations

import hashlib
import json
import random
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

_AMOUNT = r"(?:US\$|C\$|[$€£]|USD |EUR )\s?\d[\d,.]*(?<=\d)(?:\s(?:thousand|million|billion|trillion))?"
_METRIC = (
    r"(?:adjusted )?(?:net income|net loss|net profit|total revenues?|revenues?|net sales|sales|operating income"
    r"|operating profit|operating loss|gross profit|free cash flow|EBITDA|total assets)"
)
_PERIOD = r"Q[1-4] \d{4}|H[12] \d{4}|FY ?\d{4}|fiscal \d{4}|the (?:first|second|third|fourth) quarter of \d{4}|\d{4}"
_FACT = re.compile(
    rf"(?P<metric>{_METRIC})\s+(?:of|was|were|totaled|came to)\s+(?P<amount>{_AMOUNT})"
    rf"(?:\s+(?:for|in)\s+(?P<period>{_PERIOD}))?",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"(?P<company>[A-Z][\w&'-]*(?:,? [A-Z][\w&'.-]*)*) (?:reported|posted|announced|recorded)\b")


def mentions(text: str) -> list[dict[str, str | None]]:
    """What the stub truly reads in a text: "<metric> of $X million for Q1 2024", with the company reporting it."""
    found = []
    for match in _FACT.finditer(text):
        sentence = max(text.rfind(". ", 0, match.start()), text.rfind("\n", 0, match.start()), 0)
        companies = _COMPANY.findall(text, sentence, match.start())
        metric = match["metric"]
        adjusted = metric[:8].lower() == "adjusted"
        found.append(
            {
                "amount": match["amount"],
                "metric": metric[9:] if adjusted else metric,
                "company": companies[-1] if companies else None,
                "period": match["period"],
                "segment": None,
                "qualifier": metric[:8] if adjusted else None,
                "status": "actual",
                "quote": text[match.start() : match.end("amount")],
            }
        )
    return found


Reads = Callable[[str], list[dict[str, str | None]]]
"""What a stub reads in a piece of a text: mentions in the schema of the answer."""


@dataclass(slots=True)
class Exchange:
    """A chat completion that is to be answered. `left_out` are the amounts that a second question asks for alone."""

    request: dict[str, Any]
    text: str
    raw: bytes
    cut: bool = False
    reads: Reads = mentions
    left_out: tuple[str, ...] = ()

    def completion(self, content: str | None, finish: str = "stop", refusal: str | None = None) -> bytes:
        written = len(content or "") // 4 + 1
        read = len(self.raw) // 4
        return json_bytes(
            {
                "id": f"chatcmpl-{hashlib.sha256(self.raw).hexdigest()[:12]}",
                "object": "chat.completion",
                "created": 0,
                "model": self.request.get("model"),
                "service_tier": self.request.get("service_tier", "default"),
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": content, "refusal": refusal},
                        "finish_reason": finish,
                    }
                ],
                "usage": {
                    "prompt_tokens": read,
                    "completion_tokens": written,
                    "total_tokens": read + written,
                    "prompt_tokens_details": {"cached_tokens": 0},
                    "completion_tokens_details": {"reasoning_tokens": 0},
                },
            }
        )

    def content(self) -> str:
        found = self.reads(self.text)
        if self.left_out:
            found = [mention for mention in found if mention["amount"] in self.left_out]
        return json.dumps({"mentions": found}, ensure_ascii=False)


@dataclass(slots=True)
class Reply:
    """What goes over the wire, and how: at once, in drips (seconds between bytes), or broken off."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = "application/json"
    drip: float = 0.0
    drip_head: bool = False
    claimed_length: int | None = None
    never: bool = False
    reset: bool = False


_LIMITED = "rate_limit_exceeded"


def json_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _error(status: int, kind: str, code: str | None = None, **headers: str) -> Callable[[Exchange], Reply]:
    body = json_bytes({"error": {"message": f"stub: {kind}", "type": kind, "code": code, "param": None}})
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda _: Reply(status, body, named)


def _ok(exchange: Exchange) -> Reply:
    if exchange.cut:
        return _cut_off(exchange)
    return Reply(body=exchange.completion(exchange.content()))


def _cut_off(exchange: Exchange) -> Reply:
    return Reply(body=exchange.completion('{"mentions": [{"amount": "$5', "length"))


def _without_usage(exchange: Exchange) -> Reply:
    answer = json.loads(exchange.completion(exchange.content()))
    del answer["usage"], answer["service_tier"]
    return Reply(body=json_bytes(answer))


def _in_half_a_minute(exchange: Exchange) -> Reply:
    date = formatdate(time.time() + 30, usegmt=True)
    return _error(429, _LIMITED, _LIMITED, retry_after=date)(exchange)


OUTCOMES: dict[str, Callable[[Exchange], Reply]] = {
    "ok": _ok,
    "rate_limit": _error(429, _LIMITED, _LIMITED, retry_after="1"),
    "rate_limit_ms": _error(429, _LIMITED, _LIMITED, retry_after_ms="250", retry_after="1"),
    "rate_limit_date": _in_half_a_minute,
    "rate_limit_bare": _error(429, _LIMITED, _LIMITED),
    "quota": _error(429, "insufficient_quota", "insufficient_quota"),
    "server_error": _error(500, "server_error"),
    "unavailable": _error(503, "server_error", retry_after="2"),
    "bad_request": _error(400, "invalid_request_error", "invalid_value"),
    "filtered_request": _error(400, "invalid_request_error", "content_filter"),
    "unauthorized": _error(401, "invalid_request_error", "invalid_api_key"),
    "forbidden": _error(403, "forbidden"),
    "not_found": _error(404, "invalid_request_error", "model_not_found"),
    "conflict": _error(409, "conflict"),
    "unprocessable": _error(422, "unprocessable"),
    "redirect": lambda _: Reply(307, headers=(("location", "/v1/elsewhere"),)),
    "timeout": lambda _: Reply(never=True),
    "drip": lambda exchange: Reply(body=exchange.completion(exchange.content()), drip=0.05),
    "drip_head": lambda exchange: Reply(body=exchange.completion(exchange.content()), drip=0.05, drip_head=True),
    "drip_error": lambda _: Reply(500, b'{"error": {"message": "' + b"x" * 100_000, drip=0.05),
    "cut_off": _cut_off,
    "not_json": lambda exchange: Reply(body=exchange.completion('{"mentions": [{"amount": }')),
    "schema_mismatch": lambda exchange: Reply(body=exchange.completion('{"mentions": [{"amount": 5.3}]}')),
    "extra_field": lambda exchange: Reply(body=exchange.completion('{"mentions": [], "note": "x"}')),
    "html": lambda _: Reply(body=b"<!doctype html><title>Sign in</title>", media_type="text/html"),
    "error_body": lambda _: Reply(body=json_bytes({"error": {"message": "upstream failed", "code": 502}})),
    "no_choices": lambda _: Reply(body=json_bytes({"id": "chatcmpl-0", "choices": []})),
    "empty": lambda _: Reply(),
    "deep": lambda _: Reply(body=b"[" * 200_000),
    "refusal": lambda exchange: Reply(body=exchange.completion(None, refusal="I cannot help with that.")),
    "content_filter": lambda exchange: Reply(body=exchange.completion(None, "content_filter")),
    "no_usage": _without_usage,
    "truncated": lambda _: Reply(body=b'{"id": "chatcmpl-0", "choi', claimed_length=5000),
    "reset_before": lambda _: Reply(reset=True),
    "reset_after": lambda _: Reply(reset=True),
}
"""Every outcome by name. `reset_before` breaks the connection once the head is there, `reset_after` after the body."""


class Plan:
    """Decides what becomes of each request: first what was queued, then by rates from a seeded generator, else `ok`."""

    def __init__(self, rates: dict[str, float] | None = None, seed: int = 0) -> None:
        self.queued: deque[str] = deque()
        self._random = random.Random(seed)
        self.rates = rates or {}

    @property
    def rates(self) -> dict[str, float]:
        return self._rates

    @rates.setter
    def rates(self, rates: dict[str, float]) -> None:
        unknown = rates.keys() - OUTCOMES.keys()
        if unknown or sum(rates.values()) > 1:
            raise ValueError(f"no such outcomes, or rates above 1: {sorted(unknown) or rates}")
        self._rates = rates

    def decide(self) -> str:
        if self.queued:
            return self.queued.popleft()
        place = self._random.random() if self._rates else 1.0
        for outcome, rate in self._rates.items():
            if place < rate:
                return outcome
            place -= rate
        return "ok"

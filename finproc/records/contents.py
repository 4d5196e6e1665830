"""A fact's content as bytes, and as a person's decision changes it. Pure functions that both stores share."""

from __future__ import annotations

import dataclasses
import json
import operator
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from finproc.model.fact import Decision, Evidence, FactContent
from finproc.model.places import Place
from finproc.model.text import Quote, Span

_NUMBERS = ("value", "value_low", "value_high", "precision", "value_converted")
_DATES = ("period_start", "period_end")
_NAMES = tuple(field.name for field in dataclasses.fields(FactContent))
_PLAIN = tuple(name for name in _NAMES if name not in (*_NUMBERS, *_DATES, "amount", "doubts", "evidence"))
_plain_fields = operator.attrgetter(*_PLAIN)


def to_bytes(content: FactContent) -> bytes:
    """All fields of a content, deterministic: equal contents give equal bytes."""
    body: dict[str, Any] = dict(zip(_PLAIN, _plain_fields(content), strict=True))
    body |= {name: _text(getattr(content, name)) for name in (*_NUMBERS, *_DATES)}
    body["amount"] = [content.amount.start, content.amount.end]
    body["doubts"] = content.doubts
    body["evidence"] = [
        [item.field, item.rule, item.quote.text, item.quote.origin, *_offsets(item.quote.span), *_place(item.place)]
        for item in content.evidence
    ]
    return msgspec.json.encode(body, order="sorted")


def from_bytes(stored: bytes) -> FactContent:
    """The content that `to_bytes` wrote."""
    body = json.loads(stored)
    for name in _NUMBERS:
        body[name] = None if body[name] is None else Decimal(body[name])
    for name in _DATES:
        body[name] = None if body[name] is None else date.fromisoformat(body[name])
    body["amount"] = Span(*body["amount"])
    body["doubts"], body["findings"] = tuple(body["doubts"]), tuple(body["findings"])
    body["evidence"] = tuple(
        Evidence(
            field,
            Quote(text, Span(*where[:2]) if where else None, origin),
            rule,
            Place(*where[2:]) if where[2:] else None,
        )
        for field, rule, text, origin, *where in body["evidence"]
    )
    return FactContent(**body)


def decided(content: FactContent, decision: Decision | None) -> FactContent:
    """The content as a decision leaves it: `confirm` and `correct` change the proof, `correct` the value too."""
    if decision is None or decision.verdict == "reject":
        return content
    if decision.verdict == "confirm":
        return dataclasses.replace(content, proof="confirmed")
    if decision.value is None:
        return dataclasses.replace(content, proof="corrected")
    return dataclasses.replace(content, proof="corrected", value=decision.value, value_low=None, value_high=None)


def metadata_to_text(metadata: Mapping[str, object]) -> str:
    """What the submitter added, as JSON; decimal numbers keep their digits as `{"$decimal": "…"}`."""
    return json.dumps(metadata, ensure_ascii=False, default=_tagged)


def metadata_from_text(stored: str) -> dict[str, object]:
    """Back from `metadata_to_text`."""
    return json.loads(stored, object_hook=_untagged) if stored != "{}" else {}


def _tagged(value: object) -> object:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    raise TypeError(f"no JSON for {type(value).__name__}")


def _untagged(value: dict[str, Any]) -> object:
    return Decimal(value["$decimal"]) if value.keys() == {"$decimal"} else value


def plain(value: Decimal) -> str:
    """The digits without exponent and trailing zeros: one text for one number."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(value: Decimal | date | None) -> str | None:
    if isinstance(value, Decimal):
        return plain(value)
    return None if value is None else value.isoformat()


def _offsets(span: Span | None) -> list[int]:
    return [] if span is None else [span.start, span.end]


def _place(place: Place | None) -> list[object]:
    """The fields of a place; only a quote with offsets has one."""
    return [] if place is None else [place.page, place.part, place.paragraph, place.table, place.cell]

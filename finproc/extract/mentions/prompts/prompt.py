"""A version of what a language model is told: instructions, the form of its answer, and examples."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version. It names the schema, so it is part of every call key: another version is another call."""

    version: str
    instructions: str
    schema: Mapping[str, Any] = field(hash=False)
    second: str | None = None
    """What is said before the amounts that a first answer left out; None: such a version asks once only."""


def mentions_schema(fields: Sequence[str]) -> dict[str, Any]:
    """The strict JSON schema of an answer: a list of mentions with these fields.

    Every field may be null, so that nothing must be invented; amounts are strings: JSON numbers pass through floats.
    """
    properties = {
        name: _nullable(enum=["actual", "guidance", None]) if name == "status" else _nullable() for name in fields
    }
    mention = {
        "type": "object",
        "additionalProperties": False,
        "required": list(fields),
        "properties": properties,
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["mentions"],
        "properties": {"mentions": {"type": "array", "items": mention}},
    }


def _nullable(**more: object) -> dict[str, object]:
    return {"type": ["string", "null"], **more}


def answer(mentions: Iterable[Mapping[str, str | None]], fields: Sequence[str]) -> str:
    """An example's answer: JSON that matches the schema, fields that are not given null."""
    rows = [{name: mention.get(name) for name in fields} for mention in mentions]
    return json.dumps({"mentions": rows}, ensure_ascii=False)

"""The strict JSON schemas that models are held to: closed objects, all properties required, unions as type lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TYPES: dict[str, type[object]] = {"string": str, "object": dict, "array": list, "null": type(None)}


def mismatch(value: object, schema: Mapping[str, Any], place: str = "answer") -> str | None:
    """Where and how a value breaks the schema, or None. Says nothing of the value itself."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, _TYPES[kind]) for kind in kinds):
        return f"{place} must be {' or '.join(kinds)}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{place} must be one of {', '.join(map(str, schema['enum']))}"
    if isinstance(value, dict):
        return _of_object(value, schema["properties"], place)
    if isinstance(value, list):
        found = (mismatch(item, schema["items"], f"{place}[{index}]") for index, item in enumerate(value))
        return next((wrong for wrong in found if wrong is not None), None)
    return None


def _of_object(value: dict[str, object], properties: Mapping[str, Any], place: str) -> str | None:
    for name in properties:
        if name not in value:
            return f"{place} lacks {name}"
    if len(value) > len(properties):
        return f"{place} has fields that are not asked for"
    found = (mismatch(value[name], schema, f"{place}.{name}") for name, schema in properties.items())
    return next((wrong for wrong in found if wrong is not None), None)

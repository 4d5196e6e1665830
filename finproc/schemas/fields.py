"""Marshmallow fields for finproc's own values, and the schema that makes frozen values."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import Schema, fields, post_load, validate

from finproc.schemas import exact_json

CURSOR = validate.Regexp(r"^[0-9A-Za-z_.:=~|-]{1,500}\Z", error="Not a cursor of ours.")
"""What a page's `next_cursor` may look like."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)


class FrozenSchema(Schema):
    """Loads into the frozen dataclass `made`; absent fields take the dataclass's defaults."""

    made: ClassVar[type[Any]]

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> object:
        return self.made(**data)


class ExactNumber(fields.Decimal):
    """A JSON number with exact digits; a string of digits is read too, for clients whose JSON knows floats only."""


class ExactString(fields.Decimal):
    """A JSON string of digits: every amount that is not a fact's value."""

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else exact_json.number(value)


class Moment(fields.Field[datetime]):
    """RFC 3339 time in UTC; a time without zone is refused, a date alone is its first moment (or its last)."""

    def __init__(self, *, last: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._last = last

    default_error_messages = {  # noqa: RUF012 - marshmallow declares it an instance's variable
        "invalid": "Not a date, or a time with its zone (2024-03-31T12:00:00Z)."
    }

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else exact_json.moment(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            if not isinstance(value, str):
                raise TypeError  # noqa: TRY301 - one answer for every wrong kind
            if len(value) == len("2024-03-31"):
                day = date.fromisoformat(value)
                clock = time(23, 59, 59, 999_000) if self._last else time()
                return datetime.combine(day, clock, UTC)
            parsed = datetime.fromisoformat(value)
            if parsed.tzinfo is None:
                raise ValueError  # noqa: TRY301 - as above
            return parsed.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise self.make_error("invalid") from None


class Many(fields.List[Any]):
    """A JSON list that loads into a tuple."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **kwargs))


class IsoDay(fields.Date):
    """A day written `2024-03-31`, in no other way of ISO 8601."""

    default_error_messages = {"invalid": "Not a day (2024-03-31)."}  # noqa: RUF012 - as above

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.match(value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **kwargs)

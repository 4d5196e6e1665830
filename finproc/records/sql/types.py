"""Column types that keep times and numbers exactly on SQLite and PostgreSQL.

SQLAlchemy's `Numeric` is banned: on SQLite it goes through float.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import TIMESTAMP, BigInteger, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from finproc.records.contents import plain
from finproc.records.spending import from_picodollars, picodollars

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970 of an aware time."""
    return (at - _EPOCH) // _MICROSECOND


class Instant(TypeDecorator[datetime]):
    """An aware time: timestamptz on PostgreSQL, INTEGER microseconds since 1970 on SQLite. Comes back in UTC."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[int]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        if value is None or dialect.name == "postgresql":
            return value
        return microseconds(value)

    def process_result_value(self, value: datetime | int | None, _dialect: Dialect) -> datetime | None:
        if isinstance(value, int):
            return _EPOCH + timedelta(microseconds=value)
        return None if value is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A number with all its digits, as TEXT in plain notation.

    Compare by `finproc.records.series.order_key` columns.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> str | None:
        return None if value is None else plain(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Dollars(TypeDecorator[Decimal]):
    """Costs of model calls.

    INTEGER millionths of a millionth of a US dollar, so that the database can sum them exactly.

    A price per million tokens with up to six decimals gives exact costs; finer ones are rounded to this unit.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> int | None:
        return None if value is None else picodollars(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> Decimal | None:
        return None if value is None else from_picodollars(value)

"""Statements that run for every document: written with SQLAlchemy, compiled once, prepared and run by libpq.

SQLAlchemy's execution costs several times the CPU time of the driver's cursor, and that twice the time of the call of
libpq under it; the pipeline runs some fifteen statements a document.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

import psycopg
from psycopg.pq import Format
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.dialects.postgresql.psycopg import dialect as numbered
from sqlalchemy.sql.base import Executable

Values = Mapping[str, Any]

_BYTEA = 17
_INFERRED = 0
"""The server knows a parameter's type by where it stands."""
_names = count()
_DIALECT: Dialect = numbered(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call] # SQLAlchemy leaves it so


class Prepared:
    """A statement, with its columns' own ways in and out. `IN` takes no list here."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined] # every statement of Core has it
        self.name = b"finproc_%d" % next(_names)
        self.text: bytes = compiled.string.encode()
        kinds = {compiled.bind_names[bind]: bind.type for bind in compiled.binds.values()}
        names: list[str] = compiled.positiontup or []
        binary = [isinstance(kinds[name], LargeBinary) for name in names]
        self.types = [_BYTEA if bytea else _INFERRED for bytea in binary]
        self.formats = [Format.BINARY if bytea else Format.TEXT for bytea in binary]
        ways = {name: kinds[name].dialect_impl(_DIALECT).bind_processor(_DIALECT) for name in names}
        self._places = [(place, name, ways[name]) for place, name in enumerate(names)]
        self._fixed: list[bytes | None] = [None] * len(names)
        self._fixed = self.bound({name: value for name, value in compiled.params.items() if value is not None})
        columns = list(getattr(statement, "exported_columns", ()))
        row = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc] # noqa: PYI024 -- the statement names them
        self._row: Callable[[Iterable[Any]], Any] = row._make
        self._ways_out = [
            (place, way)
            for place, column in enumerate(columns)
            if (way := column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)) is not None
        ]

    def bound(self, values: Values) -> list[bytes | None]:
        """The parameters in their order, as the wire takes them."""
        given = self._fixed.copy()
        for place, name, way in self._places:
            if name in values:
                value = values[name] if way is None else way(values[name])
                given[place] = None if value is None else _DUMPS[type(value)](value)
        return given

    def rows(self, found: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What the driver read, under the columns' names."""
        make = self._row
        if not self._ways_out:
            return [make(row) for row in found]
        read = []
        for row in found:
            cells = list(row)
            for place, way in self._ways_out:
                cells[place] = way(cells[place])
            read.append(make(cells))
        return read


def _text(value: str) -> bytes:
    if "\0" in value:
        raise psycopg.DataError("PostgreSQL keeps no text with NUL in it")
    return value.encode()


def _list(values: Sequence[object]) -> bytes:
    texts = (str(value).replace("\\", r"\\").replace('"', r"\"") for value in values)
    return _text("{" + ",".join(f'"{text}"' for text in texts) + "}")


def _iso(value: date | datetime) -> bytes:
    return value.isoformat().encode()


_DUMPS: dict[type, Callable[[Any], bytes]] = {
    str: _text,
    bool: lambda value: b"t" if value else b"f",
    int: lambda value: b"%d" % value,
    bytes: bytes,
    datetime: _iso,
    date: _iso,
    list: _list,
}
"""Values in the server's text format; bytes as they are."""

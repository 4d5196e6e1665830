"""Statements that run for every document: written with SQLAlchemy, compiled once, run by psycopg itself.

SQLAlchemy's execution costs several times the CPU time of the driver's, and the pipeline runs some twenty statements a
document.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Dialect
from sqlalchemy.sql.base import Executable

Values = Mapping[str, Any]


class Prepared:
    """A statement in the words of one dialect, with its columns' own ways in and out. `IN` takes no list here."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined] # every statement of Core has it
        self.text: str = compiled.string
        types = {compiled.bind_names[bind]: bind.type for bind in compiled.binds.values()}
        ways = ((name, kind.dialect_impl(dialect).bind_processor(dialect)) for name, kind in types.items())
        self._ways_in: dict[str, Callable[[Any], Any]] = {name: way for name, way in ways if way is not None}
        self._fixed = {name: self._in(name, value) for name, value in compiled.params.items() if value is not None}
        columns = list(getattr(statement, "exported_columns", ()))
        names = [column.key for column in columns]
        self._row = namedtuple("Row", names) if names else None  # noqa: PYI024 -- its names come from the statement
        self._ways_out = [
            (place, way)
            for place, column in enumerate(columns)
            if (way := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]

    def run(self, cursor: psycopg.Cursor[Any], values: Values | Sequence[Values]) -> list[Any]:
        """The rows that the statement answers with; a list of values runs it for each of them and answers nothing."""
        if not isinstance(values, Mapping):
            cursor.executemany(self.text, [self._bound(each) for each in values])
            return []
        cursor.execute(self.text, self._bound(values), prepare=True)
        return [] if self._row is None else self._rows(cursor.fetchall())

    def _in(self, name: str, value: object) -> object:
        way = self._ways_in.get(name)
        return value if way is None else way(value)

    def _bound(self, values: Values) -> dict[str, object]:
        bound = {**self._fixed, **values}
        for name, way in self._ways_in.items():
            if name in values:
                bound[name] = way(values[name])
        return bound

    def _rows(self, found: list[tuple[Any, ...]]) -> list[Any]:
        make = self._row._make  # type: ignore[union-attr] # asked for by run alone
        if not self._ways_out:
            return [make(row) for row in found]
        read = []
        for row in found:
            cells = list(row)
            for place, way in self._ways_out:
                cells[place] = way(cells[place])
            read.append(make(cells))
        return read

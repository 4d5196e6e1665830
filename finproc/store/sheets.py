"""Facts as a spreadsheet (Office Open XML), with the columns and the order of the CSV.

A spreadsheet keeps a number as a double and shows 15 digits of it. A value with more digits is a cell of text that has
them all; every other value is a number. Days are dates. Times are dates with a time of day in UTC, which their format
says, so that they sort and filter; a sheet itself knows no zones. Texts are texts: never a formula, never a link.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Context, Decimal
from functools import cache
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # ships no types
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # as above

from finproc.model.fact import Fact
from finproc.schemas import exact_json
from finproc.schemas.outputs import fact_json
from finproc.store.tables import COLUMNS

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575
"""Facts on one sheet: Excel's rows less the heads."""
LONGEST = 32_767
"""UTF-16 units in one cell."""
CUT = " [cut: a cell holds no more]"
_READ = 64 << 10
_KEPT = Context(prec=15, Emin=-16, Emax=307, traps=[])
"""The numbers that a cell keeps: 15 digits within a double's range, 30 places at most, as formats have."""
_FIRST_DAY = "1900-03-01"
"""Spreadsheets disagree about days before it, or have none; those stay text."""
_DAY, _MOMENT = "yyyy-mm-dd", 'yyyy-mm-dd hh:mm:ss.000" UTC"'
_DATED: dict[str, Callable[[str], date]] = {
    "period_start": date.fromisoformat,
    "period_end": date.fromisoformat,
    "published": date.fromisoformat,
    "known_from": datetime.fromisoformat,
    "known_to": datetime.fromisoformat,
}
_WIDTH = 14
_WIDTHS = {"company": 28, "metric": 24, "value": 22, "segment": 22, "known_from": 28, "known_to": 28, "quote": 60}


class _Sheet(Worksheet):  # type: ignore[misc]  # its class has no type
    """Escapes every text: XlsxWriter takes one from `<r>` to `</r>` for markup of its own."""

    def _xml_rich_inline_string(self, string: str, attributes: list[tuple[str, Any]]) -> None:
        self._xml_inline_string(string, preserve=True, attributes=attributes)


def pieces(file: IO[bytes]) -> Generator[bytes, None, None]:
    """The file's bytes; it is closed at its end, or when nobody reads on."""
    with file:
        while part := file.read(_READ):
            yield part


def workbook(facts: Iterable[Fact]) -> IO[bytes]:
    """The workbook in a file without a name, which is gone when it is closed. Memory holds one row at a time."""
    with ExitStack() as unless_done:
        file: IO[bytes] = unless_done.enter_context(TemporaryFile())
        with TemporaryDirectory() as folder:
            options = {"constant_memory": True, "tmpdir": folder, "use_zip64": True, "remove_timezone": True}
            with Workbook(file, options) as book:
                _fill(book, facts)
        unless_done.pop_all()
    file.seek(0)
    return file


def _fill(book: Any, facts: Iterable[Fact]) -> None:
    formats = cache(lambda code: book.add_format({"num_format": code}))
    bold = book.add_format({"bold": True})
    sheet, row = _sheet(book, bold), 0
    for fact in facts:
        if row == MOST_ROWS:
            sheet.autofilter(0, 0, row, len(COLUMNS) - 1)
            sheet, row = _sheet(book, bold), 0
        row += 1
        fields = fact_json(fact)
        for column, name in enumerate(COLUMNS):
            value = fields[name]
            if name in _DATED and value is not None and value >= _FIRST_DAY:
                value = _DATED[name](value)
            _write(sheet, (row, column), value, formats)
    sheet.autofilter(0, 0, row, len(COLUMNS) - 1)


def _sheet(book: Any, bold: Any) -> Any:
    """The next sheet, with its heads."""
    number = len(book.worksheets()) + 1
    sheet = book.add_worksheet("Facts" if number == 1 else f"Facts {number}", worksheet_class=_Sheet)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
        sheet.write_string(0, column, name, bold)
    return sheet


def _write(sheet: Any, place: tuple[int, int], value: object, formats: Callable[[str], Any]) -> None:
    match value:
        case None:
            pass
        case bool():
            sheet.write_boolean(*place, value)
        case int():
            sheet.write_number(*place, value)
        case Decimal():
            _write_amount(sheet, place, exact_json.number(value), formats)
        case date():
            sheet.write_datetime(*place, value, formats(_MOMENT if isinstance(value, datetime) else _DAY))
        case _:
            _write_text(sheet, place, str(value))


def _write_amount(sheet: Any, place: tuple[int, int], text: str, formats: Callable[[str], Any]) -> None:
    """A number, shown with its own decimals; text where a double does not keep it."""
    number = Decimal(text)
    if _KEPT.plus(number) == number:
        decimals = text.partition(".")[2]
        sheet.write_number(*place, number, formats("#,##0" + ("." + "0" * len(decimals) if decimals else "")))
    else:
        sheet.write_string(*place, text)


def _write_text(sheet: Any, place: tuple[int, int], text: str) -> None:
    """A text; one that is too long for a cell ends with words that say so."""
    units = text.encode("utf-16-le")
    if len(units) > 2 * LONGEST:
        text = units[: 2 * (LONGEST - len(CUT))].decode("utf-16-le", "ignore") + CUT
    sheet.write_string(*place, text)

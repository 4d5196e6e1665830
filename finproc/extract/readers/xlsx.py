"""XLSX: each visible sheet as one table of what its cells show; the titles above it and the notes below it as text.

Cells are read one row at a time. Values of formulas are those that the file keeps: nothing is calculated, no macro is
run, no other file is looked up. Hidden sheets, rows and columns are left out and said to be.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from lxml import etree  # type: ignore[import-untyped]  # lxml has no types

from finproc.errors import Unreadable
from finproc.extract.readers.composition import Composer, clean
from finproc.extract.readers.number_formats import BUILT_IN, shown, shown_text
from finproc.extract.readers.package import Package, attribute, local
from finproc.extract.readers.reader import MAX_CELLS, MAX_CHARACTERS, TooLarge
from finproc.extract.readers.serial_dates import Dating
from finproc.extract.readers.sheets import MAX_COLUMN, MAX_ROW, Sheet, compose, left_out, place_of
from finproc.model.document import Document
from finproc.model.problem import Problem

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_SHEETS = 500
_ON = {"1", "true"}
_MOST_LOOKED = 4_000_000
"""Rows and cells of a sheet, with the empty ones that only have a style; a few hundred thousand are not rare."""
_DIGITS = 7
"""Digits of a sheet's last row."""
_LONGEST_NUMBER = 400
_EXPONENT = 30
_NO_VALUES = (
    "The workbook's formulas have no values in the file. Open it in a spreadsheet program, save it, submit it again."
)


def check(body: bytes) -> None:
    """Refuses what does not open: raises Unreadable `encrypted`, `unreadable` or `too_large`."""
    package = Package(body)
    _sheets(package, package.main())


def read(body: bytes) -> Document:
    """The visible sheets in their order; raises Unreadable `no_text` if they are empty, and as `check` does."""
    package = Package(body)
    workbook = _Workbook(package)
    composer = Composer()
    problems: list[Problem] = []
    cells = 0
    for name, part, visible in _sheets(package, package.main()):
        if not visible:
            problems.append(Problem("hidden_sheet", f"The sheet “{name}” is hidden: it was left out."))
        elif part is None:
            problems.append(Problem("unread_part", f"“{name}” is no sheet of cells: it was left out."))
        else:
            sheet = workbook.sheet(part, MAX_CELLS - cells)
            cells += sum(map(len, sheet.rows.values()))
            problems += left_out(sheet, name)
            compose(sheet, name, composer)
    if not cells:
        without_values = any(problem.code == "formula_without_value" for problem in problems)
        raise Unreadable("no_text", _NO_VALUES if without_values else "The workbook's visible sheets are empty.")
    return composer.document(MEDIA_TYPE, None, problems)


def _sheets(package: Package, main: str) -> list[tuple[str, str | None, bool]]:
    """Name, part and visibility of each sheet; the part is None for a sheet that holds a chart alone."""
    root = package.tree(main)
    if root is None or local(root) != "workbook":
        raise Unreadable("unreadable", "The file is damaged: it has no workbook.")
    relations = package.relations(main)
    sheets: list[tuple[str, str | None, bool]] = []
    for sheet in root.iterfind("{*}sheets/{*}sheet"):
        relation = relations.get(attribute(sheet, "id") or "")
        part = relation.target if relation and relation.kind == "worksheet" and relation.target in package else None
        name = clean(sheet.get("name", ""))
        sheets.append((name, part, sheet.get("state", "visible") == "visible"))
    if not sheets:
        raise Unreadable("unreadable", "The workbook has no sheet.")
    if len(sheets) > MAX_SHEETS:
        raise TooLarge(f"The workbook has {len(sheets):,} sheets; finproc reads up to {MAX_SHEETS}.")
    return sheets


class _Workbook:
    """What the sheets share: words, formats by style, and the day that dates count from."""

    def __init__(self, package: Package) -> None:
        self._package = package
        main = package.main()
        named = {relation.kind: relation.target for relation in package.relations(main).values()}
        root = package.tree(main)
        settings = None if root is None else root.find("{*}workbookPr")
        self._dating: Dating = "1904" if settings is not None and attribute(settings, "date1904") in _ON else "1900"
        self._words = _words(package, named.get("sharedStrings", "xl/sharedStrings.xml"))
        self._formats = _formats(package, named.get("styles", "xl/styles.xml"))

    def sheet(self, part: str, most: int) -> Sheet:
        """The visible cells of one sheet; raises TooLarge beyond `most` of them."""
        sheet = Sheet()
        number = cells = looked = 0
        for element in self._package.elements(part, "col", "row", "mergeCell"):
            kind = local(element)
            looked += 1 + len(element)
            if looked > _MOST_LOOKED or number > MAX_ROW:
                raise TooLarge(f"A sheet of the workbook has more than {_MOST_LOOKED:,} cells, if empty ones.")
            if kind == "mergeCell":
                sheet.merge(element.get("ref", ""))
            elif kind == "col":
                if element.get("hidden") in _ON:
                    sheet.hidden_columns.append((_whole(element.get("min")), _whole(element.get("max"))))
            else:
                number = _whole(element.get("r")) or number + 1
                row = self._row(element, sheet)
                cells += len(row)
                if cells > most:
                    raise TooLarge(f"The workbook's sheets have more than {MAX_CELLS:,} cells.")
                if row and element.get("hidden") in _ON:
                    sheet.hidden_rows += 1
                elif row:
                    sheet.rows[number] = row
        sheet.uncover()
        return sheet

    def _row(self, element: etree._Element, sheet: Sheet) -> dict[int, str]:
        row: dict[int, str] = {}
        column = 0
        for cell in element.iterchildren("{*}c"):
            place = place_of(cell.get("r", ""))
            column = min(MAX_COLUMN, place[1] if place else column + 1)
            text = clean(self._text(cell, sheet))
            if text and sheet.hides(column):
                sheet.hidden_cells += 1
            elif text:
                row[column] = text
        return row

    def _text(self, cell: etree._Element, sheet: Sheet) -> str:
        """What a cell shows."""
        kind, value = cell.get("t", "n"), cell.findtext("{*}v")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return "" if inline is None else _rich(inline)
        if not value:
            sheet.without_value += cell.find("{*}f") is not None
            return ""
        style = _whole(cell.get("s"))
        code = self._formats[style] if style < len(self._formats) else ""
        if kind == "s":
            index = _whole(value)
            value = self._words[index] if index < len(self._words) else ""
        elif kind == "b":
            return "TRUE" if value in _ON else "FALSE"
        elif kind == "d":
            return _iso_day(value)
        elif kind == "n":
            number = _decimal(value)
            return value if number is None else shown(number, code, self._dating)
        return shown_text(value, code) if "@" in code or ";" in code else value


def _words(package: Package, part: str) -> list[str]:
    """The strings that cells name by number."""
    words: list[str] = []
    length = 0
    for item in package.elements(part, "si") if part in package else ():
        words.append(_rich(item))
        length += len(words[-1])
        if length > 4 * MAX_CHARACTERS or len(words) > 2 * MAX_CELLS:
            raise TooLarge("The workbook has more words than finproc reads.")
    return words


def _rich(item: etree._Element) -> str:
    """A string of runs in different fonts, without the reading aids of Asian scripts."""
    texts = [item.findtext("{*}t"), *(run.findtext("{*}t") for run in item.iterchildren("{*}r"))]
    return "".join(filter(None, texts))


def _formats(package: Package, part: str) -> list[str]:
    """The number format of each cell style."""
    root = package.tree(part)
    if root is None:
        return []
    codes = dict(BUILT_IN)
    for one in root.iterfind("{*}numFmts/{*}numFmt"):
        codes[_whole(one.get("numFmtId"))] = one.get("formatCode", "")
    return [codes.get(_whole(style.get("numFmtId")), "") for style in root.iterfind("{*}cellXfs/{*}xf")]


def _whole(text: str | None) -> int:
    """A whole number as the file writes numbers of rows, styles and words; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def _decimal(text: str) -> Decimal | None:
    """The number that a cell keeps; None where it is none, or beyond what anybody prints."""
    try:
        number = Decimal(text.strip()) if len(text) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number.adjusted()) <= _EXPONENT else None


def _iso_day(text: str) -> str:
    """A date that is kept as ISO 8601, without the midnight."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.date().isoformat() if not (moment.hour or moment.minute or moment.second) else text

"""Facts as a spreadsheet: every digit, day and text reads back, and nothing of a document is run."""

from __future__ import annotations

import re
import tempfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]  # ships no types
from openpyxl import load_workbook

from finproc.model.fact import Fact
from finproc.store import sheets
from finproc.store.tables import COLUMNS
from tests.web.house import content

KNOWN = datetime(2024, 4, 30, 12, 34, 56, 789000, UTC)
NUMBER, TEXT = "n", "inlineStr"


def fact(
    value: Decimal | None = None, *, published: date | None = None, known: datetime = KNOWN, **fields: Any
) -> Fact:
    told = content(value, **fields)
    return Fact("f1", "f1", 1, "local", "s1", "series", told, KNOWN, published, known)


def cells(*facts: Fact, column: str = "value") -> list[tuple[str, str]]:
    """Type and text of a column's cells as the file has them, from the first sheet."""
    letter = chr(ord("A") + COLUMNS.index(column))
    with sheets.workbook(facts) as file, zipfile.ZipFile(file) as package:
        found = etree.fromstring(package.read("xl/worksheets/sheet1.xml")).iterfind(".//{*}row[@r]/{*}c")
        placed = [cell for cell in found if re.fullmatch(rf"{letter}(?!1$)\d+", cell.get("r", ""))]
        return [(cell.get("t", NUMBER), "".join(cell.itertext())) for cell in placed]


def opened(*facts: Fact) -> Any:
    """The workbook as another library reads it."""
    with sheets.workbook(facts) as file:
        return load_workbook(file)


def cell(told: Fact, column: str) -> Any:
    return opened(told).active.cell(2, COLUMNS.index(column) + 1)


def unescaped(text: str) -> str:
    return re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)


AMOUNTS = st.builds(
    lambda digits, count, places: Decimal(digits % 10**count).scaleb(-places),
    st.integers(0, 10**34 - 1),
    st.integers(1, 34),
    st.integers(-8, 34),
)


@given(st.lists(st.builds(lambda amount, sign: sign * amount, AMOUNTS, st.sampled_from([1, -1])), max_size=20))
@settings(max_examples=60, deadline=None)
def test_every_amount_reads_back_exactly(amounts: list[Decimal]):
    shown = cells(*map(fact, amounts))
    assert [Decimal(text) for _, text in shown] == amounts
    numbers = [text for kind, text in shown if kind == NUMBER]
    assert [Decimal(f"{float(text):.15g}") for text in numbers] == [Decimal(text) for text in numbers]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("5300000", NUMBER, "5300000"),
        ("-5300000.250", NUMBER, "-5300000.25"),
        ("-0", NUMBER, "0"),
        ("0.1", NUMBER, "0.1"),
        ("0.900719925474099", NUMBER, "0.900719925474099"),
        ("123456789012345", NUMBER, "123456789012345"),
        ("1234567890123456", TEXT, "1234567890123456"),
        ("9007199254740993", TEXT, "9007199254740993"),
        ("12345678901234567890.12", TEXT, "12345678901234567890.12"),
        ("1E-31", TEXT, "0." + "0" * 30 + "1"),
    ],
)
def test_an_amount_that_a_double_does_not_keep_is_text(value: str, kind: str, text: str):
    assert cells(fact(Decimal(value))) == [(kind, text)]


@pytest.mark.parametrize(("value", "shown"), [("383285000000", "#,##0"), ("-0.250", "#,##0.00"), ("1.5E3", "#,##0")])
def test_a_number_is_shown_with_its_own_decimals(value: str, shown: str):
    assert cell(fact(Decimal(value)), "value").number_format == shown


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://example.com")',
        "{=1+1}",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "'x",
        "007",
        "1e5",
        "http://example.com",
        "mailto:a@example.com",
        "<r><t>x</t></r>",
        "<r> & </r>",
        "</t></is></c>",
        "\x00\x01\x0b\x1f\x7f\x85",
        "_x0001_",
        "\ufffe\uffff",
        "a\r\nb\n",
        " both ",
        "😀",
    ],
)
def test_every_text_is_that_text(text: str):
    ((kind, found),) = cells(fact(company=text), column="company")
    assert (kind, unescaped(found)) == (TEXT, text)


@pytest.mark.parametrize("letter", ["x", "😀"])
def test_a_text_that_is_too_long_says_that_it_is_cut(letter: str):
    units = len(letter.encode("utf-16-le")) // 2
    whole = letter * (sheets.LONGEST // units)
    kept, cut = cells(fact(company=whole), fact(company=whole + letter), column="company")
    assert kept[1] == whole
    assert cut[1].rstrip(letter).endswith(sheets.CUT)
    assert cut[1].startswith(letter * 1000)
    assert len(cut[1].encode("utf-16-le")) <= 2 * sheets.LONGEST


def test_days_and_times_are_dates():
    told = fact(published=date(2024, 4, 30))
    start, published, known = (cell(told, column) for column in ("period_start", "published", "known_from"))
    assert (start.value, start.number_format) == (datetime(2024, 1, 1), "yyyy-mm-dd")  # noqa: DTZ001 - a sheet knows no zone
    assert (published.value, published.is_date) == (datetime(2024, 4, 30), True)  # noqa: DTZ001 - as above
    assert (known.value, known.number_format) == (KNOWN.replace(tzinfo=None), 'yyyy-mm-dd hh:mm:ss.000" UTC"')
    assert cell(told, "known_to").value is None


@pytest.mark.parametrize(("day", "kept"), [("1850-12-31", "1850-12-31"), ("1900-03-01", datetime(1900, 3, 1))])  # noqa: DTZ001 - as above
def test_a_day_before_spreadsheets_have_days_is_text(day: str, kept: object):
    assert cell(fact(period_start=date.fromisoformat(day)), "period_start").value == kept


def test_yes_and_no_are_booleans():
    assert cell(fact(approximate=True), "approximate").value is True
    assert cell(fact(), "approximate").value is False


def test_places_are_plain_numbers():
    start = cell(fact(), "quote_start")
    assert (start.value, start.number_format) == (fact().content.quote_start, "General")


@pytest.mark.parametrize(("count", "rows"), [(0, [0]), (2, [2]), (5, [2, 2, 1])])
def test_rows_go_on_on_a_further_sheet(monkeypatch: pytest.MonkeyPatch, count: int, rows: list[int]):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    book = opened(*(fact(company=f"C{number}") for number in range(count)))
    assert book.sheetnames == ["Facts", "Facts 2", "Facts 3"][: len(rows)]
    assert [sheet.max_row - 1 for sheet in book] == rows
    found = [row[1].value for sheet in book for row in sheet.iter_rows(min_row=2)]
    assert found == [f"C{number}" for number in range(count)]
    for sheet, filled in zip(book, rows, strict=True):
        assert tuple(head.value for head in sheet[1]) == COLUMNS
        assert all(head.font.bold for head in sheet[1])
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:Y{filled + 1}")
        assert sheet.column_dimensions["Y"].width > 10


def test_a_sheet_holds_what_a_sheet_can_hold():
    assert sheets.MOST_ROWS + 1 == 2**20


def test_no_file_is_left_whether_it_works_or_breaks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def breaking() -> Iterator[Fact]:
        yield fact()
        raise ConnectionError

    with sheets.workbook([fact()]):
        assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConnectionError):
        sheets.workbook(breaking())
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_closed_when_it_is_read_or_nobody_reads_on():
    read, left = sheets.workbook([fact()]), sheets.workbook([fact()])
    assert b"".join(sheets.pieces(read)).startswith(b"PK")
    reading = sheets.pieces(left)
    next(reading)
    reading.close()
    assert read.closed
    assert left.closed


def test_memory_does_not_grow_with_the_rows():
    quote = "q" * 30_000
    tracemalloc.start()
    with sheets.workbook(fact(company=f"{quote}{number}") for number in range(300)):
        _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100 * len(quote)

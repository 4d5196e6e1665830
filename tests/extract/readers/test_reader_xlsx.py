"""Workbooks: each visible sheet as the table a reader sees, each cell with its place; the rest left out and said."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finproc.errors import Unreadable
from finproc.extract.readers import read, reader_of, recognize
from finproc.extract.readers import xlsx as workbooks
from finproc.model.places import Place, Places
from finproc.model.text import Span
from tests.extract.readers.made import assert_places, grid_of, outcome, tables, texts
from tests.extract.readers.office import package, raw_xlsx, rows, saved, statement_workbook

MEDIA_TYPE = workbooks.MEDIA_TYPE


def read_here(body):
    document = reader_of(MEDIA_TYPE).read(body)
    assert_places(document)
    return document


def refusal(body):
    with pytest.raises(Unreadable) as refused:
        read_here(body)
    return refused.value


def book_of(*rows, code=None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if code:
        for row in book.active.iter_rows():
            for cell in row:
                cell.number_format = code
    return book


def test_a_statement_is_titles_a_table_and_a_note():
    body = saved(statement_workbook())
    document = read(body, recognize(body))
    assert_places(document)
    assert texts(document, "heading") == ["Income", "Acme Corp", "Consolidated Statements of Income"]
    assert texts(document, "caption") == ["(in thousands, except per share data)"]
    assert texts(document, "paragraph") == ["Revenue in Germany was $5.3 million in Q1 2024."]
    (table,) = tables(document)
    assert grid_of(table) == [
        {1: "Three Months Ended March 31,"},
        {1: "2024", 2: "2023"},
        {0: "Revenue", 1: "$74,093", 2: "$61,000"},
        {0: "Operating income", 1: "$5,300", 2: "$(1,200)"},
        {0: "Operating margin", 1: "7.2%", 2: "-2.0%"},
        {0: "Diluted earnings per share", 1: "0.12", 2: "(0.03)"},
    ]
    assert next(cell for cell in table.cells if cell.text.startswith("Three")).column_span == 2


def test_every_cell_is_found_again_in_the_sheet():
    document = read_here(saved(statement_workbook()))
    places = Places(document)

    def place(text):
        start = document.text.index(text)
        return places.of(Span(start, start + len(text)))

    assert place("$5,300") == Place(part="Income", cell="D8")
    assert place("(0.03)") == Place(part="Income", cell="F11")
    assert place("Consolidated") == Place(part="Income", cell="B2")
    assert place("$5.3 million") == Place(part="Income", cell="B14")


def test_sheets_stand_in_their_order_and_hidden_ones_are_left_out_and_said():
    book = book_of(["Revenue", 5])
    for name, state in (("Raw", "hidden"), ("Rawer", "veryHidden"), ("Costs", "visible")):
        sheet = book.create_sheet(name)
        sheet.append([f"{name} of goods", 4])
        sheet.sheet_state = state
    document = read_here(saved(book))
    assert "Raw" not in document.text
    assert [block.part for block in tables(document)] == ["Sheet", "Costs"]
    assert [(problem.code, "“Raw" in problem.detail) for problem in document.problems] == [("hidden_sheet", True)] * 2


def test_hidden_rows_and_columns_are_left_out_and_said():
    lines = ["Item", "2024", "2023", "secret"], ["Revenue", 5, 4, 1], ["Adjustment", 9, 9, 9], ["Costs", 3, 2, 1]
    book = book_of(*lines)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["D"].hidden = True
    document = read_here(saved(book))
    assert grid_of(tables(document)[0]) == [
        {0: "Item", 1: "2024", 2: "2023"}, {0: "Revenue", 1: "5", 2: "4"}, {0: "Costs", 1: "3", 2: "2"},
    ]  # fmt: skip
    (problem,) = document.problems
    assert problem.code == "hidden_cells"
    assert "(1)" in problem.detail


def test_what_merged_cells_cover_is_not_seen():
    sheet = rows(["Head", "under", "2024"], ["Revenue", "5", "4"])
    body = raw_xlsx(sheet + '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>')
    (table,) = tables(read_here(body))
    assert grid_of(table) == [{0: "Head", 2: "2024"}, {0: "Revenue", 1: "5", 2: "4"}]
    assert [cell.column_span for cell in table.cells] == [2, 1, 1, 1, 1]


def test_formulas_show_the_value_that_was_kept():
    cells = '<c t="str"><f>A2</f><v>Revenue</v></c><c><f>SUM(C1)</f><v>5300000.5</v></c>'
    body = raw_xlsx(f"<sheetData><row>{cells}</row></sheetData>")
    assert grid_of(tables(read_here(body))[0]) == [{0: "Revenue", 1: "5300000.5"}]


def test_formulas_without_a_value_are_said_and_a_sheet_of_nothing_else_is_refused():
    document = read_here(saved(book_of(["Revenue", 5], ["Costs", "=B1-1"])))
    assert [problem.code for problem in document.problems] == ["formula_without_value"]
    refused = refusal(saved(book_of(["=1+1"])))
    assert refused.reason == "no_text"
    assert "save it" in refused.detail


def test_words_numbers_dates_errors_and_truths_are_shown_as_the_sheet_shows_them():
    book = book_of(["x", 1])
    sheet = book.active
    sheet["A2"], sheet["B2"] = datetime(2024, 3, 31, 12, 30), date(2024, 3, 31)  # noqa: DTZ001 - sheets know no zones
    sheet["A3"], sheet["B3"] = True, "#DIV/0!"
    sheet["A4"], sheet["B4"] = Decimal("0.1"), 1e15
    document = read_here(saved(book))
    assert document.text.splitlines()[2:] == [
        "x | 1", "2024-03-31 12:30:00 | 2024-03-31", "TRUE | #DIV/0!", "0.1 | 1000000000000000",
    ]  # fmt: skip


def test_rich_words_are_whole_and_reading_aids_left_out():
    words = ["</t></si><si><r><t>Net </t></r><r><t>income</t></r><rPh><t>ruby</t></rPh><phoneticPr/></si><si><t>"]
    sheet = '<sheetData><row><c t="s"><v>1</v></c><c><v>5</v></c></row></sheetData>'
    assert grid_of(tables(read_here(raw_xlsx(sheet, words)))[0]) == [{0: "Net income", 1: "5"}]


def test_a_sheet_of_one_column_is_text():
    document = read_here(saved(book_of(["Acme Corp"], ["Net income was $5.3 million in Q1 2024."])))
    assert texts(document, "paragraph") == ["Net income was $5.3 million in Q1 2024."]
    assert not tables(document)


def test_cells_far_apart_cost_nothing():
    book = book_of(["Revenue"])
    book.active["XFD1048576"] = 5
    book.active["A1048576"] = "Costs"
    document = read_here(saved(book))
    assert document.text == "Sheet\n\nRevenue\n\nCosts | 5"
    assert Places(document).of(Span(document.text.index("5"), len(document.text))) == Place(
        part="Sheet", cell="XFD1048576"
    )


def test_an_empty_workbook_holds_no_text():
    assert refusal(saved(openpyxl.Workbook())).reason == "no_text"


@pytest.mark.parametrize(
    "sheet",
    [
        '<sheetData><row r="9999999999"><c r="ZZZZ1"><v>5</v></c><c r="A0"><v>1E999999</v></c></row></sheetData>',
        '<sheetData><row r="-1"><c s="99" t="s"><v>77</v></c><c t="n"><v>NaN</v></c></row></sheetData>',
        '<sheetData><row><c t="d"><v>not a day</v></c><c t="b"><v/></c><c t="weird"><v>1</v></c></row></sheetData>',
        '<cols><col min="x" max="" hidden="1"/></cols><sheetData/><mergeCells><mergeCell ref="B2:A1:Q"/></mergeCells>',
    ],
)
def test_nonsense_in_cells_is_read_or_refused_by_a_reason(sheet):
    assert outcome(raw_xlsx(sheet), MEDIA_TYPE)


def test_more_cells_than_finproc_reads_are_too_large(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_CELLS", 10)
    assert refusal(raw_xlsx(rows(*[["x"] * 4] * 3))).reason == "too_large"


def test_merged_areas_that_overlap_without_end_are_refused():
    merged = "".join(f'<mergeCell ref="Z{row}:AB9000"/>' for row in range(2, 9000))
    sheet = rows(*[["x"]] * 2_000) + f"<mergeCells>{merged}</mergeCells>"
    assert outcome(raw_xlsx(sheet), MEDIA_TYPE).reason == "too_large"


CELL = st.one_of(
    st.none(),
    st.text("abcdefgh ÄÖ", min_size=1, max_size=12),
    st.integers(-(10**9), 10**9),
    st.decimals(-(10**6), 10**6, places=2),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(CELL, min_size=1, max_size=5), min_size=1, max_size=6))
def test_openpyxl_sees_the_same_cells_at_the_same_places(written):
    book = openpyxl.Workbook()
    for number, row in enumerate(written, 1):
        for column, value in enumerate(row, 1):
            book.active.cell(number, column, value)
    body = saved(book)
    seen = {
        cell.coordinate: " ".join(str(cell.value).split())
        for row in openpyxl.load_workbook(io.BytesIO(body), data_only=True).active.iter_rows()
        for cell in row
        if cell.value is not None and str(cell.value).strip()
    }
    document = outcome(body, MEDIA_TYPE)
    if isinstance(document, Unreadable):
        assert (document.reason, seen) == ("no_text", {})
        return
    places = Places(document)
    ours = {}
    for block in document.blocks:
        for span in [cell.span for cell in block.cells] or [block.span] * bool(block.rows):
            found = places.of(span)
            assert found is not None
            ours[found.cell] = document.text[span.start : span.end]
    assert ours.keys() == seen.keys()
    for place, text in ours.items():
        try:
            assert Decimal(text) == Decimal(seen[place])
        except ArithmeticError:
            assert text == seen[place]


def test_a_workbook_without_its_parts_is_damaged():
    assert refusal(package({"xl/workbook.xml": "<workbook/>"})).reason == "unreadable"
    assert refusal(package({"hello.txt": "x"})).reason == "unreadable"

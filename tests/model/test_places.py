"""Offsets map back to the page, sheet, cell and paragraph that a person looks up."""

import pytest

from finproc.model.document import Block, Cell, Document
from finproc.model.places import Place, Places, letters
from finproc.model.text import Span

#                 0         1         2         3         4
#                 01234567890123456789012345678901234567890
DOCUMENT = "Results\n\nIn millions\nSales | 5\n\nMargin of 4 %"
CELLS = (
    Cell("In millions", Span(9, 20), 0, 0),
    Cell("Sales", Span(21, 26), 1, 0),
    Cell("5", Span(29, 30), 1, 1),
)


def made(**table):
    blocks = (
        Block("heading", Span(0, 7), 1),
        Block("caption", Span(9, 20), 2),
        Block("table", Span(9, 30), 2, CELLS, **table),
        Block("paragraph", Span(32, 45), 3),
    )
    return Places(Document(DOCUMENT, blocks, "application/pdf", 3))


@pytest.mark.parametrize(
    ("at", "place"),
    [
        (0, Place(1, paragraph=1)),
        (3, Place(1, paragraph=1)),
        (12, Place(2, table=1, cell="A1")),
        (29, Place(2, table=1, cell="B2")),
        (42, Place(3, paragraph=2)),
    ],
)
def test_a_place_is_page_and_paragraph_or_cell(at, place):
    assert made().of(Span(at, at + 1)) == place


def test_a_cell_of_a_sheet_has_the_sheet_s_own_numbers():
    places = made(part="Income", rows=(4, 9), columns=(2, 28))
    assert places.of(Span(29, 30)) == Place(2, "Income", cell="AB9")
    assert places.of(Span(21, 26)) == Place(2, "Income", cell="B9")


def test_a_title_of_a_sheet_has_its_cell():
    block = Block("heading", Span(0, 7), part="Income", rows=(3,), columns=(1,))
    assert Places(Document("Results", (block,))).of(Span(2, 4)) == Place(part="Income", cell="A3")


def test_a_text_without_blocks_has_no_places():
    assert Places(Document("Results")).of(Span(0, 3)) is None


@pytest.mark.parametrize(
    ("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_are_named_as_in_a_sheet(column, name):
    assert letters(column) == name

"""The layout of a text: nothing of it is lost, tables are grids, what cannot be a grid keeps its alignment."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.extract.readers import read
from finproc.model.document import Block, Cell, Document
from finproc.model.text import Span
from finproc.submit.evidence.layout import SECTION_CHARACTERS, Section, sections

TABLE = """<table><caption>In millions</caption>
<tr><th rowspan=2>Item</th><th colspan=2>Year</th></tr><tr><th>2024</th><th>2023</th></tr>
<tr><td>Revenue</td><td>$5</td><td>$4</td></tr><tr><td></td><td>6</td></tr></table>"""


def laid(text: str, *blocks: Block) -> tuple[Section, ...]:
    return sections(Document(text, blocks))


def kinds(found: tuple[Section, ...]) -> list[str]:
    return [element.kind for section in found for element in section.elements]


def shown(document: Document) -> str:
    """All characters that the layout shows, without blanks."""
    out = []
    for section in sections(document):
        for element in section.elements:
            cells = [place.cell for row in element.rows for place in row if place.cell]
            out += [cell.span for cell in cells] if element.rows else [element.span]
    assert all(before.end <= after.start for before, after in itertools.pairwise(out))
    return "".join("".join(document.text[span.start : span.end] for span in out).split())


def test_a_table_is_a_grid_whose_rows_are_equally_wide():
    document = read(f"<h1>Results</h1>{TABLE}<p>End.</p>".encode(), "text/html")
    found = sections(document)
    assert kinds(found) == ["heading", "caption", "table", "paragraph"]
    (table,) = (element for element in found[0].elements if element.rows)
    grid = [[(place.cell and place.cell.text, place.columns, place.rows) for place in row] for row in table.rows]
    assert grid[0] == [("Item", 1, 2), ("Year", 2, 1)]
    assert grid[1] == [("2024", 1, 1), ("2023", 1, 1)]
    assert grid[2] == [("Revenue", 1, 1), ("$5", 1, 1), ("$4", 1, 1)]
    assert grid[3] == [(None, 1, 1), ("6", 1, 1)]


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (f"<h1>Results</h1><p>One <b>two</b></p><ul><li>three</ul>{TABLE}rest".encode(), "text/html"),
        (b"Title\n\nRevenue   2024   2023\nNorth      10     12\nSouth       4      5\n\nSaid 5 | 6.\n", "text/plain"),
    ],
)
def test_every_character_of_a_document_is_shown_once(body, media_type):
    document = read(body, media_type)
    assert shown(document).replace("|", "") == re.sub(r"[\s|]+", "", document.text)  # bars part cells


SPANS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: Span(min(ends), max(ends)))
BLOCKS = st.lists(
    st.builds(Block, st.sampled_from(["heading", "paragraph", "item", "caption", "table"]), SPANS), max_size=6
)


@given(st.text("ab\n |", min_size=1, max_size=50), BLOCKS)
def test_blocks_that_overlap_or_reach_too_far_lose_and_repeat_nothing(text, blocks):
    assert shown(Document(text, tuple(blocks))) == "".join(text.split())


def test_columns_of_blanks_keep_their_alignment():
    found = laid("Intro.\n\nSales     10     12\nCosts      4      5\n\nOutro.")
    assert kinds(found) == ["paragraph", "aligned", "paragraph"]


def test_a_table_whose_cells_do_not_hold_its_text_is_shown_as_it_is_printed():
    text = "a | b stray | c"
    cells = (Cell("a", Span(0, 1), 0, 0), Cell("b", Span(4, 5), 0, 1), Cell("c", Span(14, 15), 0, 2))
    assert kinds(laid(text, Block("table", Span(0, len(text)), cells=cells))) == ["aligned"]


def test_a_grid_of_a_billion_rows_is_not_laid_out():
    cells = (Cell("a", Span(0, 1), 0, 0), Cell("b", Span(2, 3), 10**9, 0))
    assert kinds(laid("a b", Block("table", Span(0, 3), cells=cells))) == ["aligned"]


def test_pages_and_sheets_begin_sections_and_long_texts_are_parted():
    text = "One.\n\nTwo.\n\nThree.\n\nFour."
    found = laid(
        text,
        Block("paragraph", Span(0, 4), page=1),
        Block("paragraph", Span(6, 10), page=2),
        Block("paragraph", Span(12, 18), part="Sheet “P&L”"),
        Block("paragraph", Span(20, 25), part="Sheet “P&L”"),
    )
    assert [(section.label, section.page) for section in found] == [("Page 1", 1), ("Page 2", 2), ("Sheet “P&L”", None)]
    many = laid("\n\n".join(["word " * 200] * 20))
    assert len(many) > 2
    assert [section.label for section in many] == [None] * len(many)
    assert all(sum(len(element.span) for element in section.elements) < 2 * SECTION_CHARACTERS for section in many)

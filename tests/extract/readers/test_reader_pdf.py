import io

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

from finproc.errors import Unreadable
from finproc.extract.readers import check, pdf, read
from finproc.extract.readers.reader import MAX_PAGES
from tests.extract.readers.made import (
    assert_places,
    grid_of,
    many_pages_pdf,
    pdf_of,
    raw_pdf,
    statement_page,
    tables,
    texts,
)


def read_here(*pages, **options):
    """In this process: what fails shows where."""
    document = pdf.read(pdf_of(*pages, **options))
    assert_places(document)
    return document


def reason_of(body, work=read):
    with pytest.raises(Unreadable) as refused:
        work(body, "application/pdf")
    return refused.value.reason


STATEMENT = [
    {1: "Three Months Ended"},
    {1: "2024", 2: "2023"},
    {0: "Operations:"},
    {0: "Net sales", 1: "$1,234.5", 2: "$1,100.0"},
    {0: "Cost of sales", 1: "(800.1)", 2: "(700.2)"},
    {0: "Gross profit", 1: "434.4", 2: "399.8"},
    {0: "Net income", 1: "$56.7", 2: "$(8.9)"},
]


@pytest.mark.parametrize("rotation", [0, 180])
def test_rows_of_a_statement_are_rows_and_its_numbers_cells_under_their_heads(rotation):
    document = read_here(statement_page())
    (table,) = tables(document)
    assert grid_of(table) == STATEMENT
    assert table.cells[0].column_span == 2
    assert texts(document, "heading") == ["Consolidated Statements of Income"]
    assert texts(document, "caption") == ["(in millions, unaudited)"]


def turned(degrees):
    """Draws the statement so that it stands upright once the page is turned clockwise by so much."""

    def draw(canvas):
        width, height = 612, 792
        canvas.translate(*{90: (width, 0), 180: (width, height), 270: (0, height)}[degrees])
        canvas.rotate(degrees)
        canvas.setFont("Helvetica", 10)
        for x, y, text in [(72, 300, "Net income rose."), (72, 270, "Sales"), (300, 270, "1,234"), (400, 270, "1,100"),
                           (72, 256, "Costs"), (300, 256, "1,034"), (400, 256, "1,000")]:  # fmt: skip
            canvas.drawString(x, y, text)

    return draw


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_pages_that_are_turned_read_as_they_are_seen(degrees):
    document = read_here([turned(degrees)], rotation=degrees)
    assert document.text == "Net income rose.\n\nSales | 1,234 | 1,100\nCosts | 1,034 | 1,000"


def test_blocks_carry_their_page_and_page_numbers_are_left_out():
    document = read_here(
        [(72, 700, "First page of the report on income."), (300, 30, "1")],
        [(72, 700, "Second page of the report."), (290, 30, "Page 2 of 2")],
    )
    assert [(block.page, block.kind) for block in document.blocks] == [(1, "paragraph"), (2, "paragraph")]
    assert document.page_count == 2
    assert document.text == "First page of the report on income.\n\nSecond page of the report."


def test_lines_of_a_paragraph_run_on_and_paragraphs_stay_apart():
    long = "Net sales for the quarter increased by ten percent, driven by growth in all regions and non-"
    document = read_here(
        [
            (72, 700, long),
            (72, 688, "recurring items. The board declared a dividend, payable to all holders of record this"),
            (72, 676, "month."),
            (72, 652, "Costs for the quarter fell."),
            (72, 640, "• A first point about the outlook for the year"),
            (72, 628, "• A second point"),
        ]
    )
    assert texts(document, "paragraph") == [
        f"{long}recurring items. The board declared a dividend, payable to all holders of record this month.",
        "Costs for the quarter fell.",
    ]
    assert texts(document, "item") == ["• A first point about the outlook for the year", "• A second point"]


def test_a_label_of_several_lines_is_one_cell_of_the_row_with_its_numbers():
    document = read_here(
        [
            (72, 700, "Revenue"), (400, 700, "100"), (500, 700, "200"),
            (72, 686, "Acquisitions, net of cash acquired, and purchases of"),
            (80, 672, "intangible assets"), (400, 672, "(16)"), (500, 672, "(13)"),
        ]
    )  # fmt: skip
    (table,) = tables(document)
    assert grid_of(table)[1] == {
        0: "Acquisitions, net of cash acquired, and purchases of intangible assets",
        1: "(16)",
        2: "(13)",
    }


def test_heads_over_uneven_columns_stand_over_their_own():
    document = read_here(
        [
            (310, 712, "Quarter ended"), (490, 712, "Change"),
            (300, 700, "2024"), (370, 700, "2023"),
            (72, 686, "Revenue"), (300, 686, "100"), (370, 686, "200"), (495, 686, "5%"),
            (72, 672, "Costs"), (300, 672, "300"), (370, 672, "400"), (495, 672, "6%"),
        ]
    )  # fmt: skip
    (table,) = tables(document)
    assert [(cell.text, cell.column, cell.column_span) for cell in table.cells[:4]] == [
        ("Quarter ended", 1, 2),
        ("Change", 3, 1),
        ("2024", 1, 1),
        ("2023", 2, 1),
    ]


def test_ranges_and_words_in_columns_are_cells():
    document = read_here(
        [
            (280, 714, "Prior FY23 Outlook"), (430, 714, "Updated FY23 Outlook"),
            (72, 700, "Net sales"), (270, 700, "$10.95 billion to $11.05 billion"),
            (430, 700, "$11.0 billion to $11.1 billion"),
            (72, 688, "New stores"), (310, 688, "25-30"), (450, 688, "no change"),
            (72, 676, "Operating margin"), (290, 676, "14.7% to 15.0%"), (440, 676, "14.5% to 14.8%"),
        ]
    )  # fmt: skip
    (table,) = tables(document)
    assert grid_of(table)[1:3] == [
        {0: "Net sales", 1: "$10.95 billion to $11.05 billion", 2: "$11.0 billion to $11.1 billion"},
        {0: "New stores", 1: "25-30", 2: "no change"},
    ]


def test_prose_with_numbers_is_no_table():
    document = read_here(
        [
            (72, 700, "We now expect revenue to increase 8 percent (previously 6 percent) in 2024 and"),
            (72, 688, "earnings per share of $7.27 to $7.40, compared with $6.79 in 2023. Costs were $5"),
        ]
    )
    assert [block.kind for block in document.blocks] == ["paragraph"]


def test_a_locked_pdf_is_refused_as_encrypted():
    body = pdf_of([(72, 700, "secret")], password="open sesame")
    assert reason_of(body) == "encrypted"
    assert reason_of(body, check) == "encrypted"


def test_a_pdf_that_only_its_owner_may_change_is_read():
    body = pdf_of([(72, 700, "Net income was $5 million.")], owner_password="mine")
    check(body, "application/pdf")
    assert read(body, "application/pdf").text == "Net income was $5 million."


@pytest.mark.parametrize("keep", [9, 0.2, 0.5])
def test_a_broken_pdf_is_refused_as_unreadable(keep):
    body = pdf_of([(72, 700, "Net income was $5 million.")], password=None)
    broken = body[: keep if keep > 1 else int(len(body) * keep)]
    assert reason_of(broken) == "unreadable"
    assert reason_of(broken, check) == "unreadable"


def test_a_pdf_without_pages_is_unreadable():
    assert reason_of(raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")) == "unreadable"


def _picture(canvas):
    image = io.BytesIO()
    Image.new("RGB", (50, 50), "white").save(image, "PNG")
    canvas.drawImage(ImageReader(image), 0, 0, 600, 700)


def test_a_pdf_of_images_holds_no_text_and_says_what_to_do():
    with pytest.raises(Unreadable) as refused:
        read(pdf_of([_picture]), "application/pdf")
    assert refused.value.reason == "no_text"
    assert "OCR" in refused.value.detail


def test_pages_that_are_images_alone_are_said_and_blank_ones_are_not():
    text = [(72, 700, "Net income was $5 million.")]
    document = read(pdf_of(text, [_picture], [], [_picture, *text]), "application/pdf")
    (problem,) = document.problems
    assert problem.code == "page_without_text"
    assert "(1): 2." in problem.detail
    assert "OCR" in problem.detail


def test_too_many_pages_are_refused_at_the_door():
    assert reason_of(many_pages_pdf(MAX_PAGES + 1), check) == "too_large"
    assert reason_of(many_pages_pdf(MAX_PAGES + 1)) == "too_large"


def test_bold_by_double_printing_and_raised_notes_do_not_spoil_words():
    document = read_here(
        [
            (72, 700, "Net income"), (72.3, 700, "Net income"), (130, 700, "rose to $5.3 million"), (222, 704, "1", 6),
        ]
    )  # fmt: skip
    assert document.text.startswith("Net income rose to $5.3 million")


def test_two_columns_of_prose_are_read_one_after_the_other():
    left = [
        "Net sales for the quarter grew",
        "by ten percent in all regions of",
        "the group, to $5.3 million for",
        "the parent company. Costs fell",
        "by two percent in the same",
        "months of the year, and the net",
    ]
    right = [
        "income of the group rose to",
        "$2 million. The board of directors",
        "declared a dividend to holders of",
        "record. It is payable in June,",
        "as it was the year before.",
    ]
    pieces: list[tuple[object, ...]] = [(72, 740, "Letter to all of our shareholders on the year that has ended", 14)]
    for row, (one, other) in enumerate(zip(left, right, strict=False)):
        pieces += [(72, 700 - 12 * row, one), (330, 700 - 12 * row, other)]
    pieces.append((72, 700 - 12 * len(right), left[-1]))
    document = read_here(pieces)
    assert texts(document, "paragraph") == [" ".join(left + right)]
    assert texts(document, "heading") == ["Letter to all of our shareholders on the year that has ended"]


def test_a_sentence_goes_on_over_the_end_of_a_page():
    document = read_here(
        [(72, 60, "Net income rose to $5.3 million because of higher prices and"), (300, 30, "1")],
        [(72, 740, "lower costs of freight."), (72, 700, "Next paragraph."), (300, 30, "2")],
    )
    assert document.text == (
        "Net income rose to $5.3 million because of higher prices and lower costs of freight.\n\nNext paragraph."
    )
    assert [block.page for block in document.blocks] == [1, 2]

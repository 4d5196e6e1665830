import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.errors import Unreadable
from finproc.extract.readers import plain
from tests.extract.readers.made import assert_places, grid_of, tables, texts


def read(text):
    document = plain.read(text.encode())
    assert_places(document)
    return document


def spans(block):
    return [(cell.text, cell.column, cell.column_span) for cell in block.cells]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Gewinn: 1,2 Mrd. €"),
        ("utf-8-sig", "Gewinn: 1,2 Mrd. €"),
        ("utf-16", "Gewinn: 1,2 Mrd. €"),
        ("utf-16-le", "\ufeffGewinn: 1,2 Mrd. €"),
        ("utf-16-be", "\ufeffGewinn: 1,2 Mrd. €"),
        ("utf-32", "Gewinn: 1,2 Mrd. €"),
        ("cp1252", "Das Ergebnis für das Geschäftsjahr betrug 1,2 Mrd. Euro, die Umsätze wuchsen über Plan."),
    ],
)
def test_text_is_decoded_by_mark_or_by_its_looks(encoding, text):
    assert plain.read(text.encode(encoding)).text == text.removeprefix("\ufeff")


@pytest.mark.parametrize("body", [b"a\0b", b"\xff\xfea", b"\x01\x02\x03 x", b"\xff\xfe\0\0abc"])
def test_what_is_no_text_is_refused(body):
    with pytest.raises(Unreadable) as refused:
        plain.read(body)
    assert refused.value.reason == "not_text"


def test_text_is_nfc_and_otherwise_untouched():
    text = "Cafe\u0301 S.A.\r\n\r\n  earned  €5 \t million\n"
    assert read(text).text == unicodedata.normalize("NFC", text)


def test_headings_items_and_paragraphs_are_told_apart():
    document = read(
        "# Results\n\nOutlook for 2024\n\nRevenue rose to $5.3 million\n\n"
        "• First point\n  goes on\n• Second point\n1. Numbered\n\nLast words.\nOf two lines.\n\nTitle\n=====\n"
    )
    assert texts(document, "heading") == ["# Results", "Outlook for 2024", "Title"]
    assert texts(document, "item") == ["• First point\n  goes on", "• Second point", "1. Numbered"]
    assert texts(document, "paragraph") == ["Revenue rose to $5.3 million", "Last words.\nOf two lines."]


def test_a_single_sentence_is_a_paragraph():
    assert [block.kind for block in read("Company XYZ did well").blocks] == ["paragraph"]


def test_fields_between_pipes_are_cells_under_their_heads():
    (table,) = tables(
        read(
            "(In millions - except per share amounts) | Six months ended June 30 | Three months ended June 30\n"
            "2025 | 2024 | 2025 | 2024\n"
            "Revenue | $306 | ($965) | $166 | ($747)\n"
            "Diluted loss per share | ($0.49) | — | ($0.27) | n/m\n"
        )
    )
    assert spans(table)[:7] == [
        ("(In millions - except per share amounts)", 0, 1),
        ("Six months ended June 30", 1, 2),
        ("Three months ended June 30", 3, 2),
        ("2025", 1, 1),
        ("2024", 2, 1),
        ("2025", 3, 1),
        ("2024", 4, 1),
    ]
    assert grid_of(table)[2] == {0: "Revenue", 1: "$306", 2: "($965)", 3: "$166", 4: "($747)"}


def test_empty_fields_say_where_a_head_stands():
    (table,) = tables(
        read(
            "| Years Ended December 31, | | Increase (Decrease)\n| 2019 | 2018 | Amount | Percent\n"
            "Cost of revenue:\n"
            "Products | $29,816 | $34,066 | $(4,250) | (12)%\n"
            "Services | 19,065 | 17,830 | 1,235 | 7%\n| 1 | 2 | 3 | 4\n"
        )
    )
    assert spans(table)[:2] == [("Years Ended December 31,", 1, 2), ("Increase (Decrease)", 3, 2)]
    assert grid_of(table)[-1] == {1: "1", 2: "2", 3: "3", 4: "4"}


def test_a_period_over_all_columns_spans_them_and_a_title_does_not():
    (table,) = tables(read("Revenue by region\nYears ended May 31,\n2024 | 2023\nEurope | 1 | 2\nAsia | 3 | 4\n"))
    assert spans(table)[:4] == [
        ("Revenue by region", 0, 3),
        ("Years ended May 31,", 1, 2),
        ("2024", 1, 1),
        ("2023", 2, 1),
    ]


def test_the_scale_of_a_table_is_a_caption():
    document = read("(in thousands)\n| 2024 | 2023\nRevenue | 5 | 6\nCosts | 3 | 4\n")
    assert texts(document, "caption") == ["(in thousands)"]


def test_markdown_tables_are_tables():
    (table,) = tables(read("| Metric | 2024 |\n|:-------|-----:|\n| Revenue | $5 |\n| Net income | $(2) |\n"))
    assert grid_of(table) == [{0: "Metric", 1: "2024"}, {0: "Revenue", 1: "$5"}, {0: "Net income", 1: "$(2)"}]


def test_columns_set_with_spaces_or_tabs_are_tables():
    for gap in ("     ", "\t"):
        lines = [["Revenue", "Q1 2024", "Q1 2023"], ["Cloud", "$ 1,200", "$ 1,000"], ["Other", "(34)", "5"]]
        (table,) = tables(read("\n".join(gap.join(line) for line in lines)))
        assert grid_of(table)[1:] == [{0: "Cloud", 1: "$ 1,200", 2: "$ 1,000"}, {0: "Other", 1: "(34)", 2: "5"}]


def test_prose_with_a_pipe_or_double_spaces_is_no_table():
    document = read("We grew.  Revenue was $5.  Costs were $3.\nWe | they agree.\nMargins held.  So did cash.\n")
    assert not tables(document)


@pytest.mark.parametrize(
    "text",
    [
        "a\n" + " " * 500_000 + "x\n" + " |" * 200_000 + "x",
        ("1 " * 200_000 + "x |") * 2 + "\n" + "a | 5\nb | 6",
        "a |" * 50_000 + "\n" + "x | 5\n" * 3,
        "head" + " |" * 100_000 + "tail\nx | 5\ny | 6",
        "(" * 300_000 + "\n\n" + "$" * 300_000 + "\n\n" + "-" * 300_000,
        "1.\n" * 50_000,
        "in " * 300_000,
        "a  1\n" * 30_000,
        "\u0301" * 300_000,
    ],
)
def test_texts_made_to_be_slow_are_not(text):
    began = time.process_time()
    read(text)
    assert time.process_time() - began < 10


@given(st.text())
def test_every_place_of_any_text_is_true(text):
    with suppress(Unreadable):
        assert_places(plain.read(text.encode("utf-8", "surrogatepass")))


@given(
    st.lists(st.lists(st.sampled_from(["", "Revenue", "2024", "$ 5", "(3)", "—", "(in millions)", "•"]), max_size=6))
)
def test_every_place_of_any_table_is_true(rows):
    text = "\n".join(" | ".join(row) for row in rows)
    if text.strip():
        assert_places(plain.read(text.encode()))


def test_heads_behind_an_empty_corner_share_the_columns_evenly():
    text = (
        " | Three Months Ended September 30, | Nine Months Ended September 30,\n"
        " | 2024 | 2023 | 2024 | 2023\nRevenue | 51 | 90 | 96 | 87\nNet income | 5 | 9 | 8 | 7\n"
    )
    (table,) = tables(read(text))
    assert [cell for cell in spans(table) if cell[0].startswith(("Three", "Nine"))] == [
        ("Three Months Ended September 30,", 1, 2),
        ("Nine Months Ended September 30,", 3, 2),
    ]

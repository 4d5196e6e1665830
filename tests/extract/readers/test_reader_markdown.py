"""Markdown as it is shown: headings, items, pipe tables, tables in code fences, HTML inside; marks left out."""

import pytest

from finproc.errors import Unreadable
from finproc.extract.readers import read, reader_of, recognize
from finproc.extract.readers.markdown import MEDIA_TYPE
from finproc.model.places import Place, Places
from finproc.model.text import Span
from tests.extract.readers.made import assert_places, grid_of, tables, texts

REPORT = """\
# Acme Corp

Revenue was **$5.3 million** in *Q1 2024*[^1], see [the site](https://example.com) and `FY24`.
It went on.

## Results

(in millions)

| Item             | Q1 2024 | Q1 2023 |
|:-----------------|--------:|--------:|
| Operating income | **5.1** |     (4) |
| Cost \\| other    |       3 |       2 |

- Net income $2 million
  * of which North $1 million
1. First

```text
              2024   2023
Net income     5.5    6.1
Total assets   3.9    4.2
```

[^1]: Unaudited figures.
"""


def read_here(text):
    document = reader_of(MEDIA_TYPE).read(text if isinstance(text, bytes) else text.encode())
    assert_places(document)
    return document


def test_a_report_is_read_block_by_block():
    document = read(REPORT.encode(), recognize(REPORT.encode()))
    assert document.media_type == MEDIA_TYPE
    assert texts(document, "heading") == ["Acme Corp", "Results"]
    assert texts(document, "paragraph") == [
        "Revenue was $5.3 million in Q1 2024, see the site and FY24. It went on.", "Unaudited figures.",
    ]  # fmt: skip
    assert texts(document, "item") == ["Net income $2 million", "of which North $1 million", "First"]
    assert texts(document, "caption") == ["(in millions)"]
    piped, fenced = tables(document)
    assert grid_of(piped) == [
        {0: "Item", 1: "Q1 2024", 2: "Q1 2023"}, {0: "Operating income", 1: "5.1", 2: "(4)"},
        {0: "Cost | other", 1: "3", 2: "2"},
    ]  # fmt: skip
    assert grid_of(fenced) == [
        {1: "2024", 2: "2023"}, {0: "Net income", 1: "5.5", 2: "6.1"}, {0: "Total assets", 1: "3.9", 2: "4.2"},
    ]  # fmt: skip


def test_offsets_map_back_to_paragraph_and_cell():
    document = read_here(REPORT)
    places = Places(document)

    def place(text):
        start = document.text.index(text)
        return places.of(Span(start, start + len(text)))

    assert place("$5.3 million") == Place(paragraph=2)
    assert place("(4)") == Place(table=1, cell="C2")
    assert place("6.1") == Place(table=2, cell="C2")


def test_columns_kept_apart_by_spaces_are_a_table_without_a_fence():
    document = read_here("# Report\n\nItem        2024    2023\nRevenue      5.1     4.2\nCosts        3.0     2.9\n")
    assert grid_of(tables(document)[0])[1] == {0: "Revenue", 1: "5.1", 2: "4.2"}


def test_html_inside_is_read_as_pages_are():
    page = "<table><tr><td>Sales<td>1.5<td>2.5<tr><td>Costs<td>1<td>2</table>"
    document = read_here(f"# Report\n\n{page}\n\n<!-- x -->\n\nEnd")
    assert grid_of(tables(document)[0]) == [{0: "Sales", 1: "1.5", 2: "2.5"}, {0: "Costs", 1: "1", 2: "2"}]
    assert texts(document, "paragraph") == ["End"]


def test_escaped_signs_and_breaks_are_what_they_show():
    assert read_here("Net loss \\$5<br>million \\*unaudited\\* &euro;3").text == "Net loss $5 million *unaudited* €3"


@pytest.mark.parametrize("body", [b"", b" \n\t", b"<!-- nothing -->", b"[a]: https://example.com", b"---\n"])
def test_what_shows_nothing_holds_no_text(body):
    with pytest.raises(Unreadable) as refused:
        read_here(body)
    assert refused.value.reason == "no_text"


@pytest.mark.parametrize(
    ("body", "name", "media_type"),
    [
        (b"a | b\n--|--\n1 | 2\n", None, MEDIA_TYPE),
        (b"Text\r\n\r\n| a | b |\r\n| :-: | --- |\r\n| 1 | 2 |\r\n", "x.txt", MEDIA_TYPE),
        (b"# One\n\ntext\n\n## Two\n", None, MEDIA_TYPE),
        (b"Net income was $5 million.", "report.md", MEDIA_TYPE),
        (b"# One\n\nNet income", "report.txt", "text/plain"),
        (b"Revenue | 5\nCosts | 4\n", "report.txt", "text/plain"),
        (b"#1 in sales\n\n#2 in profit", None, "text/plain"),
        (b"Item  2024\n----  ----\nSales    5\n", None, "text/plain"),
    ],
)
def test_tables_and_headings_tell_markdown_from_text_and_so_does_the_name(body, name, media_type):
    assert recognize(body, name) == media_type


def test_the_declared_type_tells_too():
    assert recognize(b"Net income was $5 million.", None, "text/markdown; charset=utf-8") == MEDIA_TYPE

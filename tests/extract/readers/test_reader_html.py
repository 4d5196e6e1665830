import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finproc.errors import Unreadable
from finproc.extract.readers import html
from tests.extract.readers.made import assert_places, grid_of, tables, texts


def read(page):
    document = html.read(page if isinstance(page, bytes) else page.encode())
    assert_places(document)
    return document


FILING = """
<p style="text-align:center">(In millions, except per share data)</p>
<table>
<tr><td></td><td></td><td colspan="7">Three Months Ended<br>March 31,</td></tr>
<tr><td></td><td></td><td colspan="3">2024</td><td></td><td colspan="3">2023</td></tr>
<tr><td>Net sales</td><td>&nbsp;</td><td>$</td><td>1,234</td><td></td><td>&nbsp;</td>
<td>$</td><td>1,100</td><td></td></tr>
<tr><td>Net loss</td><td>&nbsp;</td><td>$</td><td>(56</td><td>)</td><td>&nbsp;</td><td>$</td><td>(8</td><td>)</td></tr>
<tr><td>Shares</td><td>&nbsp;</td><td colspan="2">88.5</td><td></td><td>&nbsp;</td>
<td colspan="2">&mdash;</td><td></td></tr>
<tr><td>Margin</td><td></td><td></td><td>(4.5</td><td>)%</td><td></td><td></td><td>2.1</td><td>%</td></tr>
</table>
"""


def test_numbers_that_filings_split_over_columns_are_whole_and_under_their_heads():
    document = read(FILING)
    (table,) = tables(document)
    assert grid_of(table) == [
        {1: "Three Months Ended March 31,"},
        {1: "2024", 2: "2023"},
        {0: "Net sales", 1: "$1,234", 2: "$1,100"},
        {0: "Net loss", 1: "$(56)", 2: "$(8)"},
        {0: "Shares", 1: "88.5", 2: "—"},
        {0: "Margin", 1: "(4.5)%", 2: "2.1%"},
    ]
    assert table.cells[0].column_span == 2
    assert texts(document, "caption") == ["(In millions, except per share data)"]


def test_rows_and_columns_spanned_push_cells_aside():
    (table,) = tables(
        read(
            "<table><tr><th rowspan=2>Segment<th colspan=2>2024<th>2023<tr><th>Q1<th>Q2<th>Q1"
            "<tr><td rowspan=2>Cloud<td>1<td>2<td>3<tr><td>4<td>5<td>6</table>"
        )
    )
    assert grid_of(table) == [
        {0: "Segment", 1: "2024", 3: "2023"},
        {1: "Q1", 2: "Q2", 3: "Q1"},
        {0: "Cloud", 1: "1", 2: "2", 3: "3"},
        {1: "4", 2: "5", 3: "6"},
    ]
    spans = {cell.text: (cell.row_span, cell.column_span) for cell in table.cells}
    assert (spans["Segment"], spans["2024"], spans["Cloud"]) == ((2, 1), (1, 2), (2, 1))


def test_what_is_not_seen_is_not_read():
    document = read(
        "<head><title>Title $1</title><style>p{}</style></head><body><script>var x='$2 million'</script>"
        "<p>Seen<script>document.write('$3')</script> words<!-- $4 --></p><div style='Display : none'>$5</div>"
        "<p hidden>$6</p><noscript>$7</noscript><template>$8</template>"
        "<ix:header><ix:hidden><ix:nonFraction>9</ix:nonFraction></ix:hidden></ix:header>"
        "<p>Revenue <ix:nonFraction name='x'>10</ix:nonFraction></p>"
        "<table><tr><td>A<td>1<td style='display:none'>99<tr><td>B<td>2</table></body>"
    )
    assert document.text == "Seen words\n\nRevenue 10\n\nA | 1\nB | 2"


def test_blocks_keep_their_kinds_and_words_their_spaces():
    document = read(
        "<h2>Results</h2><p>Net&nbsp;income of <b>$5.3</b>\n million<sup>(1)</sup> in the 4<sup>th</sup> quarter.<br>"
        "More</p><ul><li>First<li>Second</ul><div>Last</div>tail"
    )
    assert document.text == (
        "Results\n\nNet income of $5.3 million (1) in the 4th quarter.\n\nMore\n\nFirst\nSecond\n\nLast\n\ntail"
    )
    assert [block.kind for block in document.blocks] == [
        "heading", "paragraph", "paragraph", "item", "item", "paragraph", "paragraph",
    ]  # fmt: skip


def test_tables_that_lay_out_a_page_are_read_through_and_inner_ones_kept():
    document = read(
        "<table><tr><td><p>Intro</p><table><tr><td>Revenue<td>$5<tr><td>Costs<td>$3</table></td>"
        "<td>Side</td></tr></table><table><tr><td>One lonely cell</table>"
    )
    assert [grid_of(table) for table in tables(document)] == [[{0: "Revenue", 1: "$5"}, {0: "Costs", 1: "$3"}]]
    assert texts(document, "paragraph") == ["Intro", "Side", "One lonely cell"]


def test_bullets_set_in_tables_are_items():
    document = read(
        "<table><tr><td>&bull;</td><td>Sales of $5</td></tr><tr><td>&bull;</td><td>Costs of $3</td></tr></table>"
    )
    assert texts(document, "item") == ["• Sales of $5", "• Costs of $3"]


def test_the_caption_of_a_table_stands_above_it():
    document = read("<table><caption>In thousands</caption><tr><td>Revenue<td>5<tr><td>Costs<td>3</table>")
    assert document.text.startswith("In thousands\nRevenue | 5")
    assert texts(document, "caption") == ["In thousands"]


@pytest.mark.parametrize(
    "page",
    [
        b"<p>Gewinn: 1,2 Mrd. \xe2\x82\xac</p>",
        '<meta charset="windows-1252"><p>Gewinn: 1,2 Mrd. €</p>'.encode("cp1252"),
        '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15"><p>Gewinn: 1,2 Mrd. €</p>'.encode(
            "iso-8859-15"
        ),
        '<meta charset="iso-8859-1"><p>Gewinn: 1,2 Mrd. €</p>'.encode(),
        b'<?xml version="1.0" encoding="utf-8"?><html><body>Gewinn: 1,2 Mrd. &#8364;</body></html>',
        "<p>Gewinn: 1,2 Mrd. €</p>".encode("utf-16"),
    ],
)
def test_pages_are_decoded_as_they_declare_unless_they_are_utf8(page):
    assert read(page).text == "Gewinn: 1,2 Mrd. €"


def test_no_entity_is_expanded_and_nothing_is_fetched(tmp_path, socket_disabled):
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    document = read(
        f'<!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file://{secret}">]>'
        "<html><body>x &b; &f;<img src='http://192.0.2.1/x.png'><iframe src='http://192.0.2.1/'></iframe></body></html>"
    )
    assert "SECRET" not in document.text
    assert "lol" not in document.text.split("x ")[-1]


@pytest.mark.parametrize(
    "page",
    ["<div>" * 100_000 + "deep" + "</div>" * 100_000, "<table><tr><td>" * 50_000 + "deep", "<b>" * 100_000 + "deep"],
)
def test_deep_nesting_is_refused_quickly(page):
    began = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        read(page)
    assert refused.value.reason == "too_large"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "page",
    [
        "<table>" + "<tr><td colspan=1000 rowspan=65534>1" * 2_000 + "</table>",
        "<table><tr>" + "<td colspan=999999999999999999999>1" * 2_000 + "</table>",
        "<table>" + "<tr><td>1<td>2" * 30_000 + "</table>",
    ],
)
def test_tables_of_too_many_places_are_refused_quickly(page, monkeypatch):
    monkeypatch.setattr(html, "MAX_CELLS", 50_000)
    began = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        read(page)
    assert refused.value.reason == "too_large"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "page", ["<html></html>", "<script>x</script>", "<p> &nbsp; </p>", "<!-- x -->", "<img src=x>"]
)
def test_a_page_without_words_holds_no_text(page):
    with pytest.raises(Unreadable) as refused:
        read(page)
    assert refused.value.reason == "no_text"


_TAGS = [
    "p",
    "div",
    "b",
    "table",
    "tr",
    "td",
    "td colspan=3",
    "td rowspan=2",
    "th",
    "li",
    "ul",
    "h1",
    "sup",
    "script",
    "br",
]


@given(
    st.lists(
        st.one_of(
            st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag.split()[0]}>" for tag in _TAGS]),
            st.sampled_from(
                ["$", "1,234", ")", "(5", "%", "—", "2024", "Revenue", "(in millions)", "•", "&nbsp;", "&#0;"]
            ),
            st.text(max_size=5),
        ),
        max_size=60,
    )
)
def test_every_place_of_any_page_is_true(pieces):
    with suppress(Unreadable):
        read("".join(pieces).encode("utf-8", "replace"))

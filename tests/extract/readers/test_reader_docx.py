"""Word documents as they read with all changes accepted: every kind of block, merged cells, notes, headers once."""

import io

import docx
import pytest
from docx.text.paragraph import Paragraph
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finproc.errors import Unreadable
from finproc.extract.readers import read, reader_of, recognize
from finproc.extract.readers.composition import clean
from finproc.extract.readers.docx import MEDIA_TYPE
from finproc.model.places import Place, Places
from finproc.model.text import Span
from tests.extract.readers.made import assert_places, grid_of, outcome, tables, texts
from tests.extract.readers.office import OFFICE, RELATIONS, WORD, add_xml, raw_docx, release_document, saved


def read_here(body):
    document = reader_of(MEDIA_TYPE).read(body)
    assert_places(document)
    return document


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inside, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(inside)}</w:p>"


def row(*cells, properties=""):
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def cell(text, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"


def table(*table_rows):
    return f"<w:tbl>{''.join(table_rows)}</w:tbl>"


def related(**parts):
    """Relationships of the main part, and the parts: `footnotes='<w:footnote …>'`."""
    lines = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{name.rstrip("0123456789")}" Target="{name}.xml"/>' for name in parts
    )
    named = {f"word__{name}_xml": f'<w:{name} xmlns:w="{WORD}">{text}</w:{name}>' for name, text in parts.items()}
    return {"word___rels__document_xml.rels": f'<Relationships xmlns="{RELATIONS}">{lines}</Relationships>', **named}


def test_a_release_is_read_block_by_block():
    body = saved(release_document())
    document = read(body, recognize(body))
    assert_places(document)
    assert texts(document, "heading") == ["Acme Corp reports first quarter 2024 results", "Highlights"]
    assert texts(document, "item") == ["Net income rose to $5.3 million"]
    assert texts(document, "paragraph") == [
        "Acme Corp reported revenue of $74.1 million for Q1 2024.", "Acme Corp – quarterly report",
    ]  # fmt: skip
    assert grid_of(tables(document)[0]) == [
        {0: "(in millions)", 1: "Three months ended March 31,"}, {1: "2024", 2: "2023"},
        {0: "Operating income", 1: "$ 12.5", 2: "(3.4)"},
    ]  # fmt: skip
    assert tables(document)[0].cells[1].column_span == 2


def test_offsets_map_back_to_paragraphs_cells_and_parts():
    document = read_here(saved(release_document()))
    places = Places(document)

    def place(text):
        start = document.text.index(text)
        return places.of(Span(start, start + len(text)))

    assert place("$74.1 million") == Place(paragraph=2)
    assert place("$5.3 million") == Place(paragraph=4)
    assert place("(3.4)") == Place(table=1, cell="C3")
    assert place("quarterly report") == Place(part="header", paragraph=5)


def test_tracked_changes_read_as_accepted_and_what_they_delete_is_said():
    body = paragraph(
        run("Net income was $"),
        f'<w:del w:id="1">{run("4.1").replace("w:t>", "w:delText>").replace("<w:t ", "<w:delText ")}</w:del>',
        f'<w:ins w:id="2">{run("5.3")}</w:ins>',
        f'<w:moveFrom w:id="3">{run(" gone")}</w:moveFrom>',
        f'<w:moveTo w:id="4">{run(" million.")}</w:moveTo>',
    ) + table(
        row(cell("Sales"), cell("5")),
        row(cell("Old"), cell("9"), properties='<w:del w:id="5"/>'),
        row(cell("Costs"), cell("4")),
    )
    document = read_here(raw_docx(body))
    assert document.text == "Net income was $5.3 million.\n\nSales | 5\nCosts | 4"
    assert [problem.code for problem in document.problems] == ["tracked_deletions"]
    assert "(3 places)" in document.problems[0].detail


def test_a_deleted_end_of_a_paragraph_joins_it_to_the_next():
    first = paragraph(run("Net income was "), properties='<w:rPr><w:del w:id="1"/></w:rPr>')
    assert read_here(raw_docx(first + paragraph(run("$5 million.")))).text == "Net income was $5 million."


def test_hidden_words_are_left_out_and_said():
    body = paragraph(run("Seen"), run("unseen", "<w:vanish/>"), run(" too", '<w:vanish w:val="0"/>'))
    document = read_here(raw_docx(body))
    assert document.text == "Seen too"
    assert [problem.code for problem in document.problems] == ["hidden_text"]


def test_fields_show_their_result_and_not_their_code():
    body = paragraph(
        run("Page "),
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>',
        run("code"),
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        run("7"),
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        f'<w:fldSimple w:instr="DATE">{run(" of 9")}</w:fldSimple>',
    )
    assert read_here(raw_docx(body)).text == "Page 7 of 9"


def test_breaks_tabs_hyphens_and_raised_marks_keep_words_apart():
    body = paragraph(
        run("Net"), "<w:r><w:br/></w:r>", run("income"), "<w:r><w:tab/></w:r>", run("1,234"),
        run("(1)", '<w:vertAlign w:val="superscript"/>'), run("co"), "<w:r><w:noBreakHyphen/></w:r>", run("op"),
    )  # fmt: skip
    assert read_here(raw_docx(body)).text == "Net income 1,234 (1)co-op"


@pytest.mark.parametrize("version", ["Choice", "Fallback"])
def test_of_a_text_box_in_two_versions_one_is_read(version):
    box = f"<w:txbxContent>{paragraph(run('Revenue $5 million'))}</w:txbxContent>"
    other = "Fallback" if version == "Choice" else "Choice"
    body = paragraph(
        run("Above"),
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent>".replace(f"<mc:{other}><w:drawing>{box}", f"<mc:{other}><w:drawing>"),
        run(" the box"),
    )
    assert texts(read_here(raw_docx(body)), "paragraph") == ["Above the box", "Revenue $5 million"]


def test_merged_cells_cover_their_rows_and_columns():
    body = table(
        row(cell("Region", '<w:vMerge w:val="restart"/>'), cell("Revenue", '<w:gridSpan w:val="2"/>')),
        row(cell("", "<w:vMerge/>"), cell("2024"), cell("2023")),
        row(cell("North"), cell("5"), cell("4")),
    )
    (found,) = tables(read_here(raw_docx(body)))
    assert [(c.text, c.row, c.column, c.row_span, c.column_span) for c in found.cells] == [
        ("Region", 0, 0, 2, 1), ("Revenue", 0, 1, 1, 2), ("2024", 1, 1, 1, 1), ("2023", 1, 2, 1, 1),
        ("North", 2, 0, 1, 1), ("5", 2, 1, 1, 1), ("4", 2, 2, 1, 1),
    ]  # fmt: skip


def test_currency_signs_in_cells_of_their_own_join_their_numbers():
    body = table(
        row(cell("Item"), cell(""), cell("2024"), cell("")), row(cell("Net loss"), cell("$"), cell("(5.3"), cell(")"))
    )
    assert grid_of(tables(read_here(raw_docx(body)))[0])[1] == {0: "Net loss", 1: "$(5.3)"}


def test_a_table_that_lays_out_the_page_is_walked():
    inner = table(row(cell("Sales"), cell("5")), row(cell("Costs"), cell("4")))
    body = table(row(f"<w:tc>{paragraph(run('Left'))}{inner}</w:tc>", cell("Right")))
    document = read_here(raw_docx(body))
    assert texts(document, "paragraph") == ["Left", "Right"]
    assert len(tables(document)) == 1


def test_a_table_of_bullets_is_items_and_one_of_one_column_paragraphs():
    body = table(row(cell("•"), cell("Net income $5")), row(cell("•"), cell("Sales $9"))) + table(row(cell("Alone")))
    document = read_here(raw_docx(body))
    assert texts(document, "item") == ["• Net income $5", "• Sales $9"]
    assert texts(document, "paragraph") == ["Alone"]


def test_notes_follow_the_body_in_the_order_of_their_marks():
    notes = '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>' + "".join(
        f'<w:footnote w:id="{number}">{paragraph(run(text))}</w:footnote>'
        for number, text in ((2, "Excludes $1 million."), (5, "Unaudited."), (9, "Nobody refers to it."))
    )
    marks = ['<w:r><w:footnoteReference w:id="5"/></w:r>', '<w:r><w:footnoteReference w:id="2"/></w:r>']
    document = read_here(raw_docx(paragraph(run("Sales were $5"), *marks), **related(footnotes=notes)))
    assert document.text == "Sales were $5\n\nUnaudited.\n\nExcludes $1 million."
    assert [block.part for block in document.blocks] == [None, "footnote 1", "footnote 2"]


def test_headers_and_footers_stand_once_and_page_numbers_not_at_all():
    parts = related(
        header1=paragraph(run("Acme Corp")), header2=paragraph(run("Acme Corp")), footer1=paragraph(run("Page 2 of 9"))
    )
    document = read_here(raw_docx(paragraph(run("Body")), **parts))
    assert document.text == "Body\n\nAcme Corp"
    assert document.blocks[1].part == "header"


def test_headings_are_told_by_style_by_what_it_stands_on_and_by_level():
    styles = (
        '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Mine"/><w:basedOn w:val="H"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="L"/><w:basedOn w:val="Loop"/></w:style>'
    )
    body = "".join(
        [
            paragraph(run("One"), properties='<w:pStyle w:val="H"/>'),
            paragraph(run("Two"), properties='<w:pStyle w:val="Own"/>'),
            paragraph(run("Three"), properties='<w:outlineLvl w:val="3"/>'),
            paragraph(run("Four"), properties='<w:pStyle w:val="Loop"/>'),
            paragraph(run("Five"), properties='<w:outlineLvl w:val="9"/>'),
            paragraph(run("word " * 60), properties='<w:pStyle w:val="H"/>'),
        ]
    )
    document = read_here(raw_docx(body, **related(styles=styles)))
    assert texts(document, "heading") == ["One", "Two", "Three"]


def test_content_controls_and_links_are_read():
    link = f'<w:hyperlink w:anchor="x">{run(" and more")}</w:hyperlink>'
    body = f"<w:sdt><w:sdtContent>{paragraph(run('Inside'), link)}</w:sdtContent></w:sdt>"
    assert read_here(raw_docx(body)).text == "Inside and more"


def test_a_document_of_pictures_holds_no_text_and_says_what_to_do():
    with pytest.raises(Unreadable) as refused:
        read_here(raw_docx(paragraph("<w:r><w:drawing/></w:r>")))
    assert refused.value.reason == "no_text"
    assert "OCR" in refused.value.detail


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.one_of(WORDS, st.lists(WORDS, min_size=2, max_size=3)), min_size=1, max_size=6))
@example(["K", ["0", "0"]])
@example([["in thousands", "0"]])
def test_python_docx_sees_the_same_words(written):
    made = docx.Document()
    for piece in written:
        if isinstance(piece, str):
            made.add_paragraph(piece)
        else:
            filled = made.add_table(rows=2, cols=len(piece))
            for column, text in enumerate(piece):
                filled.cell(0, column).text = filled.cell(1, column).text = text
    body = saved(made)
    seen: list[str] = []
    for block in docx.Document(io.BytesIO(body)).iter_inner_content():
        lines = (
            [block.text] if isinstance(block, Paragraph) else [cell.text for line in block.rows for cell in line.cells]
        )
        seen += filter(None, map(clean, lines))
    document = outcome(body, MEDIA_TYPE)
    if isinstance(document, Unreadable):
        assert document.reason == "no_text"
        return
    tables = [block.span for block in document.blocks if block.kind == "table"]
    ours = [
        document.text[span.start : span.end]
        for block in document.blocks
        for span in [cell.span for cell in block.cells] or [block.span]
        if block.kind != "caption" or not any(table.start <= span.start < table.end for table in tables)
    ]
    assert "".join(" ".join(ours).split()) == "".join(" ".join(seen).split())


def test_what_python_docx_writes_and_we_add_stands_in_one_order():
    document = add_xml(release_document(), paragraph(run("Last words")))
    assert texts(read_here(saved(document)), "paragraph")[-2:] == ["Last words", "Acme Corp – quarterly report"]

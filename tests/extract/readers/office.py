"""Workbooks and Word documents that the readers' tests make: by the libraries people use, and part by part."""

import io
import zipfile

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ACCOUNTING = '_($* #,##0_);_($* (#,##0);_($* "-"??_);_(@_)'


def saved(document):
    """The bytes of a workbook or document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def statement_workbook():
    """An income statement: titles, a head over two columns of years, an empty row and column, and a note below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Income"
    sheet["B1"], sheet["B2"] = "Acme Corp", "Consolidated Statements of Income"
    sheet["B3"] = "(in thousands, except per share data)"
    sheet["D5"] = "Three Months Ended March 31,"
    sheet.merge_cells("D5:F5")
    sheet["D6"], sheet["F6"] = 2024, 2023
    rows = [
        (7, "Revenue", 74093.4, 61000, ACCOUNTING),
        (8, "Operating income", 5300, -1200, ACCOUNTING),
        (10, "Operating margin", 0.0715, -0.0197, "0.0%"),
        (11, "Diluted earnings per share", 0.12, -0.03, "0.00_);(0.00)"),
    ]
    for row, label, first, second, code in rows:
        sheet.cell(row, 2, label)
        sheet.cell(row, 4, first).number_format = code
        sheet.cell(row, 6, second).number_format = code
    sheet["B14"] = "Revenue in Germany was $5.3 million in Q1 2024."
    return book


def release_document():
    """A release: title, paragraph, bullet, a table with a head over two columns, header and footer."""
    document = docx.Document()
    document.add_heading("Acme Corp reports first quarter 2024 results", 0)
    document.add_paragraph("Acme Corp reported revenue of $74.1 million for Q1 2024.")
    document.add_heading("Highlights", 1)
    document.add_paragraph("Net income rose to $5.3 million", style="List Bullet")
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).text = "(in millions)"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Three months ended March 31,"
    for row, texts in ((1, ("", "2024", "2023")), (2, ("Operating income", "$ 12.5", "(3.4)"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    section = document.sections[0]
    section.header.paragraphs[0].text = "Acme Corp – quarterly report"
    section.footer.paragraphs[0].text = "Page 3 of 7"
    return document


def add_xml(document, body):
    """Append paragraphs or tables written in WordprocessingML before the end of a document."""
    root = parse_xml(f"<w:body {nsdecls('w')}>{body}</w:body>")
    last = document.element.body[-1]
    for element in list(root):
        last.addprevious(element)
    return document


def package(parts, *, compression=zipfile.ZIP_DEFLATED):
    """A zip file of names and contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _root(target):
    return (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="{target}"/>'
        "</Relationships>"
    )


def raw_docx(body, **more):
    """A Word document of a body alone; other parts by name, with `__` for a slash and `_xml` for its ending."""
    parts = {
        "_rels/.rels": _root("word/document.xml"),
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }
    return package(parts | {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in more.items()})


def raw_xlsx(sheet, words=(), styles="", workbook=""):
    """A workbook of one sheet's XML, its shared words and the inside of its styles."""
    shared = "".join(f"<si><t>{word}</t></si>" for word in words)
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(
            [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")]
        )
    )
    return package(
        {
            "_rels/.rels": _root("xl/workbook.xml"),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}">{workbook}<sheets>'
            '<sheet name="One" sheetId="1" r:id="r0"/></sheets></workbook>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}">{sheet}</worksheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{shared}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{SHEET}">{styles}</styleSheet>',
        }
    )


def rows(*texts):
    """Sheet data of inline words, a row each."""
    cells = [
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) + "</row>" for row in texts
    ]
    return f"<sheetData>{''.join(cells)}</sheetData>"

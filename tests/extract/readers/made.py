"""Documents that the readers' tests make for themselves, and what must hold of every document read."""

import io
import unicodedata
import zlib

from reportlab.lib.pagesizes import letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from finproc.errors import Unreadable
from finproc.extract.readers import reader_of
from finproc.model.document import Document

LABEL, FIRST, SECOND = 72, 400, 500


def pdf_of(*pages, password=None, owner_password=None, rotation=0):
    """A PDF of pages, each a list of (x, y, text[, size]) or of one function that draws on the canvas."""
    lock = StandardEncryption(password or "", ownerPassword=owner_password) if password or owner_password else None
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=letter, encrypt=lock, invariant=1)
    for page in pages:
        if rotation:
            canvas.setPageRotation(rotation)
        for piece in page:
            if callable(piece):
                piece(canvas)
            else:
                x, y, text, size = (*piece, 10)[:4]
                canvas.setFont("Helvetica", size)
                if x < 0:
                    canvas.drawRightString(-x, y, text)
                else:
                    canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def statement_page():
    """An income statement of two columns: a title, a scale, heads, section lines and numbers set flush right."""
    rows = [
        ("Net sales", "$", "1,234.5", "1,100.0"),
        ("Cost of sales", "", "(800.1)", "(700.2)"),
        ("Gross profit", "", "434.4", "399.8"),
        ("Net income", "$", "56.7", "(8.9)"),
    ]
    pieces = [
        (230, 740, "Consolidated Statements of Income", 12),
        (250, 724, "(in millions, unaudited)"),
        (405, 700, "Three Months Ended"),
        (-(FIRST + 40), 688, "2024"),
        (-(SECOND + 40), 688, "2023"),
        (LABEL, 674, "Operations:"),
    ]
    y = 660
    for label, sign, first, second in rows:
        pieces.append((LABEL, y, label))
        if sign:
            pieces += [(FIRST - 10, y, sign), (SECOND - 10, y, sign)]
        pieces += [(-(FIRST + 40), y, first), (-(SECOND + 40), y, second)]
        y -= 14
    return pieces


def raw_pdf(*objects, root=1):
    """A PDF of object bodies numbered from 1, with a right cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    return bytes(out)


def stream(content, extra=b""):
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream" % (len(packed), extra, packed)


def exploding_pdf(levels=12):
    """A page whose form draws the next form ten times, and so on: 10^levels drawings from a few kilobytes."""
    box = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</F 6 0 R>>>>>>",
        stream(b"/F Do\n"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for level in range(levels):
        following = b"/Resources<</XObject<</F %d 0 R>>>>" % (7 + level)
        objects.append(stream(b"/F Do\n" * 10, box + following))
    objects.append(stream(b"BT /A 10 Tf 10 10 Td (x) Tj ET", box + b"/Resources<</Font<</A 5 0 R>>>>"))
    return raw_pdf(*objects)


def swollen_pdf(megabytes):
    """A page of text that takes a thousandth of its size in the file."""
    lines = b"BT /A 10 Tf 10 10 Td (all work and no play makes a long page) Tj ET\n"
    content = lines * (megabytes * 1_000_000 // len(lines))
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</A 5 0 R>>>>>>",
        stream(content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def many_pages_pdf(pages):
    """One page object named so many times."""
    kids = b" ".join([b"3 0 R"] * pages)
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>",
    )


def assert_places(document):
    """Every offset is a place in the text, which is NFC: cells say what stands there and lie in their table."""
    assert unicodedata.is_normalized("NFC", document.text)
    end = 0
    for block in document.blocks:
        assert 0 <= block.span.start < block.span.end <= len(document.text)
        assert not document.text[block.span.start].isspace()
        if block.kind != "caption":
            assert block.span.start >= end
            end = block.span.end
        assert bool(block.cells) == (block.kind == "table")
        for cell in block.cells:
            assert document.text[cell.span.start : cell.span.end] == cell.text
            assert cell.text
            assert cell.span.within(block.span)
            assert min(cell.row, cell.column) >= 0
            assert min(cell.row_span, cell.column_span) >= 1
        places = [(cell.row, cell.column) for cell in block.cells]
        assert len(set(places)) == len(places)


def outcome(body, media_type):
    """What a reader makes of bytes, in this process: a document with true places, or the refusal."""
    result: Document | Unreadable
    try:
        result = reader_of(media_type).read(body)
    except Unreadable as refused:
        result = refused
    if isinstance(result, Unreadable):
        assert "broke off" not in result.detail, result.detail
    else:
        assert_places(result)
    return result


def grid_of(block):
    """A table as rows of {column: text}."""
    rows: dict[int, dict[int, str]] = {}
    for cell in block.cells:
        rows.setdefault(cell.row, {})[cell.column] = cell.text
    return list(rows.values())


def tables(document):
    return [block for block in document.blocks if block.kind == "table"]


def texts(document, kind):
    return [document.text[block.span.start : block.span.end] for block in document.blocks if block.kind == kind]

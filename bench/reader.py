"""A long report through reader, extractor and normalization: seconds and memory for PDF, DOCX and XLSX.

The report has prose and a table on each page, as annual reports do. Seconds are of CPU, with the limited child process;
the last column is the clock, which other work on the machine makes longer. The baseline is pdfplumber, a much used
reader: it reads a few of the pages, and its words must be ours. The bar is 300 pages within a minute.
"""

from __future__ import annotations

import io
import re
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import docx
import openpyxl
import pdfplumber
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from bench.texts import text
from finproc.extract.extraction import extract_document
from finproc.extract.readers import read, recognize
from finproc.model.document import Context
from finproc.normalize.facts import normalize

PAGES = 300
BASELINE_PAGES = 5
BAR_SECONDS = 60
_LABELS = ("Revenue", "Cost of revenue", "Gross profit", "Operating expenses", "Operating income", "Net income",
           "Total assets", "Total liabilities", "Cash and cash equivalents", "Capital expenditures")  # fmt: skip
_WORD = re.compile(r"\w[\w,.]*\w|\w")


@dataclass(frozen=True, slots=True)
class Measure:
    """One run of the whole way; seconds of CPU and by the clock, mebibytes at the peak."""

    characters: int
    facts: int
    reading: float
    extraction: float
    normalization: float
    clock: float
    child: float
    own: float


def main() -> None:
    """Print a line for each format, and the baseline's share of the pages."""
    kinds: tuple[tuple[str, Callable[[], bytes]], ...] = (
        (f"PDF, {PAGES} pages", lambda: report_pdf(PAGES)),
        (f"DOCX of the same, {PAGES} pages", lambda: report_docx(PAGES)),
        (f"XLSX, {PAGES} sheets of 45 rows", lambda: report_xlsx(PAGES)),
    )
    print(
        "| report | MB | characters | facts | reading s | extraction s | normalization s | all s | child MiB | own MiB "
        "| clock s |"
    )
    print(11 * "| --- " + "|")
    for name, made in kinds:
        body = made()
        # A process of its own for each: peaks of memory only ever grow.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            m = pool.submit(measured, body).result()
        whole = m.reading + m.extraction + m.normalization
        print(
            f"| {name} | {len(body) / 1e6:.1f} | {m.characters:,} | {m.facts:,} | {m.reading:.1f} | "
            f"{m.extraction:.1f} | {m.normalization:.1f} | {whole:.1f} | {m.child:.0f} | {m.own:.0f} | "
            f"{m.clock:.1f} |",
            flush=True,
        )
    print(f"\nThe bar: {PAGES} pages within {BAR_SECONDS} s.\n\n{baseline()}")


def measured(body: bytes) -> Measure:
    """Read, extract and normalize a body once."""
    context = Context(company="Acme Corp")
    clock, began = time.perf_counter(), _cpu()
    document = read(body, recognize(body))
    read_at = _cpu()
    extraction = extract_document(document, context)
    extracted_at = _cpu()
    facts = normalize(extraction, document, context).facts
    ended = _cpu()
    return Measure(
        len(document.text),
        len(facts),
        read_at - began,
        extracted_at - read_at,
        ended - extracted_at,
        time.perf_counter() - clock,
        _peak(resource.RUSAGE_CHILDREN),
        _peak(resource.RUSAGE_SELF),
    )


def baseline() -> str:
    """Time of pdfplumber for a few pages, and whether it sees the same words."""
    body = report_pdf(BASELINE_PAGES)
    began = _cpu()
    document = read(body, recognize(body))
    ours = (_cpu() - began) / BASELINE_PAGES
    began = _cpu()
    with pdfplumber.open(io.BytesIO(body)) as pdf:
        # Page numbers, which are no part of our text, stand lowest.
        theirs = " ".join(page.crop((0, 0, page.width, page.height - 40)).extract_text() for page in pdf.pages)
    seconds = (_cpu() - began) / BASELINE_PAGES
    same = sorted(_WORD.findall(document.text)) == sorted(_WORD.findall(theirs))
    return (
        f"Baseline, {BASELINE_PAGES} pages: text by pdfplumber {seconds:.3f} s of CPU a page; text and tables by "
        f"finproc, with the start of the child, {ours:.3f} s; {'the same words' if same else 'other words'}."
    )


def _cpu() -> float:
    """Seconds of CPU that this process and its ended children have used."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def _rows(page: int) -> list[tuple[str, str, str]]:
    """A table's rows: label, this year, last year."""
    return [
        (
            f"{label}" if place % 3 else f"{label}, segment {page}",
            f"{place * 3701 + page:,}",
            f"({place * 3119 + page:,})",
        )
        for place, label in enumerate(_LABELS * 2, 1)
    ]


def report_pdf(pages: int) -> bytes:
    """Each page with a heading, prose over the whole width, a caption and a table of two years."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for page in range(pages):
        canvas.setFont("Helvetica-Bold", 12)
        canvas.drawString(60, 800, f"{page + 1}. Management's discussion of part {page + 1}")
        canvas.setFont("Times-Roman", 9)
        y = 782
        words = text(page, sentences=14).split()
        for start in range(0, len(words), 18):
            canvas.drawString(60, y, " ".join(words[start : start + 18]))
            y -= 11
        canvas.drawString(60, y - 8, "(in millions of dollars)")
        y -= 22
        canvas.drawRightString(430, y, "2024")
        canvas.drawRightString(530, y, "2023")
        for label, first, second in _rows(page):
            y -= 12
            canvas.drawString(60, y, label)
            canvas.drawRightString(430, y, first)
            canvas.drawRightString(530, y, second)
        canvas.drawString(300, 30, str(page + 1))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def report_docx(pages: int) -> bytes:
    """The same report as a Word document."""
    report = docx.Document()
    for page in range(pages):
        report.add_heading(f"Management's discussion of part {page + 1}", 1)
        report.add_paragraph(text(page, sentences=14))
        report.add_paragraph("(in millions of dollars)")
        lines = [("", "2024", "2023"), *_rows(page)]
        table = report.add_table(rows=len(lines), cols=3)
        words = [word for line in lines for word in line]
        for filled, word in zip(table._cells, words, strict=True):  # noqa: SLF001 - `cell()` walks the table each time
            filled.text = word
    out = io.BytesIO()
    report.save(out)
    return out.getvalue()


def report_xlsx(sheets: int) -> bytes:
    """A workbook of statements, each with two years of twice as many rows."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number in range(sheets):
        sheet = book.create_sheet(f"Part {number + 1}")
        sheet.append(["Acme Corp"])
        sheet.append(["(in millions of dollars)"])
        sheet.append([None, 2024, 2023])
        for place, (label, _, _) in enumerate(_rows(number) * 2, 1):
            sheet.append([label, place * 3701.5 + number, -place * 3119.25])
            for cell in sheet[sheet.max_row][1:]:
                cell.number_format = "#,##0.0_);(#,##0.0)"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

"""Where a fuzzer begins: small valid files and texts of every kind, and the words that they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from finproc.extract.readers import READERS
from tests.extract.readers.office import ACCOUNTING, raw_docx, raw_xlsx, rows

PAGE = b"<html><body><h1>Q1</h1><table><tr><td rowspan=2>Sales<td>$ 5<tr><td>(4</table><p>Net income $5m</body></html>"
PLAIN = (
    "Net income (in millions)\n\n            2024   2023\nRevenue     $5.3   (4.1)\nEPS          .27     –\n".encode()
)
MARKED = b"# Q1\n\n| Item | 2024 |\n|---|--:|\n| Sales | **5** |\n\n- a\n\n```\nCost   4  3\nGain   5  6\n```\n"
WORD_BODY = (
    '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Results</w:t></w:r></w:p>'
    "<w:p><w:r><w:t>Net income $5 million in Q1 2024</w:t></w:r><w:del><w:r/></w:del></w:p>"
    '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr><w:p/></w:tc></w:tr>'
    "<w:tr><w:tc><w:p><w:r><w:t>Sales</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>(5)</w:t></w:r></w:p></w:tc></w:tr>"
    "</w:tbl>"
)
SHEET = (
    rows(["Item", "2024"], ["Sales", "$5"])
    + '<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="3" hidden="1">'
    '<c r="B3" s="1"><f>A1</f><v>5.3</v></c><c r="C3" t="s"><v>1</v></c></row></sheetData>'
    '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
)
STYLES = (
    f'<numFmts><numFmt numFmtId="164" formatCode="{ACCOUNTING.replace(chr(34), "&quot;")}"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
)
TEXTS = (
    "Company XYZ reported a net income of $5.3 million for Q1 2024, up from $4.1 million a year ago.",
    "Der Umsatz stieg im 3. Quartal 2023 um 5,3 % auf 1,2 Mrd. € (Vj.: 1,1 Mrd. €).",
    "Revenue of A, B and C was $1.2bn, £3m and €(4) million in 2021, 2020 and 2019, respectively.",
    "Rs 5,075 crore; 12 lakh; EPS of 27 cents; between $1 and $2 billion; 0.5% to 0.7%; (74,093)",
    "(in thousands)\n | Three months ended March 31, | \n | 2024 | 2023\nNet loss | (1,234) | 5,678\nEPS | 0.27 | –",
)


def corpus(folder: Path, targets: int) -> Path:
    """Write the seeds into a folder, each for every one of so many targets."""
    for target in range(targets):
        for number, seed in enumerate(seeds()):
            (folder / f"seed-{target}-{number}").write_bytes(bytes([target]) + seed)
    return folder


def seeds() -> Iterator[bytes]:
    """All seeds; the first byte chooses reader or language where a target asks it."""
    files = [raw_docx(WORD_BODY), raw_xlsx(SHEET, ("Sales", "2024"), STYLES), PAGE, PLAIN, MARKED]
    for index in range(len(READERS)):
        yield from (bytes([index]) + body for body in files)
    yield from (WORD_BODY.encode(), f"{SHEET}<!--styles-->{STYLES}".encode(), MARKED, ACCOUNTING.encode())
    yield from (bytes([index]) + text.encode() for index, text in enumerate(TEXTS))

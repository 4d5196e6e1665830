"""Characters a second of the deterministic extractor, on one core: reading, extraction and normalization.

The baseline is one pass of a regular expression for numbers over the same text: what finding the digits alone costs,
with nothing bound, proven or normalized. The second table gives the CPU time of each reader, and of the child process
that reads binary formats.
"""

from __future__ import annotations

import io
import re
import resource
from collections.abc import Callable
from itertools import count
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from bench.texts import text
from finproc.extract.extraction import extract_document
from finproc.extract.readers import limited, read, reader_of, recognize
from finproc.model.document import Context
from finproc.normalize.facts import normalize

SECONDS = 5.0
NUMBER = re.compile(r"[-(]?[$€£]?\s?\d[\d,.]*\)?(?:\s?(?:%|thousand|million|billion))?")
DEMO = Path(__file__).parents[1] / "demo" / "documents"


def main() -> None:
    """Print one line for each kind of text."""
    kinds = {
        "two sentences": text(1).encode(),
        "a page of prose": text(2, sentences=36).encode(),
        "twenty pages of prose": "\n\n".join(text(number, sentences=36) for number in range(20)).encode(),
        "a press release in HTML": (DEMO / "press-release.html").read_bytes(),
    }
    print("| text | characters | facts | characters/s | ms a text | baseline, characters/s | share of baseline |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, body in kinds.items():
        print(f"| {name} | {_row(body)} |", flush=True)
    print(
        "\n| reader | bytes | characters | CPU ms | CPU ms in a child | MB/s |\n| --- | --- | --- | --- | --- | --- |"
    )
    for name, body in {**kinds, "ten pages of HTML": _html(10), "ten pages of PDF": _pdf(10)}.items():
        print(f"| {name} | {_reading(body)} |", flush=True)


def _row(body: bytes) -> str:
    kind, context = recognize(body), Context()
    document = read(body, kind)
    facts = normalize(extract_document(document, context), document, context).facts

    runs = count()

    def whole() -> None:
        # Another text each time: the finders keep what they found in the last few.
        again = read(body + f"\n\nRun {next(runs)}.".encode(), kind)
        normalize(extract_document(again, context), again, context)

    length = len(document.text)
    spent, baseline = _cpu(whole), _cpu(lambda: NUMBER.findall(document.text))
    return (
        f"{length:,} | {len(facts)} | {length / spent:,.0f} | {spent * 1000:.2f} | {length / baseline:,.0f} | "
        f"{baseline / spent:.1%}"
    )


def _reading(body: bytes) -> str:
    kind = recognize(body)
    reader = reader_of(kind)
    document = reader.read(body)
    spent = _cpu(lambda: reader.read(body))
    alone = _cpu(lambda: limited.read(body, kind), who=resource.RUSAGE_CHILDREN)
    speed = len(body) / spent / 1e6
    return f"{len(body):,} | {len(document.text):,} | {spent * 1000:.2f} | {alone * 1000:.0f} | {speed:.2f}"


def _cpu(work: Callable[[], object], *, who: int = resource.RUSAGE_SELF) -> float:
    """CPU seconds a run, over a few seconds of runs."""
    runs, begun = 0, _used(who)
    while (spent := _used(who) - begun) < SECONDS / 5 or runs < 3:
        work()
        runs += 1
    return spent / runs


def _used(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _cells(page: int) -> list[tuple[str, str, str]]:
    return [
        (f"Segment {row} of group {page}", f"{row * 37 + page:,}.5", f"({row * 31 + page:,}.4)") for row in range(20)
    ]


def _html(pages: int) -> bytes:
    """A filing as they are set: currency signs and closing parentheses in columns of their own."""
    row = "<tr><td>{}</td><td>&nbsp;</td><td>$</td><td>{}</td><td></td><td>$</td><td>{}</td><td>)</td></tr>"
    parts = []
    for page in range(pages):
        rows = "".join(row.format(label, first, second.rstrip(")")) for label, first, second in _cells(page))
        parts.append(f"<p>{text(page, sentences=12)}</p><p>(in millions)</p><table>{rows}</table>")
    return f"<html><body>{''.join(parts)}</body></html>".encode()


def _pdf(pages: int) -> bytes:
    """Pages of prose with a table below it."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for page in range(pages):
        words, y = text(page, sentences=12).split(), 800
        for start in range(0, len(words), 14):
            canvas.drawString(60, y, " ".join(words[start : start + 14]))
            y -= 14
        for label, first, second in _cells(page):
            y -= 14
            canvas.drawString(60, y, label)
            canvas.drawRightString(420, y, first)
            canvas.drawRightString(520, y, second)
        canvas.showPage()
    canvas.save()
    return out.getvalue()

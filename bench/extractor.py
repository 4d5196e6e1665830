"""Characters a second of the deterministic extractor, on one core: reading, extraction and normalization."""

from __future__ import annotations

import time
from pathlib import Path

from bench.texts import text
from finproc.extract.extraction import extract_document
from finproc.extract.readers import read, recognize
from finproc.model.document import Context
from finproc.normalize.facts import normalize

SECONDS = 5.0
DEMO = Path(__file__).parents[1] / "demo" / "documents"


def main() -> None:
    """Print one line for each kind of text."""
    kinds = {
        "two sentences": text(1).encode(),
        "a page of prose": text(2, sentences=36).encode(),
        "twenty pages of prose": "\n\n".join(text(number, sentences=36) for number in range(20)).encode(),
        "a press release in HTML": (DEMO / "press-release.html").read_bytes(),
    }
    print("| text | characters | facts | characters/s | ms a text |\n| --- | --- | --- | --- | --- |")
    for name, body in kinds.items():
        print(f"| {name} | {_row(body)} |", flush=True)


def _row(body: bytes) -> str:
    kind, context = recognize(body), Context()
    runs, begun = 0, time.process_time()
    while (spent := time.process_time() - begun) < SECONDS or not runs:
        document = read(body, kind)
        facts = normalize(extract_document(document, context), document, context).facts
        runs += 1
    length = len(document.text)
    return f"{length:,} | {len(facts)} | {length * runs / spent:,.0f} | {spent / runs * 1000:.2f}"

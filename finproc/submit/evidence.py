"""The source with every fact's place marked, as a page that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markupsafe import Markup, escape

from finproc.model.fact import Fact
from finproc.model.problem import Problem
from finproc.model.text import Quote
from finproc.schemas import exact_json

_STYLE = """
body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;border:1px solid #d0d7de;border-radius:6px;padding:1rem}
mark{background:#fff3bf;color:inherit;padding:.1em 0}mark.amount{background:#ffd43b;font-weight:600}
mark.unclaimed{background:#ffe3e3}table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #d0d7de;vertical-align:top}
td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}h1{font-size:1.4rem}h2{font-size:1.1rem}
"""
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'"
)
"""The page may use its own style and nothing else: no script, no picture, no connection."""


def page(
    name: str, text: str | None, facts: Sequence[Fact], problems: Sequence[Problem], unclaimed: Sequence[Quote]
) -> Markup:
    """HTML of a document's evidence; everything that comes from the document is escaped."""
    source = (
        Markup("<p>The document is gone.</p>")
        if text is None
        else Markup("<pre>{}</pre>").format(Markup("").join(_marked(text, facts, unclaimed)))
    )
    return Markup(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<title>Evidence {name}</title><style>{style}</style></head><body><h1>Evidence {name}</h1>{source}"
        "<h2>Facts</h2>{facts}<h2>Problems</h2>{problems}</body></html>\n"
    ).format(name=name, style=Markup(_STYLE), source=source, facts=_facts(facts), problems=_problems(problems))  # noqa: S704 - our own constant


def _marked(text: str, facts: Sequence[Fact], unclaimed: Sequence[Quote]) -> Iterator[Markup]:
    """The text cut at every border of a span, each stretch marked with what covers it."""
    layers: list[tuple[int, int, str, str]] = []
    for number, fact in enumerate(facts, start=1):
        content = fact.content
        layers.append((content.quote_start, content.quote_end, "quote", f"{number}"))
        layers.append((content.amount.start, content.amount.end, "amount", f"{number}"))
    layers += [(quote.span.start, quote.span.end, "unclaimed", "") for quote in unclaimed if quote.span]
    borders = sorted({0, len(text), *(place for layer in layers for place in layer[:2] if 0 <= place <= len(text))})
    opening = sorted((layer for layer in layers if layer[0] < layer[1]), key=lambda layer: layer[0], reverse=True)
    covering: list[tuple[int, int, str, str]] = []
    for start, end in pairwise(borders):
        covering = [layer for layer in covering if layer[1] > start]
        while opening and opening[-1][0] <= start:
            covering.append(opening.pop())
        yield _stretch(text[start:end], [layer for layer in covering if layer[1] > start])


def _stretch(text: str, covering: Sequence[tuple[int, int, str, str]]) -> Markup:
    if not covering:
        return escape(text)
    kinds = {layer[2] for layer in covering}
    kind = "amount" if "amount" in kinds else "unclaimed" if "unclaimed" in kinds else "quote"
    numbers = sorted({int(layer[3]) for layer in covering if layer[3]})
    title = "Fact " + ", ".join(map(str, numbers)) if numbers else "An amount that no fact claims"
    return Markup('<mark class="{}" title="{}">{}</mark>').format(kind, title, text)


def _facts(facts: Sequence[Fact]) -> Markup:
    head = Markup("<tr><th>#<th>Company<th>Metric<th>Value<th>Unit<th>Period<th>Status<th>Proof<th>Quote</tr>")
    rows = Markup("").join(
        Markup('<tr><td>{}<td>{}<td>{}<td class="number">{}<td>{}<td>{}<td>{}<td>{}<td>{}</tr>').format(
            number,
            fact.content.company or "",
            " / ".join(filter(None, (fact.content.metric, fact.content.segment))),
            _value(fact),
            fact.content.currency or fact.content.unit,
            fact.content.period or "",
            fact.content.status,
            fact.content.proof,
            fact.content.quote,
        )
        for number, fact in enumerate(facts, start=1)
    )
    return Markup("<table>{}{}</table>").format(head, rows) if facts else Markup("<p>None.</p>")


def _value(fact: Fact) -> str:
    content = fact.content
    if content.value is not None:
        return exact_json.number(content.value)
    ends = (content.value_low, content.value_high)
    return " – ".join("…" if end is None else exact_json.number(end) for end in ends)


def _problems(problems: Sequence[Problem]) -> Markup:
    rows = Markup("").join(
        Markup("<tr><td>{}<td>{}<td>{}</tr>").format(found.code, found.detail, found.text or "") for found in problems
    )
    return Markup("<table>{}</table>").format(rows) if problems else Markup("<p>None.</p>")

"""The question about one piece: hints, the piece between markers, and what an earlier reading left out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from finproc.extract.mentions.prompts import PROMPTS
from finproc.extract.mentions.prompts.prompt import Prompt
from finproc.llm.question import Question
from finproc.model.document import Context
from finproc.model.text import Quote, Span

LATEST = PROMPTS[-1]
_AROUND = 60
"""Characters shown on each side of an amount that was left out."""


def question(
    text: str,
    heads: tuple[str, ...],
    context: Context,
    piece: int,
    wrong: str | None = None,
    *,
    prompt: Prompt = LATEST,
    left_out: Sequence[Quote] = (),
) -> Question:
    """The question about one piece. `wrong` is what was wrong with the answer to the same piece before.

    `left_out` are amounts, by their place in `text`, that an earlier answer did not claim; they are asked for alone.
    The marker is derived from the text, so that no text can contain the marker of itself.
    """
    mark = hashlib.sha256(text.encode()).hexdigest()[:16]
    hints = {
        "company": context.company,
        "published": context.published.isoformat() if context.published else None,
        "language": context.language,
        "headings": list(heads),
    }
    shown = json.dumps({name: hint for name, hint in hints.items() if hint}, ensure_ascii=False)
    asked = f"Hints: {shown}\n<<<piece {mark}>>>\n{text}\n<<<end {mark}>>>"
    if left_out and prompt.second:
        asked += f"\n{prompt.second} {json.dumps([_place(text, quote) for quote in left_out], ensure_ascii=False)}"
    return Question(
        instructions=prompt.instructions,
        text=asked,
        schema_name=prompt.version,
        schema=prompt.schema,
        piece=piece,
        reason=None if wrong is None else f"The previous answer could not be used: {wrong}. Answer again, as told.",
    )


def _place(text: str, quote: Quote) -> dict[str, object]:
    """An amount by its place: its characters, where they begin, and the words around them."""
    span = quote.span or Span(0, 0)
    around = text[max(0, span.start - _AROUND) : span.end + _AROUND]
    return {"amount": quote.text, "at": span.start, "around": " ".join(around.split())}

"""The deterministic extractor: no network, no model files; sweeps every amount and binds it by grammar and nearness."""

from __future__ import annotations

from finproc.extract.mentions.rules.groundwork import Groundwork
from finproc.extract.mentions.rules.naming import Namer
from finproc.extract.mentions.rules.prose import Prose
from finproc.extract.mentions.rules.reporting import reported_company, reported_period
from finproc.extract.mentions.rules.surroundings import Surroundings
from finproc.extract.mentions.rules.tables import Inherited, read_grid
from finproc.lexicon.languages import guess_language
from finproc.model.document import Context, Document
from finproc.model.mention import Extraction, Mention
from finproc.model.text import Quote

_NEXT_TABLE = 600
"""Characters between two tables over which the second still stands under the first one's scale."""
__all__ = ["Groundwork", "find_mentions", "groundwork_of", "mentions_of"]


def find_mentions(document: Document, context: Context) -> Extraction:
    """Every number that the document reports, in order; money that nothing accounts for is `unclaimed`."""
    return mentions_of(groundwork_of(document, context), context)


def groundwork_of(document: Document, context: Context) -> Groundwork:
    """What the rules make mentions from, in the language that the submission says or the text shows."""
    return Groundwork.of(document, context.language or guess_language(document.text))


def mentions_of(ground: Groundwork, context: Context) -> Extraction:
    """Every number that a document reports, made from its groundwork."""
    document, found, tables = ground.document, ground.sweep, ground.grids
    reporting = reported_period(found)
    prose = Prose(ground, Namer.of(found.companies, context), reporting)
    mentions: list[Mention] = []
    for passage in ground.passages:
        mentions += prose.read(passage)
    carried: Quote | None = None
    last = 0
    company = reported_company(found, context)
    for grid, (_, scale, currency) in zip(
        tables, Surroundings.of(document, tables, context.language).frames, strict=True
    ):
        near = grid.span.start - last <= _NEXT_TABLE
        carried = scale or (carried if near else None)
        last = grid.span.end
        mentions += read_grid(grid, found, context.language, Inherited(carried, currency, company, reporting))
    mentions.sort(key=lambda mention: mention.quote)
    claimed = {span.start for span in prose.claimed} | {m.amount.span.start for m in mentions if m.amount.span}
    unclaimed = tuple(Quote(a.text, a.span) for a in found.amounts if a.is_money and a.span.start not in claimed)
    return Extraction(mentions=tuple(mentions), unclaimed=unclaimed)

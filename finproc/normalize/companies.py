"""The company of a fact: as the text names it, else as the submission does; and whose number that makes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from finproc.lexicon.companies import name_of
from finproc.lexicon.entities import entity_of, spelled
from finproc.lexicon.introductions import Introductions
from finproc.model.document import Context
from finproc.model.fact import FactContent
from finproc.model.text import Quote


def company_of(named: Quote | None, context: Context, introduced: Introductions) -> tuple[str | None, Quote | None]:
    """The name, and where it comes from.

    "We" and "the Company" name nobody: the submission's company stands in for them, else the one that the text
    introduces by these words.
    """
    name = name_of(named.text) if named else None
    if name and named:
        return name, named
    if context.company:
        return name_of(context.company) or context.company, Quote(context.company, None, "submission")
    if named and introduced.reporter and introduced.reporter_span:
        return introduced.reporter, Quote(introduced.reporter, introduced.reporter_span, "document")
    return None, None


def with_entities(facts: Sequence[FactContent], introduced: Introductions) -> tuple[FactContent, ...]:
    """The facts, each with its entity where that is another name than its company.

    A fact that names nobody is the reporter's: whom the text introduces as "the Company". A table's row is else that of
    the only company which the document's other facts name; in a sentence "it" may be another.
    """
    names = {fact.company for fact in facts}
    full = {name: _full_name(name, introduced) for name in names}
    introduced_one, only = (None, None) if all(full.values()) else _unnamed(facts, full, introduced)

    def with_entity(fact: FactContent) -> FactContent:
        entity = full[fact.company] or introduced_one or (only if _is_tabular(fact) else None)
        return fact if entity == fact.company else replace(fact, entity=entity)

    return tuple(map(with_entity, facts))


def _unnamed(
    facts: Iterable[FactContent], full: Mapping[str | None, str | None], introduced: Introductions
) -> tuple[str | None, str | None]:
    """Whose the facts are that name nobody: the reporter's, and those of a table the only company's."""
    named = {spelled(name): name for fact in facts if (name := full[fact.company])}
    alone = next(iter(named.values())) if len(named) == 1 else None
    reporter, only = ((entity_of(name) or name) if name else None for name in (introduced.reporter, alone))
    return reporter, only


def _full_name(company: str | None, introduced: Introductions) -> str | None:
    if company is None:
        return None
    name = introduced.names.get(spelled(company)) or company
    return entity_of(company) or entity_of(name) or name


def _is_tabular(fact: FactContent) -> bool:
    """Whether a row or a column of a table says what the fact is."""
    return any(item.quote.origin in ("row", "column", "caption") for item in fact.evidence)

"""The company of a fact: as the text names it, else as the submission does."""

from __future__ import annotations

from finproc.lexicon.companies import name_of
from finproc.model.document import Context
from finproc.model.text import Quote


def company_of(named: Quote | None, context: Context) -> tuple[str | None, Quote | None]:
    """The name, and where it comes from.

    "We" and "the Company" name nobody: the submission's company stands in for them.
    """
    name = name_of(named.text) if named else None
    if name and named:
        return name, named
    if context.company:
        return name_of(context.company) or context.company, Quote(context.company, None, "submission")
    return None, None

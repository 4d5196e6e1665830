"""Signs: the words that make an amount negative, and the rule that no amount is turned twice."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

SignSource = Literal["minus", "parentheses", "loss", "outflow", "decline"]

_LOSS = re.compile(
    r"\b(?:loss|losses|lost|deficit|shortfall|negative|minus|verlust\w*|fehlbetrag|jahresfehlbetrag|perte|pertes|"
    r"déficit|negativ\w*|pérdidas?|prejuízo|perdita)\b",
    re.IGNORECASE,
)
_OUTFLOW = re.compile(r"\b(?:used|outflows?|use of cash|consumed|burn(?:ed)?|abfluss|mittelabfluss)\b", re.IGNORECASE)
_DECLINE = re.compile(
    r"\b(?:decreas\w+|declin\w+|dropp?\w*|fell|falls?|fallen|falling|down|lower|reduc\w+|slipp?\w*|slid|shrank|"
        r"shrunk|contract(?:ed|ion)|plung\w+|tumbl\w+|slump\w*|"
    r"sank|dipp?\w*|weaken\w*|sank|sunken|gesunken|sank|sinkt|fiel|fielen|rückgang\w*|zurück\w*|verringert\w*|"
        r"baisse|recul\w*|diminu\w+)\b",
    re.IGNORECASE,
)  # fmt: skip
_SPENT = frozenset({"use", "expense", "outlay", "charge"})
"""Words that make negative what can be both, where the text says that it was one ("an expense of $7 million")."""
_BOTH = re.compile(
    r"\((?:loss|losses|expense|deficit|used in|outflow)\)|(?:profit|income|gains?|earnings|"
    r"\(loss(?:es)?\))\s?(?:/|or|and)\s?\(?loss(?:es)?\)?|loss(?:es)?\)?\s?(?:/|or)\s?\(?(?:profit|income|"
    r"gains?)\)?|provided by\s?\(used (?:in|for)\)|\(used (?:in|for)\)\s?/?\s?provided|provided by or used in",
    re.IGNORECASE,
)
"""Row labels that name both directions: "Net income (loss)" says nothing about the sign."""
_KINDS: tuple[tuple[SignSource, re.Pattern[str]], ...] = (("loss", _LOSS), ("outflow", _OUTFLOW), ("decline", _DECLINE))


def loss_word(words: str) -> str | None:
    """The word that makes a level negative ("net loss", "cash used in", "a negative EUR 7 million"), or None."""
    clean = _BOTH.sub(" ", words)
    found = _LOSS.search(clean) or _OUTFLOW.search(clean)
    return found[0] if found else None


def source_of(words: str) -> SignSource | None:
    """Which kind of negative word this is, or None."""
    clean = _BOTH.sub(" ", words)
    if clean.lower() in _SPENT:
        return "outflow"
    return next((kind for kind, pattern in _KINDS if pattern.search(clean)), None)


def signed(value: Decimal, *, printed: bool, word: bool, positive: bool) -> Decimal:
    """The value with its sign. `value` is as printed (a minus and parentheses applied already, as `printed` says).

    `positive`: costs, debts and payments are positive by convention, also where a table prints them in parentheses. A
    loss word and a printed minus say the same thing and turn the value once.
    """
    if positive:
        return value.copy_abs()
    return value.copy_abs().copy_negate() if (printed or word) and value else value

"""Invented texts of any number, each with facts in it and unlike the others."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import count, islice

SYLLABLES = (
    "bran",
    "cor",
    "del",
    "fen",
    "gar",
    "hal",
    "lor",
    "mar",
    "nor",
    "pel",
    "ros",
    "sten",
    "tor",
    "vel",
    "wes",
    "zan",
)
KINDS = ("Instruments", "Logistics", "Foods", "Energy", "Software", "Textiles")
FORMS = ("Inc.", "plc", "AG", "Ltd")
SENTENCES = (
    "{name} reported revenue of ${a} million for Q{q} {year}, compared with ${b} million a year ago.",
    "Net income was ${c} million, or ${d} per diluted share.",
    "Operating expenses of ${b} million included a restructuring charge of ${c} million.",
    "The company expects revenue of between ${a} million and ${e} million in the next quarter.",
    "Chief executive Ines Harrow said that the order book was the largest in the company's history.",
    "At the end of the quarter cash and cash equivalents were ${e} million.",
)


def text(number: int, sentences: int = 2) -> str:
    """The text of this number, the same each time; every six sentences are about another company."""
    parts = [_part(number + place * 1_000_003, min(6, sentences - place)) for place in range(0, sentences, 6)]
    return "\n\n".join(parts)


def _part(number: int, sentences: int) -> str:
    values = {
        "name": f"{_word(number)} {KINDS[number % 6]} {FORMS[number % 4]}",
        "q": number % 4 + 1,
        "year": 2010 + number % 14,
        "a": Decimal(1000 + number * 37 % 90_000) / 10,
        "b": Decimal(900 + number * 31 % 80_000) / 10,
        "c": Decimal(10 + number * 13 % 5_000) / 10,
        "d": Decimal(1 + number * 7 % 900) / 100,
        "e": Decimal(2000 + number * 41 % 90_000) / 10,
    }
    return " ".join(sentence.format(**values) for sentence in SENTENCES[:sentences])


def _word(number: int) -> str:
    """A name of its own for each number: its digits to the base of 16 as syllables."""
    syllables = [SYLLABLES[int(digit, 16)] for digit in f"{number:x}"]
    return "".join(syllables).capitalize() + "ia"


def texts(total: int, first: int = 0, sentences: int = 2) -> Iterator[str]:
    """So many different texts."""
    return (text(number, sentences) for number in islice(count(first), total))

"""Work on hostile texts grows with their length: counted in calls, so that no clock decides."""

import sys
from typing import Any

import pytest

from finproc.extract.mentions.rules import find_mentions
from finproc.model.document import Context, Document
from finproc.normalize import normalize
from finproc.normalize.sweep import Sweep

LENGTH = 1_200
STEEPEST = 2.4
"""How much more work twice the text may be: linear growth with a margin for sorting."""
TEXTS = {
    "amounts": "$1 ",
    "digits": "7",
    "one word": "revenue ",
    "capitals": "Alpha Beta. ",
    "open brackets": "(",
    "brackets": "() ",
    "bars": " | ",
    "rows": "Revenue | $1 | 2 | 3\n",
    "wide rows": "Revenue | " + " | ".join(map(str, range(60))) + "\n",
    "heads": "2024 | 2023\n",
    "periods": "Q1 2024 ",
    "years": "2024, 2023 and ",
    "sentences": "Revenue was $5.3 million in Q1 2024. ",
    "no stop": "revenue $5.3 million ",
    "number words": "five million ",
    "list": "$5, ",
    "companies": "Alpha Inc. ",
    "comparatives": "compared with $5 ",
    "items": "• Revenue $5\n",
    "blank lines": "\n",
    "lead-ins": "outlook: ",
}


def _calls(text):
    """Python and C calls that extraction and normalization make."""
    count = 0

    def counted(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    document = Document(text)
    sys.setprofile(counted)
    try:
        normalize(find_mentions(document, Context()), document, Context())
    finally:
        sys.setprofile(None)
    return count


def _repeated(piece, length):
    return piece * (length // len(piece) + 1)


@pytest.mark.parametrize("name", TEXTS)
def test_twice_the_text_is_twice_the_work(name):
    _calls(_repeated(TEXTS[name], 200))  # tables and patterns are read at the first use
    once, twice = (_calls(_repeated(TEXTS[name], length)) for length in (LENGTH, 2 * LENGTH))
    assert twice <= STEEPEST * once + 500


class _Counting(list[Any]):
    """A list that counts the items that slices of it copy."""

    copied = 0

    def __getitem__(self, place):
        found = super().__getitem__(place)
        if isinstance(place, slice):
            self.copied += len(found)
        return found


def test_an_amount_is_looked_up_without_a_walk_over_those_behind_it():
    sweep = Sweep(Document("Revenue was $5.3 million in Q1 2024. " * 300), Context())
    amounts, periods = _Counting(sweep.amounts), _Counting(sweep.periods)
    sweep.__dict__["amounts"], sweep.__dict__["periods"] = amounts, periods
    assert all(found in sweep.amounts_at(found.span) for found in list(amounts))
    assert all(found in sweep.periods_at(found.span) for found in list(periods))
    assert amounts.copied <= 2 * len(amounts)
    assert periods.copied <= 2 * len(periods)


def test_the_numbers_of_a_wide_table_look_at_its_heads_once_a_column():
    heads = "Millions | " + " | ".join(str(1950 + column) for column in range(80)) + "\n"
    row = "Revenue | " + " | ".join(f"{column},000" for column in range(1, 81)) + "\n"
    few, many = _calls(heads + row * 5), _calls(heads + row * 25)
    one_more_row = (many - few) / 20
    assert one_more_row < few / 4

"""``python -m tests.planted [--passages N] [--seed N] [--labelled FILE] [--show N]``: errors planted and admitted."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tests.planted.census import census


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=600)
    parser.add_argument("--plants", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--labelled", type=Path, help="labelled facts to plant errors into, as JSON lines")
    parser.add_argument("--show", type=int, default=10, help="admitted plants to print in full")
    parser.add_argument("--kind", help="only errors of this class")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lost", type=int, default=0, help="true mentions that were not admitted to print")
    given = parser.parse_args()
    found = census(given.passages, given.plants, given.seed, labelled=given.labelled, kind=given.kind)
    print(json.dumps(found.as_json()) if given.json else found.table())  # noqa: T201  # a program's own output
    for line in found.shown(given.show):
        print(line)  # noqa: T201

    for passage, amount, why in found.lost[: given.lost]:
        print(f"lost {amount}: {why}\n  {passage.text}")  # noqa: T201
    for passage, fields in found.rules_wrong[: given.lost]:
        print(f"rules {fields}\n  {passage.text}")  # noqa: T201


main()

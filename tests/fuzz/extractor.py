"""`python -m tests.fuzz.extractor [-max_total_time=300 …]`: atheris over extractor and normalization."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from tests.fuzz.running import fuzz


def load() -> Sequence[Callable[[bytes], None]]:
    """The targets, imported where atheris watches."""
    from tests.fuzz.targets import EXTRACTOR_TARGETS  # noqa: PLC0415 - instrumented as it is imported

    return EXTRACTOR_TARGETS


if __name__ == "__main__":
    fuzz(load, sys.argv[1:])

"""`python -m tests.fuzz.readers [-max_total_time=300 …]`: atheris over all readers but PDF, in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from tests.fuzz.running import fuzz


def load() -> Sequence[Callable[[bytes], None]]:
    """The targets, imported where atheris watches."""
    from tests.fuzz.targets import READER_TARGETS  # noqa: PLC0415 - instrumented as it is imported

    return READER_TARGETS


if __name__ == "__main__":
    fuzz(load, sys.argv[1:])

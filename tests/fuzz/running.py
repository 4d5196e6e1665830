"""Runs targets under atheris, coverage guided: the command line of `readers` and `extractor`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path


def fuzz(load: Callable[[], Sequence[Callable[[bytes], None]]], arguments: Sequence[str]) -> None:
    """Feed the targets in turn until a limit among `arguments` (libFuzzer's, such as -max_total_time=300) ends it.

    finproc is instrumented as it is imported, so `load` imports the targets. A crash is written into the working
    directory, as libFuzzer does; to run it again, name its file.
    """
    import atheris  # noqa: PLC0415 - not everywhere installed

    with atheris.instrument_imports(include=["finproc"]):
        targets = load()
    from tests.fuzz.seeds import corpus  # noqa: PLC0415 - imports finproc, which is instrumented before

    def one(data: bytes) -> None:
        if data:
            targets[data[0] % len(targets)](data[1:])

    files = [argument for argument in arguments if not argument.startswith("-")]
    with tempfile.TemporaryDirectory() as folder:
        seeded = [] if files else [str(corpus(Path(folder), len(targets)))]
        atheris.Setup([sys.argv[0], *arguments, *seeded], one)
        atheris.Fuzz()

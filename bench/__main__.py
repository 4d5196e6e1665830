"""`python -m bench [NAME…]`: run benchmarks and print their figures, one after the other."""

from __future__ import annotations

import sys

import bench.chain
import bench.extractor
import bench.memory
import bench.reader
import bench.submit

BENCHMARKS = (
    ("submit", bench.submit.main),
    ("chain", bench.chain.main),
    ("memory", bench.memory.main),
    ("extractor", bench.extractor.main),
    ("reader", bench.reader.main),
)


def main() -> None:
    """Run those named, or all."""
    names = sys.argv[1:] or [name for name, _ in BENCHMARKS]
    for name in names:
        if name not in dict(BENCHMARKS):
            sys.exit(f"bench: no benchmark {name}; there are {', '.join(dict(BENCHMARKS))}")
        print(f"\n## {name}\n", flush=True)
        dict(BENCHMARKS)[name]()


if __name__ == "__main__":
    main()

"""`python -m bench.publish WHAT COUNT FIRST`: put documents, or chains of the baseline, on their way.

It says `ready` once it is loaded, and begins when it is given a line: a program's start belongs to no rate. At its end
it says how much CPU time the sending took, in seconds.
"""

from __future__ import annotations

import sys
import time

BATCH = 100


def main() -> None:
    """Publish `finproc` documents, or `bare` or `at_work` chains, numbered from FIRST."""
    what, count, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if what == "finproc":
        _documents(count, first)
        return
    from bench import baseline

    chain = baseline.bare if what == "bare" else baseline.at_work
    begun = _wait()
    for number in range(first, first + count):
        chain(number).apply_async()
    print(time.process_time() - begun)


def _wait() -> float:
    """The CPU time so far, once the line has come."""
    print("ready", flush=True)
    sys.stdin.readline()
    return time.process_time()


def _documents(count: int, first: int) -> None:
    """As the batch route does it: a hundred documents saved in a transaction, then their messages."""
    import finproc.celery  # noqa: F401 - the app whose broker is published to
    from bench.texts import texts
    from finproc.identity.tokens import LOCAL_OWNER
    from finproc.identity.workspace import workspace
    from finproc.pipeline import start
    from finproc.submit.intake import accept, from_json

    place = workspace()
    items = [from_json({"raw_text": text}, place.settings) for text in texts(count, first)]
    begun = _wait()
    for number in range(0, count, BATCH):
        accept(place.records.submissions, place.keyring, LOCAL_OWNER, items[number : number + BATCH], start)
    print(time.process_time() - begun)


if __name__ == "__main__":
    main()

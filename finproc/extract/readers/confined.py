"""The limited child: `python -m finproc.extract.readers.confined read|check MEDIA_TYPE`, body in, answer out.

It sets its own bounds before it looks at the body: memory, CPU, no file larger than nothing, no new process, and no
file descriptor beyond the three it has, so that it can open neither file nor socket.
"""

from __future__ import annotations

import json
import resource
import sys

from finproc.errors import Unreadable
from finproc.extract.readers import limited, reader_of


def confine() -> None:
    """Bounds of this process, for good."""
    _bound(resource.RLIMIT_CORE, 0)
    _bound(
        resource.RLIMIT_CPU, limited.CPU_SECONDS, limited.CPU_SECONDS + 2
    )  # equal ones end it by SIGKILL, not SIGXCPU
    _bound(resource.RLIMIT_FSIZE, 0)
    _bound(resource.RLIMIT_NOFILE, 3)
    _bound(resource.RLIMIT_NPROC, 0)
    if sys.platform == "linux":  # elsewhere address space cannot be bounded below what a program maps at its start
        _bound(resource.RLIMIT_AS, limited.MEMORY_BYTES)


def _bound(limit: int, soft: int, hard: int | None = None) -> None:
    """Lower a limit; one that is lower already stays."""
    allowed = resource.getrlimit(limit)[1]
    most = soft if hard is None else hard
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(limit, (min(soft, most), most))


def main(work: str, media_type: str) -> int:
    """Do the work on standard input; the answer's first line is a refusal or empty, the rest a document."""
    reader = reader_of(media_type)
    reader.library()  # imported before files can no longer be opened
    confine()
    try:
        body = sys.stdin.buffer.read()
        if work == "check":
            reader.check(body)
            answer = ""
        else:
            answer = limited.encoded(reader.read(body))
        sys.stdout.buffer.write(b"\n" + answer.encode("ascii"))
    except Unreadable as error:
        sys.stdout.buffer.write(json.dumps([error.reason, error.detail]).encode("ascii") + b"\n")
    except MemoryError:
        return limited.OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

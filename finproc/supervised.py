"""Start a program that dies with the one that started it: `python -m finproc.supervised PARENT PROGRAM ARGUMENT…`.

It asks the kernel (Linux) to kill this process once its parent is gone, however the parent went, and becomes the
program. Elsewhere it only becomes the program.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h."""


def become(parent: int, command: list[str]) -> None:
    """Replace this process with `command`; ends at once where the process `parent` is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel was asked
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted, and the command is the supervisor's own


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])

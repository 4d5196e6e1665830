"""How much of the processor this process asks for beside others."""

from __future__ import annotations

import os
import time
from pathlib import Path

_NICE = 15
_OF_SESSION = Path("/proc/self/autogroup")
"""Where Linux shares the processor between sessions (`kernel.sched_autogroup_enabled`), the nice value of this one.

It takes one change in a tenth of a second from all processes that are not root's, and refuses the others.
"""
_TRIES, _PAUSE = 20, 0.11


def step_back() -> None:
    """Let the others on this machine go first.

    A process's nice value counts within its session alone where Linux shares by sessions. So a process that leads a
    session, as service managers start them, lowers that too; a session that belongs to others stays as it is.
    """
    os.nice(_NICE)
    if os.getsid(0) == os.getpid():
        for _ in range(_TRIES):
            try:
                _OF_SESSION.write_text(str(_NICE))
            except BlockingIOError:
                time.sleep(_PAUSE)
            except OSError:  # another system, or a container that may not
                return
            else:
                return

"""How much of the processor this process asks for beside others."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_NICE = 15
_OF_SESSION = Path("/proc/self/autogroup")
"""Where Linux shares the processor between sessions (`kernel.sched_autogroup_enabled`), the nice value of this one."""


def step_back() -> None:
    """Let the others on this machine go first.

    A process's nice value counts within its session alone where Linux shares by sessions. So a process that leads a
    session, as service managers start them, lowers that too; a session that belongs to others stays as it is.
    """
    os.nice(_NICE)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # another system, or a container that may not
            _OF_SESSION.write_text(str(_NICE))

"""Names of processes that outlive them: whether the one that held a lease is certainly gone."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path


@cache
def _host() -> str:
    """This machine as far as process ids mean the same: its name and, where there are any, the pid namespace."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        namespace = ""
    return f"{socket.gethostname()}/{namespace}" if namespace else socket.gethostname()


def _start(pid: int) -> str | None:
    """When the process started (opaque), `?` where that cannot be known; None if there is no such process.

    A zombie counts as gone: it holds nothing and will do nothing.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
        return _probe(pid)
    except OSError:
        return "?"
    return None if fields[0] in "ZX" else fields[19]


def _probe(pid: int) -> str | None:
    """`?` if a process has this id, else None; for systems without /proc."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return "?"
    return "?"


def own_name() -> str:
    """`host:pid:start` of this process."""
    return _own_name(os.getpid())


@cache
def _own_name(pid: int) -> str:
    return f"{_host()}:{pid}:{_start(pid)}"


def is_here(name: str) -> bool:
    """Whether the named process runs, or ran, where this one can look."""
    return name.rsplit(":", 2)[0] == _host()


def is_gone(name: str) -> bool:
    """Whether the named process is certainly no more. Elsewhere that cannot be known: False."""
    host, pid, start = name.rsplit(":", 2)
    if host != _host():
        return False
    now = _start(int(pid))
    return now is None or (now != start and "?" not in (now, start))

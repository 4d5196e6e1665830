"""Resident memory of each process of `finproc up` at rest and after some work, and what is its own alone."""

from __future__ import annotations

import re

import psutil

from bench.load import closed
from bench.processes import folder, python, started, until
from bench.texts import texts
from finproc.clients.web_server import WebServer

MEBIBYTE = 1 << 20
DOCUMENTS = 300


def main() -> None:
    """Print one line for each process."""
    with folder() as place:
        command = python("finproc", "up", "--port", "0", "--flower-port", "0")
        with started("up", command, place) as stack:
            until(lambda: "Ctrl-C stops it" in stack.log.read_text(), 120, "finproc up")
            url = re.search(r"http://127\.0\.0\.1:(\d+)/submit", stack.log.read_text())
            if url is None:
                raise SystemExit("bench: finproc up names no address")
            port = int(url[1])
            for name in ("extract", "main", "isolated"):
                log = place / "log" / f"{name}.log"
                until(lambda log=log: " ready." in log.read_text(), 60, f"{name} is ready")  # type: ignore[misc]
            at_rest = {process.pid: _sizes(process) for process in stack.family()}
            closed(port, texts(DOCUMENTS), 8, 60)
            server = WebServer(f"http://127.0.0.1:{port}")
            until(lambda: server.submissions(limit="1")[0]["state"] in {"stored", "failed"}, 300, "the work ends")
            print("| process | resident MiB at rest | its own MiB | resident MiB after work | its own MiB |")
            print("| --- | --- | --- | --- | --- |")
            total = 0.0
            for process in stack.family():
                resident, own = _sizes(process)
                before = at_rest.get(process.pid, (0.0, 0.0))
                total += own
                print(f"| {_name(process)} | {before[0]:.0f} | {before[1]:.0f} | {resident:.0f} | {own:.0f} |")
            print(f"| all, shared pages once | | {sum(own for _, own in at_rest.values()):.0f} | | {total:.0f} |")


def _sizes(process: psutil.Process) -> tuple[float, float]:
    """Resident size, and the proportional one in which shared pages are divided among their users."""
    memory = process.memory_full_info()
    return memory.rss / MEBIBYTE, getattr(memory, "pss", memory.uss) / MEBIBYTE


def _name(process: psutil.Process) -> str:
    line = " ".join(process.cmdline())
    known = ("finproc up", "gunicorn", "beat", "extract@", "main@", "isolated@", "flower")
    name = next((word.rstrip("@") for word in known if word in line), line[:30])
    parent = process.parent()
    return f"{name}, child" if parent and name in " ".join(parent.cmdline()) else name

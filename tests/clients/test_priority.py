"""Who steps back does so as a process, and as a session where that is its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from finproc.clients import priority

SHARES = Path("/proc/self/autogroup")
PROGRAM = """
import os
from pathlib import Path
from finproc.clients.priority import step_back
step_back()
shares = Path("/proc/self/autogroup")
print(os.nice(0), shares.read_text() if shares.exists() else "")
"""


def stepped_back(*, own_session):
    """The nice values of a process that stepped back and of its session."""
    command = [sys.executable, "-c", PROGRAM]
    found = subprocess.run(command, start_new_session=own_session, capture_output=True, text=True, check=True)
    own, _, session = found.stdout.partition(" ")
    return own, nice(session)


def nice(shares):
    """What Linux shows of a session, without its name; nothing of the one in which the system itself started."""
    return shares.rpartition(" ")[2].strip()


def test_a_process_lets_others_go_first():
    assert stepped_back(own_session=True)[0] == str(min(os.nice(0) + 15, 19))


@pytest.mark.skipif(not SHARES.exists(), reason="this system does not share by sessions")
def test_a_session_of_its_own_steps_back_too_and_another_does_not():
    before = nice(SHARES.read_text())
    assert stepped_back(own_session=True)[1] == "15"
    assert stepped_back(own_session=False)[1] == before == nice(SHARES.read_text())


class Busy:
    """Where others have just changed their session, so that it takes a change at the third try alone."""

    def __init__(self):
        self.asked = []

    def write_text(self, text):
        self.asked.append(text)
        if len(self.asked) < 3:
            raise BlockingIOError


def test_a_session_steps_back_although_others_do_so_at_the_same_time(monkeypatch):
    busy = Busy()
    monkeypatch.setattr(priority, "_OF_SESSION", busy)
    monkeypatch.setattr(priority, "_PAUSE", 0)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    monkeypatch.setattr(os, "getsid", lambda _: os.getpid())
    priority.step_back()
    assert busy.asked == ["15"] * 3

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil
import pytest

from finproc.errors import TryLater, Unreadable
from finproc.extract.readers import limited, read
from finproc.model.document import Block, Cell, Document
from finproc.model.problem import Problem
from finproc.model.text import Span
from tests.extract.readers.made import exploding_pdf, pdf_of, statement_page, swollen_pdf

PAGE = pdf_of(statement_page())
PDF = "application/pdf"


def _is_reader(process):
    with suppress(psutil.Error):
        return "finproc.extract.readers.confined" in process.cmdline()
    return False


def test_a_document_comes_out_of_the_child_as_it_went_in():
    cell = Cell("€5", Span(8, 10), 0, 1, 2, 3)
    table = Block("table", Span(0, 10), 4, (Cell("Revenue", Span(0, 7), 0, 0), cell))
    heading = Block("heading", Span(0, 3), part="Sheet 1", rows=(4,), columns=(2,))
    document = Document("Revenue €5 \U0001f4b0\n", (table, heading), PDF, 7, (Problem("hidden_sheet", "One is."),))
    assert limited.decoded(limited.encoded(document), PDF) == document


def test_a_document_that_never_ends_is_ended():
    began = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        limited.read(exploding_pdf(), PDF, wall_seconds=1)
    assert refused.value.reason == "too_slow"
    assert time.monotonic() - began < 10


def test_a_document_that_swells_a_hundredfold_is_bounded():
    body = swollen_pdf(100)
    assert len(body) < 1_000_000
    with pytest.raises(Unreadable) as refused:
        limited.read(body, PDF, wall_seconds=3)
    assert refused.value.reason in {"too_large", "too_slow", "unreadable", "no_text"}


@pytest.mark.parametrize(
    ("status", "reason"),
    [(-signal.SIGXCPU, "too_slow"), (limited.OUT_OF_MEMORY, "too_large"), (-signal.SIGSEGV, "unreadable"),
     (-signal.SIGABRT, "unreadable"), (1, "unreadable")],
)  # fmt: skip
def test_however_the_child_ends_there_is_a_reason(monkeypatch, status, reason):
    monkeypatch.setattr(limited, "_run", lambda *_: (status, b"", False))
    with pytest.raises(Unreadable) as refused:
        limited.read(b"%PDF-", PDF)
    assert refused.value.reason == reason


def test_a_child_that_somebody_kills_is_tried_later_and_the_door_lets_pass():
    def kill():
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for child in filter(_is_reader, psutil.Process().children()):
                child.kill()
                return

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(TryLater) as later:
        limited.read(exploding_pdf(), PDF, wall_seconds=20)
    killer.join()
    assert later.value.reason == "reader_lost"


def test_a_process_that_cannot_start_is_tried_later(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(TryLater):
        limited.read(PAGE, PDF)
    limited.check(PAGE, PDF)


CONFINED = """
import resource, socket, sys, os
from finproc.extract.readers import confined, limited
limited.MEMORY_BYTES = 400_000_000
confined.confine()
def tried(work):
    try: work()
    except (OSError, MemoryError) as error: return type(error).__name__
    return "allowed"
print(tried(lambda: socket.socket()), tried(lambda: open("/etc/hostname")), tried(lambda: bytearray(500_000_000)),
      resource.getrlimit(resource.RLIMIT_CPU)[0], sorted(os.environ.keys() - {"PYTHONPATH", "LC_CTYPE"}))
"""


def test_the_child_opens_no_socket_and_no_file_and_takes_no_more_memory():
    answer = subprocess.run(
        [sys.executable, "-c", CONFINED],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split()[:4] == ["OSError", "OSError", "MemoryError", str(limited.CPU_SECONDS)]


def test_a_child_that_uses_up_its_cpu_ends_by_the_signal_that_says_so():
    spin = """
from finproc.extract.readers import confined, limited
limited.CPU_SECONDS = 1
confined.confine()
while True: pass
"""
    ended = subprocess.run(
        [sys.executable, "-c", spin], env={"PYTHONPATH": ":".join(sys.path)}, check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGXCPU


def test_the_child_sees_none_of_our_environment(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    seen = []
    popen = subprocess.Popen

    def watched(*arguments, **options):
        seen.append(options["env"])
        return popen(*arguments, **options)

    monkeypatch.setattr(limited, "Popen", watched)
    limited.check(PAGE, PDF)
    assert [set(environment) for environment in seen] == [{"PYTHONPATH"}]


def _read_in_daemon(pipe):
    pipe.send(read(PAGE, PDF).text)


def test_it_works_in_a_daemonic_process_as_prefork_workers_are():
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_read_in_daemon, args=(theirs,), daemon=True)
    process.start()
    assert mine.poll(60)
    assert "Net income" in mine.recv()
    process.join()


def test_many_threads_read_at_once_in_few_children():
    children = []
    done = threading.Event()

    def watch():
        while not done.is_set():
            children.append(sum(_is_reader(child) for child in psutil.Process().children()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(12) as pool:
        results = set(pool.map(lambda _: read(PAGE, PDF).text, range(12)))
    done.set()
    watcher.join()
    assert len(results) == 1
    assert max(children) <= max(2, os.cpu_count() or 2)


def test_the_parents_own_bounds_stay():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    read(PAGE, PDF)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before

"""The process's workspace, and what a forked child makes of it."""

import os
import traceback

import pytest

from finproc.identity import workspace as module
from finproc.model.ids import utc_now
from finproc.model.submission import State
from finproc.settings import Settings
from tests.records.making import add, new_submission


def in_child(work):
    """Run in a forked child; whether it came to its end."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 -- a child must not go on as pytest
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "process_settings", lambda: Settings(finproc_var=tmp_path))
    monkeypatch.setattr(module, "_opened", [])
    yield module.workspace()
    module.workspace().close()


def test_a_process_opens_one_workspace(opened):
    assert module.workspace() is opened


def test_a_forked_child_opens_its_own_and_harms_none(opened):
    saved = add(opened.records)

    def work():
        own = module.workspace()
        assert own is not opened
        assert module.workspace() is own
        for _ in range(20):
            own.records.submissions.add_many([new_submission(os.urandom(8))], utc_now())
        assert own.records.submissions.get(saved.id) == saved

    for _ in range(3):
        assert in_child(work)
        assert opened.records.submissions.get(saved.id) == saved
    assert opened.records.submissions.count_by_state() == {State.RECEIVED: 61}


def test_a_child_may_go_on_with_what_it_inherited(store):
    """The pools are dropped at the fork: the parent's connections are its own."""
    saved = add(store.records)
    if store.mongo is not None:
        pytest.skip("a MongoDB client is opened again after a fork")

    def work():
        assert store.records.submissions.get(saved.id) == saved
        store.records.submissions.add_many([new_submission("of the child")], utc_now())

    assert in_child(work)
    assert store.records.submissions.count_by_state() == {State.RECEIVED: 2}

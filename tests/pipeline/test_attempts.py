import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest

from finproc.clients import processes
from finproc.errors import Failed, Fenced, TryLater
from finproc.model.ids import utc_now
from finproc.model.submission import RUNNING, State, Step
from finproc.records.attempts import Heartbeat, NotNow, back_off, begin, fail, finish, isolate, release, verdict

ELSEWHERE = "another-machine/1:77:123"


def start(records, submission, step=Step.EXTRACT, lease_seconds=6):
    return begin(records, submission.id, submission.dispatch, step, lease_seconds=lease_seconds)


@pytest.fixture
def dead_worker():
    """The name of a process of this machine that was killed."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    host = processes.own_name().rsplit(":", 2)[0]
    name = f"{host}:{child.pid}:{processes._start(child.pid)}"
    child.kill()
    child.wait()
    return name


def test_an_attempt_runs_the_step_and_moves_the_submission_on(records, submit):
    begun = start(records, submit())
    running = begun.submission
    assert (running.state, running.attempt, running.worker) == (State.EXTRACTING, 1, processes.own_name())
    assert running.lease_until > utc_now()
    extracted = finish(records, begun, {"extraction": 1})
    assert (extracted.state, extracted.extraction, extracted.lease_until) == (State.EXTRACTED, 1, None)
    begun = start(records, extracted, Step.NORMALIZE)
    assert begun.submission.attempt == 2
    normalized = finish(records, begun, {"normalization": 2})
    stored = finish(records, start(records, normalized, Step.STORE), {"fact_count": 0})
    assert (stored.state, stored.attempt) == (State.STORED, 3)
    assert [entry.state for entry in records.history(stored.id)] == [
        "received", "extracting", "extracted", "normalizing", "normalized", "storing", "stored",
    ]  # fmt: skip


def test_a_step_whose_output_exists_is_passed_over(records, submit):
    submission = submit()
    extracted = finish(records, start(records, submission), {"extraction": 1})
    assert start(records, extracted, Step.EXTRACT) is None
    start(records, extracted, Step.NORMALIZE)
    assert start(records, extracted, Step.EXTRACT) is None


def test_a_message_of_an_older_dispatch_is_ignored(records, submit, change):
    submission = submit()
    change(submission, dispatch=2)
    with pytest.raises(NotNow, match="stale"):
        start(records, submission)
    assert records.get(submission.id).attempt == 0


@pytest.mark.parametrize("state", [State.STORED, State.FAILED, State.DISCARDED])
def test_an_ended_submission_is_left_alone(records, submit, change, state):
    submission = change(submit(), state=state)
    for step in Step:
        with pytest.raises(NotNow):
            start(records, submission, step)
    assert records.get(submission.id).state == state


def test_a_message_of_a_submission_that_is_no_more_is_ignored(records):
    with pytest.raises(NotNow):
        begin(records, "0" * 26, 1, Step.EXTRACT, lease_seconds=6)


def test_a_step_whose_input_is_not_there_yet_is_not_run(records, submit):
    with pytest.raises(NotNow):
        start(records, submit(), Step.STORE)


def test_of_many_that_begin_at_once_one_does(records, submit):
    submission = submit()
    begun, refused = [], []

    def race():
        try:
            begun.append(start(records, submission))
        except NotNow:
            refused.append(1)

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), len(refused)) == (1, 7)


def test_a_second_delivery_does_not_disturb_an_attempt_that_is_alive(records, submit, change):
    submission = submit()
    start(records, submission)
    with pytest.raises(NotNow, match="alive"):
        start(records, submission)
    change(submission, worker=ELSEWHERE)
    with pytest.raises(NotNow, match="alive"):
        start(records, submission)
    assert records.get(submission.id).attempt == 1


def test_an_attempt_that_its_living_process_gave_up_is_taken_over_and_fenced_out(records, submit, change):
    submission = submit()
    first = start(records, submission)
    change(submission, lease_until=utc_now() - timedelta(seconds=1))
    second = start(records, submission)
    assert second.submission.attempt == 2
    assert not second.submission.isolated
    with pytest.raises(Fenced):
        finish(records, first, {"extraction": 1})
    assert fail(records, first, Failed("unreadable")) is None
    assert finish(records, second, {"extraction": 2}).extraction == 2


def test_a_submission_whose_worker_is_gone_is_isolated_at_once(records, submit, change, dead_worker):
    submission = submit()
    start(records, submission, lease_seconds=600)
    change(submission, worker=dead_worker)
    with pytest.raises(NotNow, match="lost"):
        start(records, submission)
    moved = records.get(submission.id)
    assert (moved.isolated, moved.losses, moved.dispatch, moved.dispatched_at) == (True, 0, 2, None)
    assert start(records, moved).submission.attempt == 2


def test_after_three_losses_in_isolation_the_submission_fails(records, submit, change, dead_worker):
    submission = submit()
    for loss in range(4):
        assert records.get(submission.id).losses == max(0, loss - 1)
        start(records, records.get(submission.id), lease_seconds=600)
        lost = change(submission, worker=dead_worker)
        assert isolate(records, lost) is not None
    failed = records.get(submission.id)
    assert (failed.state, failed.reason, failed.step, failed.losses) == ("failed", "worker_lost", "extract", 3)


@pytest.mark.parametrize(
    ("worker", "lease", "isolated", "expected"),
    [
        (None, None, False, "over"),
        ("own", 5, False, "alive"),
        ("own", -1, False, "over"),
        ("own", -1, True, "over"),
        ("dead", 5, False, "lost"),
        ("dead", -1, True, "lost"),
        (ELSEWHERE, 5, False, "alive"),
        (ELSEWHERE, -1, False, "lost"),
        (ELSEWHERE, -1, True, "alive"),
        (ELSEWHERE, -40, True, "lost"),
    ],
)
def test_what_became_of_a_running_attempt(  # noqa: PLR0917 # fixtures and parameters
    submit, change, dead_worker, worker, lease, isolated, expected
):
    now = utc_now()
    name = {"own": processes.own_name(), "dead": dead_worker}.get(worker, worker)
    until = None if lease is None else now + timedelta(seconds=lease)
    running = change(
        submit(), state=RUNNING[Step.EXTRACT], worker=name, lease_until=until, isolated=isolated, attempt=1
    )
    assert verdict(running, now) == expected


def later(records, begun, error, max_tries=3):
    return release(records, begun, error, max_tries=max_tries, base_seconds=2, longest_seconds=300)


def test_what_may_pass_is_given_back_with_the_time_of_the_next_try(records, submit):
    begun = start(records, submit())
    wait = later(records, begun, TryLater("server_error", after=7))
    assert 7 <= wait <= 12
    given = records.get(begun.submission.id)
    assert (given.state, given.tries, given.waiting, given.reason) == ("received", 1, None, "server_error")
    assert given.not_before == given.dispatched_at
    assert abs((given.not_before - utc_now()).total_seconds() - wait) < 1
    with pytest.raises(NotNow, match="early"):
        start(records, given)


def test_tries_that_are_used_up_end_with_their_reason(records, submit, change):
    submission = submit()
    for _ in range(2):
        assert later(records, start(records, submission), TryLater("rate_limit")) is not None
        change(submission, not_before=None)
    assert later(records, start(records, submission), TryLater("rate_limit")) is None
    failed = records.get(submission.id)
    assert (failed.state, failed.reason, failed.step) == ("failed", "rate_limit", "extract")


def test_waiting_is_not_a_try(records, submit, change):
    submission = submit()
    for _ in range(10):
        assert later(records, start(records, submission), TryLater("limiter", after=1, waiting="limiter")) is not None
        assert change(submission, not_before=None).waiting == "limiter"
    begun = start(records, submission)
    assert (begun.submission.tries, begun.submission.waiting) == (0, None)


def test_tries_of_one_step_do_not_count_against_the_next(records, submit, change):
    submission = submit()
    later(records, start(records, submission), TryLater("server_error"))
    change(submission, not_before=None)
    assert finish(records, start(records, submission), {"extraction": 2}).tries == 0


def test_back_off_doubles_with_full_jitter_up_to_its_cap():
    waits = [[back_off(n, None, base_seconds=2, longest_seconds=60) for _ in range(400)] for n in range(8)]
    for n, tries in enumerate(waits):
        highest = min(60, 2 * 2**n)
        assert 1 <= min(tries) <= max(1, highest * 0.1)
        assert highest * 0.9 <= max(tries) <= highest
    assert min(back_off(1, 30, base_seconds=2, longest_seconds=60) for _ in range(200)) >= 30


def test_a_heartbeat_keeps_the_lease_of_a_long_attempt_and_ends_with_it(records, submit):
    begun = start(records, submit(), lease_seconds=0.6)
    beat = Heartbeat()
    with beat.beating(records, begun, 0.6):
        deadline = time.monotonic() + 1.5
        while time.monotonic() < deadline:
            assert verdict(records.get(begun.submission.id), utc_now()) == "alive"
            time.sleep(0.05)
    deadline = time.monotonic() + 5
    while verdict(records.get(begun.submission.id), utc_now()) == "alive":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_forked_child_beats_for_itself_alone(records, submit, monkeypatch):
    begun = start(records, submit(), lease_seconds=60)
    beat = Heartbeat()
    with beat.beating(records, begun, 60):
        thread = beat._thread
        monkeypatch.setattr("finproc.records.attempts.os.getpid", lambda: 1)
        with beat.beating(records, start(records, submit(), lease_seconds=60), 60):
            assert beat._thread is not thread
            assert begun.submission.id not in beat._running

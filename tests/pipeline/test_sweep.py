import threading
from datetime import UTC, datetime, timedelta

import pytest

from finproc.clients import broker, processes
from finproc.model.ids import utc_now
from finproc.model.submission import State, Step
from finproc.records.attempts import begin
from finproc.settings import Settings
from finproc.submit import queues
from finproc.submit.sweep import publish, sweep


class Empty(queues.Waiting):
    """Queues on which nothing waits."""

    def __init__(self):
        pass

    def held(self, now):
        return {}

    def holds(self, submission, now):
        return False


class Publisher:
    """A broker that writes down what it was given, while it is up."""

    def __init__(self, up=True):
        self.up = up
        self.took = []

    def __call__(self, submission):
        if self.up:
            self.took.append(submission)
        return self.up


def run(records, publisher, waiting=None, base_seconds=30):
    return sweep(records, publisher, waiting or Empty(), base_seconds=base_seconds)


def test_what_was_never_published_is_published(records, submit, change):
    submission = change(submit(), dispatched_at=None)
    publisher = Publisher()
    assert run(records, publisher) == 1
    assert [(s.id, s.dispatch) for s in publisher.took] == [(submission.id, 2)]
    assert run(records, publisher) == 0


def test_what_was_just_published_is_left_alone(records, submit):
    submit(published_ago=25)
    assert run(records, Publisher()) == 0


def test_the_pause_before_the_next_publication_doubles(records, submit, change):
    submission = submit(published_ago=35)
    publisher = Publisher()
    assert run(records, publisher) == 1
    change(submission, dispatched_at=utc_now() - timedelta(seconds=55))
    assert run(records, publisher) == 0
    change(submission, dispatched_at=utc_now() - timedelta(seconds=65))
    assert run(records, publisher) == 1


def test_what_waits_for_its_time_is_left_alone(records, submit, change):
    submission = change(submit(published_ago=100), not_before=utc_now() + timedelta(seconds=5))
    publisher = Publisher()
    assert run(records, publisher) == 0
    change(submission, not_before=utc_now() - timedelta(seconds=1))
    assert run(records, publisher) == 1


def test_a_lost_worker_s_submission_goes_to_isolation_once_its_lease_is_over(records, submit, change):
    submission = submit()
    begin(records, submission.id, 1, Step.EXTRACT, lease_seconds=60)
    change(submission, worker="elsewhere:1:1")
    publisher = Publisher()
    assert run(records, publisher) == 0
    change(submission, lease_until=utc_now() - timedelta(seconds=1))
    assert run(records, publisher) == 1
    (taken,) = publisher.took
    assert (taken.isolated, taken.losses, taken.state, taken.worker) == (True, 0, "extracting", None)
    assert begin(records, taken.id, taken.dispatch, Step.EXTRACT, lease_seconds=6) is not None
    assert records.get(taken.id).attempt == 2


def test_an_attempt_that_a_living_process_gave_up_is_no_loss(records, submit, change):
    submission = submit()
    begin(records, submission.id, 1, Step.EXTRACT, lease_seconds=60)
    change(submission, lease_until=utc_now() - timedelta(seconds=1))
    assert records.get(submission.id).worker == processes.own_name()
    publisher = Publisher()
    assert run(records, publisher) == 1
    assert not publisher.took[0].isolated


def test_three_losses_in_isolation_end_the_submission(records, submit, change):
    submission = submit()
    begin(records, submission.id, 1, Step.EXTRACT, lease_seconds=60)
    long_ago = utc_now() - timedelta(seconds=60)
    change(submission, worker="elsewhere:1:1", lease_until=long_ago, isolated=True, losses=2)
    publisher = Publisher()
    assert run(records, publisher) == 0
    assert publisher.took == []
    assert (records.get(submission.id).state, records.get(submission.id).reason) == ("failed", "worker_lost")


def test_a_broker_that_is_down_gets_everything_once_it_is_back(records, submit):
    for _ in range(5):
        submit(published_ago=100)
    publisher = Publisher(up=False)
    assert run(records, publisher) == 0
    publisher.up = True
    assert run(records, publisher) == 5
    assert len({s.id for s in publisher.took}) == 5


def test_two_sweeps_at_once_publish_each_submission_once(records, submit):
    for _ in range(40):
        submit(published_ago=100)
    publisher = Publisher()
    threads = [threading.Thread(target=run, args=(records, publisher)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(publisher.took) == len({s.id for s in publisher.took}) == 40


def test_a_round_takes_at_most_five_hundred(records, place, submit, monkeypatch):
    monkeypatch.setattr("finproc.submit.sweep.ROUND", 3)
    for _ in range(5):
        submit(published_ago=100)
    assert run(records, Publisher()) == 3
    assert run(records, Publisher()) == 2


def test_what_the_broker_does_not_take_is_marked_for_the_sweep(records, submit):
    saved = [submit(), submit()]
    assert publish(records, Publisher(up=False), saved) == 0
    publisher = Publisher()
    assert run(records, publisher) == 2


@pytest.fixture
def waiting(tmp_path, monkeypatch):
    """The queues of a broker that says since when each has messages."""

    def at(**since):
        monkeypatch.setattr(queues, "depths", lambda _: dict.fromkeys(broker.QUEUES, 1))
        monkeypatch.setattr(queues, "oldest", lambda _, name, depth: since.get(name))
        return queues.Waiting(Settings(finproc_var=tmp_path))

    return at


def test_what_merely_waits_in_its_queue_is_not_published_again(records, submit, change, waiting):
    change(submit(published_ago=100), state=State.EXTRACTED)
    submission = submit(published_ago=100)
    now = datetime.now(UTC)
    publisher = Publisher()
    assert (
        run(records, publisher, waiting(extract=now - timedelta(seconds=200), default=now - timedelta(seconds=200)))
        == 0
    )
    # All that waits came later: its own message cannot be among them.
    assert (
        run(records, publisher, waiting(extract=now - timedelta(seconds=20), default=now - timedelta(seconds=200))) == 1
    )
    assert [s.id for s in publisher.took] == [submission.id]


def test_a_message_sent_long_behind_its_answer_counts_as_waiting(records, submit, waiting):
    submit(published_ago=100)
    publisher = Publisher()
    assert run(records, publisher, waiting(extract=datetime.now(UTC) - timedelta(seconds=60))) == 0


def test_what_waits_its_turn_does_not_hide_what_was_lost_behind_it(records, submit, change, waiting, monkeypatch):
    monkeypatch.setattr("finproc.submit.sweep.ROUND", 2)
    for _ in range(3):
        submit(published_ago=200)
    lost = change(submit(published_ago=100), state=State.EXTRACTED)
    publisher = Publisher()
    assert run(records, publisher, waiting(extract=datetime.fromtimestamp(0, UTC))) == 1
    assert [s.id for s in publisher.took] == [lost.id]


def test_the_depth_of_another_queue_says_nothing(records, submit, change, waiting):
    change(submit(published_ago=100), isolated=True)
    assert run(records, Publisher(), waiting(extract=datetime.fromtimestamp(0, UTC))) == 1


def test_a_running_submission_of_a_lost_worker_does_not_wait_in_a_queue(records, submit, change, waiting):
    submission = submit(published_ago=100)
    begin(records, submission.id, 1, Step.EXTRACT, lease_seconds=60)
    change(submission, worker="elsewhere:1:1", lease_until=utc_now() - timedelta(seconds=1))
    ever = datetime.fromtimestamp(0, UTC)
    assert run(records, Publisher(), waiting(extract=ever, isolated=ever)) == 1

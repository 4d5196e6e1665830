"""The whole route in one process: every message still goes through JSON, nothing else of a worker is there."""

import dataclasses
import json
from decimal import Decimal

import pytest
from celery.exceptions import Ignore, Retry

import finproc
from finproc import pipeline, steps
from finproc.celery import app
from finproc.errors import Failed, TryLater, Unavailable
from finproc.extract.tasks import extract
from finproc.model.fact import FactFilter
from finproc.model.ids import utc_now
from finproc.model.submission import State, Step
from finproc.normalize.tasks import normalize
from finproc.records.attempts import begin
from finproc.store.tasks import store
from tests.eager import eagerly

EXAMPLE = "Company XYZ reported a net income of $5.3 million for Q1 2024."


@pytest.fixture
def eager(place, monkeypatch):
    """The app runs its tasks at once, in this workspace."""
    monkeypatch.setattr(steps, "workspace", lambda: place)
    with eagerly():
        yield place


def facts(place, submission):
    return place.records.facts.page(
        "local", FactFilter(submission=submission.id, proof="any"), cursor=None, limit=9
    ).items


def test_the_example_becomes_its_fact(eager, records, submit):
    submission = submit(EXAMPLE)
    assert pipeline.start(submission)
    stored = records.get(submission.id)
    assert (stored.state, stored.fact_count, stored.problem_count, stored.extractor) == ("stored", 1, 0, "rules")
    (fact,) = facts(eager, submission)
    content = fact.content
    assert (content.company, content.metric, content.value, content.currency, content.quarter) == (
        "XYZ", "net income", Decimal(5_300_000), "USD", "Q1 2024",
    )  # fmt: skip


def test_running_everything_twice_changes_nothing(eager, records, submit):
    submission = submit(EXAMPLE)
    pipeline.start(submission)
    before = (records.get(submission.id), facts(eager, submission))
    for task in (extract, normalize, store):
        assert task.apply((submission.id, 1)).state == "IGNORED"
    assert (records.get(submission.id), facts(eager, submission)) == before


@pytest.mark.parametrize("state", [State.RECEIVED, State.EXTRACTED, State.NORMALIZED])
def test_the_route_starts_at_the_step_that_is_needed_next(submit, change, state):
    submission = change(submit(), state=state)
    names = [task.name for task in pipeline.route(submission).tasks] if state != State.NORMALIZED else ["finproc.store"]
    order = ["finproc.extract", "finproc.normalize", "finproc.store"]
    assert names == order[[State.RECEIVED, State.EXTRACTED, State.NORMALIZED].index(state) :]


def test_a_message_holds_id_and_dispatch_and_nothing_else(submit):
    submission = submit()
    for task in pipeline.route(submission).tasks:
        assert json.loads(json.dumps(task.args)) == [submission.id, 1]
        assert task.kwargs == {}
        assert task.immutable


def test_what_tasks_return_is_json(eager, records, submit):
    submission = submit()
    for task in (extract, normalize, store):
        assert json.dumps(task.apply((submission.id, 1), throw=True).get()) == "null"
    assert records.get(submission.id).state == "stored"


def test_an_isolated_submission_keeps_to_its_queue_to_the_end(submit, change):
    isolated = change(submit(), isolated=True)
    assert {task.options["queue"] for task in pipeline.route(isolated).tasks} == {"isolated"}


class Task:
    """What `steps.run` needs of a Celery task."""

    def __init__(self):
        self.again = None

    @property
    def request(self):
        return dataclasses.make_dataclass("Request", [("id", str)])("task-1")

    def retry(self, **options):
        self.again = options
        return Retry()


def run(submission, work, step=Step.EXTRACT):
    task = Task()
    try:
        steps.run(task, step, submission.id, submission.dispatch, work)
    except Ignore as reason:
        return f"ignored: {reason}"
    except Retry:
        return task.again
    return "done"


def raising(error):
    def work(place, submission, body):
        raise error

    return work


def test_a_failure_that_cannot_pass_ends_the_submission_with_its_reason(eager, records, submit):
    submission = submit()
    assert run(submission, raising(Failed("encrypted", "needs a password"))) == "ignored: encrypted"
    failed = records.get(submission.id)
    assert (failed.state, failed.reason, failed.detail, failed.step) == (
        "failed", "encrypted", "needs a password", "extract",
    )  # fmt: skip


def test_a_failure_that_may_pass_is_retried_on_the_step_s_queue(eager, records, submit, change):
    submission = submit()
    again = run(submission, raising(TryLater("rate_limit", "slow down", after=20)))
    assert again["countdown"] >= 20
    assert again["queue"] == "extract"
    assert records.get(submission.id).tries == 1
    isolated = change(submit(), isolated=True)
    assert run(isolated, raising(TryLater("rate_limit")))["queue"] == "isolated"


def test_tries_that_are_used_up_end_the_submission(eager, records, submit, change):
    submission = submit()
    for _ in range(2):
        assert "countdown" in run(submission, raising(TryLater("server_error")))
        change(submission, not_before=None)
    assert run(submission, raising(TryLater("server_error"))) == "ignored: server_error"
    assert (records.get(submission.id).state, records.get(submission.id).reason) == ("failed", "server_error")


def test_a_database_that_goes_away_in_the_middle_is_a_reason_to_try_later(eager, records, submit):
    submission = submit()
    assert run(submission, raising(Unavailable()))["queue"] == "extract"
    assert (records.get(submission.id).state, records.get(submission.id).reason) == ("received", "database_down")


def test_a_database_that_is_away_altogether_leaves_the_message_for_later(eager, submit, monkeypatch):
    submission = submit()

    def away():
        raise Unavailable

    monkeypatch.setattr(steps, "workspace", away)
    assert run(submission, raising(AssertionError))["countdown"] >= 1


def test_an_attempt_that_was_overtaken_writes_nothing(eager, records, submit, change):
    submission = submit()

    def overtaken(place, running, body):
        change(running, dispatch=2, worker=None)
        begin(records, running.id, 2, Step.EXTRACT, lease_seconds=6)
        return steps.Done({"extraction": running.attempt})

    assert run(submission, overtaken) == "ignored: fenced"
    assert (records.get(submission.id).extraction, records.get(submission.id).attempt) == (None, 2)


def test_what_nobody_foresaw_ends_the_submission_while_it_runs_and_never_after(eager, records, submit):
    submission = submit()
    begin(records, submission.id, 1, Step.EXTRACT, lease_seconds=6)
    normalize.on_failure(RuntimeError("x"), "task", (submission.id, 1), {}, None)
    assert records.get(submission.id).state == "extracting"
    extract.on_failure(RuntimeError("secret"), "task", (submission.id, 1), {}, None)
    failed = records.get(submission.id)
    assert (failed.state, failed.reason, failed.detail) == ("failed", "internal_error", "RuntimeError")


def test_a_broker_that_is_down_is_refused_quickly_and_then_at_once(submit, monkeypatch):
    monkeypatch.setattr(pipeline, "_refused_until", 0.0)
    calls = []

    class Down:
        def apply_async(self, **options):
            calls.append(options)
            raise ConnectionRefusedError

    monkeypatch.setattr(pipeline, "route", lambda submission: Down())
    assert [pipeline.start(submit()) for _ in range(5)] == [False] * 5
    assert len(calls) == 1


def test_the_package_offers_celery_no_other_app():
    """`celery -A finproc` takes `finproc.app` before it looks for `finproc/celery.py`."""
    assert not hasattr(finproc, "app")
    assert app.main == "finproc"


def test_a_jump_against_earlier_documents_is_found(eager, records, submit):
    pipeline.start(submit(EXAMPLE))
    again = submit("Company XYZ reported a net income of $5.5 billion for Q2 2024.")
    pipeline.start(again)
    other = submit("Company Abc reported a net income of $5.5 billion for Q2 2024.")
    pipeline.start(other)
    ((jump,), (fine,)) = (facts(eager, one) for one in (again, other))
    assert (jump.content.findings, jump.content.proof) == (("history",), "proven")
    assert fine.content.findings == ()
    pipeline.start(
        records.change(again.id, {"state": State.EXTRACTED, "facts_set": 1}, at=utc_now(), if_state=list(State))
    )
    assert facts(eager, again) == [jump]

"""What every store promises about submissions, their documents and their history."""

import dataclasses
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from finproc.model.ids import utc_now
from finproc.model.submission import BEFORE, RUNNING, State, Step, Submission, SubmissionFilter
from tests.records.making import add, begin, finish, new_submission

MIB = 1 << 20


def test_a_saved_submission_reads_back_as_it_was(records):
    new = new_submission(
        "a text", company="XYZ", published=date(2024, 5, 1), language="en", account="DE02 1203", profile="p"
    )
    at = utc_now()
    (added,) = records.submissions.add_many([new], at)
    saved = records.submissions.get(new.id)
    assert added.outcome == "created"
    assert saved == added.submission
    assert (saved.state, saved.received_at, saved.dispatched_at, saved.dispatch) == (State.RECEIVED, at, at, 1)
    assert (saved.hints, saved.metadata, saved.size) == (new.hints, new.metadata, 6)
    assert records.submissions.body(saved) == b"a text"


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 5])
def test_a_document_of_any_length_reads_back(records, size):
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    (added,) = records.submissions.add_many([new_submission(body)], utc_now())
    assert records.submissions.body(added.submission) == body


def test_the_same_content_is_one_submission(records):
    first = add(records, "same")
    (again,) = records.submissions.add_many([new_submission("same")], utc_now())
    assert (again.outcome, again.submission) == ("duplicate", first)
    (other,) = records.submissions.add_many([new_submission("same", owner="another")], utc_now())
    assert other.outcome == "created"


def test_a_batch_with_the_same_content_twice_keeps_one(records):
    new = [new_submission("a"), new_submission("b"), new_submission("a")]
    added = records.submissions.add_many(new, utc_now())
    assert [item.outcome for item in added] == ["created", "created", "duplicate"]
    assert added[2].submission.id == added[0].submission.id
    assert len(records.submissions.history(new[0].id)) == 1


def test_threads_that_send_the_same_content_at_once_make_one(records):
    together = threading.Barrier(8)

    def send(_):
        together.wait()
        return records.submissions.add_many([new_submission("raced")], utc_now())[0]

    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(send, range(8)))
    assert sorted(item.outcome for item in added) == ["created"] + ["duplicate"] * 7
    assert len({item.submission.id for item in added}) == 1
    assert records.submissions.body(added[0].submission) == b"raced"


@pytest.mark.parametrize("ended", [State.FAILED, State.DISCARDED])
def test_ended_content_sent_again_starts_anew(records, ended):
    old = finish(records, begin(records, add(records, "again", account="4711")), extraction=1, extractor="rules")
    records.submissions.change(
        old.id, {"state": ended, "reason": "why", "tries": 3}, at=utc_now(), if_state=[State.EXTRACTED]
    )
    if ended == State.DISCARDED:
        records.submissions.discard(old.id, at=utc_now())
        assert records.submissions.body(old) is None
    (added,) = records.submissions.add_many([new_submission("again", account="4711")], utc_now())
    new = added.submission
    assert (added.outcome, new.id, new.state) == ("revived", old.id, State.RECEIVED)
    assert (new.dispatch, new.facts_set, new.attempt, new.tries) == (2, 1, old.attempt, 0)
    assert (new.reason, new.extraction, new.extractor) == (None, None, None)
    assert new == records.submissions.get(new.id)
    assert new.hints.account == "4711"
    assert records.submissions.body(new) == b"again"


def test_threads_that_revive_at_once_revive_once(records):
    old = add(records, "raced")
    records.submissions.change(old.id, {"state": State.FAILED}, at=utc_now(), if_state=[State.RECEIVED])
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(
            pool.map(lambda _: records.submissions.add_many([new_submission("raced")], utc_now())[0].outcome, range(6))
        )
    assert sorted(outcomes) == ["duplicate"] * 5 + ["revived"]
    saved = records.submissions.get(old.id)
    assert (saved.dispatch, saved.facts_set) == (2, 1)
    assert records.submissions.body(saved) == b"raced"


def test_discarding_late_keeps_the_document_of_a_revived_submission(records):
    old = add(records, "again")
    records.submissions.change(old.id, {"state": State.DISCARDED}, at=utc_now(), if_state=[State.RECEIVED])
    records.submissions.add_many([new_submission("again")], utc_now())
    records.submissions.discard(old.id, at=utc_now())
    assert records.submissions.body(old) == b"again"


def test_another_owner_sees_nothing(records):
    saved = add(records)
    assert records.submissions.get(saved.id, "local") == saved
    assert records.submissions.get(saved.id, "another") is None
    assert records.submissions.page("another", SubmissionFilter(), cursor=None, limit=10).items == []
    assert records.submissions.history_since(0, owner="another", limit=10) == []
    assert records.submissions.count_by_state("another") == {}


def test_a_change_holds_only_where_state_dispatch_and_attempt_do(records):
    saved = add(records)

    def change(**conditions):
        given = {"if_state": [State.RECEIVED], **conditions}
        return records.submissions.change(saved.id, {"detail": "x"}, at=utc_now(), **given)

    assert change(if_state=[State.STORED, State.FAILED]) is None
    assert change(if_dispatch=2) is None
    assert change(if_attempt=1) is None
    assert records.submissions.get(saved.id) == saved
    changed = change(if_state=[State.FAILED, State.RECEIVED], if_dispatch=1, if_attempt=0)
    assert changed == records.submissions.get(saved.id)
    assert changed.detail == "x"
    assert records.submissions.change("01none", {"detail": "x"}, at=utc_now(), if_state=list(State)) is None


def test_every_field_can_be_changed(records):
    saved = add(records)
    at = utc_now() + timedelta(seconds=1)
    changes = {
        "state": State.FAILED,
        "dispatch": 7,
        "dispatched_at": None,
        "attempt": 4,
        "worker": "host:9:9",
        "lease_until": at,
        "tries": 2,
        "losses": 1,
        "isolated": True,
        "not_before": at,
        "waiting": "budget",
        "reason": "over_budget",
        "detail": "words",
        "step": Step.NORMALIZE,
        "extraction": 2,
        "normalization": 3,
        "facts_set": 5,
        "extractor": "a-model",
        "fallback": True,
        "fact_count": 12,
        "problem_count": 1,
        "unclaimed_count": 0,
    }
    changed = records.submissions.change(saved.id, changes, at=at, if_state=[State.RECEIVED])
    assert changed == dataclasses.replace(saved, **changes, updated_at=at)
    assert records.submissions.get(saved.id) == changed


def test_one_of_many_racing_workers_begins(records):
    saved = add(records)
    together = threading.Barrier(8)

    def run(number):
        together.wait()
        changes = {"state": State.EXTRACTING, "attempt": 1, "worker": f"w{number}"}
        return records.submissions.change(
            saved.id, changes, at=utc_now(), if_state=[State.RECEIVED], if_dispatch=1, if_attempt=0
        )

    with ThreadPoolExecutor(8) as pool:
        won = [changed for changed in pool.map(run, range(8)) if changed]
    assert len(won) == 1
    assert records.submissions.get(saved.id) == won[0]


def test_an_older_attempt_is_fenced_out(records):
    first = begin(records, add(records))
    changes = {"attempt": first.attempt + 1, "worker": "newer"}
    records.submissions.change(first.id, changes, at=utc_now(), if_state=[State.EXTRACTING])
    late = {"state": State.EXTRACTED, "extraction": first.attempt}
    assert (
        records.submissions.change(first.id, late, at=utc_now(), if_state=[State.EXTRACTING], if_attempt=first.attempt)
        is None
    )


def test_history_tells_each_change_in_order(records):
    at = utc_now()
    saved = add(records, at=at)
    running = begin(records, saved, at=at + timedelta(milliseconds=250))
    done = finish(records, running, at=at + timedelta(milliseconds=1000), extraction=1)
    entries = records.submissions.history(saved.id)
    assert [entry.state for entry in entries] == [State.RECEIVED, State.EXTRACTING, State.EXTRACTED]
    assert [entry.duration_ms for entry in entries] == [None, 250, 750]
    assert [entry.attempt for entry in entries] == [0, 1, 1]
    assert [entry.at for entry in entries] == [saved.received_at, running.updated_at, done.updated_at]
    assert {(entry.submission, entry.owner, entry.dispatch) for entry in entries} == {(saved.id, "local", 1)}
    assert [entry.worker for entry in entries] == [None, "host:1:2", "host:1:2"]
    sequences = [entry.sequence for entry in entries]
    assert sequences == sorted(set(sequences))


def test_a_reader_of_all_history_misses_nothing_that_many_writers_write(records):
    saved = [add(records) for _ in range(6)]
    stop, seen = threading.Event(), []

    def follow():
        last, quiet = 0, 0
        while not (stop.is_set() and quiet > 20):
            entries = records.submissions.history_since(last, owner=None, limit=5)
            quiet = 0 if entries else quiet + 1
            seen.extend(entries)
            last = seen[-1].sequence if seen else 0
            if not entries:
                time.sleep(0.05)

    follower = threading.Thread(target=follow)
    follower.start()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda item: finish(records, begin(records, item)), saved))
    stop.set()
    follower.join(60)
    expected = [entry for item in saved for entry in records.submissions.history(item.id)]
    assert sorted(seen, key=lambda entry: (entry.sequence, entry.submission)) == seen
    assert sorted((entry.submission, entry.sequence) for entry in seen) == sorted(
        (entry.submission, entry.sequence) for entry in expected
    )


def test_pages_hold_everything_once_newest_first(records):
    saved = [add(records) for _ in range(7)]
    found, cursor = [], None
    while True:
        page = records.submissions.page("local", SubmissionFilter(), cursor=cursor, limit=3)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [item.id for item in found] == sorted((item.id for item in saved), reverse=True)


def test_pages_are_filtered(records):
    old = add(records, at=utc_now() - timedelta(days=2))
    failed = add(records)
    records.submissions.change(
        failed.id,
        {"state": State.FAILED, "reason": "unreadable", "extractor": "rules"},
        at=utc_now(),
        if_state=list(State),
    )

    def ids(**where):
        page = records.submissions.page("local", SubmissionFilter(**where), cursor=None, limit=10)
        return {item.id for item in page.items}

    assert ids() == {old.id, failed.id}
    assert ids(state=State.FAILED) == ids(reason="unreadable") == ids(extractor="rules") == {failed.id}
    assert ids(since=utc_now() - timedelta(days=1)) == {failed.id}
    assert ids(state=State.STORED) == set()


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "bnVsbA", "WyJhIiwgImIiXQ", "é"])
def test_a_cursor_that_cannot_be_read_is_refused(records, cursor):
    with pytest.raises(ValueError, match="cursor"):
        records.submissions.page("local", SubmissionFilter(), cursor=cursor, limit=3)


def test_selection_runs_over_all_owners_by_id(records):
    saved: list[Submission] = []
    for owner in ("a", "b", "a"):
        (added,) = records.submissions.add_many([new_submission(f"{owner}{len(saved)}", owner=owner)], utc_now())
        saved.append(added.submission)
    ids = sorted(item.id for item in saved)
    first = records.submissions.select(SubmissionFilter(), after=None, limit=2)
    rest = records.submissions.select(SubmissionFilter(), after=first[-1].id, limit=2)
    assert [item.id for item in first + rest] == ids


def test_leases_are_extended_for_the_newest_attempt_alone(records):
    one, two = begin(records, add(records)), begin(records, add(records))
    until = utc_now() + timedelta(seconds=9)
    records.submissions.extend_leases({one.id: one.attempt, two.id: two.attempt - 1}, until)
    records.submissions.extend_leases({}, until)
    assert records.submissions.get(one.id).lease_until == until
    assert records.submissions.get(two.id).lease_until is None


def test_counts_by_state(records):
    begin(records, add(records))
    add(records)
    add(records)
    assert records.submissions.count_by_state() == {State.RECEIVED: 2, State.EXTRACTING: 1}
    assert records.submissions.count_by_state("local") == {State.RECEIVED: 2, State.EXTRACTING: 1}


def test_discarding_takes_the_words_and_leaves_the_way(records):
    saved = begin(records, add(records))
    records.extractions.put(saved, Step.EXTRACT, 1, b"output", utc_now())
    records.submissions.change(saved.id, {"state": State.DISCARDED}, at=utc_now(), if_state=[State.EXTRACTING])
    records.submissions.discard(saved.id, at=utc_now())
    records.submissions.discard(saved.id, at=utc_now())
    assert records.submissions.body(saved) is None
    assert records.extractions.get(saved, Step.EXTRACT, 1) is None
    assert len(records.submissions.history(saved.id)) == 3


def test_erasing_leaves_nothing(records):
    saved, other = begin(records, add(records)), add(records)
    records.extractions.put(saved, Step.EXTRACT, 1, b"output", utc_now())
    records.submissions.erase(saved.id)
    records.submissions.erase(saved.id)
    assert records.submissions.get(saved.id) is None
    assert records.submissions.body(saved) is None
    assert records.submissions.history(saved.id) == []
    assert records.extractions.get(saved, Step.EXTRACT, 1) is None
    assert records.submissions.get(other.id) == other


def test_outputs_are_kept_by_step_and_attempt(records):
    saved = add(records)
    records.extractions.put(saved, Step.EXTRACT, 1, b"first", utc_now())
    records.extractions.put(saved, Step.EXTRACT, 1, b"again", utc_now())
    records.extractions.put(saved, Step.EXTRACT, 2, b"second", utc_now())
    records.extractions.put(saved, Step.NORMALIZE, 2, b"facts", utc_now())
    assert records.extractions.get(saved, Step.EXTRACT, 1) == b"again"
    assert records.extractions.get(saved, Step.EXTRACT, 3) is None
    pointed = dataclasses.replace(saved, extraction=2)
    records.extractions.prune(pointed)
    assert records.extractions.get(saved, Step.EXTRACT, 1) is None
    assert records.extractions.get(saved, Step.EXTRACT, 2) == b"second"
    assert records.extractions.get(saved, Step.NORMALIZE, 2) is None


def test_an_output_larger_than_a_document_of_the_store_reads_back(records):
    saved = add(records)
    body = b"0123456789abcdef" * (9 << 16)
    records.extractions.put(saved, Step.EXTRACT, 1, body, utc_now())
    assert records.extractions.get(saved, Step.EXTRACT, 1) == body


def begin_with_input(records, submission, step):
    """A step's beginning, and what the store hands over with it."""
    return records.submissions.begin(
        submission.id,
        {"state": RUNNING[step], "attempt": submission.attempt + 1},
        step,
        at=utc_now(),
        if_state=[BEFORE[step]],
        if_dispatch=submission.dispatch,
        if_attempt=submission.attempt,
    )


def test_what_a_step_works_on_comes_with_its_beginning_or_not_at_all(records):
    extracting, document = begin_with_input(records, add(records, "a text"), Step.EXTRACT)
    assert document in (None, b"a text")
    records.extractions.put(extracting, Step.EXTRACT, 7, b"of another attempt", utc_now())
    records.extractions.put(extracting, Step.EXTRACT, 1, b"mentions", utc_now())
    extracted = finish(records, extracting, extraction=1)
    normalizing, mentions = begin_with_input(records, extracted, Step.NORMALIZE)
    assert (normalizing.state, normalizing.attempt) == (State.NORMALIZING, 2)
    assert mentions in (None, b"mentions")
    normalized = finish(records, normalizing, Step.NORMALIZE, normalization=2)
    _, facts = begin_with_input(records, normalized, Step.STORE)
    assert facts is None  # there is no output of attempt 2
    assert begin_with_input(records, normalized, Step.STORE) is None


def test_a_document_of_several_chunks_never_comes_in_part(records):
    saved = add(records, b"x" * (MIB + 1))
    _, document = begin_with_input(records, saved, Step.EXTRACT)
    assert document is None


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_postgresql_hands_over_what_a_step_works_on(records):
    extracting, document = begin_with_input(records, add(records, "a text"), Step.EXTRACT)
    assert document == b"a text"
    records.extractions.put(extracting, Step.EXTRACT, 1, b"mentions", utc_now())
    _, mentions = begin_with_input(records, finish(records, extracting, extraction=1), Step.NORMALIZE)
    assert mentions == b"mentions"

"""What every store promises the sweep about submissions that stand still."""

from datetime import timedelta

from finproc.model.ids import utc_now
from finproc.model.submission import State
from tests.records.making import add

MIB = 1 << 20


def test_the_sweep_takes_what_stands_still(records):
    now = utc_now()

    def stalled(**changes):
        item = add(records, at=now - timedelta(seconds=100))
        records.submissions.change(item.id, changes, at=now, if_state=list(State))
        found = {found.id for found in records.submissions.stalled(now, base_seconds=10, limit=100)}
        return item.id in found

    def ago(seconds):
        return now - timedelta(seconds=seconds)

    assert stalled(dispatched_at=None)
    assert stalled(dispatched_at=ago(11))
    assert not stalled(dispatched_at=ago(9))
    assert not stalled(dispatched_at=ago(19), dispatch=2)
    assert stalled(dispatched_at=ago(21), dispatch=2)
    assert not stalled(dispatched_at=ago(639), dispatch=9)
    assert stalled(dispatched_at=ago(641), dispatch=9)
    assert not stalled(dispatched_at=None, not_before=now + timedelta(seconds=1))
    assert stalled(dispatched_at=None, not_before=ago(1))
    assert not stalled(dispatched_at=None, lease_until=now + timedelta(seconds=1), state=State.EXTRACTING)
    assert stalled(dispatched_at=now, lease_until=ago(1), state=State.STORING)
    assert not stalled(dispatched_at=now, lease_until=ago(1), state=State.EXTRACTED)
    assert not stalled(dispatched_at=None, state=State.STORED)
    assert not stalled(dispatched_at=None, state=State.FAILED)
    assert not stalled(dispatched_at=None, state=State.DISCARDED)


def test_the_sweep_leaves_out_what_merely_waits_its_turn(records):
    now = utc_now()
    since = now - timedelta(seconds=60)

    def stalled(seconds, **changes):
        item = add(records, at=now - timedelta(seconds=seconds))
        if changes:
            records.submissions.change(item.id, changes, at=now, if_state=list(State))
        held = {State.RECEIVED: since}
        found = records.submissions.stalled(now, base_seconds=10, limit=100, held=held)
        return item.id in {each.id for each in found}

    assert not stalled(50)
    assert not stalled(60)
    assert stalled(61)
    assert stalled(50, isolated=True)
    assert stalled(50, dispatched_at=None)
    assert stalled(50, state=State.EXTRACTED)


def test_the_sweep_takes_the_oldest_first_and_no_more_than_asked(records):
    now = utc_now()
    saved = [add(records, at=now - timedelta(seconds=100 + number)) for number in range(3)]
    found = records.submissions.stalled(now, base_seconds=10, limit=2)
    assert [item.id for item in found] == [saved[2].id, saved[1].id]

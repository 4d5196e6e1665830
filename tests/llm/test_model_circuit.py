"""The circuit of the paid model: opens at the threshold, lets one probe through, doubles its pause, alerts once."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import pytest

from finproc.llm.circuit import CircuitBreaker
from finproc.llm.failures import CircuitOpen
from tests.llm.memory_records import Clock, MemoryCircuits, MemoryLeases


@dataclass(frozen=True)
class Board:
    breaker: CircuitBreaker
    clock: Clock
    circuits: MemoryCircuits

    def fail(self, times: int = 1, *, reason: str = "server_error", at_once: bool = False) -> None:
        for _ in range(times):
            self.breaker.failed(self.breaker.enter(), reason, at_once=at_once)


@pytest.fixture
def board() -> Board:
    clock = Clock()
    circuits = MemoryCircuits()
    breaker = CircuitBreaker(
        circuits, MemoryLeases(clock), pause=30, probe_seconds=10, threshold=3, clock=clock, spread=lambda: 0.0
    )
    return Board(breaker, clock, circuits)


def test_failures_in_a_row_open_it_and_a_success_between_them_does_not(board: Board) -> None:
    board.fail(2)
    board.breaker.succeeded(board.breaker.enter())
    board.fail(2)
    board.breaker.enter()
    board.fail(1)
    with pytest.raises(CircuitOpen):
        board.breaker.enter()


def test_while_open_it_says_when_the_next_probe_may_pass(board: Board) -> None:
    board.fail(3)
    board.clock.advance(10)
    with pytest.raises(CircuitOpen) as paused:
        board.breaker.enter()
    assert paused.value.waiting == "circuit"
    assert 20 <= (paused.value.after or 0) <= 25


def test_half_open_lets_one_probe_through_at_a_time(board: Board) -> None:
    board.fail(3)
    board.clock.advance(31)
    assert board.breaker.enter().probe
    for _ in range(3):
        with pytest.raises(CircuitOpen):
            board.breaker.enter()


def test_a_probe_that_died_is_replaced_when_its_lease_ends(board: Board) -> None:
    board.fail(3)
    board.clock.advance(31)
    board.breaker.enter()
    board.clock.advance(11)
    assert board.breaker.enter().probe


def test_a_probe_that_made_no_call_gives_its_place_back(board: Board) -> None:
    board.fail(3)
    board.clock.advance(31)
    board.breaker.leave(board.breaker.enter())
    assert board.breaker.enter().probe


def test_a_good_probe_closes_it(board: Board) -> None:
    board.fail(3)
    board.clock.advance(31)
    board.breaker.succeeded(board.breaker.enter())
    assert not board.breaker.enter().probe
    assert not board.breaker.enter().probe


def test_every_failed_probe_doubles_the_pause_up_to_ten_minutes(board: Board) -> None:
    board.fail(3)
    pauses = []
    for _ in range(7):
        until = board.circuits.get("model").open_until
        assert until is not None
        pauses.append((until - board.clock.now).total_seconds())
        board.clock.now = until
        board.fail(1)
    assert pauses == [30, 60, 120, 240, 480, 600, 600]


def test_calls_in_flight_when_it_opened_neither_lengthen_nor_close_it(board: Board) -> None:
    late_failure, late_success = board.breaker.enter(), board.breaker.enter()
    board.fail(3)
    opened = board.circuits.get("model")
    board.breaker.failed(late_failure, "server_error", at_once=False)
    board.breaker.succeeded(late_success)
    assert board.circuits.get("model") == opened


def test_an_exhausted_quota_opens_it_at_once_and_alerts_once(board: Board, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        board.fail(1, reason="quota", at_once=True)
        for _ in range(3):
            board.clock.advance(601)
            board.fail(1, reason="quota", at_once=True)
    assert [record.message for record in caplog.records] == ["model_circuit_opened"]


def test_a_hundred_calls_that_fail_together_alert_once(board: Board, caplog: pytest.LogCaptureFixture) -> None:
    in_flight = [board.breaker.enter() for _ in range(100)]
    with caplog.at_level(logging.ERROR):
        for passage in in_flight:
            board.breaker.failed(passage, "quota", at_once=True)
    assert len(caplog.records) == 1

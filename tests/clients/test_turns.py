"""Turns: how many threads work at a time, and that nobody keeps a turn for good."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from finproc.clients.turns import Turns


def test_no_more_threads_work_than_there_are_turns_and_all_come_to_work():
    turns, lock, working, most = Turns(3), threading.Lock(), set(), []

    def part(number):
        with lock:
            working.add(number)
            most.append(len(working))
        time.sleep(0.0005)
        with lock:
            working.discard(number)

    def work(number):
        with turns.turn():
            part(number)
            with turns.away():
                time.sleep(0.0005)
            part(number)
        return number

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(work, range(200))) == list(range(200))
    assert (len(most), max(most)) == (400, 3)


def test_a_turn_given_away_is_another_s():
    turns, others = Turns(1), []

    def other():
        with turns.turn():
            others.append("worked")

    with turns.turn():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.05)
        assert others == []
        with turns.away():
            thread.join(10)
            assert others == ["worked"]


def test_a_turn_comes_back_from_work_that_breaks_and_may_be_asked_for_twice():
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="broke"), turns.turn(), turns.turn(), turns.away():
            raise ValueError("broke")
    with turns.away():  # nothing to give away
        pass
    with turns.turn():
        pass

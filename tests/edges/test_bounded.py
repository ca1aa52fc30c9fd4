"""Functions that are ended when they take too much."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from include.edges.bounded import BoundedWorker, TooExpensiveError


@pytest.fixture
def worker() -> Iterator[BoundedWorker]:
    worker = BoundedWorker(seconds=2.0, address_bytes=1_000_000_000)
    yield worker
    worker.close()


def test_results_and_exceptions_come_back_from_one_process(worker: BoundedWorker):
    first = worker.call(os.getpid)
    assert first != os.getpid()
    assert worker.call(sorted, [3, 1, 2]) == [1, 2, 3]
    with pytest.raises(ValueError, match="odd"):
        worker.call(int, "odd")
    assert worker.call(os.getpid) == first


def test_what_takes_too_long_is_ended_and_the_next_call_works(worker: BoundedWorker):
    first = worker.call(os.getpid)
    with pytest.raises(TooExpensiveError, match="seconds"):
        worker.call(time.sleep, 60)
    assert worker.call(os.getpid) != first


def test_what_takes_too_much_memory_is_ended(worker: BoundedWorker):
    assert len(worker.call(bytes, 1000)) == 1000
    with pytest.raises(TooExpensiveError, match="memory"):
        worker.call(bytes, 4_000_000_000)
    assert len(worker.call(bytes, 1000)) == 1000


def test_a_process_that_breaks_is_replaced(worker: BoundedWorker):
    with pytest.raises(TooExpensiveError):
        worker.call(os.abort)
    assert worker.call(bytes, 1) == b"\0"


def test_large_values_pass_both_ways(worker: BoundedWorker):
    assert len(worker.call(bytes, 5_000_000)) == 5_000_000
    assert worker.call(len, bytes(5_000_000)) == 5_000_000


def test_nothing_is_printed_into_the_answers(worker: BoundedWorker):
    assert worker.call(print, "noise") is None
    assert worker.call(bytes, 1) == b"\0"

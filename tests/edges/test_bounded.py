"""Functions that are ended when they take too much."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from include.edges import bounded
from include.edges.bounded import BoundedWorker, TooExpensiveError, WorkerError


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


def test_threads_get_their_own_answers(worker: BoundedWorker):
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda number: worker.call(abs, -number), range(400))) == list(range(400))


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


def test_an_answer_that_nobody_waited_for_is_not_the_next_one(worker: BoundedWorker):
    class Timeout(BaseException):
        """As Airflow ends a task."""

    def end(*_: object) -> None:
        raise Timeout

    worker.call(bytes, 1)
    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(Timeout):
            worker.call(time.sleep, 1)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert worker.call(len, b"next") == 4


def test_a_worker_that_cannot_work_is_no_fault_of_what_it_is_asked(worker: BoundedWorker):
    with pytest.raises(WorkerError):
        worker.call(Unreadable())  # type: ignore[arg-type] # it is no function
    assert worker.call(len, b"next") == 4


class Unreadable:
    """A function that the worker cannot import."""

    def __reduce__(self) -> tuple:
        return __import__, ("there_is_no_such_module",)


def test_secrets_of_the_environment_are_not_the_workers(worker: BoundedWorker, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", "postgresql://u:secret@h/w")
    assert worker.call(os.getenv, "AIRFLOW_CONN_WAREHOUSE") is None
    assert worker.call(os.getenv, "PATH") == os.environ["PATH"]


def test_a_worker_ends_itself_when_nobody_does(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bounded, "GRACE", -59.0)  # it waits for 60 seconds, and the worker for one
    worker = BoundedWorker(seconds=60.0)
    with pytest.raises(TooExpensiveError, match="broke"):
        worker.call(time.sleep, 60)
    worker.close()

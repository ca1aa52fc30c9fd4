"""A run that goes on tells how far it is."""

from __future__ import annotations

import logging
import threading
import time

from include.progress import INCLUDE, newest_counts, place_of, told_progress
from include.records import Tally


def wait_for(claim) -> None:
    until = time.monotonic() + 20
    while not claim():
        assert time.monotonic() < until, "nothing was said"
        time.sleep(0.01)


def test_the_log_tells_the_counts_of_then_and_the_place(caplog):
    caplog.set_level(logging.INFO, "desk")
    with told_progress("clean_pages", every=0.02):
        tally = Tally()
        tally.add("pages_cleaned", 7)
        wait_for(lambda: "pages_cleaned 7" in caplog.text)
        tally.add("pages_cleaned", 5)
        wait_for(lambda: "pages_cleaned 12" in caplog.text)
        Tally().add("articles", 3)  # of a function that it calls
        wait_for(lambda: "articles 3" in caplog.text)
    said = len(caplog.records)
    time.sleep(0.1)
    assert len(caplog.records) == said
    assert all(record.message.startswith("clean_pages, after 0.0 min: ") for record in caplog.records)


class Held:
    """Tallies that keep whoever looks at them until they are let go."""

    def __init__(self) -> None:
        self.is_asked, self.may_go = threading.Event(), threading.Event()

    def __bool__(self) -> bool:
        self.is_asked.set()
        return not self.may_go.wait(20)


def test_the_place_is_the_innermost_of_ours():
    held = Held()
    worker = threading.Thread(target=newest_counts, args=(held,))
    worker.start()
    assert held.is_asked.wait(20)
    place = place_of(worker.ident)
    held.may_go.set()
    worker.join()
    file, _, line = place.partition(":")
    assert file == "include/progress.py"
    assert "tallies[-1]" in (INCLUDE / "progress.py").read_text().splitlines()[int(line) - 1]
    assert place_of(worker.ident) == ""  # it has ended


def test_a_tally_outside_a_run_is_nobodys():
    with told_progress("clean_pages", every=60) as tallies:
        Tally()
    Tally()
    assert len(tallies) == 1

"""Says in the log how far a pipeline function is while it runs: no silence of minutes, and a hung one shows where."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from include.records import COUNTING, Tally

INCLUDE = Path(__file__).resolve().parent
EVERY = 60.0  # seconds

log = logging.getLogger("desk")


@contextmanager
def told_progress(name: str, *, every: float = EVERY) -> Iterator[list[Tally]]:
    """The tallies that the block begins, outermost first; a line of the log every so many seconds tells the newest."""
    tallies: list[Tally] = []
    token = COUNTING.set(tallies)
    ended = threading.Event()
    worker = threading.get_ident()

    def tell() -> None:
        began = time.monotonic()
        while not ended.wait(every):
            minutes = (time.monotonic() - began) / 60
            log.info("%s, after %.1f min: %s; at %s", name, minutes, newest_counts(tallies), place_of(worker) or "?")

    teller = threading.Thread(target=tell, name=f"progress of {name}", daemon=True)
    teller.start()
    try:
        yield tallies
    finally:
        ended.set()
        teller.join()
        COUNTING.reset(token)


def newest_counts(tallies: Sequence[Tally]) -> str:
    """What is counted now: a function that calls others counts in theirs."""
    return tallies[-1].as_text() if tallies else "nothing counted yet"


def place_of(thread_id: int) -> str:
    """Where in include/ a thread is just now, as FILE:LINE of the innermost call; empty when it is not there."""
    frame = sys._current_frames().get(thread_id)
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(INCLUDE):
            return f"include/{file.relative_to(INCLUDE)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""

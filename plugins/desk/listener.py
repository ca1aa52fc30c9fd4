"""Hears from Airflow's scheduler how runs ended: writes their tally as their note, and reports failures.

The note is written in the scheduler's own transaction; people are told by a thread, for which it does not wait.
"""

from __future__ import annotations

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from airflow.listeners import hookimpl

OWNER = "sanctions-desk"  # of include/scheduling.py
NOTE_LENGTH = 900  # Airflow keeps 1,000 characters

log = logging.getLogger("desk")


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:
    from include.run_alerts import tell_success

    write_note(dag_run)
    in_the_background(tell_success, dag_run.dag_id)


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    from include.run_alerts import tell_trouble

    write_note(dag_run)
    in_the_background(tell_trouble, dag_run.dag_id, failure_of(dag_run, msg))


def failure_of(dag_run: Any, msg: str) -> str:
    """Which run failed, and at which tasks."""
    failed = sorted({ti.task_id for ti in dag_run.get_task_instances() if ti.state == "failed"})
    return f"The run {dag_run.run_id} failed" + (f" at {', '.join(failed)}." if failed else f" ({msg}).")


def write_note(dag_run: Any) -> None:
    """Sets the tally as the run's note, unless somebody has written one."""
    from airflow.models.xcom import XComModel
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None or dag_run.note:
        return
    # What the query trips over must not take the scheduler's transaction with it.
    try:
        with session.begin_nested():
            query = XComModel.get_many(run_id=dag_run.run_id, dag_ids=dag_run.dag_id, key="return_value")
            returned = [(row.task_id, XComModel.deserialize_value(row)) for row in session.scalars(query)]
            if note := note_of(returned):
                dag_run.note = note
    except Exception:
        log.exception("the note of %s was not written", dag_run.run_id)


def note_of(returned: Iterable[tuple[str, object]]) -> str:
    """A line for each task with its counts, those of mapped ones added up."""
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    for task_id, counts in returned:
        if isinstance(counts, Mapping) and all(isinstance(n, int) for n in counts.values()):
            tallies[task_id].update(counts)
    lines = [
        f"- {task_id}: " + ", ".join(f"{name} {n}" for name, n in sorted(counts.items()))
        for task_id, counts in tallies.items()
        if counts
    ]
    note = "\n".join(lines)
    return note if len(note) <= NOTE_LENGTH else re.sub(r"[,\n][^,\n]*$", "", note[:NOTE_LENGTH]) + " …"


def in_the_background(tell: Callable[..., None], *arguments: str) -> None:
    """In the order of the events, which one thread keeps."""
    _teller().submit(_told, tell, arguments)


def _told(tell: Callable[..., None], arguments: tuple[str, ...]) -> None:
    try:
        tell(*arguments)
    except Exception:  # nobody waits for the result, so here is where it is seen
        log.exception("%s of %s failed", tell.__name__, arguments)


@cache
def _teller() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk-alerts")

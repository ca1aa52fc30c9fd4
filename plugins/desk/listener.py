"""Hears from Airflow's scheduler how runs ended: writes their tally as their note, and reports failures.

All of it is done by a thread and in sessions of its own: the scheduler does not wait, and its transaction, which allows
no savepoint, holds nothing of ours.
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

# A deployment may have others' DAGs, of which the listener hears as well.
OURS = frozenset({"collect_news", "extract_sanctions", "rebuild_day", "review_events", "keep_house", "watch_desk"})
NOTE_LENGTH = 900  # Airflow keeps 1,000 characters

log = logging.getLogger("desk")


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:
    if dag_run.dag_id not in OURS:
        return
    from include.run_alerts import tell_success

    in_the_background(write_note, dag_run.dag_id, dag_run.run_id)
    in_the_background(tell_success, dag_run.dag_id)


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    if dag_run.dag_id not in OURS:
        return
    from include.run_alerts import tell_trouble

    in_the_background(write_note, dag_run.dag_id, dag_run.run_id)
    in_the_background(tell_trouble, dag_run.dag_id, dag_run.run_id, failure_of(dag_run, msg))


def failure_of(dag_run: Any, msg: str) -> str:
    """Which run failed, and at which tasks."""
    failed = sorted({ti.task_id for ti in dag_run.get_task_instances() if ti.state == "failed"})
    return f"The run {dag_run.run_id} failed" + (f" at {', '.join(failed)}." if failed else f" ({msg}).")


def write_note(dag_id: str, run_id: str) -> None:
    """Sets the tally as the run's note, unless a person has written one."""
    from airflow.models.dagrun import DagRun
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        run = session.scalar(select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
        if run is None or (run.dag_run_note and run.dag_run_note.user_id):
            return
        newest_first = session.scalars(XComModel.get_many(run_id=run_id, dag_ids=dag_id, key="return_value")).all()
        returned = [(row.task_id, XComModel.deserialize_value(row)) for row in reversed(newest_first)]
        if note := note_of(returned):
            run.note = note


def note_of(returned: Iterable[tuple[str, object]]) -> str:
    """A line for each task that counts, those of mapped ones added up."""
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    for task_id, counts in returned:
        if isinstance(counts, Mapping) and all(isinstance(n, int) for n in counts.values()):
            tallies[task_id].update(counts)
    lines = [
        f"- {task_id}: " + (", ".join(f"{name} {n}" for name, n in sorted(counts.items())) or "nothing to do")
        for task_id, counts in tallies.items()
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

"""The pipeline's tasks, each try in a process of its own, as Airflow runs them."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from airflow.sdk import RetryAction

import include.edges.archive
import include.stages.clean  # noqa: F401 - what every try would import, imported once by the server that forks them
from include.edges.object_storage import storage_path
from include.edges.warehouse import transaction
from include.pipeline.bring_pages import bring_pages
from include.pipeline.clean_pages import clean_pages
from include.pipeline.count_days import count_days
from include.pipeline.drop_texts import drop_texts
from include.pipeline.extract_events import extract_events
from include.pipeline.fetch_pages import fetch_pages, revisit_pages
from include.pipeline.freeze_statistics import learn_templates, trim_sketches
from include.pipeline.group_stories import group_stories
from include.pipeline.keep_partitions import keep_partitions
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.rebuild import reopen_day, report_day
from include.pipeline.rebuild_plan import Plan, Source
from include.pipeline.resolve_events import resolve_events
from include.pipeline.review_answers import record_answer
from include.pipeline.review_questions import open_questions
from include.pipeline.snapshot import take_snapshot
from include.pipeline.sync_feeds import sync_feeds
from include.pipeline.watch_desk import look_around
from include.records import Tally, Window
from include.scheduling import RETRY_POLICY
from include.settings import Settings

SHARDS = 2
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SKEW = timedelta(hours=35)  # of a wrong clock, at most
# When the second and third look at every page are over and the last is due, however wrong the clock of its fetching.
REVISITS = timedelta(days=7, minutes=30) + SKEW
REBUILD, NIGHT = timedelta(days=12), timedelta(days=16)
DAY = Window(start=NOW - 2 * SKEW, end=NOW + 2 * SKEW)  # all pages are of it, whatever clock they were fetched by
PLAN = Plan(sources=(Source.ARCHIVE, Source.SITEMAPS))
ANSWERS = ("Right", "Wrong")


def ask_questions(settings: Settings, *, now: datetime) -> Tally:
    asked = open_questions(settings, now=now, run_id="chaos", most=1000, answer_within=timedelta(days=1))
    return Tally({"questions": len(asked)})


def record_answers(settings: Settings, *, now: datetime) -> Tally:
    """What a person answers of the first acts that were asked."""
    tally = Tally()
    with transaction(settings.warehouse) as connection, connection.cursor() as cursor:
        cursor.execute("select id::text from sanctions.questions where run_id = 'chaos' order by event_id limit 2")
        ids = [question_id for (question_id,) in cursor.fetchall()]
    for question_id, choice in zip(ids, ANSWERS, strict=True):
        tally.counts += record_answer(
            settings, now=now, question_id=question_id, choice=choice, form={}, user="a"
        ).counts
    return tally


def bring_day(settings: Settings, *, now: datetime) -> Tally:
    return bring_pages(settings, window=DAY, plan=PLAN, now=now)


def reopen(settings: Settings, *, now: datetime) -> Tally:
    return reopen_day(settings, window=DAY, now=now)


def report(settings: Settings, *, now: datetime) -> Tally:
    return report_day(settings, window=DAY, now=now, plan=PLAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a task calls, for each shard or once."""

    function: Callable[..., Tally]
    is_mapped: bool = False
    later: timedelta = timedelta()  # than the first poll
    is_dated: bool = False  # what it finds to do hangs on its clock


# In the order in which they run; what the DAGs' tasks call.
TASKS = {
    "sync_feeds": Task(function=sync_feeds),
    "poll_feeds": Task(function=poll_feeds, is_mapped=True, is_dated=True),
    "fetch_pages": Task(function=fetch_pages, is_mapped=True),
    "clean_pages": Task(function=clean_pages, is_mapped=True),
    "group_stories": Task(function=group_stories),
    "extract_events": Task(function=extract_events, is_mapped=True),
    "resolve_events": Task(function=resolve_events),
    "revisit_pages": Task(function=revisit_pages, is_mapped=True, later=REVISITS, is_dated=True),
    "open_questions": Task(function=ask_questions, later=REVISITS, is_dated=True),
    "record_answer": Task(function=record_answers, later=REVISITS),
    "bring_pages": Task(function=bring_day, later=REBUILD),
    "reopen_day": Task(function=reopen, later=REBUILD),
    "clean_pages again": Task(function=clean_pages, is_mapped=True, later=REBUILD),
    "group_stories again": Task(function=group_stories, later=REBUILD),
    "extract_events again": Task(function=extract_events, is_mapped=True, later=REBUILD),
    "resolve_events again": Task(function=resolve_events, later=REBUILD),
    "report_day": Task(function=report, later=REBUILD),
    "look_around": Task(function=look_around, later=NIGHT, is_dated=True),
    "learn_templates": Task(function=learn_templates, later=NIGHT),
    "count_days": Task(function=count_days, later=NIGHT, is_dated=True),
    "take_snapshot": Task(function=take_snapshot, later=NIGHT),
    "keep_partitions": Task(function=keep_partitions, later=NIGHT),
    "trim_sketches": Task(function=trim_sketches, later=timedelta(days=70)),
    "drop_texts": Task(function=drop_texts, later=timedelta(days=200)),
}
STAGES = tuple(TASKS)
NOT_AGAIN = 3  # exit status of a try after which Airflow would give the task up
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def begin_forking() -> None:
    """Starts the server that forks the tries, which imports for seconds, before anything is timed."""
    process = FORKS.Process(target=int)
    process.start()
    process.join()


def shards_of(stage: str) -> tuple[int | None, ...]:
    return tuple(range(SHARDS)) if TASKS[stage].is_mapped else (None,)


def be_quiet() -> None:
    """Keeps what tasks log, such as the tables of rebuild_day, out of the report."""
    logging.getLogger("desk").setLevel(logging.WARNING)


def carry_out(stage: str, settings: Settings, *, past: timedelta, shard: int | None) -> None:
    """A try that begins so long after the task's moment, by a clock that may be wrong."""
    task = TASKS[stage]
    shards = {} if shard is None else {"shard": shard}
    task.function(settings, now=NOW + task.later + past, **shards)


def start(
    stage: str, settings: Settings, *, past: timedelta, shard: int | None, log: Path, environment: dict[str, str]
) -> BaseProcess:
    """One try of a task; its exit status is not 0 when it failed, and the log then ends with why."""
    process = FORKS.Process(target=_try, args=(stage, settings, past, shard, log, environment))
    process.start()
    return process


def _try(
    stage: str, settings: Settings, past: timedelta, shard: int | None, log: Path, environment: dict[str, str]
) -> None:
    os.environ.update(environment)
    be_quiet()
    try:
        carry_out(stage, settings, past=past, shard=shard)
    except Exception as error:  # whatever it is, the DAGs' own policy says what becomes of the task
        said = " ".join(str(error).split())
        with log.open("a", encoding="utf-8") as out:
            out.write(f"{stage}\t{type(error).__name__}: {said[:300]}\n")
        decision = RETRY_POLICY.evaluate(error, 1, 3)
        sys.exit(NOT_AGAIN if decision.action is RetryAction.FAIL else 1)


storage_path("file:///")  # Airflow's storage, which takes two seconds to import

"""The pipeline's tasks, each try in a process of its own, as Airflow runs them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from airflow.sdk import RetryAction

import include.edges.archive
import include.stages.clean  # noqa: F401 - what every try would import, imported once by the server that forks them
from include.edges.object_storage import storage_path
from include.pipeline.clean_pages import clean_pages
from include.pipeline.extract_events import extract_events
from include.pipeline.fetch_pages import fetch_pages
from include.pipeline.group_stories import group_stories
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.resolve_events import resolve_events
from include.pipeline.snapshot import take_snapshot
from include.pipeline.sync_feeds import sync_feeds
from include.records import Tally
from include.scheduling import RETRY_POLICY
from include.settings import Settings

SHARDS = 2
# In the order in which the DAGs run them; those that are mapped over shards, and those that are one task.
MAPPED: dict[str, Callable[..., Tally]] = {
    function.__name__: function for function in (poll_feeds, fetch_pages, clean_pages, extract_events)
}
SINGLE: dict[str, Callable[..., Tally]] = {
    function.__name__: function for function in (sync_feeds, group_stories, resolve_events, take_snapshot)
}
STAGES = (
    "sync_feeds", "poll_feeds", "fetch_pages", "clean_pages", "group_stories", "extract_events", "resolve_events",
    "take_snapshot",
)  # fmt: skip
NOT_AGAIN = 3  # exit status of a try after which Airflow would give the task up
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def shards_of(stage: str) -> tuple[int | None, ...]:
    return tuple(range(SHARDS)) if stage in MAPPED else (None,)


def carry_out(stage: str, settings: Settings, *, now: datetime, shard: int | None) -> None:
    if shard is None:
        SINGLE[stage](settings, now=now)
    else:
        MAPPED[stage](settings, now=now, shard=shard)


def start(
    stage: str, settings: Settings, *, now: datetime, shard: int | None, log: Path, environment: dict[str, str]
) -> BaseProcess:
    """One try of a task; its exit status is not 0 when it failed, and the log then ends with why."""
    process = FORKS.Process(target=_try, args=(stage, settings, now, shard, log, environment))
    process.start()
    return process


def _try(
    stage: str, settings: Settings, now: datetime, shard: int | None, log: Path, environment: dict[str, str]
) -> None:
    os.environ.update(environment)
    try:
        carry_out(stage, settings, now=now, shard=shard)
    except Exception as error:  # whatever it is, the DAGs' own policy says what becomes of the task
        said = " ".join(str(error).split())
        with log.open("a", encoding="utf-8") as out:
            out.write(f"{stage}\t{type(error).__name__}: {said[:300]}\n")
        decision = RETRY_POLICY.evaluate(error, 1, 3)
        sys.exit(NOT_AGAIN if decision.action is RetryAction.FAIL else 1)


storage_path("file:///")  # Airflow's storage, which takes two seconds to import

"""What the DAGs have in common: defaults of their tasks, and how a task calls a pipeline function."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import (  # type: ignore[attr-defined]  # its stub lacks what deadlines need
    DeadlineAlert,
    DeadlineReference,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    SyncCallback,
)

from include.lineage import USED, tables_of, tell_lineage
from include.metrics import count_run
from include.progress import told_progress
from include.records import Tally
from include.settings import SettingsError, settings

log = logging.getLogger("desk")

# What waiting does not mend fails at once: bad input (a plan, the catalog, the environment: all but SettingsError are
# ValueErrors) and our own bugs. Everything else is tried again: lost connections, timeouts, held locks, full disks, and
# the database's own errors, whose classes parsing a DAG should not have to import.
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[
                SettingsError, ValueError, TypeError, AttributeError, NameError, LookupError, AssertionError,
                ImportError,
            ],
            action=RetryAction.FAIL,
            reason="bad input or a bug of ours: trying again would fail again",
        )
    ]
)  # fmt: skip

# Four tries over four minutes and more: long enough for a database restart, short enough to be seen the same hour.
TASK_DEFAULTS: dict[str, Any] = {
    "owner": "sanctions-desk",
    "retries": 3,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 3,
    "max_retry_delay": timedelta(minutes=5),
    "retry_policy": RETRY_POLICY,
    "execution_timeout": timedelta(minutes=30),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool of Airflow's: how many tasks of a kind may run at once."""

    name: str
    slots: int
    purpose: str


# Of the four tasks that `make run` and the compose file's worker run at once, no kind can take the last place: pages
# are fetched while articles are read, and neither waits for a past day.
WEB = Pool(name="web", slots=3, purpose="Tasks that ask sites: polling and fetching")
NLP = Pool(name="nlp", slots=3, purpose="Tasks that keep a processor busy: cleaning, grouping, extracting, resolving")
BACKFILL = Pool(name="backfill", slots=2, purpose="Past days done again; the other slots stay free for live collection")
POOLS = (WEB, NLP, BACKFILL)  # made by include/edges/airflow_pools.py
# Behind every live task that waits for a slot: those weigh at least one.
BACKFILL_DEFAULTS: dict[str, Any] = TASK_DEFAULTS | {
    "pool": BACKFILL.name,
    "priority_weight": 0,
    "weight_rule": "absolute",
}


def shards() -> list[int]:
    """The numbers over which a stage is mapped: a task costs 0.3 CPU-seconds, so never one an article."""
    return list(range(settings().shards))


def done_within(time: timedelta) -> DeadlineAlert:
    """Airflow's own alert of a run that is not done that long after it was queued, told as every other."""
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=time,
        callback=SyncCallback("include.run_alerts.deadline_missed"),
    )


def carry_out(function: Callable[..., Tally], **arguments: object) -> dict[str, int]:
    """The counts of one pipeline function, called with this moment and this deployment's settings.

    Its log tells how far it is, Airflow's exporter takes its counts, and its lineage the tables of its statements.
    """
    name, began, used = function.__name__, time.monotonic(), set[str]()
    tally = None
    token = USED.set(used)
    with told_progress(name) as begun:
        try:
            tally = function(settings(), now=datetime.now(UTC), **arguments)
        finally:
            USED.reset(token)
            counted = tally or (begun[0] if begun else Tally())
            count_run(name, counted.as_dict(), seconds=time.monotonic() - began, is_done=tally is not None)
    tell_lineage(settings().warehouse, tables_of(used))
    log.info("%s: %s", name, tally.as_text())
    return tally.as_dict()

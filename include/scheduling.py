"""What the DAGs have in common: defaults of their tasks, and how a task calls a pipeline function."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from include.records import Tally
from include.settings import settings

# Four tries over four minutes and more: long enough for a database restart, short enough to be seen the same hour.
TASK_DEFAULTS: dict[str, Any] = {
    "owner": "sanctions-desk",
    "retries": 3,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 3,
    "max_retry_delay": timedelta(minutes=5),
    "execution_timeout": timedelta(minutes=30),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool of Airflow's: how many tasks of a kind may run at once."""

    name: str
    slots: int
    purpose: str


# Half of the four tasks that `make run` and the compose file's worker run at once.
BACKFILL = Pool(name="backfill", slots=2, purpose="Past days done again; the other slots stay free for live collection")
POOLS = (BACKFILL,)  # made by include/edges/airflow_pools.py
# Behind every live task that waits for a slot: those weigh at least one.
BACKFILL_DEFAULTS: dict[str, Any] = TASK_DEFAULTS | {
    "pool": BACKFILL.name,
    "priority_weight": 0,
    "weight_rule": "absolute",
}


def shards() -> list[int]:
    """The numbers over which a stage is mapped: a task costs 0.3 CPU-seconds, so never one an article."""
    return list(range(settings().shards))


def carry_out(function: Callable[..., Tally], **arguments: object) -> dict[str, int]:
    """The counts of one pipeline function, called with this moment and this deployment's settings."""
    counts = function(settings(), now=datetime.now(UTC), **arguments).as_dict()
    log = logging.getLogger("desk")
    log.info("%s: %s", function.__name__, ", ".join(f"{name} {n}" for name, n in counts.items()) or "nothing to do")
    return counts

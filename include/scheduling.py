"""What the DAGs have in common: defaults of their tasks, and how a task calls a pipeline function."""

from __future__ import annotations

import logging
from collections.abc import Callable
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


def shards() -> list[int]:
    """The numbers over which a stage is mapped: a task costs 0.3 CPU-seconds, so never one an article."""
    return list(range(settings().shards))


def carry_out(function: Callable[..., Tally], **arguments: object) -> dict[str, int]:
    """The counts of one pipeline function, called with this moment and this deployment's settings."""
    counts = function(settings(), now=datetime.now(UTC), **arguments).as_dict()
    log = logging.getLogger("desk")
    log.info("%s: %s", function.__name__, ", ".join(f"{name} {n}" for name, n in counts.items()) or "nothing to do")
    return counts

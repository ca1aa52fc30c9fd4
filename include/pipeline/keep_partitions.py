"""Upkeep of the tables that are partitioned by time: partitions ahead, and what its retention lets go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from include.edges.warehouse import read, transaction
from include.records import Tally
from include.settings import Settings

MONTHS_AHEAD = 3


def keep_partitions(settings: Settings, *, now: datetime) -> Tally:
    """How many partitions were made, for the next months and for rows that fit into none, and how many dropped.

    Each in a transaction of its own that waits five seconds for its locks: what was done stays done when somebody holds
    the next one, and the task's next try goes on there.
    """
    tally = Tally()
    for period in _read(settings, "partitions_to_make", now=now, months_ahead=MONTHS_AHEAD):
        (row,) = _read(settings, "make_partition", parted=period.parted, starts_at=period.starts_at)
        tally.add("partitions_made", row.is_made)
    for parted, days in (("fetches", settings.fetches_days), ("sketches", settings.sketches_days)):
        if days is None:
            continue
        for period in _read(settings, "partitions_to_drop", parted=parted, before=now - timedelta(days=days)):
            (row,) = _read(settings, "drop_partition", parted=period.parted, starts_at=period.starts_at)
            tally.add("partitions_dropped", row.is_dropped)
    return tally


def _read(settings: Settings, name: str, **parameters: object) -> list[Any]:
    with transaction(settings.warehouse) as connection:
        return read(connection, name, **parameters)

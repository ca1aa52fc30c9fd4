"""Counts what each day gone by holds, so that nobody who looks at a year has to wait for its pages to be counted."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from include.edges.warehouse import Connection, read, transaction, write
from include.records import Tally, Window
from include.settings import Settings


def count_days(settings: Settings, *, now: datetime) -> Tally:
    """How many days were counted anew: all that are over, since late pages and withdrawn acts change any of them."""
    tally = Tally()
    with transaction(settings.warehouse) as connection:
        (first,) = read(connection, "first_page")
        if first.fetched_at:
            tally.add("days_counted", recount_days(connection, Window(start=first.fetched_at, end=now), now=now))
    return tally


def recount_days(connection: Connection, window: Window, *, now: datetime) -> int:
    """How many days of a window were counted: UTC days that are over, whole ones even where it holds a part of one."""
    end = _midnight(window.end + timedelta(days=1, microseconds=-1))
    start, until = _midnight(window.start), min(end, _midnight(now))
    if start >= until:
        return 0
    return write(connection, "count_days", first=start.date(), last=until.date() - timedelta(days=1), now=now)


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)

"""Counts what each day gone by holds, so that nobody who looks at a year has to wait for its pages to be counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from include.edges.warehouse import Connection, read, transaction, write, write_rows
from include.records import Tally, Window
from include.settings import Settings


def count_days(settings: Settings, *, now: datetime) -> Tally:
    """How many days were counted anew: all that are over, since late pages and withdrawn acts change any of them."""
    tally = Tally()
    with transaction(settings.warehouse) as connection:
        (first,) = read(connection, "first_page")
        if first.oldest:
            tally.add("days_counted", recount_days(connection, Window(start=first.oldest, end=now), now=now))
    return tally


def count_recent_days(settings: Settings, *, now: datetime) -> Tally:
    """How many days were counted step by step: today and yesterday, which the pages then need not count."""
    tally = Tally()
    today = now.astimezone(UTC).date()
    yesterday = today - timedelta(days=1)
    with transaction(settings.warehouse) as connection:
        waiting = count_waiting(connection, now)
        rows = [
            {"day": day, "counted_at": now, "counts": count_day(connection, day) | waiting}
            for day in (yesterday, today)
        ]
        tally.add("days_counted", write_rows(connection, "upsert_recent_counts", rows))
        write(connection, "delete_recent_counts", first=yesterday)
    return tally


def count_day(connection: Connection, day: date) -> dict[str, Any]:
    """What each step left of a day."""
    start = datetime.combine(day, time(), UTC)
    (steps,) = read(connection, "desk/day_counts", day=day, start=start, until=start + timedelta(days=1))
    (dated,) = read(connection, "pages_of_a_day", day=day)
    return {**steps._asdict(), **dated._asdict()}


def count_waiting(connection: Connection, now: datetime) -> dict[str, Any]:
    """How many pages wait to be cleaned, and for how many seconds the oldest has."""
    (waiting,) = read(connection, "desk/pages_waiting", now=now)
    return {"waiting": waiting.pages, "waited_seconds": waiting.age.total_seconds() if waiting.pages else 0}


def recount_days(connection: Connection, window: Window, *, now: datetime) -> int:
    """How many days of a window were counted: UTC days that are over, whole ones even where it holds a part of one."""
    end = _midnight(window.end + timedelta(days=1, microseconds=-1))
    start, until = _midnight(window.start), min(end, _midnight(now))
    if start >= until:
        return 0
    return write(connection, "count_days", first=start.date(), last=until.date() - timedelta(days=1), now=now)


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)

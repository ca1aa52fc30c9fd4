"""What days held: as watch_desk counted the last two and keep_house those before, or else counted here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime, timedelta
from threading import Lock
from types import SimpleNamespace
from typing import Any

from include.edges.warehouse import Connection, read
from include.pipeline.count_days import count_day, count_waiting

STEPS = ("polls", "entries", "fetches", "pages", "articles", "stories", "articles_read", "mentions", "events")
COUNT_AGAIN = timedelta(minutes=10)
COUNT_TODAY_AGAIN = timedelta(minutes=1)
KEPT = 1000  # counts
FRESH = timedelta(hours=1)  # six looks of watch_desk


def count_steps(connection: Connection, day: date, recent: Mapping[date, Any], *, now: datetime) -> Any:
    """What each step left of a day, and when that was counted; `recent` is what recent_counts has."""
    age = COUNT_TODAY_AGAIN if day == now.date() else COUNT_AGAIN
    return recent.get(day) or remembered(
        ("steps", day), lambda: SimpleNamespace(**count_day(connection, day), counted_at=now), age=age, now=now
    )


def waiting_pages(connection: Connection, recent: Mapping[date, Any], *, now: datetime) -> Any:
    """How many pages waited to be cleaned when it was last counted, and since when."""
    if recent:
        return recent[max(recent)]
    return remembered(
        "waiting", lambda: SimpleNamespace(**count_waiting(connection, now)), age=COUNT_TODAY_AGAIN, now=now
    )


def counted_days(
    connection: Connection, first: date, last: date, recent: Mapping[date, Any], *, now: datetime
) -> dict[date, Any]:
    """The counts of the days of a stretch, as far as they were counted; those of today and yesterday in any case."""
    days = {row.day: row for row in read(connection, "desk/days_counted", first=first, last=last)}
    last_two = (day for day in (now.date() - timedelta(days=1), now.date()) if first <= day <= last)
    return days | {day: count_steps(connection, day, recent, now=now) for day in last_two}


def recent_counts(connection: Connection, *, now: datetime) -> dict[date, Any]:
    """What watch_desk counted of today and yesterday; nothing when it has not for an hour."""
    rows = read(connection, "desk/recent_counts", since=now - FRESH)
    return {row.day: SimpleNamespace(**row.counts | {"day": row.day, "counted_at": row.counted_at}) for row in rows}


def remembered(key: Hashable, count: Callable[[], Any], *, age: timedelta, now: datetime) -> Any:
    """The count, made no more often than that, and by one of those who ask for it at once."""
    with _counting.setdefault(key, Lock()):
        counted = _counted.get(key)
        if counted is None or now - counted[0] >= age:
            if len(_counted) > KEPT:
                _counted.clear()
            counted = _counted[key] = (now, count())
        return counted[1]


def forget_counts() -> None:
    """Has everything counted anew."""
    _counted.clear()


_counted: dict[Hashable, tuple[datetime, Any]] = {}
_counting: dict[Hashable, Lock] = {}

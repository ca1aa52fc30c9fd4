"""What days held: counted by keep_house for days gone by, and at this moment for the last two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from include.edges.warehouse import Connection, read

STEPS = ("polls", "entries", "fetches", "pages", "articles", "stories", "articles_read", "mentions", "events")
COUNT_AGAIN = timedelta(minutes=10)
COUNT_TODAY_AGAIN = timedelta(minutes=1)
KEPT = 1000  # counts


def count_steps(connection: Connection, day: date, *, now: datetime) -> Any:
    """What each step left of a day, not counted more often than every ten minutes, and today every minute."""
    start = datetime.combine(day, time(), UTC)
    return _remembered(
        day,
        lambda: read(connection, "desk/day_counts", day=day, start=start, until=start + timedelta(days=1))[0],
        age=COUNT_TODAY_AGAIN if day == now.date() else COUNT_AGAIN,
        now=now,
    )


def count_waiting(connection: Connection, *, now: datetime) -> Any:
    """How many pages wait to be cleaned, and since when; not counted more often than every minute."""
    return _remembered(
        "waiting", lambda: read(connection, "desk/pages_waiting", now=now)[0], age=COUNT_TODAY_AGAIN, now=now
    )


def _remembered(key: date | str, count: Callable[[], Any], *, age: timedelta, now: datetime) -> Any:
    counted = _counted.get(key)
    if counted is None or now - counted[0] >= age:
        if len(_counted) > KEPT:
            _counted.clear()
        counted = _counted[key] = (now, count())
    return counted[1]


_counted: dict[date | str, tuple[datetime, Any]] = {}


def counted_days(connection: Connection, first: date, last: date, *, today: date) -> dict[date, Any]:
    """The counts of the days that keep_house counted, and of today and yesterday as they are at this moment."""
    days = {row.day: row for row in read(connection, "desk/days_counted", first=first, last=last)}
    if last == today:
        start = datetime.combine(today - timedelta(days=1), time(), UTC)
        days |= {
            row.day: row for row in read(connection, "counts_of_days", start=start, until=start + timedelta(days=2))
        }
    return days

"""What days held: counted by keep_house for days gone by, and at this moment for the last two."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from include.edges.warehouse import Connection, read

STEPS = ("polls", "entries", "fetches", "pages", "articles", "stories", "articles_read", "mentions", "events")
COUNT_AGAIN = timedelta(minutes=10)
COUNT_TODAY_AGAIN = timedelta(minutes=1)
KEPT_DAYS = 1000


def count_steps(connection: Connection, day: date, *, now: datetime) -> Any:
    """What each step left of a day, not counted more often than every ten minutes, and today every minute."""
    counted = _counted.get(day)
    if counted and now - counted[0] < (COUNT_TODAY_AGAIN if day == now.date() else COUNT_AGAIN):
        return counted[1]
    start = datetime.combine(day, time(), UTC)
    (counts,) = read(connection, "desk/day_counts", day=day, start=start, until=start + timedelta(days=1))
    if len(_counted) > KEPT_DAYS:
        _counted.clear()
    _counted[day] = (now, counts)
    return counts


_counted: dict[date, tuple[datetime, Any]] = {}


def counted_days(connection: Connection, first: date, last: date, *, today: date) -> dict[date, Any]:
    """The counts of the days that keep_house counted, and of today and yesterday as they are at this moment."""
    days = {row.day: row for row in read(connection, "desk/days_counted", first=first, last=last)}
    if last == today:
        start = datetime.combine(today - timedelta(days=1), time(), UTC)
        days |= {
            row.day: row for row in read(connection, "counts_of_days", start=start, until=start + timedelta(days=2))
        }
    return days

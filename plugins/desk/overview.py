"""The first page: is the news coming in, and what needs a person."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from include.edges.warehouse import Connection, read
from plugins.desk.charts import bars, funnel
from plugins.desk.pages import render
from plugins.desk.reading import reading

router = APIRouter()
DAYS = 14
STEPS = ("polls", "entries", "fetches", "pages", "articles", "stories", "articles_read", "mentions", "events")
STALE = timedelta(hours=1)  # without a new page
DEAD = timedelta(hours=6)
COUNT_AGAIN = timedelta(minutes=10)
KEPT_DAYS = 1000


@router.get("/")
def overview(request: Request) -> HTMLResponse:
    now = datetime.now(UTC)
    with reading() as connection:
        (fresh,) = read(connection, "desk/freshness", now=now)
        days = [count_day(connection, now.date() - timedelta(days=age), now=now) for age in reversed(range(DAYS))]
        feeds = read(connection, "desk/feeds_in_trouble", max_rows=10)
        events = read(connection, "desk/newest_events", max_rows=10)
        reviews = read(connection, "desk/open_reviews", max_rows=5)
    today = days[-1]
    return render(
        request,
        "overview.html",
        here="Overview",
        title="Overview",
        now=now,
        fresh=fresh,
        health=health(fresh.page_age),
        today=today,
        rejected=sorted(today.rejected_by_reason.items(), key=lambda item: -item[1]),
        funnel=funnel((name.replace("_", " "), getattr(today, name)) for name in STEPS),
        steps=[(name.replace("_", " "), getattr(today, name)) for name in STEPS],
        days=days,
        pages_a_day=bars([each.day for each in days], {"new pages": [each.pages for each in days]}),
        events_a_day=bars([each.day for each in days], {"events": [each.events for each in days]}),
        feeds=feeds,
        events=events,
        reviews=reviews,
    )


def count_day(connection: Connection, day: date, *, now: datetime) -> Any:
    """What each step left of a day; days gone by are counted anew every ten minutes, today at once."""
    counted = _counted.get(day)
    if counted and day != now.date() and now - counted[0] < COUNT_AGAIN:
        return counted[1]
    start = datetime.combine(day, time(), UTC)
    (counts,) = read(connection, "desk/day_counts", day=day, start=start, until=start + timedelta(days=1))
    if len(_counted) > KEPT_DAYS:
        _counted.clear()
    _counted[day] = (now, counts)
    return counts


_counted: dict[date, tuple[datetime, Any]] = {}


def health(age: timedelta | None) -> str:
    """good, warn or bad, by how long no page came in."""
    if age is None or age > DEAD:
        return "bad"
    return "warn" if age > STALE else "good"

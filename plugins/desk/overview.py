"""The first page: is the news coming in, and what needs a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from include.edges.warehouse import read
from plugins.desk.charts import bars, funnel
from plugins.desk.day_counts import STEPS, count_steps, count_waiting, counted_days
from plugins.desk.pages import render
from plugins.desk.reading import reading

router = APIRouter()
DAYS = 14
STALE = timedelta(hours=1)  # without a new page
DEAD = timedelta(hours=6)


@router.get("/")
def overview(request: Request) -> HTMLResponse:
    now = datetime.now(UTC)
    axis = [now.date() - timedelta(days=age) for age in reversed(range(DAYS))]
    with reading() as connection:
        (fresh,) = read(connection, "desk/freshness", now=now)
        waiting = count_waiting(connection, now=now)
        today = count_steps(connection, now.date(), now=now)
        counted = counted_days(connection, axis[0], axis[-1], today=now.date())
        feeds = read(connection, "desk/feeds_in_trouble", max_rows=10)
        events = read(connection, "desk/newest_events", max_rows=10)
        reviews = read(connection, "desk/open_reviews", max_rows=5)
    return render(
        request,
        "overview.html",
        here="Overview",
        title="Overview",
        now=now,
        fresh=fresh,
        waiting=waiting,
        health=health(fresh.page_age),
        today=today,
        rejected=sorted(today.rejected_by_reason.items(), key=lambda item: -item[1]),
        funnel=funnel((name.replace("_", " "), getattr(today, name)) for name in STEPS),
        steps=[(name.replace("_", " "), getattr(today, name)) for name in STEPS],
        days=[counted[day] for day in sorted(counted)],
        pages_a_day=bars(axis, {"new pages": [getattr(counted.get(day), "pages", 0) for day in axis]}),
        events_a_day=bars(axis, {"events": [getattr(counted.get(day), "events", 0) for day in axis]}),
        feeds=feeds,
        events=events,
        reviews=reviews,
    )


def health(age: timedelta | None) -> str:
    """good, warn or bad, by how long no page came in."""
    if age is None or age > DEAD:
        return "bad"
    return "warn" if age > STALE else "good"

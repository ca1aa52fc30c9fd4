"""The first page: is the news coming in, and what needs a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.models import DagRun
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from include.edges.warehouse import read
from plugins.desk.charts import bars, funnel
from plugins.desk.day_counts import STEPS, counted_days, recent_counts, waiting_pages
from plugins.desk.pages import render
from plugins.desk.reading import reading

router = APIRouter()
DAYS = 14
STALE = timedelta(hours=1)  # without a new page
DEAD = timedelta(hours=6)
NEWS_DAGS = ("collect_news", "extract_sanctions")
RUNS = 5  # of each, among which the last tally is looked for
LOOKS = {"success": "good", "failed": "bad"}


@router.get("/")
def overview(request: Request, session: SessionDep) -> HTMLResponse:
    now = datetime.now(UTC)
    axis = [now.date() - timedelta(days=age) for age in reversed(range(DAYS))]
    with reading() as connection:
        (fresh,) = read(connection, "desk/freshness", now=now)
        recent = recent_counts(connection, now=now)
        waiting = waiting_pages(connection, recent, now=now)
        counted = counted_days(connection, axis[0], axis[-1], recent, now=now)
        feeds = read(connection, "desk/feeds_in_trouble", max_rows=10)
        events = read(connection, "desk/newest_events", max_rows=10)
        reviews = read(connection, "desk/open_reviews", max_rows=5)
    today, yesterday = counted[axis[-1]], counted[axis[-2]]
    return render(
        request,
        "overview.html",
        here="Overview",
        title="Overview",
        now=now,
        fresh=fresh,
        waiting=waiting,
        waited=timedelta(seconds=waiting.waited_seconds),
        health=health(fresh.page_age),
        today=today,
        rejected=sorted(today.rejected_by_reason.items(), key=lambda item: -item[1]),
        funnel=funnel((name.replace("_", " "), getattr(today, name)) for name in STEPS),
        funnel_before=funnel((name.replace("_", " "), getattr(yesterday, name)) for name in STEPS),
        steps=[(name.replace("_", " "), getattr(today, name), getattr(yesterday, name)) for name in STEPS],
        runs=[last_runs(session, dag_id) for dag_id in NEWS_DAGS],
        looks=LOOKS,
        days=[counted[day] for day in sorted(counted)],
        pages_a_day=bars(axis, {"new pages": [getattr(counted.get(day), "pages", 0) for day in axis]}),
        events_a_day=bars(axis, {"events": [getattr(counted.get(day), "events", 0) for day in axis]}),
        feeds=feeds,
        events=events,
        reviews=reviews,
    )


def last_runs(session: Any, dag_id: str) -> dict[str, Any]:
    """The last run of a DAG, and the last tally of one: the listener writes it as the run's note when that is over."""
    newest_first = select(DagRun).where(DagRun.dag_id == dag_id).order_by(DagRun.id.desc()).limit(RUNS)
    runs = session.scalars(newest_first).all()
    counted = next((run for run in runs if run.note), None)
    return {"dag_id": dag_id, "last": runs[0] if runs else None, "counted": counted}


def health(age: timedelta | None) -> str:
    """good, warn or bad, by how long no page came in."""
    if age is None or age > DEAD:
        return "bad"
    return "warn" if age > STALE else "good"

"""The feeds: which fail and why, what each brought, and what operators did to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.models import DagModel
from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from include.edges.warehouse import read
from include.pipeline.manage_feeds import Action, RefusedActionError, UnknownFeedError, act_on_feed
from plugins.desk import reading
from plugins.desk.charts import Options, bars
from plugins.desk.guard import record, required
from plugins.desk.pages import NO_NUL, Words, go_to, render

router = APIRouter()
STANDINGS = ("failing", "new", "ok", "paused", "retired", "dropped")
Standing = Literal["", "failing", "new", "ok", "paused", "retired", "dropped"]
LOOKS = {"failing": "bad", "ok": "good", "paused": "warn", "retired": "warn", "dropped": "", "new": ""}
PAGE = 50
CHART_DAYS = 30
COLOURS = ["#1f5f99", "#9db7d1", "#b3261e"]
DONE = {
    Action.PAUSE: "It is paused: nothing of it is asked for before somebody resumes it.",
    Action.RESUME: "It is asked again.",
    Action.POLL_NOW: "It is due now.",
    Action.RETIRE: "It is retired: it is not asked again, and what it brought stays.",
    Action.UNRETIRE: "It is back, as a new feed, and due now.",
}
ALREADY = {
    Action.PAUSE: "It was paused already.",
    Action.RESUME: "It was not paused.",
    Action.POLL_NOW: "It was due already.",
    Action.RETIRE: "It was retired already.",
    Action.UNRETIRE: "It was not retired.",
}


@router.get("/feeds")
def feeds(
    request: Request,
    state: Standing = "",
    group: Words = "",
    publisher: Words = "",
    words: Words = "",
    after: UUID | None = None,
) -> HTMLResponse:
    now = datetime.now(UTC)
    filters = {"state": state, "group": group, "publisher": publisher, "words": words.strip()}
    with reading.reading() as connection:
        rows = read(
            connection,
            "desk/feeds",
            state=state,
            feed_group=group,
            publisher=publisher,
            words=filters["words"],
            after=after and str(after),
            week=now - timedelta(days=7),
            max_rows=PAGE + 1,
        )
        groups = read(connection, "desk/feed_groups", max_rows=100)
        publishers = read(connection, "desk/feed_publishers", max_rows=500)
    return render(
        request,
        "feeds.html",
        here="Feeds",
        title="Feeds",
        now=now,
        feeds=rows[:PAGE],
        most=max((row.entries_last_week for row in rows), default=0),
        next_after=rows[PAGE - 1].feed_id if len(rows) > PAGE else None,
        is_first=after is None,
        groups=groups,
        publishers=[row.publisher for row in publishers],
        filters=filters,
        standings=STANDINGS,
        looks=LOOKS,
    )


@router.get("/feeds/{feed_id}")
def feed(
    request: Request, feed_id: UUID, session: SessionDep, done: Action | None = None, already: Action | None = None
) -> HTMLResponse:
    now = datetime.now(UTC)
    first_day = now.date() - timedelta(days=CHART_DAYS - 1)
    since = datetime.combine(first_day, time(), UTC)
    with reading.reading() as connection:
        known = read(connection, "desk/feed", feed_id=str(feed_id), week=now - timedelta(days=7))
        if not known:
            raise HTTPException(404, "There is no such feed.")
        days = read(connection, "desk/feed_polls_by_day", feed_id=str(feed_id), since=since)
        fetches = read(connection, "desk/feed_fetches", feed_id=str(feed_id), max_rows=100)
        entries = read(connection, "desk/feed_entries", feed_id=str(feed_id), max_rows=25)
        actions = read(connection, "desk/feed_actions", feed_id=str(feed_id), max_rows=50)
    return render(
        request,
        "feed.html",
        here="Feeds",
        title=known[0].title or known[0].url,
        now=now,
        feed=known[0],
        look=LOOKS[known[0].standing],
        told=DONE[done] if done else ALREADY[already] if already else "",
        offered=offered(known[0].standing),
        next_run=next_run(session),
        days=days,
        chart=polls_chart(days, first_day),
        fetches=fetches,
        entries=entries,
        actions=actions,
    )


@router.post("/feeds/{feed_id}", dependencies=[required("manage_feeds")])
def act(
    request: Request,
    feed_id: UUID,
    user: GetUserDep,
    session: SessionDep,
    action: Annotated[Action, Form()],
    note: Annotated[str, Form(max_length=500, pattern=NO_NUL)] = "",
) -> RedirectResponse:
    try:
        is_done = act_on_feed(
            reading.settings(),
            str(feed_id),
            action,
            acted_by=user.get_name(),
            note=note.strip(),
            now=datetime.now(UTC),
        )
    except UnknownFeedError as error:
        raise HTTPException(404, "There is no such feed.") from error
    except RefusedActionError as error:
        raise HTTPException(409, str(error)) from error
    if is_done:
        record(session, user, f"{action}_feed", "collect_news", feed_id=str(feed_id), note=note.strip())
    return go_to(request, f"feeds/{feed_id}", **{"done" if is_done else "already": action.value})


def offered(standing: str) -> tuple[Action, ...]:
    """What can be done to a feed as it stands, the likeliest first."""
    match standing:
        case "retired":
            return (Action.UNRETIRE,)
        case "paused":
            return (Action.RESUME, Action.RETIRE)
        case "dropped":
            return (Action.RETIRE,)
        case _:
            return (Action.POLL_NOW, Action.PAUSE, Action.RETIRE)


def next_run(session: Any) -> datetime | None:
    """When Airflow next collects; None while the DAG is paused or not known."""
    dag = session.get(DagModel, "collect_news")
    return None if dag is None or dag.is_paused else dag.next_dagrun_create_after


def polls_chart(days: Sequence[Any], first_day: date) -> Options:
    """Polls by day and outcome, days without polls too."""
    by_day = {row.day: row for row in days}
    shown = [first_day + timedelta(days=n) for n in range(CHART_DAYS)]
    counts = {
        name: [getattr(by_day.get(day), name, 0) for day in shown] for name in ("with_a_body", "unchanged", "failed")
    }
    return {"color": COLOURS} | bars(
        shown, {name.replace("_", " "): values for name, values in counts.items()}, stacked=True
    )

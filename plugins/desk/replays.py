"""Days done again: a form that starts Airflow's own backfill of rebuild_day, and how far it has got."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.datamodels.backfills import BackfillPostBody
from airflow.api_fastapi.core_api.routes.public.backfills import (
    cancel_backfill,
    create_backfill,
    pause_backfill,
    unpause_backfill,
)
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.models import DagModel, DagRun
from airflow.models.backfill import Backfill, BackfillDagRun, ReprocessBehavior
from fastapi import APIRouter, Form, HTTPException, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select

from include.edges.warehouse import read
from include.pipeline.rebuild_plan import BadPlanError, Source, check_places, read_plan
from include.settings import settings
from plugins.desk.guard import record, required
from plugins.desk.pages import NO_NUL, go_to, render
from plugins.desk.reading import reading

router = APIRouter()
DAG_ID = "rebuild_day"
FIRST_DAY = date(2016, 1, 1)  # of rebuild_day: backfills reach no further back
MOST_DAYS = 92  # a quarter: Airflow makes all runs of a backfill while the page waits
LOOKS = {"success": "good", "failed": "bad", "running": "warn"}
CHANGES = {"pause": pause_backfill, "unpause": unpause_backfill, "cancel": cancel_backfill}
ReplayId = Annotated[int, Path(ge=0, lt=2**31)]
Line = Annotated[str, Form(max_length=2000, pattern=NO_NUL)]


@router.post("/coverage/replays", dependencies=[required("start_replay")])
def start_replay(
    request: Request,
    user: GetUserDep,
    session: SessionDep,
    first: Annotated[date, Form()],
    last: Annotated[date, Form()],
    sources: Annotated[list[Source], Form()] = [],  # noqa: B006 - FastAPI copies it
    stages: Annotated[list[Literal["clean", "group", "extract"]], Form()] = [],  # noqa: B006
    reprocess: Annotated[ReprocessBehavior, Form()] = ReprocessBehavior.COMPLETED,
    dry_run: Annotated[bool, Form()] = False,
    warc_prefix: Line = "",
    sitemaps: Annotated[str, Form(max_length=20_000, pattern=NO_NUL)] = "",
    csv_path: Line = "",
) -> RedirectResponse:
    if said := fault_of_days(first, last, today=datetime.now(UTC).date()):
        raise HTTPException(400, said)
    params = {
        "sources": [source.value for source in sources],
        "stages": stages,
        "dry_run": dry_run,
        "warc_prefix": warc_prefix.strip() or None,
        "sitemaps": sitemaps.split() or None,
        "csv_path": csv_path.strip() or None,
    }
    try:
        check_places(read_plan(params), settings().backfill_roots)
    except BadPlanError as error:
        raise HTTPException(400, str(error)) from error
    wanted = BackfillPostBody(
        dag_id=DAG_ID,
        from_date=_midnight(first),
        to_date=_midnight(last),
        dag_run_conf=params,
        reprocess_behavior=reprocess,
        max_active_runs=1,
    )
    made = _create(wanted, user, session)
    days = {"first": str(first), "last": str(last), "reprocess": reprocess.value}
    record(session, user, "create_backfill", DAG_ID, backfill_id=made, **days, params=params)
    return go_to(request, f"coverage/replays/{made}")


def _create(wanted: BackfillPostBody, user: Any, session: Any) -> int:
    """The number of Airflow's backfill; what it refuses becomes a sentence with its status."""
    try:
        return create_backfill(wanted, user, session).id
    except RequestValidationError as error:
        raise HTTPException(422, f"Airflow does not start that: {error.errors()}.") from error
    except HTTPException as error:
        if error.status_code == 409:
            running = session.scalar(
                select(Backfill.id).where(Backfill.dag_id == DAG_ID, Backfill.completed_at.is_(None))
            )
            said = (
                f"Replay {running} is not over yet, and there is one at a time: wait for it, or cancel it on its page."
            )
            raise HTTPException(409, said) from error
        raise


@router.get("/coverage/replays/{replay_id}")
def replay(request: Request, replay_id: ReplayId, session: SessionDep) -> HTMLResponse:
    asked = _find(session, replay_id)
    days = session.execute(
        select(
            BackfillDagRun.logical_date,
            BackfillDagRun.exception_reason,
            DagRun.run_id,
            DagRun.state,
        )
        .outerjoin(DagRun, BackfillDagRun.dag_run_id == DagRun.id)
        .where(BackfillDagRun.backfill_id == replay_id)
        .order_by(BackfillDagRun.sort_ordinal)
        .limit(MOST_DAYS)
    ).all()
    with reading() as connection:
        changes = read(
            connection,
            "desk/replay_changes",
            start=asked.from_date,
            until=asked.to_date,
            since=asked.created_at,
            before=asked.completed_at,
        )
    states = Counter(day.state or f"not made: {day.exception_reason or 'its run is gone'}" for day in days)
    waiting = states["queued"] + states["running"]
    dag = session.get(DagModel, DAG_ID)
    return render(
        request,
        "replay.html",
        here="Coverage",
        title=f"Replay {replay_id}",
        replay=asked,
        params=asked.dag_run_conf or {},
        days=days,
        changes={row.starts_at: row for row in changes},
        states=states.most_common(),
        done=len(days) - waiting,
        is_live=asked.completed_at is None or waiting > 0,
        is_dag_paused=bool(dag and dag.is_paused),
        looks=LOOKS,
    )


@router.post("/coverage/replays/{replay_id}", dependencies=[required("change_replay")])
def change_replay(
    request: Request,
    replay_id: ReplayId,
    user: GetUserDep,
    session: SessionDep,
    action: Annotated[Literal["pause", "unpause", "cancel"], Form()],
) -> RedirectResponse:
    _find(session, replay_id)
    CHANGES[action](replay_id, session)
    record(session, user, f"{action}_backfill", DAG_ID, backfill_id=replay_id)  # commits, before the page is asked for
    return go_to(request, f"coverage/replays/{replay_id}")


def last_replays(session: Any) -> list[Backfill]:
    """The newest replays, whoever asked for them and where."""
    return list(
        session.scalars(select(Backfill).where(Backfill.dag_id == DAG_ID).order_by(Backfill.id.desc()).limit(10))
    )


def fault_of_days(first: date, last: date, *, today: date) -> str:
    """Why these days cannot be done again; empty when they can."""
    if first > last:
        return f"The first day, {first}, comes after the last, {last}."
    if last >= today:
        return f"A day can be done again when it is over: {last} is not, in UTC."
    if first < FIRST_DAY:
        return f"Days before {FIRST_DAY} are out of reach."
    if (days := (last - first).days + 1) > MOST_DAYS:
        return f"These are {days} days; {MOST_DAYS} at a time are the most: do the rest when these are done."
    return ""


def _find(session: Any, replay_id: int) -> Backfill:
    found = session.get(Backfill, replay_id)
    if found is None or found.dag_id != DAG_ID:
        raise HTTPException(404, "There is no such replay.")
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

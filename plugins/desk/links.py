"""A button on a task's page that leads to the page of the desk that the task fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airflow.configuration import conf
from airflow.sdk import BaseOperatorLink


def day_of_run(key: Any) -> str:
    """The page of the day that a run does again; the calendar for a run without a day."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        start = session.scalar(
            select(DagRun.data_interval_start).where(DagRun.dag_id == key.dag_id, DagRun.run_id == key.run_id)
        )
    return f"coverage/{start:%Y-%m-%d}" if start else "coverage"


def act_of_question(key: Any) -> str:
    """The page of the act that a mapped task of review_events is about; the doubtful acts when its run names none."""
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    of_choose = {"run_id": key.run_id, "dag_ids": key.dag_id, "task_ids": "choose", "key": "return_value"}
    with create_session() as session:
        kept = session.scalars(XComModel.get_many(**of_choose)).first()
        asked = XComModel.deserialize_value(kept) if kept else []
    event_id = asked[key.map_index].get("event_id") if 0 <= key.map_index < len(asked) else None
    return f"events/{event_id}" if event_id else DOUBTFUL


DOUBTFUL = "events?review=pending"
Page = str | Callable[[Any], str]
# By DAG and task: of others' DAGs we know no page, whatever their tasks are called.
PAGES: Mapping[str, Mapping[str, Page]] = {
    "collect_news": {
        "sync_feeds": "feeds",
        "poll_feeds": "feeds",
        "fetch_pages": "coverage",
        "revisit_pages": "coverage",
        "announce_pages": "coverage",
    },
    "extract_sanctions": {
        "clean_pages": "coverage",
        "group_stories": "stories",
        "extract_events": "events",
        "resolve_events": "events",
        "announce_events": "events",
    },
    "rebuild_day": dict.fromkeys(
        (
            "bring_pages",
            "reopen_day",
            "clean_pages",
            "group_stories",
            "extract_events",
            "resolve_events",
            "report_day",
        ),
        day_of_run,
    ),
    "review_events": {"choose": DOUBTFUL, "review.ask": act_of_question, "review.settle": act_of_question},
    "keep_house": {"count_days": "coverage"},
    "watch_desk": {"look_around": "", "tell_alerts": "", "count_recent_days": ""},
}


class DeskPageLink(BaseOperatorLink):
    """Registered for all operators: a task made with a decorator has no class of ours to hang a link on."""

    name = "Desk page"  # type: ignore[assignment,misc]  # as Airflow's own links have it

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """The address of the page, or an empty one, for which Airflow shows no link."""
        page = PAGES.get(ti_key.dag_id, {}).get(ti_key.task_id)
        if page is None:
            return ""
        path = page if isinstance(page, str) else page(ti_key)
        return f"{conf.get('api', 'base_url', fallback='').rstrip('/')}/desk/{path}"

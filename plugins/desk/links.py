"""A button on a task's page that leads to the page of the desk that the task fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.configuration import conf
from airflow.sdk import BaseOperatorLink

# By task, whatever its DAG: rebuild_day calls the same functions as the live ones.
PAGES: Mapping[str, str] = {
    "sync_feeds": "feeds",
    "poll_feeds": "feeds",
    "fetch_pages": "coverage",
    "revisit_pages": "coverage",
    "announce_pages": "coverage",
    "bring_pages": "coverage",
    "reopen_day": "coverage",
    "report_day": "coverage",
    "count_days": "coverage",
    "clean_pages": "coverage",
    "group_stories": "stories",
    "extract_events": "events",
    "resolve_events": "events",
    "announce_events": "events",
    "look_around": "",
}


class DeskPageLink(BaseOperatorLink):
    """Registered for all operators: a task made with a decorator has no class of ours to hang a link on."""

    name = "Desk page"  # type: ignore[assignment,misc]  # as Airflow's own links have it

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """The address of the page, or an empty one, for which Airflow shows no link."""
        page = PAGES.get(ti_key.task_id)
        return "" if page is None else f"{conf.get('api', 'base_url', fallback='').rstrip('/')}/desk/{page}"

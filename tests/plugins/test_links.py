"""Every task that fills a page leads to one that there is, and others' tasks lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from plugins.desk.links import PAGES, DeskPageLink
from plugins.desk.listener import OURS
from plugins.desk.pages import TABS

DAGS = Path(__file__).resolve().parents[2] / "dags"
DAY = datetime(2026, 3, 4, tzinfo=UTC)
ACT = "00000000-0000-0000-0000-00000000000a"


def link_of(dag_id: str, task_id: str, *, run_id: str = "a_run", map_index: int = -1) -> str:
    key = SimpleNamespace(dag_id=dag_id, task_id=task_id, run_id=run_id, map_index=map_index)
    return DeskPageLink().get_link(None, ti_key=key)


@pytest.fixture
def runs(known_dags) -> Iterator[None]:
    """A day done again and a run of questions, as Airflow keeps them."""
    from airflow.models import DagRun, TaskInstance
    from airflow.models.dagbag import DBDagBag
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from airflow.utils.types import DagRunTriggeredByType
    from sqlalchemy import delete

    with create_session() as session:
        for dag_id in ("rebuild_day", "review_events"):
            dag = DBDagBag().get_latest_version_of_dag(dag_id, session=session)
            dag.create_dagrun(
                run_id="a_run", logical_date=DAY, data_interval=(DAY, DAY), run_after=DAY, run_type="manual",
                triggered_by=DagRunTriggeredByType.TEST, state="running", session=session,
            )  # fmt: skip
        session.flush()
        asked = [{"question_id": "1", "event_id": ACT, "name": "An act"}, {"question_id": "2", "name": "An older one"}]
        XComModel.set("return_value", asked, dag_id="review_events", task_id="choose", run_id="a_run", session=session)
    yield
    with create_session() as session:
        for model in (XComModel, TaskInstance, DagRun):
            session.execute(delete(model))


def test_a_task_leads_to_the_page_it_fills():
    assert link_of("extract_sanctions", "resolve_events").endswith("/desk/events")
    assert link_of("collect_news", "poll_feeds").endswith("/desk/feeds")


def test_the_tasks_of_a_day_lead_to_it(runs):
    assert link_of("rebuild_day", "resolve_events").endswith("/desk/coverage/2026-03-04")
    assert link_of("rebuild_day", "report_day", run_id="unheard").endswith("/desk/coverage")


def test_a_question_leads_to_its_act(runs):
    for task_id in ("review.ask", "review.settle"):
        assert link_of("review_events", task_id, map_index=0).endswith(f"/desk/events/{ACT}")
        assert link_of("review_events", task_id, map_index=1).endswith("/desk/events?review=pending")
        assert link_of("review_events", task_id, run_id="unheard", map_index=0).endswith("?review=pending")


def test_other_tasks_have_no_link():
    assert link_of("extract_sanctions", "hard_checks.parties_have_names") == ""
    assert link_of("billing_of_another_team", "resolve_events") == ""


def test_the_pages_are_tabs_of_the_desk():
    pages = {page.partition("?")[0] for tasks in PAGES.values() for page in tasks.values() if isinstance(page, str)}
    assert pages <= {tab for tab, _ in TABS}


def test_all_of_our_dags_are_known_as_ours():
    assert set(PAGES) == OURS == {path.stem for path in DAGS.glob("*.py")}

"""The first page shows what the newsstand brought, without counting it itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from include.pipeline.count_days import count_recent_days
from plugins.desk import day_counts
from plugins.desk.day_counts import forget_counts, remembered
from plugins.desk.overview import health
from tests.pipeline.planted import Planted

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)
COUNTS = ("desk/day_counts", "pages_of_a_day", "desk/pages_waiting")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    forget_counts()


@pytest.fixture
def counted(desk) -> Iterator[None]:
    """What watch_desk leaves, with numbers that counting would not give."""
    settings, _ = desk
    loader = Planted(dsn=settings.warehouse)
    count_recent_days(settings, now=datetime.now(UTC))
    loader.run("update news.recent_counts set counts = counts || '{\"polls\": 4321}' where day = %s", today())
    loader.run("update news.recent_counts set counts = counts || '{\"polls\": 8765}' where day < %s", today())
    yield
    loader.run("delete from news.recent_counts")


@pytest.fixture
def runs(known_dags) -> Iterator[None]:
    """A run of collect_news that is over, with its tally, and one that is not."""
    from airflow.models import DagRun, TaskInstance
    from airflow.models.dagbag import DBDagBag
    from airflow.utils.session import create_session
    from airflow.utils.types import DagRunTriggeredByType
    from sqlalchemy import delete

    with create_session() as session:
        dag = DBDagBag().get_latest_version_of_dag("collect_news", session=session)
        for minutes, state in ((0, "success"), (15, "running")):
            at = NOW + timedelta(minutes=minutes)
            run = dag.create_dagrun(
                run_id=f"scheduled__{at.isoformat()}", logical_date=at, data_interval=(at, at), run_after=at,
                run_type="scheduled", triggered_by=DagRunTriggeredByType.TIMETABLE, state=state, session=session,
            )  # fmt: skip
            run.start_date = at
            if state == "success":
                run.end_date, run.note = at + timedelta(seconds=95), "- poll_feeds: polled 7\n- fetch_pages: pages <3>"
    yield
    with create_session() as session:
        for model in (TaskInstance, DagRun):
            session.execute(delete(model))


def today():
    return datetime.now(UTC).date()


def test_it_shows_the_newest_events_and_the_funnel(viewer):
    page = viewer.get("/desk/").text
    assert "Newest events" in page
    assert "/desk/events/" in page


def test_it_counts_nothing_that_watch_desk_has_counted(viewer, counted, monkeypatch):
    asked = []

    def told(read):
        return lambda connection, name, **values: asked.append(name) or read(connection, name, **values)

    for module in ("plugins.desk.overview", "plugins.desk.day_counts", "include.pipeline.count_days"):
        monkeypatch.setattr(f"{module}.read", told(day_counts.read))
    page = viewer.get("/desk/").text
    assert "desk/recent_counts" in asked
    assert not set(asked) & set(COUNTS)
    assert "<td>polls</td><td>4321</td><td>8765</td>" in page


def test_what_watch_desk_has_not_counted_for_an_hour_is_counted(viewer, desk, counted):
    Planted(dsn=desk[0].warehouse).run("update news.recent_counts set counted_at = counted_at - interval '61 minutes'")
    page = viewer.get("/desk/").text
    assert "4321" not in page
    assert "today&#39;s news" in page


def test_only_today_and_yesterday_are_kept(desk):
    settings, _ = desk
    for days in range(4):
        count_recent_days(settings, now=NOW + timedelta(days=days))
    loader = Planted(dsn=settings.warehouse)
    kept = loader.run("select day from news.recent_counts order by day")
    loader.run("delete from news.recent_counts")
    assert [day for (day,) in kept] == [(NOW + timedelta(days=days)).date() for days in (2, 3)]


def test_the_last_runs_are_shown_with_their_tally(viewer, runs):
    page = viewer.get("/desk/").text.partition("The last runs")[2].partition("</table>")[0]
    assert "running" in page
    assert "/dags/collect_news/runs/scheduled__2031-05-06T12%3A15%3A00%2B00%3A00" in page
    assert "poll_feeds: polled 7<br>fetch_pages: pages &lt;3&gt;" in page
    assert "extract_sanctions" in page
    assert "no run yet" in page


def test_of_those_who_ask_at_once_one_counts():
    counted = []

    def count() -> int:
        time.sleep(0.2)
        counted.append(1)
        return len(counted)

    def ask() -> None:
        answers.append(remembered("a key", count, age=timedelta(minutes=1), now=NOW))

    answers: list[int] = []
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1] * 8
    assert remembered("a key", count, age=timedelta(minutes=1), now=NOW + timedelta(minutes=1)) == 2


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(minutes=59), "good"),
        (timedelta(minutes=61), "warn"),
        (timedelta(hours=7), "bad"),
        (None, "bad"),
    ],
)
def test_how_long_nothing_came_in_decides(age, said):
    assert health(age) == said

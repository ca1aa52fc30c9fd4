"""The calendar of days, the page of a day, and days done again by Airflow's own backfill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from include.edges.warehouse import read, transaction
from include.pipeline.count_days import count_days
from plugins.desk.coverage import find_gaps
from plugins.desk.day_counts import STEPS, forget_counts
from plugins.desk.replays import fault_of_days
from tests.newsstand_run import NOW
from tests.pipeline.planted import Planted
from tests.plugins.conftest import audited

DAY = NOW.date()
NASTY = "<script>alert(1)</script>'\"&"
TODAY = date(2026, 6, 30)
FORM = {"first": "2026-03-02", "last": "2026-03-04", "sources": "archive", "stages": ["clean", "extract"]}


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    forget_counts()


@pytest.fixture
def counted(desk) -> Iterator[None]:
    settings, _ = desk
    count_days(settings, now=NOW + timedelta(days=3))
    yield
    Planted(dsn=settings.warehouse).run("delete from news.day_counts")


@pytest.fixture
def rebuild_id(desk) -> Iterator[int]:
    """A rebuild of the newsstand's day with changes and a source that could not be read."""
    loader = Planted(dsn=desk[0].warehouse)
    [(made,)] = loader.run(
        "insert into news.rebuilds (starts_at, ends_at, plan, started_at, finished_at)"
        " values (%s, %s, %s, now(), now()) returning id",
        *(DAY, DAY + timedelta(days=1), '{"sources": ["warc"], "stages": ["clean"], "is_dry_run": false}'),
    )
    for kind, change in (("event", "new"), ("story", "changed"), ("article", "gone")):
        loader.run(
            "insert into news.rebuild_changes values (%s, %s, gen_random_uuid(), %s, %s)", made, kind, change, NASTY
        )
    loader.run(
        "insert into news.rebuild_sources (rebuild_id, source, name, reason, updated_at)"
        " values (%s, 'warc', %s, %s, now())",
        *(made, NASTY, NASTY),
    )
    yield made
    loader.run("delete from news.rebuilds where id = %s", made)


@pytest.fixture
def no_replay(known_dags) -> Iterator[None]:
    """Airflow's database with our DAGs and without backfills, before and after."""
    forget_replays()
    yield
    forget_replays()


def forget_replays() -> None:
    from airflow.models import DagRun
    from airflow.models.backfill import Backfill, BackfillDagRun
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    with create_session() as session:
        for model in (BackfillDagRun, DagRun, Backfill):
            session.execute(delete(model))


def replays() -> list[tuple]:
    from airflow.models.backfill import Backfill
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        return [
            (each.from_date, each.to_date, each.triggering_user_name, each.reprocess_behavior, each.dag_run_conf)
            for each in session.scalars(select(Backfill))
        ]


def test_the_calendar_shows_the_days_and_their_gaps(viewer, known_dags, counted):
    for show in ("pages_of_day", "pages", "stories", "events"):
        page = viewer.get("/desk/coverage", params={"year": DAY.year, "show": show}).text
        assert f"/desk/coverage/{DAY}" in page
        assert "no pages" in page


def test_a_day_that_is_over_is_counted_as_it_is(desk, counted):
    loader = Planted(dsn=desk[0].warehouse)
    [counts] = loader.run(f"select {', '.join(STEPS)}, rejected_by_reason from news.day_counts where day = %s", DAY)
    assert loader.run(f"select {', '.join(STEPS)}, rejected_by_reason from news.present_days where day = %s", DAY) == [
        counts
    ]
    assert min(counts[:-1]) > 0
    assert counts[-1]
    assert loader.run("select pages, stories, events from news.day_counts where day = %s", DAY + timedelta(days=1)) == [
        (0, 0, 0)
    ]


def test_the_page_of_a_day_has_it_done_again(operator):
    assert 'action="/desk/coverage/replays"' in operator.get(f"/desk/coverage/{DAY}").text


def test_the_funnel_has_days_gone_by_as_counted_and_all_others_as_they_are(desk):
    settings, addresses = desk
    loader, analyst = Planted(dsn=settings.warehouse), Planted(dsn=addresses.analyst)
    days = "select * from mart.funnel where pages > 0 order by day"
    live = analyst.run(days)
    count_days(settings, now=NOW + timedelta(days=3))
    try:
        assert analyst.run(days) == live
        loader.run("update news.day_counts set pages = 7 where day = %s", DAY)
        assert analyst.run("select pages from mart.funnel where day = %s", DAY) == [(7,)]
    finally:
        loader.run("delete from news.day_counts")


def test_the_page_of_a_day_shows_its_funnel_and_its_diff(viewer, rebuild_id):
    page = viewer.get(f"/desk/coverage/{DAY}").text
    assert "step by step" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert viewer.get(f"/desk/coverage/{DAY}", params={"rebuild": rebuild_id}).status_code == 200
    assert viewer.get(f"/desk/coverage/{DAY}", params={"rebuild": rebuild_id + 1}).status_code == 404


@pytest.fixture
def old_day(desk) -> Iterator[date]:
    """A day before the first page, of which one page was published that came in later."""
    settings, _ = desk
    loader = Planted(dsn=settings.warehouse)
    [(entry, was)] = loader.run(
        "select entry.id, entry.published_at from news.entries as entry join news.pages as page on entry_id = entry.id"
        " join news.articles as article on page_id = page.id"
        " join sanctions.event_mentions as mention on article_id = article.id limit 1"
    )
    loader.run("update news.entries set published_at = '2016-03-01 12:00Z' where id = %s", entry)
    yield date(2016, 3, 1)
    loader.run("update news.entries set published_at = %s where id = %s", was, entry)


def test_a_day_shows_what_is_of_it_whenever_that_came_in(viewer, known_dags, desk, old_day, counted):
    page = viewer.get(f"/desk/coverage/{old_day}").text
    held = page.partition("What is of it")[2].partition("</section>")[0]
    assert '<th scope="row">pages</th><td class="count">1</td>' in held
    assert '<th scope="row">articles</th><td class="count">1</td>' in held
    assert '<th scope="row">events</th><td class="count">0</td>' not in held
    calendar = viewer.get("/desk/coverage", params={"year": 2016}).text
    assert f'/desk/coverage/{old_day}">{old_day}</a></td><td class="count">1</td><td class="count">0</td>' in calendar
    assert "has been counted" not in calendar
    assert "?year=2016" in viewer.get("/desk/coverage").text


def test_a_missed_day_that_was_given_its_pages_later_is_no_gap(viewer, known_dags, desk, counted):
    settings, _ = desk
    loader, missed = Planted(dsn=settings.warehouse), DAY + timedelta(days=1)
    address = {"year": missed.year}
    assert f'/desk/coverage/{missed}">{missed}</a>: no pages' in viewer.get("/desk/coverage", params=address).text
    [(made,)] = loader.run(
        "insert into news.rebuilds (starts_at, ends_at, plan, started_at) values (%s, %s, '{}', now()) returning id",
        *(datetime.combine(missed, datetime.min.time(), UTC) + n * timedelta(days=1) for n in (0, 1)),
    )
    loader.run("insert into news.rebuild_entries (rebuild_id, entry_id) select %s, entry_id from news.pages", made)
    try:
        count_days(settings, now=NOW + timedelta(days=3))
        assert f"{missed}</a>: no pages" not in viewer.get("/desk/coverage", params=address).text
    finally:
        loader.run("delete from news.rebuilds where id = %s", made)


def test_the_page_of_a_day_says_which_publishers_lack_articles(viewer, desk, rebuild_id):
    loader, following = Planted(dsn=desk[0].warehouse), DAY + timedelta(days=7)
    [(publisher, n)] = loader.run(
        "select publisher, count(*) from news.articles where (seen_at at time zone 'UTC')::date = %s"
        " group by publisher order by count(*) desc, publisher limit 1",
        DAY,
    )
    page = viewer.get(f"/desk/coverage/{DAY}").text.partition("Publishers</h2>")[2]
    assert f">{publisher}</a></td><td" in page
    assert f'<td class="count">{n}</td><td class="count">0</td>' in page
    bounds = {"start": datetime.combine(following, datetime.min.time(), UTC)}
    bounds["until"] = bounds["start"] + timedelta(days=1)
    with transaction(desk[0].warehouse) as connection:
        asked = bounds | {"weeks": 1, "max_publishers": 100, "max_rows": 100}
        (most, *_) = read(connection, "desk/publishers_of_day", **asked)
    assert (most.publisher, most.articles, most.usual) == (publisher, 0, n)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/desk/coverage/2026-02-30", 422),
        ("/desk/coverage/yesterday", 422),
        ("/desk/coverage/9999-12-31", 404),
        ("/desk/coverage/0001-01-01", 404),
        ("/desk/coverage?year=1", 422),
        ("/desk/coverage?year=2150", 404),
        ("/desk/coverage?show=secrets", 422),
        ("/desk/coverage/2026-06-01?rebuild=-1", 422),
        ("/desk/coverage/replays/123456", 404),
        ("/desk/coverage/replays/99999999999", 422),
        ("/desk/coverage/replays/x", 422),
    ],
)
def test_bad_input_is_told(viewer, path, status):
    answer = viewer.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "<main" in answer.text


def test_an_operator_has_days_done_again_and_sees_how_far_it_is(operator, viewer, no_replay, rebuild_id):
    answer = operator.post("/desk/coverage/replays?dag_id=forged_dag&event=forged", data=FORM)
    assert answer.status_code == 303, answer.text
    assert replays() == [
        (
            datetime(2026, 3, 2, tzinfo=UTC),
            datetime(2026, 3, 4, tzinfo=UTC),
            "some_op",
            "completed",
            {
                "sources": ["archive"],
                "stages": ["clean", "extract"],
                "dry_run": False,
                "warc_prefix": None,
                "sitemaps": None,
                "csv_path": None,
            },
        )
    ]
    event, owner, dag_id, said = audited()[0]
    assert (event, owner, dag_id) == ("create_backfill", "some_op", "rebuild_day")
    assert (said["first"], said["last"], said["reprocess"]) == ("2026-03-02", "2026-03-04", "completed")
    assert answer.headers["location"].endswith(f"/{said['backfill_id']}")
    assert said["params"]["stages"] == ["clean", "extract"]
    page = viewer.get(answer.headers["location"]).text
    assert "0 of 3 days: 3 queued" in page
    assert "data-refresh" in page
    assert "/dags/rebuild_day/runs/backfill__2026-03-03T00%3A00" in page
    assert f'href="{answer.headers["location"]}"' in viewer.get("/desk/coverage").text

    again = operator.post("/desk/coverage/replays", data=FORM)
    assert again.status_code == 409
    assert "is not over yet" in again.text
    assert len(replays()) == 1


def test_the_progress_shows_what_changed(desk, operator, viewer, no_replay, rebuild_id):
    data = FORM | {"first": str(DAY), "last": str(DAY)}
    answer = operator.post("/desk/coverage/replays", data=data)
    loader = Planted(dsn=desk[0].warehouse)
    loader.run("update news.rebuilds set started_at = now() + interval '1 second' where id = %s", rebuild_id)
    page = viewer.get(answer.headers["location"]).text
    assert "<td>1, 0, 0</td>" in page
    assert f"/desk/coverage/{DAY}?rebuild={rebuild_id}" in page


def test_a_replay_is_paused_taken_up_and_cancelled(operator, viewer, no_replay):
    place = operator.post("/desk/coverage/replays", data=FORM).headers["location"]
    for action, said in (("pause", "Go on"), ("unpause", "Pause"), ("cancel", "3 failed")):
        assert viewer.post(place, data={"action": action}).status_code == 403
        answer = operator.post(place, data={"action": action})
        assert (answer.status_code, answer.headers["location"]) == (303, place)
        page = operator.get(place).text
        assert said in page
        logged = (f"{action}_backfill", "some_op", "rebuild_day", {"backfill_id": int(place.rpartition("/")[2])})
        assert audited()[0] == logged
    assert "data-refresh" not in page
    assert operator.post(place, data={"action": "cancel"}).status_code == 409
    assert operator.post(place, data={"action": "explode"}).status_code == 422


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"first": "2026-03-05"}, 400, "comes after"),
        ({"last": "2100-01-01"}, 400, "when it is over"),
        ({"first": "2015-01-01"}, 400, "out of reach"),
        ({"first": "2024-01-01"}, 400, "are the most"),
        ({"first": "2026-02-30"}, 422, "first"),
        ({"first": ""}, 422, "first"),
        ({"sources": "rumours"}, 422, "sources"),
        ({"sources": "warc"}, 400, "warc_prefix"),
        ({"sources": "csv", "csv_path": "\0"}, 422, "csv_path"),
        ({"sources": "csv", "csv_path": "/etc/hostname"}, 400, "must lie below"),
        ({"stages": "fetch"}, 422, "stages"),
        ({"reprocess": "always"}, 422, "reprocess"),
        ({"sources": "sitemaps", "sitemaps": "ftp://a.example/x"}, 400, "begins with http:// or https://"),
        ({"sources": "sitemaps", "sitemaps": "http://a.b/ " * 1001}, 400, "These are 1,001 sitemaps"),
        ({"sources": "sitemaps", "sitemaps": "http://a.b/" + "x" * 2000}, 400, "longer than 2,000 characters"),
    ],
)
def test_what_cannot_be_done_again_is_told(operator, no_replay, change, status, said):
    answer = operator.post("/desk/coverage/replays", data=FORM | change)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert "Traceback" not in answer.text
    assert replays() == []


def test_a_viewer_starts_nothing(viewer, no_replay):
    assert viewer.post("/desk/coverage/replays", data=FORM).status_code == 403
    assert replays() == []


def test_gaps_are_days_without_pages_or_with_few():
    oldest = date(2026, 1, 1)
    pages = {oldest + timedelta(days=n): 90 for n in range(60)}
    pages |= {date(2026, 2, 3): 0, date(2026, 2, 4): 29, date(2026, 2, 5): 30, date(2026, 2, 28): 0}
    pages[oldest - timedelta(days=1)] = 0
    gaps = find_gaps(pages, oldest, date(2026, 2, 28))
    assert gaps == {date(2026, 2, 3): "no pages", date(2026, 2, 4): "29 pages, where 90 are usual"}


def test_a_weekday_is_compared_with_itself():
    pages = {date(2026, 1, 1) + timedelta(days=n): 90 for n in range(60)}
    pages = {day: 10 if day.weekday() == 6 else n for day, n in pages.items()}
    assert find_gaps(pages, date(2026, 1, 1), TODAY) == {}


@pytest.mark.parametrize(
    ("first", "last", "is_good"),
    [
        (date(2026, 6, 29), date(2026, 6, 29), True),
        (date(2026, 6, 30), date(2026, 6, 30), False),
        (date(2026, 3, 30), date(2026, 6, 29), True),
        (date(2026, 3, 29), date(2026, 6, 29), False),
        (date(2015, 12, 31), date(2016, 1, 1), False),
    ],
)
def test_which_days_may_be_done_again(first, last, is_good):
    assert (fault_of_days(first, last, today=TODAY) == "") == is_good

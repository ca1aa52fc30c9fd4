"""What operators decide of a feed holds against the catalog and the polls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from include.edges.warehouse import transaction, write_rows
from include.local.newsstand import serve
from include.pipeline.feed_rows import update_row
from include.pipeline.manage_feeds import (
    Action,
    RefusedActionError,
    Standing,
    UnknownFeedError,
    act_on_feed,
    decide,
)
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.sync_feeds import sync_feeds
from include.records import Reason
from include.settings import Settings
from include.stages.polling import FeedMemory, after_failure
from tests.pipeline.planted import Planted

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def settings(warehouse, tmp_path) -> Iterator[Settings]:
    """A warehouse that knows the newsstand's feeds and has polled them once."""
    with serve(0) as base_url:
        settings = Settings(
            home=tmp_path,
            feeds="newsstand",
            newsstand_url=base_url,
            allowed_addresses=base_url.removeprefix("http://"),
            shards=1,
            AIRFLOW_CONN_WAREHOUSE=warehouse.loader,
        )
        collect(settings, NOW)
        yield settings


def collect(settings: Settings, now: datetime) -> None:
    sync_feeds(settings, now=now)
    poll_feeds(settings, now=now)


def feeds(settings: Settings, n: int) -> list[str]:
    return [
        row[0] for row in run(settings, "select id::text from news.feeds where state = 'ok' order by id limit %s", n)
    ]


def run(settings: Settings, query: str, *values: object) -> list[tuple]:
    return Planted(dsn=settings.warehouse).run(query, *values)


def test_what_was_decided_outlives_the_catalog_and_the_polls(settings):
    paused, retired, left = feeds(settings, 3)
    act_on_feed(settings, paused, Action.PAUSE, acted_by="Ada", now=NOW)
    act_on_feed(settings, retired, Action.RETIRE, acted_by="Ada", now=NOW)
    collect(settings, LATER)
    columns = "is_enabled, paused_at is not null, state, polled_at"
    rows = {feed: run(settings, f"select {columns} from news.feeds where id = %s", feed) for feed in (paused, retired)}
    assert rows == {paused: [(False, True, "ok", NOW)], retired: [(True, False, "retired", NOW)]}
    assert run(settings, "select polled_at from news.feeds where id = %s", left) == [(LATER,)]

    act_on_feed(settings, paused, Action.RESUME, acted_by="Ada", now=LATER)
    act_on_feed(settings, retired, Action.UNRETIRE, acted_by="Ada", now=LATER)
    assert sync_feeds(settings, now=LATER).counts["feeds_changed"] == 0
    poll_feeds(settings, now=LATER)
    assert run(settings, "select distinct state, polled_at from news.feeds where id in (%s, %s)", paused, retired) == [
        ("ok", LATER)
    ]


def test_a_catalog_that_changes_its_title_does_not_resume_it(settings):
    (paused,) = feeds(settings, 1)
    act_on_feed(settings, paused, Action.PAUSE, acted_by="Ada", now=NOW)
    run(settings, "update news.feeds set title = 'Another' where id = %s", paused)
    assert sync_feeds(settings, now=NOW).counts["feeds_changed"] == 1
    assert run(settings, "select is_enabled from news.feeds where id = %s", paused) == [(False,)]


def test_poll_now_makes_it_due_for_the_next_run(settings):
    (feed,) = feeds(settings, 1)
    run(settings, "update news.feeds set next_poll_at = '2100-01-01', failures = 3 where id = %s", feed)
    assert act_on_feed(settings, feed, Action.POLL_NOW, acted_by="Ada", now=LATER)
    assert not act_on_feed(settings, feed, Action.POLL_NOW, acted_by="Ada", now=LATER)
    poll_feeds(settings, now=LATER)
    assert run(settings, "select polled_at, failures from news.feeds where id = %s", feed) == [(LATER, 0)]
    assert run(settings, "select action, acted_by, acted_at from mart.feed_actions") == [("poll_now", "Ada", LATER)]


def test_a_poll_under_way_does_not_bring_a_retired_feed_back(settings):
    (feed,) = feeds(settings, 1)
    act_on_feed(settings, feed, Action.RETIRE, acted_by="Ada", now=NOW)
    update = after_failure(FeedMemory(id=feed), now=NOW, reason=Reason.HTTP_STATUS, status=500, headers={})
    with transaction(settings.warehouse) as connection:
        write_rows(connection, "update_feeds", [update_row(update)])
    assert run(settings, "select state, reason from news.feeds where id = %s", feed) == [
        ("retired", "retired_by_operator")
    ]


def test_an_unknown_feed_is_none(settings):
    with pytest.raises(UnknownFeedError):
        act_on_feed(settings, "00000000-0000-0000-0000-000000000000", Action.PAUSE, acted_by="Ada", now=NOW)


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        (Standing(state="ok"), Action.PAUSE, Standing(state="ok", is_enabled=False, paused_at=NOW)),
        (Standing(state="ok", is_enabled=False), Action.RESUME, Standing(state="ok", is_enabled=False)),
        (Standing(state="ok", next_poll_at=NOW), Action.POLL_NOW, Standing(state="ok", next_poll_at=NOW)),
        (
            Standing(state="failing", failures=9, next_poll_at=NOW + timedelta(hours=1)),
            Action.POLL_NOW,
            Standing(state="failing"),
        ),
        (Standing(state="ok"), Action.UNRETIRE, Standing(state="ok")),
    ],
)
def test_decisions(before, action, after):
    assert decide(before, action, NOW) == after


@pytest.mark.parametrize(
    ("standing", "action"),
    [
        (Standing(state="retired"), Action.PAUSE),
        (Standing(state="retired"), Action.POLL_NOW),
        (Standing(state="ok", is_enabled=False, paused_at=NOW), Action.POLL_NOW),
        (Standing(state="ok", is_enabled=False), Action.POLL_NOW),
    ],
)
def test_refusals(standing, action):
    with pytest.raises(RefusedActionError):
        decide(standing, action, NOW)

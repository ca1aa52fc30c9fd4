"""The pages of feeds, and what operators do on them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.pipeline.manage_feeds import Action, RefusedActionError, Standing, act_on_feed, decide
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.sync_feeds import sync_feeds
from include.records import hash_id
from tests.newsstand_run import collect
from tests.pipeline.planted import Planted

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&"
UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def feed_id(desk) -> str:
    """A planted feed that fails, gone when the test is over."""
    settings, _ = desk
    loader = Planted(dsn=settings.warehouse)
    made = hash_id("planted feed")
    loader.run(
        "insert into news.feeds (id, url, title, publisher, country, language, feed_group, kind, state, reason,"
        " failures, next_poll_at) values (%s, %s, %s, %s, 'GB', 'en', 'planted', 'newsroom', 'failing', %s, 7, %s)",
        *(made, f"javascript:alert('{NASTY}')", f"Title {NASTY}", f"Publisher {NASTY}", f"reason {NASTY}"),
        datetime(2100, 1, 1, tzinfo=UTC),
    )
    loader.run(
        "insert into news.fetches (kind, item_id, url, fetched_at, status, reason, detail)"
        " values ('feed', %s, 'https://a.example/', now(), 500, 'http_status', %s)",
        *(made, NASTY),
    )
    loader.run(
        "insert into news.entries (id, feed_id, url, guid, title, summary, byline, first_seen_at)"
        " values (%s, %s, 'javascript:alert(3)', '', %s, '', '', now())",
        *(hash_id("planted entry"), made, NASTY),
    )
    yield made
    for table, column in (("feed_actions", "feed_id"), ("fetches", "item_id"), ("entries", "feed_id"), ("feeds", "id")):
        loader.run(f"delete from news.{table} where {column} = %s", made)


def standing(desk, feed_id: str) -> tuple:
    return Planted(dsn=desk[0].warehouse).run(
        "select state, failures, is_enabled, paused_at is not null, next_poll_at = '-infinity' from news.feeds"
        " where id = %s",
        feed_id,
    )[0]


def actions(desk, feed_id: str) -> list[tuple]:
    return Planted(dsn=desk[1].analyst).run(
        "select action, acted_by, note from mart.feed_actions where feed_id = %s order by acted_at", feed_id
    )


def test_the_list_shows_and_filters(viewer, feed_id):
    page = viewer.get("/desk/feeds").text
    assert f"/desk/feeds/{feed_id}" in page
    assert "newsstand" in page
    for wanted in ({"state": "failing"}, {"group": "planted"}, {"words": "title <SCRIPT>"}):
        assert f"/desk/feeds/{feed_id}" in viewer.get("/desk/feeds", params=wanted).text
    for other in ({"state": "retired"}, {"group": "newsstand"}, {"publisher": "Nobody"}, {"words": "%"}):
        assert f"/desk/feeds/{feed_id}" not in viewer.get("/desk/feeds", params=other).text


def test_the_list_goes_on_where_it_ended(viewer, monkeypatch):
    monkeypatch.setattr("plugins.desk.feeds.PAGE", 3)
    seen: list[str] = []
    query = "/desk/feeds"
    while query:
        page = viewer.get(query).text
        shown = [part.split('"')[0] for part in page.split('<td><a href="/desk/feeds/')[1:]]
        assert 1 <= len(shown) <= 3
        seen += shown
        query = "/desk/feeds?after=" + page.split("/desk/feeds?after=")[1].split('"')[0] if "?after=" in page else ""
    assert len(seen) == len(set(seen)) > 6


@pytest.mark.parametrize("path", ["/desk/feeds", "/desk/feeds/{}"])
def test_what_strangers_wrote_is_escaped(viewer, feed_id, path):
    page = viewer.get(path.format(feed_id)).text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript:' not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/desk/feeds/{UNKNOWN}", 404),
        ("/desk/feeds/17", 422),
        ("/desk/feeds?state=odd", 422),
        ("/desk/feeds?after=odd", 422),
        ("/desk/feeds?words=%00", 422),
        ("/desk/feeds?words=" + "a" * 300, 422),
        (f"/desk/feeds?after={UNKNOWN}", 200),
    ],
)
def test_bad_input_is_told(viewer, path, status):
    answer = viewer.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "<main" in answer.text


def test_an_action_is_done_once_and_says_who(operator, desk, feed_id):
    for said in ("done=pause", "already=pause"):
        answer = operator.post(f"/desk/feeds/{feed_id}", data={"action": "pause", "note": f" {NASTY} "})
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/desk/feeds/{feed_id}?{said}"
    assert standing(desk, feed_id) == ("failing", 7, False, True, False)
    assert actions(desk, feed_id) == [("pause", "some_op", NASTY)]
    page = operator.get(answer.headers["location"]).text
    assert "It was paused already" in page
    assert "some_op" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("done", "after"),
    [
        (["poll_now"], ("failing", 0, True, False, True)),
        (["pause", "resume"], ("failing", 7, True, False, False)),
        (["retire"], ("retired", 7, True, False, False)),
        (["retire", "unretire"], ("new", 0, True, False, True)),
    ],
)
def test_every_action_does_what_it_says(operator, desk, feed_id, done, after):
    for action in done:
        for _ in range(2):
            assert operator.post(f"/desk/feeds/{feed_id}", data={"action": action}).status_code == 303
    assert standing(desk, feed_id) == after
    assert [action for action, _, _ in actions(desk, feed_id)] == done


def test_what_makes_no_sense_is_refused(operator, desk, feed_id):
    operator.post(f"/desk/feeds/{feed_id}", data={"action": "pause"})
    answer = operator.post(f"/desk/feeds/{feed_id}", data={"action": "poll_now"})
    assert answer.status_code == 409
    assert "resume it first" in answer.text
    assert operator.post(f"/desk/feeds/{feed_id}", data={"action": "explode"}).status_code == 422
    assert operator.post(f"/desk/feeds/{feed_id}", data={"action": "retire", "note": "\0"}).status_code == 422
    assert operator.post(f"/desk/feeds/{UNKNOWN}", data={"action": "pause"}).status_code == 404
    assert [action for action, _, _ in actions(desk, feed_id)] == ["pause"]


@pytest.mark.parametrize("action", list(Action))
def test_a_viewer_does_nothing(viewer, desk, feed_id, action):
    assert viewer.post(f"/desk/feeds/{feed_id}", data={"action": action.value}).status_code == 403
    assert actions(desk, feed_id) == []


def test_another_site_does_nothing(operator, desk, feed_id):
    headers = {"sec-fetch-site": "cross-site"}
    assert operator.post(f"/desk/feeds/{feed_id}", data={"action": "pause"}, headers=headers).status_code == 403
    assert actions(desk, feed_id) == []


def test_what_operators_decided_outlives_the_catalog_and_the_polls(desk):
    settings, _ = desk
    loader = Planted(dsn=settings.warehouse)
    paused, retired = (row[0] for row in loader.run("select id::text from news.feeds where kind = 'demo' limit 2"))
    before = loader.run("select count(*) from news.fetches where item_id in (%s, %s)", paused, retired)
    act_on_feed(settings, paused, Action.PAUSE, acted_by="Ada", now=NOW)
    act_on_feed(settings, retired, Action.RETIRE, acted_by="Ada", now=NOW)
    try:
        collect(settings, NOW)
        assert standing(desk, paused)[2:4] == (False, True)
        assert standing(desk, retired)[0] == "retired"
        assert loader.run("select count(*) from news.fetches where item_id in (%s, %s)", paused, retired) == before
    finally:
        act_on_feed(settings, paused, Action.RESUME, acted_by="Ada", now=NOW)
        act_on_feed(settings, retired, Action.UNRETIRE, acted_by="Ada", now=NOW)
        loader.run("delete from news.feed_actions where acted_by = 'Ada'")
    assert sync_feeds(settings, now=NOW).counts["feeds_changed"] == 0
    assert standing(desk, paused)[2:4] == (True, False)


def test_poll_now_makes_it_due_for_the_next_run(desk):
    settings, _ = desk
    loader = Planted(dsn=settings.warehouse)
    [(feed,)] = loader.run("select id::text from news.feeds where kind = 'demo' and state = 'ok' order by id limit 1")
    loader.run("update news.feeds set next_poll_at = '2100-01-01', failures = 3 where id = %s", feed)
    try:
        assert act_on_feed(settings, feed, Action.POLL_NOW, acted_by="Ada", now=NOW)
        for shard in range(settings.shards):
            poll_feeds(settings, now=NOW, shard=shard)
        assert loader.run("select polled_at, failures from news.feeds where id = %s", feed) == [(NOW, 0)]
    finally:
        loader.run("delete from news.feed_actions where acted_by = 'Ada'")


def test_a_poll_under_way_does_not_bring_a_retired_feed_back(desk, feed_id):
    from include.edges.warehouse import transaction, write_rows
    from include.pipeline.feed_rows import update_row
    from include.records import Reason
    from include.stages.polling import FeedMemory, after_failure

    settings, _ = desk
    act_on_feed(settings, feed_id, Action.RETIRE, acted_by="Ada", now=NOW)
    update = after_failure(FeedMemory(id=feed_id), now=NOW, reason=Reason.HTTP_STATUS, status=500, headers={})
    with transaction(settings.warehouse) as connection:
        write_rows(connection, "update_feeds", [update_row(update)])
    assert standing(desk, feed_id)[0] == "retired"


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

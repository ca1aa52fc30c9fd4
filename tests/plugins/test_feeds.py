"""The pages of feeds, and what operators do on them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from include.pipeline.manage_feeds import Action
from include.records import hash_id
from tests.pipeline.planted import Planted
from tests.plugins.conftest import audited

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
    logged = [each for each in audited() if each[3].get("feed_id") == feed_id]
    assert logged == [("pause_feed", "some_op", "collect_news", {"feed_id": feed_id, "note": NASTY})]
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

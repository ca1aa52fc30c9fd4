"""How the collector behaves towards feeds and hosts, from one run to the next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.edges import web_hosts
from include.pipeline.poll_feeds import poll_feeds
from include.settings import Settings
from include.stages.polling import FULL_EVERY, MOVES
from tests.hostile import Hostile, redirect, response
from tests.pipeline.site_runs import NOW, SHARDS, column, feed, offer, page, query, run

DAY = timedelta(days=1)


def poll(settings: Settings, now) -> None:
    for shard in range(SHARDS):
        poll_feeds(settings, now=now, shard=shard)


def test_robots_forbid_feeds_and_pages_and_are_read_once_a_day(site: Hostile, settings: Settings):
    offer(site, "/feeds/rss", "/closed/rss")
    site.answers["/robots.txt"] = response(b"User-agent: *\nDisallow: /closed/\n")
    site.answers["/feeds/rss"] = feed(site, ("/a", "A"), ("/closed/b", "B"))
    site.answers["/closed/rss"] = feed(site, ("/c", "C"))
    site.answers["/a"] = page("A")
    counts = run(settings)
    assert counts["articles"] == 1
    assert not [path for path in site.paths() if path.startswith("/closed/")]
    assert column(settings, "select reason from news.feeds where title = '/closed/rss'") == ["robots"]
    assert column(settings, "select distinct reason from news.fetches where kind = 'page' order by 1") == ["", "robots"]
    run(settings, NOW + timedelta(hours=1))
    assert site.paths().count("/robots.txt") == 1
    site.answers["/robots.txt"] = response(status="404 Not Found")
    run(settings, NOW + 2 * DAY)
    assert site.paths().count("/robots.txt") == 2
    assert "/closed/rss" in site.paths()


def test_a_pace_is_kept_and_what_is_left_waits_for_the_next_run(
    site: Hostile, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(web_hosts, "PATIENCE", 0.5)
    offer(site, "/rss")
    site.answers["/robots.txt"] = response(b"User-agent: *\nCrawl-delay: 0.2\n")
    site.answers["/rss"] = feed(site, *((f"/{n}", f"{n}") for n in range(6)))
    for n in range(6):
        site.answers[f"/{n}"] = page(f"{n}", f"Other words {n}.")
    first = run(settings)
    assert 2 <= first["pages_new"] <= 4
    assert first["pages_postponed"] >= 1
    assert not query(settings, "select * from news.fetches where reason <> ''")
    assert first["pages_new"] + run(settings, NOW + timedelta(minutes=15))["pages_new"] == 6


def test_a_host_that_asks_twice_is_left_alone(site: Hostile, settings: Settings):
    offer(site, "/one", "/two", "/three", "/four")
    busy = response(status="429 Too Many Requests", Retry_After=7200)
    for path in ("/one", "/two", "/three", "/four"):
        site.answers[path] = busy
    run(settings)
    assert 2 <= len([path for path in site.paths() if path in ("/one", "/two", "/three", "/four")]) <= 4
    asked = len(site.asked)
    poll(settings, NOW + timedelta(minutes=90))
    assert len(site.asked) == asked
    for path in ("/one", "/two", "/three", "/four"):
        site.answers[path] = feed(site)
    poll(settings, NOW + timedelta(hours=5))
    assert {"/one", "/two", "/three", "/four"} <= set(site.paths()[asked:])


def test_one_patient_feed_does_not_stop_its_host(site: Hostile, settings: Settings):
    offer(site, "/one", "/two")
    site.answers["/one"] = response(status="503 Service Unavailable", Retry_After=7200)
    site.answers["/two"] = feed(site, ("/a", "A"))
    site.answers["/a"] = page("A")
    run(settings)
    poll(settings, NOW + timedelta(minutes=90))
    assert (site.paths().count("/one"), site.paths().count("/two")) == (1, 2)


def test_a_feed_that_moved_for_good_is_asked_there(site: Hostile, settings: Settings):
    offer(site, "/old")
    site.answers["/old"] = redirect("/new", "301 Moved Permanently")
    site.answers["/new"] = feed(site, ("/a", "A"))
    site.answers["/a"] = page("A")
    for n in range(MOVES):
        run(settings, NOW + n * DAY)
    assert column(settings, "select polled_url from news.feeds") == [site.url("/new")]
    asked = len(site.asked)
    poll(settings, NOW + MOVES * DAY)
    assert "/old" not in site.paths()[asked:]
    site.answers["/new"] = response(status="404 Not Found")
    site.answers["/old"] = feed(site, ("/a", "A"))
    for n in range(5):
        poll(settings, NOW + (MOVES + 2 + 4 * n) * DAY)
    assert column(settings, "select state from news.feeds") == ["ok"]


def test_a_lying_validator_is_found_out(site: Hostile, settings: Settings):
    offer(site, "/rss")
    stuck = feed(site, ("/a", "A"), ETag='"1"', Last_Modified="Tue, 01 Jan 2041 00:00:00 GMT")
    site.answers["/a"] = site.answers["/b"] = page("A")
    answer = {"whole": stuck}
    site.answers["/rss"] = lambda headers: (
        response(status="304 Not Modified") if "if-none-match" in headers else answer["whole"]
    )
    run(settings)
    answer["whole"] = feed(site, ("/b", "B"), ETag='"1"')
    run(settings, NOW + DAY)
    assert "if-modified-since" not in site.asked[-1][1]
    assert len(column(settings, "select id from news.entries")) == 1
    run(settings, NOW + FULL_EVERY + DAY)
    assert len(column(settings, "select id from news.entries")) == 2


def test_a_feeds_own_wish_is_kept(site: Hostile, settings: Settings):
    offer(site, "/rss")
    whole = feed(site, ("/a", "A")).replace(b"<title>P</title>", b"<title>P</title><ttl>150</ttl>")
    site.answers["/rss"] = whole.replace(b"Content-Length", b"X-Length")
    site.answers["/a"] = page("A")
    run(settings)
    poll(settings, NOW + timedelta(hours=2))
    assert site.paths().count("/rss") == 1
    poll(settings, NOW + timedelta(hours=3))
    assert site.paths().count("/rss") == 2


def test_duplicate_feeds_are_reported(site: Hostile, settings: Settings):
    offer(site, "/one", "/moved", "/same", "/other")
    items = [(f"/{n}", f"{n}") for n in range(8)]
    site.answers["/one"] = feed(site, *items)
    site.answers["/moved"] = redirect("/one")
    site.answers["/same"] = feed(site, *items[1:], ("/9", "9"))
    site.answers["/other"] = feed(site, *((f"/x{n}", "X") for n in range(8)), *items[:2])
    run(settings)
    assert run(settings, NOW + timedelta(minutes=1))["duplicates_changed"] == 2
    rows = query(settings, "select title, duplicate_of is not null as is_double from news.feeds order by title")
    doubles = {row["title"] for row in rows if row["is_double"]}
    assert len(doubles) == 2
    assert "/other" not in doubles


def test_feed_bodies_are_in_the_archive(site: Hostile, settings: Settings):
    from include.edges.archive import Archive
    from include.records import ArchiveRecord

    offer(site, "/rss", "/page")
    site.answers["/rss"] = feed(site, ("/a", "A"))
    site.answers["/page"] = response(b"<html>no feed</html>")
    run(settings)
    rows = query(settings, "select warc_file, warc_offset, warc_length from news.fetches where kind = 'feed'")
    bodies = {
        Archive(settings.archive).read(
            ArchiveRecord(file=row["warc_file"], offset=row["warc_offset"], length=row["warc_length"])
        )[:5]
        for row in rows
    }
    assert bodies == {b"<rss ", b"<html"}

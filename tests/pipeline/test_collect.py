"""From feeds to articles in a real warehouse, over a loopback site that changes, lies and fails."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg2
import pytest

from include.pipeline import clean_pages as cleaning
from include.pipeline.clean_pages import clean_pages
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.rebuild import reopen_day, report_day
from include.pipeline.sync_feeds import UnknownSourceError, sync_feeds
from include.records import Window
from include.settings import Settings
from tests.hostile import Hostile, redirect, response
from tests.pipeline.site_runs import NOW, SHARDS, column, feed, offer, page, query, run

DAY = Window(start=NOW.replace(hour=0), end=NOW.replace(hour=0) + timedelta(days=1))


def snapshot(settings: Settings) -> dict[str, list[dict]]:
    tables = ("entries", "pages", "articles", "outcomes")
    return {table: query(settings, f"select xmin::text, * from news.{table} order by 2, 3") for table in tables}


def test_from_feed_to_article(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a?utm_source=rss", "Quay put off"), ("/b", "Cranes to be paid"))
    site.answers["/a"], site.answers["/b"] = page("Old headline"), page("Cranes to be paid", "Other words.")
    assert run(settings)["articles"] == 2
    rows = query(
        settings,
        "select a.*, body.text from news.articles as a"
        " join news.article_texts as body on body.article_id = a.id and body.seen_at = a.text_at order by url",
    )
    assert [row["url"] for row in rows] == [site.url("/a"), site.url("/b")]
    assert rows[0]["title"] == "Quay put off"  # the feed's headline before the page's
    assert rows[0]["published_source"] == "feed"
    assert all(row["is_current"] for row in rows)
    assert rows[0]["word_count"] == len(rows[0]["text"].split()) > 50
    assert column(settings, "select state from news.feeds") == ["ok"]


def test_a_second_run_changes_no_row(site: Hostile, settings: Settings):
    offer(site, "/rss", "/gone")
    site.answers["/rss"] = feed(site, ("/a", "A"), ("/missing", "M"))
    site.answers["/a"] = page("A")
    run(settings)
    before = snapshot(settings)
    counts = run(settings, NOW + timedelta(minutes=1))
    assert snapshot(settings) == before
    assert set(counts) == {"feeds"}


def test_an_unchanged_feed_is_neither_sent_nor_parsed(site: Hostile, settings: Settings, monkeypatch):
    offer(site, "/tagged", "/plain")
    tagged = feed(site, ("/a", "A"), ETag='"1"')
    site.answers["/tagged"] = lambda headers: (
        response(status="304 Not Modified") if headers.get("if-none-match") == '"1"' else tagged
    )
    site.answers["/plain"] = feed(site, ("/b", "B"))
    run(settings)
    monkeypatch.setattr("include.pipeline.poll_feeds.parse_within_bounds", None)  # calling it would raise
    later = NOW + timedelta(days=1)
    assert sum(poll_feeds(settings, now=later, shard=n).counts["feeds_unchanged"] for n in range(SHARDS)) == 2
    rows = query(
        settings, "select status, body_bytes > 0 as has_body from news.fetches where kind = 'feed' order by id"
    )
    assert {(row["status"], row["has_body"]) for row in rows[2:]} == {(304, False), (200, True)}


def test_bad_feeds_are_rows_and_good_ones_go_on(site: Hostile, settings: Settings):
    offer(site, "/good", "/html", "/empty", "/gone", "/nothing", "/inside")
    site.answers["/good"] = feed(site, ("/a", "A"))
    site.answers["/a"] = page("A")
    site.answers["/html"] = response(b"<html><body>Prove that you are human</body></html>", Content_Type="text/html")
    site.answers["/empty"] = response(b"")
    site.answers["/gone"] = response(status="410 Gone")
    site.answers["/nothing"] = b""
    site.answers["/inside"] = redirect("http://169.254.169.254/latest/")
    counts = run(settings)
    assert counts["articles"] == 1
    states = {row["title"]: (row["state"], row["reason"]) for row in query(settings, "select * from news.feeds")}
    assert states == {
        "/good": ("ok", ""),
        "/html": ("failing", "not_a_feed"),
        "/empty": ("failing", "not_a_feed"),
        "/gone": ("retired", "http_status 410"),
        "/nothing": ("failing", "connection_failed"),
        "/inside": ("failing", "forbidden_address"),
    }
    reasons = column(settings, "select reason from news.fetches where kind = 'feed' and reason <> ''")
    assert len(reasons) == 5
    retried = NOW + timedelta(days=3)
    asked = len(site.asked)
    for shard in range(SHARDS):
        poll_feeds(settings, now=retried, shard=shard)
    assert set(site.paths()[asked:]) == {"/robots.txt", "/good", "/html", "/empty", "/nothing", "/inside"}


def test_a_feed_that_was_no_feed_is_read_when_it_is_one(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = response(b"<html>soon</html>", ETag='"1"')
    run(settings)
    site.answers["/rss"] = feed(site, ("/a", "A"))
    site.answers["/a"] = page("A")
    assert run(settings, NOW + timedelta(days=1))["articles"] == 1
    assert "if-none-match" not in dict(site.asked[-2][1])


def test_two_feeds_announce_one_address(site: Hostile, settings: Settings):
    offer(site, "/one", "/two")
    site.answers["/one"] = feed(site, ("/a", "A"))
    site.answers["/two"] = feed(site, ("/a#top", "Another headline"))
    site.answers["/a"] = page("A")
    assert run(settings)["articles"] == 1
    first = column(settings, "select title from news.entries")
    site.answers["/one"] = feed(site, ("/a", "A"), ("/x", "X"))
    site.answers["/two"] = feed(site, ("/a#top", "Another headline"), ("/y", "Y"))
    run(settings, NOW + timedelta(days=1))
    assert column(settings, f"select title from news.entries where url = '{site.url('/a')}'") == first


def test_hostile_text_reaches_the_warehouse_harmless(site: Hostile, settings: Settings):
    offer(site, "/nul", "/half", "/script")
    site.answers["/nul"] = feed(site, ("/a", "A nul \0 inside"))
    site.answers["/half"] = feed(site, ("/b", "Half a pair HAL")).replace(
        b"HAL", "\ud800".encode("utf-8", "surrogatepass")
    )
    site.answers["/script"] = feed(site, ("/c", "&lt;script&gt;x()&lt;/script&gt;Headline &lt;img src=x&gt;"))
    for path in ("/a", "/b", "/c"):
        site.answers[path] = page("A", "A nul \0 in the text.")
    counts = run(settings)
    titles = column(settings, "select title from news.entries order by url")
    assert len(titles) == counts["articles"] == 3
    assert titles[2] == "Headline"
    assert not any("\0" in title or "<" in title for title in titles)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (response(status="410 Gone"), "http_status"),
        (response(b"%PDF-1.7", Content_Type="application/pdf"), "unexpected_type"),
        (redirect("http://10.0.0.1/"), "forbidden_address"),
        (response(b"x", Content_Length=10**12), "too_large"),
    ],
)
def test_what_will_not_change_is_not_asked_again(site: Hostile, settings: Settings, answer: bytes, reason: str):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a", "A"))
    site.answers["/a"] = answer
    assert run(settings)[f"rejected_{reason}"] == 1
    run(settings, NOW + timedelta(days=1))
    assert site.paths().count("/a") == 1
    assert column(settings, "select reason from news.outcomes where stage = 'fetch'") == [reason]


def test_passing_trouble_is_tried_again_a_few_times(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a", "A"), ("/b", "B"))
    site.answers["/a"] = site.answers["/b"] = response(status="503 Service Unavailable")
    run(settings)
    run(settings, NOW + timedelta(minutes=5))
    assert site.paths().count("/a") == 1  # too soon
    site.answers["/b"] = page("B")
    for day in range(1, 8):
        run(settings, NOW + timedelta(days=day))
    assert site.paths().count("/a") == 4
    assert site.paths().count("/b") == 2
    outcomes = query(settings, "select is_rejected, reason from news.outcomes where stage = 'fetch' order by 1")
    assert outcomes == [{"is_rejected": False, "reason": ""}, {"is_rejected": True, "reason": "http_status"}]


def test_pages_without_an_article_have_a_reason(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a", "A"), ("/b", "B"))
    site.answers["/a"] = response(b"", Content_Type="text/html")
    site.answers["/b"] = response(b"<html><body><p>Please accept.</p></body></html>", Content_Type="text/html")
    run(settings)
    reasons = column(settings, "select reason from news.outcomes where stage = 'clean' order by 1")
    assert len(reasons) == 2
    assert reasons[0] == "empty_page"
    assert not query(settings, "select * from news.articles")


def change_page(site: Hostile, settings: Settings, body: bytes, now: datetime) -> None:
    """Fetches an address a second time, as a later look at it will."""
    connection = psycopg2.connect(settings.warehouse)
    with connection, connection.cursor() as cursor:
        cursor.execute("delete from news.outcomes where stage = 'fetch'")
        cursor.execute("delete from news.fetches where kind = 'page'")
    connection.close()
    site.answers["/a"] = body
    run(settings, now)


def test_versions_of_one_address(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a", "A"))
    site.answers["/a"] = page("A")
    run(settings)
    change_page(site, settings, page("A", "A correction was made."), NOW + timedelta(hours=6))
    rows = query(
        settings,
        "select url_id, is_current, text like '%correction%' as is_corrected"
        " from news.articles join news.article_texts on id = article_id",
    )
    assert len({row["url_id"] for row in rows}) == 1
    assert sorted((row["is_corrected"], row["is_current"]) for row in rows) == [(False, False), (True, True)]
    change_page(site, settings, response(b"<html></html>", Content_Type="text/html"), NOW + timedelta(hours=9))
    assert len(column(settings, "select id from news.articles where is_current")) == 1


def test_another_advert_is_not_another_version(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a", "A"))
    site.answers["/a"] = page("A")
    run(settings)
    body = page("A").replace(b"<article>", b"<aside>buy</aside><article>").replace(b"Content-Length: ", b"X-Length: ")
    change_page(site, settings, body, NOW + timedelta(hours=6))
    assert len(query(settings, "select * from news.pages")) == 2
    (article,) = query(settings, "select is_current, seen_at from news.articles")
    assert article == {"is_current": True, "seen_at": NOW}


def test_rebuilding_a_day_gives_the_same_rows(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a", "A"), ("/b", "B"))
    site.answers["/a"], site.answers["/b"] = page("A"), page("B", "Other words.")
    run(settings)
    change_page(site, settings, page("A", "A correction was made."), NOW + timedelta(hours=6))
    text = "select * from news.articles order by id"
    before, asked = query(settings, text), len(site.asked)
    later = NOW + timedelta(days=2)
    assert reopen_day(settings, window=DAY, now=later).as_dict() == {"pages_reopened": 3}
    for shard in range(SHARDS):
        clean_pages(settings, now=later, shard=shard)
    assert query(settings, text) == before
    assert len(site.asked) == asked  # from the archive alone
    report = report_day(settings, window=DAY, now=later).as_dict()
    assert report == {"pages": 3, "articles": 3, "articles_current": 2}
    tomorrow = Window(start=DAY.end, end=DAY.end + timedelta(days=1))
    assert not reopen_day(settings, window=tomorrow, now=later).as_dict()


def test_a_new_version_of_cleaning_supersedes_its_articles(site: Hostile, settings: Settings, monkeypatch):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a", "A"))
    site.answers["/a"] = page("A")
    run(settings)
    connection = psycopg2.connect(settings.warehouse)
    with connection, connection.cursor() as cursor:
        cursor.execute("update news.entries set title = 'A new headline'")
    connection.close()
    monkeypatch.setattr(cleaning, "CLEAN_VERSION", "next")
    run(settings, NOW + timedelta(minutes=1))
    rows = query(settings, "select title, is_current, clean_version from news.articles order by title")
    assert [(row["title"], row["is_current"]) for row in rows] == [("A", False), ("A new headline", True)]
    assert rows[1]["clean_version"] == "next"


def test_pages_lost_from_the_archive_keep_their_articles(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a", "A"))
    site.answers["/a"] = page("A")
    run(settings)
    for file in (settings.home / "archive").rglob("*.warc.gz"):
        file.write_bytes(file.read_bytes()[:-20])
    before = query(settings, "select * from news.articles")
    later = NOW + timedelta(days=1)
    assert reopen_day(settings, window=DAY, now=later).as_dict() == {"pages_missing_from_archive": 1}
    run(settings, NOW + timedelta(minutes=1))
    assert query(settings, "select * from news.articles") == before
    assert report_day(settings, window=DAY, now=later).counts["pages_missing_from_archive"] == 1
    connection = psycopg2.connect(settings.warehouse)
    with connection, connection.cursor() as cursor:
        cursor.execute("delete from news.outcomes where stage = 'clean'")
    connection.close()
    assert run(settings, NOW + timedelta(minutes=2))["rejected_missing_from_archive"] == 1
    assert query(settings, "select * from news.articles") == before


def test_feeds_that_leave_the_list_are_not_asked_and_come_back(site: Hostile, settings: Settings):
    offer(site, "/one", "/two")
    site.answers["/one"] = site.answers["/two"] = feed(site)
    run(settings)
    offer(site, "/one")
    assert run(settings)["feeds_disabled"] == 1
    site.answers["/feeds.opml"] = response(status="500 Oops")
    counts = run(settings)  # a newsstand that does not answer is no reason to drop its feeds
    assert "feeds_disabled" not in counts
    assert column(settings, "select title from news.feeds where is_enabled") == ["/one"]
    offer(site, "/one", "/two")
    assert run(settings)["feeds_changed"] == 1


def test_the_live_catalog_and_the_newsstand(settings: Settings, site: Hostile):
    offer(site, "/one")
    both = settings.model_copy(update={"feeds": "live, newsstand"})
    assert sync_feeds(both, now=NOW).counts["feeds"] > 80
    live = settings.model_copy(update={"feeds": "live"})
    assert sync_feeds(live, now=NOW).counts["feeds_disabled"] == 1
    with pytest.raises(UnknownSourceError, match="weather"):
        sync_feeds(settings.model_copy(update={"feeds": "weather"}), now=NOW)

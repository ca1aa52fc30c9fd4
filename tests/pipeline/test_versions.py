"""Articles that change: looked at again, and one article however its address is dressed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.settings import Settings
from tests.hostile import Hostile, redirect, response
from tests.pipeline.planted import Planted
from tests.pipeline.site_runs import NOW, column, feed, offer, page, query, run

HOUR = timedelta(hours=1)


@pytest.fixture
def watched(site: Hostile, settings: Settings) -> str:
    """The id of an article that carries an event."""
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a", "A"), ("/b", "B"))
    site.answers["/a"], site.answers["/b"] = page("A"), page("B", "Other words.")
    run(settings)
    (article_id,) = column(settings, "select id::text from news.articles where url like '%/a'")
    Planted(dsn=settings.warehouse).mention(article_id, "The council met.")
    return article_id


def looks(site: Hostile, path: str = "/a") -> int:
    return site.paths().count(path)


def test_pages_with_events_are_looked_at_three_times_more(site: Hostile, settings: Settings, watched: str):
    at = [0.5, 5, 6.5, 7, 20, 25, 26, 100, 167, 169, 170, 200, 400]
    seen = []
    for hours in at:
        run(settings, NOW + hours * HOUR)
        seen.append(looks(site))
    assert seen == [1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]
    assert looks(site, "/b") == 1
    assert len(query(settings, "select * from news.pages")) == 2


def test_a_look_that_fails_is_repeated_ever_more_rarely(site: Hostile, settings: Settings, watched: str):
    site.answers["/a"] = response(status="500 Oops")
    for half in range(2 * 12):
        run(settings, NOW + 6 * HOUR + timedelta(minutes=30 * half))
    assert 4 <= looks(site) <= 8
    assert column(settings, "select is_rejected from news.outcomes where stage = 'fetch'") == [False, False]
    site.answers["/a"] = page("A", "A correction was made.")
    run(settings, NOW + 60 * HOUR)
    assert len(column(settings, "select id from news.articles where url like '%/a'")) == 2


def test_a_correction_is_a_version_and_taking_it_back_makes_the_old_one_current(
    site: Hostile, settings: Settings, watched: str
):
    original = site.answers["/a"]
    site.answers["/a"] = page("A", "A correction was made.")
    run(settings, NOW + 7 * HOUR)
    (corrected,) = column(settings, "select id::text from news.articles where url like '%/a' and is_current")
    assert corrected != watched
    site.answers["/a"] = original
    assert run(settings, NOW + 25 * HOUR)["pages_returned"] == 1
    current = "select id::text from news.articles where url like '%/a' and is_current"
    assert column(settings, current) == [watched]
    assert len(column(settings, "select id from news.articles where url like '%/a'")) == 2
    site.answers["/a"] = page("A", "A correction was made.")
    run(settings, NOW + 169 * HOUR)
    assert column(settings, current) == [corrected]


def test_the_old_text_on_a_new_page_is_the_old_version(site: Hostile, settings: Settings, watched: str):
    site.answers["/a"] = page("A", "A correction was made.")
    run(settings, NOW + 7 * HOUR)
    advert = page("A", head="<meta name=advert content=1>")
    site.answers["/a"] = advert
    run(settings, NOW + 25 * HOUR)
    assert column(settings, "select id::text from news.articles where url like '%/a' and is_current") == [watched]


def test_a_changed_headline_is_a_new_version_of_the_same_article(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a", "Quay put off"))
    site.answers["/a"] = page("Quay put off")
    run(settings)
    site.answers["/rss"] = feed(site, ("/a", "Quay voted down"))
    run(settings, NOW + HOUR)
    rows = query(settings, "select url_id, title, is_current from news.articles order by title")
    assert [(row["title"], row["is_current"]) for row in rows] == [("Quay put off", False), ("Quay voted down", True)]
    assert len({row["url_id"] for row in rows}) == 1
    assert looks(site) == 2
    run(settings, NOW + 2 * HOUR)
    assert looks(site) == 2


def test_twins_redirects_and_canonical_links_are_one_article(site: Hostile, settings: Settings):
    offer(site, "/rss", "/twins")
    slug = "/world/2026/quay-vote-put-off"
    site.answers["/rss"] = feed(site, ("/go/x7", "Quay put off"))
    site.answers["/go/x7"] = redirect(f"{slug}?utm_source=feed")
    site.answers["/twins"] = feed(site, (f"{slug}/amp/", "Quay put off"), (f"{slug}?amp=1", "Quay put off"))
    canonical = f'<link rel="canonical" href="{site.url(slug)}">'
    for path in (f"{slug}?utm_source=feed", f"{slug}/amp/", f"{slug}?amp=1"):
        site.answers[path] = page("Quay put off", head=canonical)
    run(settings)
    assert len(column(settings, "select id from news.entries")) == 2  # the two twins are one
    (article,) = query(settings, "select url, is_current from news.articles")
    assert article == {"url": site.url(slug), "is_current": True}


def test_a_front_page_for_everything_joins_nothing(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = feed(site, ("/a-long-slug-1", "A"), ("/a-long-slug-2", "B"))
    canonical = f'<link rel="canonical" href="{site.url("/")}">'
    site.answers["/a-long-slug-1"] = page("A", head=canonical)
    site.answers["/a-long-slug-2"] = page("B", "Other words.", head=canonical)
    run(settings)
    assert len(set(column(settings, "select url_id from news.articles"))) == 2


def item(site: Hostile, path: str, guid: str, title: str = "A") -> str:
    return (
        f"<item><title>{title}</title><link>{site.url(path)}</link><guid isPermaLink='false'>{guid}</guid>"
        "<pubDate>Mon, 01 Jun 2026 08:00:00 GMT</pubDate></item>"
    )


def channel(*items: str) -> bytes:
    return response(f'<rss version="2.0"><channel><title>P</title>{"".join(items)}</channel></rss>'.encode())


def test_an_identifier_keeps_an_article_together_when_its_address_changes(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = channel(item(site, "/old-slug-of-it", "post 7"))
    site.answers["/old-slug-of-it"] = page("A")
    site.answers["/new-slug-of-it"] = page("A2", "A line more.")
    run(settings)
    site.answers["/rss"] = channel(item(site, "/new-slug-of-it", "post 7", "A2"))
    run(settings, NOW + HOUR)
    assert len(column(settings, "select id from news.entries")) == 1
    rows = query(settings, "select url_id, title, is_current from news.articles order by title")
    assert [(row["title"], row["is_current"]) for row in rows] == [("A", False), ("A2", True)]
    assert len({row["url_id"] for row in rows}) == 1


def test_an_identifier_that_all_entries_share_joins_nothing(site: Hostile, settings: Settings):
    offer(site, "/rss")
    site.answers["/rss"] = channel(item(site, "/one", "1"), item(site, "/two", "1"))
    run(settings)
    site.answers["/rss"] = channel(item(site, "/three", "1"), item(site, "/four", "1"))
    run(settings, NOW + HOUR)
    assert len(column(settings, "select id from news.entries")) == 4

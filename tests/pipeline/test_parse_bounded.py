"""Feeds, sitemaps and pages with links to feeds that were made to break a parser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from include.edges.bounded import BoundedWorker
from include.edges.web import Fetched, Request
from include.pipeline import parse_bounded
from include.pipeline.parse_bounded import links_within_bounds, parse_within_bounds
from include.pipeline.sweep_sitemaps import read_answer
from include.records import Feed, Reason, Rejected, Window, hash_id
from tests.pipeline.site_runs import NOW

URL = "https://paper.example/feed"
FEED = Feed(id=hash_id(URL), url=URL, title="P", publisher="P", country="GB", language="en", group="wires", kind="wire")
DAY = Window(start=NOW, end=NOW + timedelta(days=1))
ATTRIBUTES = " ".join(f"a{n}=''" for n in range(40_000))
ITEM = "<item><title>Quay</title><link>https://paper.example/1</link></item>"
SITE_MAP = "<url><loc>https://paper.example/1</loc><lastmod>2026-06-01T13:00:00Z</lastmod></url>"
LINK = "<link rel=alternate type='application/rss+xml' href='/feed'>"


@pytest.fixture(scope="module")
def worker() -> Iterator[BoundedWorker]:
    worker = BoundedWorker(seconds=2.0)
    yield worker
    worker.close()


@pytest.fixture(autouse=True)
def bounds(worker: BoundedWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_bounded, "_worker", lambda: worker)


def feed(attributes: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>P</title><item {attributes}/>{ITEM}</channel></rss>'.encode()


def sitemap(entries: int) -> Fetched:
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{SITE_MAP * entries}</urlset>'
    request = Request(item_id=URL, url=URL)
    return Fetched(request=request, url=URL, status=200, headers={}, body=body.encode(), seconds=0.1)


def test_a_feed_that_takes_too_long_is_rejected_and_the_next_is_read():
    rejected = parse_within_bounds(feed(ATTRIBUTES), feed=FEED, content_type="", url=URL)
    assert isinstance(rejected, Rejected) and rejected.reason is Reason.TOO_EXPENSIVE
    read = parse_within_bounds(feed(), feed=FEED, content_type="", url=URL)
    assert not isinstance(read, Rejected) and len(read.entries) == 1


def test_a_sitemap_that_takes_too_long_is_done_with_and_the_next_is_read():
    reading = read_answer(sitemap(400_000), DAY, NOW)
    assert (reading.reason, reading.is_postponed) == (Reason.TOO_EXPENSIVE, False)
    assert [each.url for each in read_answer(sitemap(1), DAY, NOW).addresses] == ["https://paper.example/1"]


def test_a_page_that_takes_too_long_links_no_feeds():
    assert links_within_bounds(f"<html><head>{LINK}<body><p {ATTRIBUTES}>".encode(), URL) == ()
    assert links_within_bounds(f"<html><head>{LINK}<body><p>".encode(), URL) == (URL,)

"""Half a megabyte of one thing again and again: it ends with an answer, and so does what comes next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from include.edges.bounded import BoundedWorker, TooExpensiveError
from include.pipeline import clean_bounded, parse_bounded
from include.pipeline.clean_bounded import clean_within_bounds
from include.pipeline.parse_bounded import links_within_bounds, parse_within_bounds, sitemap_within_bounds
from include.records import Article, RawPage, Rejected
from include.stages.feeds import ParsedFeed
from include.stages.sitemaps import Sitemap
from tests.fuzzing.seeds import NOON, PAGE, RSS, SITEMAPS
from tests.fuzzing.targets import BASE, FEED

SIZE = 500_000
UNITS = {
    "tags": "<p>a",
    "tags that close": "<div>a</div>",
    "tags inside each other": "<div><span>",
    "attributes": "<p %s>",
    "titles": "<title>a - b</title>",
    "separators of a title": "<title>%s</title>|a - ",
    "headings": "<h1>t</h1>",
    "entities": "&amp;&#233;&nbsp;&x;",
    "tables": "<table><tr><td>x",
    "links": "<a href='/a'>one of six words to read</a>",
    "comments": "<!-- a --",
    "CDATA": "<![CDATA[ a ]]>",
    "scripts": '<script type=\'application/ld+json\'>{"@type":"Article","headline":"a - b"}</script>',
    "items": "<item><title>a</title><link>/a</link><pubDate>Wed, 04 Mar 2026 10:00:00</pubDate></item>",
    "addresses": "<url><loc>https://courier.example/a</loc>",
    "letters of no encoding": "é<br>",
    "punctuation": "!. ",
}


def repeated(name: str) -> bytes:
    """So much of a unit; numbered attributes and the text of one element where %s says so."""
    around, _, unit = UNITS[name].partition("|")
    if "%s" not in around:
        return (around * (SIZE // len(around))).encode("iso-8859-1")
    inside = unit * (SIZE // len(unit)) if unit else " ".join(f"a{n}=''" for n in range(SIZE // 11))
    return (around % inside).encode()


def page(body: bytes) -> RawPage:
    return RawPage(id="x", url="", publisher="", fetched_at=NOON, content_type="text/html", body=body, body_sha256="")


@pytest.fixture(scope="module")
def worker() -> Iterator[BoundedWorker]:
    worker = BoundedWorker(seconds=2.0)
    yield worker
    worker.close()


@pytest.fixture(autouse=True)
def bounds(worker: BoundedWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (clean_bounded, parse_bounded):
        monkeypatch.setattr(module, "_worker", lambda: worker)


@pytest.mark.parametrize("name", UNITS)
def test_a_page_of_it(name: str):
    body = PAGE.replace(b"</p>", b"</p>" + repeated(name), 1)
    assert isinstance(clean_within_bounds(page(body), now=NOON), Article | Rejected)
    assert isinstance(links_within_bounds(body, BASE), tuple)


@pytest.mark.parametrize("name", UNITS)
def test_a_feed_of_it(name: str):
    body = RSS.replace(b"<item>", repeated(name) + b"<item>", 1)
    parsed = parse_within_bounds(body, feed=FEED, content_type="", url=BASE)
    assert isinstance(parsed, ParsedFeed | Rejected)


@pytest.mark.parametrize("name", UNITS)
def test_a_sitemap_of_it(name: str):
    body = SITEMAPS[0].replace(b"<url>", repeated(name) + b"<url>", 1)
    try:
        assert isinstance(sitemap_within_bounds(body, url=BASE), Sitemap | None)
    except TooExpensiveError as error:
        assert str(error).startswith("took more")


def test_what_comes_next_is_read():
    assert isinstance(clean_within_bounds(page(PAGE), now=NOON), Article)
    assert isinstance(parse_within_bounds(RSS, feed=FEED, content_type="", url=BASE), ParsedFeed)

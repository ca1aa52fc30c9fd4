"""Finds the feeds of a site from its address, without a warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from include.catalog.feeds import UNKNOWN_COUNTRY
from include.edges.web import Failed, Fetched, Hosts, Request, fetch
from include.pipeline.check_feeds import FeedCheck, check_feeds, duplicates
from include.pipeline.parse_bounded import links_within_bounds
from include.records import Feed, hash_id
from include.settings import Settings
from include.stages.feed_links import usual_feeds


class UnreachableSiteError(Exception):
    """The site gave no page to look at."""


def discover_feeds(settings: Settings, url: str, *, now: datetime) -> list[FeedCheck]:
    """The feeds of a site that answer well, each once: the address itself, what it links, or the usual places."""
    page = _page(settings, url, now)
    for candidates in ([url, *links_within_bounds(page.body, page.url)], usual_feeds(page.url)):
        if good := _good(settings, candidates, now):
            return good
    return []


def _page(settings: Settings, url: str, now: datetime) -> Fetched:
    for answer in fetch([Request(item_id="", url=url)], settings, hosts=Hosts(settings, now=now)):
        if isinstance(answer, Failed):
            raise UnreachableSiteError(f"{url}: {answer.reason} {answer.detail}")
        return answer
    raise UnreachableSiteError(url)


def _good(settings: Settings, urls: Sequence[str], now: datetime) -> list[FeedCheck]:
    feeds = {feed.id: feed for feed in map(_feed, urls)}
    found = {check.feed.id: check for check in check_feeds(settings, list(feeds.values()), now=now)}
    good = [found[feed_id] for feed_id in feeds if found[feed_id].is_good]
    repeats = duplicates(good)
    return [check for check in good if check.feed.id not in repeats]


def _feed(url: str) -> Feed:
    publisher = (urlsplit(url).hostname or url).removeprefix("www.")
    return Feed(
        id=hash_id(url),
        url=url,
        title=publisher,
        publisher=publisher,
        country=UNKNOWN_COUNTRY,
        language="en",
        group="discovered",
        kind="newsroom",
    )

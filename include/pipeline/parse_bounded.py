"""Reads feeds, sitemaps and links to feeds in a process that can be ended: what one costs shows only in reading it."""

from __future__ import annotations

from functools import cache

from include.edges.bounded import BoundedWorker, TooExpensiveError
from include.records import Feed, Reason, Rejected, Stage
from include.stages.feed_links import linked_feeds
from include.stages.feeds import ParsedFeed, parse_feed
from include.stages.sitemaps import Sitemap, parse_sitemap

# An ordinary feed takes a few milliseconds, and handing it over one; 700 KB of attributes of one tag take minutes.


def parse_within_bounds(body: bytes, *, feed: Feed, content_type: str, url: str) -> ParsedFeed | Rejected:
    """What a feed announces or why it announces nothing; TOO_EXPENSIVE when reading it was ended."""
    try:
        return _worker().call(parse_feed, body, feed=feed, content_type=content_type, url=url)
    except TooExpensiveError as error:
        return Rejected(stage=Stage.POLL, reason=Reason.TOO_EXPENSIVE, item_id=feed.id, detail=str(error))


def sitemap_within_bounds(body: bytes, *, url: str) -> Sitemap | None:
    """What a sitemap lists, None when it is none; TooExpensiveError when reading it was ended."""
    return _worker().call(parse_sitemap, body, url=url)


def links_within_bounds(body: bytes, url: str) -> tuple[str, ...]:
    """The feeds that a page links; none when looking for them was ended."""
    try:
        return _worker().call(linked_feeds, body, url)
    except TooExpensiveError:
        return ()


@cache
def _worker() -> BoundedWorker:
    return BoundedWorker()

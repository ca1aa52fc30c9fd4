"""Reads a feed here when it is of ordinary size, and in a process that can be ended when it may be a trap."""

from __future__ import annotations

from functools import cache

from include.edges.bounded import BoundedWorker, TooExpensiveError
from include.records import Feed, Reason, Rejected, Stage
from include.stages.feeds import ParsedFeed, parse_feed

ORDINARY_BYTES = 1_500_000  # feedparser takes seconds for more


def parse_within_bounds(body: bytes, *, feed: Feed, content_type: str, url: str) -> ParsedFeed | Rejected:
    """What a feed announces or why it announces nothing; TOO_EXPENSIVE when reading it was ended."""
    if len(body) <= ORDINARY_BYTES:
        return parse_feed(body, feed=feed, content_type=content_type, url=url)
    try:
        return _worker().call(parse_feed, body, feed=feed, content_type=content_type, url=url)
    except TooExpensiveError as error:
        return Rejected(stage=Stage.POLL, reason=Reason.TOO_EXPENSIVE, item_id=feed.id, detail=str(error))


@cache
def _worker() -> BoundedWorker:
    return BoundedWorker()

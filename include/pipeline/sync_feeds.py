"""Brings the feed catalog, and the demo newsstand's feeds when they are wanted, into the warehouse."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args

from include.catalog.feeds import Kind, load_feeds
from include.catalog.opml import read_opml
from include.edges.warehouse import transaction, write, write_rows
from include.edges.web import Fetched, Request, fetch
from include.records import Feed, Stage, Tally
from include.settings import Settings

SOURCES = frozenset({"live", "newsstand"})


class UnknownSourceError(ValueError):
    """DESK_FEEDS names something that is no source of feeds."""


def sync_feeds(settings: Settings, *, now: datetime, shard: int = 0) -> Tally:
    """How many feeds are wanted, and how many rows changed for it."""
    if unknown := settings.feed_sources - SOURCES:
        raise UnknownSourceError(f"DESK_FEEDS knows {', '.join(sorted(SOURCES))}, not {', '.join(sorted(unknown))}")
    tally = Tally()
    kinds = set(get_args(Kind))
    wanted = list(load_feeds()) if "live" in settings.feed_sources else []
    if "newsstand" in settings.feed_sources:
        demo = _newsstand_feeds(settings, tally)
        wanted += demo
        if not demo:  # it does not answer: what is known of it stays as it is
            kinds.discard("demo")
    with transaction(settings.warehouse) as connection:
        tally.add("feeds_changed", write_rows(connection, "upsert_feeds", [_row(feed) for feed in wanted]))
        kept_ids = [feed.id for feed in wanted]
        tally.add("feeds_disabled", write(connection, "disable_feeds", kept_ids=kept_ids, kinds=sorted(kinds)))
        tally.add("duplicates_changed", write(connection, "mark_duplicate_feeds"))
    tally.add("feeds", len(wanted))
    return tally


def _newsstand_feeds(settings: Settings, tally: Tally) -> list[Feed]:
    """The feeds that the demo newsstand lists."""
    request = Request(item_id="", url=f"{settings.newsstand_url.rstrip('/')}/feeds.opml")
    for answer in fetch([request], settings):
        if isinstance(answer, Fetched):
            return list(read_opml(answer.body, group="newsstand", kind="demo"))
        tally.reject(answer.rejected(Stage.POLL))
    return []


def _row(feed: Feed) -> dict[str, Any]:
    return {
        "id": feed.id,
        "url": feed.url,
        "title": feed.title,
        "publisher": feed.publisher,
        "country": feed.country,
        "language": feed.language,
        "feed_group": feed.group,
        "kind": feed.kind,
    }

"""Feeds, what polling remembers of them and what it learned, in and out of news.feeds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from include.records import Feed, FeedEntry
from include.stages.feed_hints import FeedHints
from include.stages.polling import FeedMemory, FeedUpdate

SKETCH = 16  # smallest hashes of the entries of one body


def feed_of(row: Any) -> Feed:
    return Feed(
        id=row.id,
        url=row.url,
        title=row.title,
        publisher=row.publisher,
        country=row.country,
        language=row.language,
        group=row.feed_group,
        kind=row.kind,
    )


def memory_of(row: Any) -> FeedMemory:
    return FeedMemory(
        id=row.id,
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        failures=row.failures,
        interval=row.poll_interval,
        hints=FeedHints(
            interval=row.asked_interval, skip_hours=frozenset(row.skip_hours), skip_days=frozenset(row.skip_days)
        ),
        full_at=row.full_fetched_at,
        polled_url=row.polled_url,
        moved_url=row.moved_url,
        moved_polls=row.moved_polls,
    )


def update_row(update: FeedUpdate) -> dict[str, Any]:
    return {
        "id": update.id,
        "state": update.state,
        "reason": update.reason,
        "failures": update.failures,
        "etag": update.etag,
        "last_modified": update.last_modified,
        "body_hash": update.body_hash,
        "polled_at": update.polled_at,
        "next_poll_at": update.next_poll_at,
        "poll_interval": seconds(update.poll_interval),
        "polled_url": update.polled_url,
        "moved_url": update.moved_url,
        "moved_polls": update.moved_polls,
        "asked_interval": seconds(update.hints.interval),
        "skip_hours": sorted(update.hints.skip_hours),
        "skip_days": sorted(update.hints.skip_days),
        "full_fetched_at": update.full_fetched_at,
        "succeeded_at": update.succeeded_at,
        "final_url": update.final_url,
        "entries_sketch": update.entries_sketch,
    }


def entry_row(entry: FeedEntry, now: datetime) -> dict[str, Any]:
    """The row; a date of after tomorrow is none."""
    is_future = entry.published_at is not None and entry.published_at > now + timedelta(days=1)
    return {
        "id": entry.id,
        "feed_id": entry.feed_id,
        "url": entry.url,
        "guid": entry.guid,
        "title": entry.title,
        "summary": entry.summary,
        "byline": entry.byline,
        "published_at": None if is_future else entry.published_at,
        "first_seen_at": now,
    }


def sketch(entries: Iterable[FeedEntry]) -> tuple[int, ...]:
    """The smallest hashes of some entries: feeds that share most of them announce the same."""
    return tuple(sorted(int(entry.id[:8] + entry.id[9:13], 16) for entry in entries)[:SKETCH])


def seconds(interval: timedelta) -> str:
    """The interval as PostgreSQL reads it."""
    return f"{interval.total_seconds()} seconds"

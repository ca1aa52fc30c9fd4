"""Asks the feeds that are due, and keeps what they announce."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import xxhash

from include.edges.warehouse import as_json, read, transaction, write_rows
from include.edges.web import Answer, Failed, Fetched, Request, fetch
from include.pipeline.fetch_rows import fetch_row
from include.records import Feed, FeedEntry, Rejected, Tally
from include.settings import Settings
from include.stages.feeds import parse_feed
from include.stages.polling import FeedMemory, FeedUpdate, after_failure, after_success

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
BATCH = 200  # feeds of one transaction: some 10,000 entries


@dataclass(slots=True)
class Findings:
    """What one batch of polls brings, to be written at once."""

    entries: dict[str, FeedEntry] = field(default_factory=dict)
    updates: list[FeedUpdate] = field(default_factory=list)
    fetches: list[dict[str, Any]] = field(default_factory=list)


def poll_feeds(settings: Settings, *, now: datetime, shard: int = 0) -> Tally:
    """How many feeds answered, and how many entries are new."""
    tally = Tally()
    for due in _due(settings, now, shard):
        found = Findings()
        requests = [_request(feed, memory) for feed, memory in due]
        feeds = {feed.id: (feed, memory) for feed, memory in due}
        for answer in fetch(requests, settings):
            _take(answer, *feeds[answer.request.item_id], found, tally, now)
        _write(settings, found, tally, now)
    return tally


def _due(settings: Settings, now: datetime, shard: int) -> Iterator[list[tuple[Feed, FeedMemory]]]:
    """Batches of feeds to ask; each must be written before the next is asked for."""
    while True:
        with transaction(settings.warehouse) as connection:
            rows = read(connection, "due_feeds", now=now, shard=shard, shards=settings.shards, batch_size=BATCH)
        if not rows:
            return
        yield [(_feed(row), _memory(row)) for row in rows]


def _feed(row: Any) -> Feed:
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


def _memory(row: Any) -> FeedMemory:
    return FeedMemory(
        id=row.id,
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        failures=row.failures,
        interval=row.poll_interval,
    )


def _request(feed: Feed, memory: FeedMemory) -> Request:
    return Request(item_id=feed.id, url=feed.url, etag=memory.etag, last_modified=memory.last_modified, accept=ACCEPT)


def _take(answer: Answer, feed: Feed, memory: FeedMemory, found: Findings, tally: Tally, now: datetime) -> None:
    """Adds to the findings what one answer says."""
    problem: Rejected | None = None
    match answer:
        case Failed():
            tally.add("feeds_failed")
            found.updates.append(
                after_failure(memory, now=now, reason=answer.reason, status=answer.status, headers=answer.headers)
            )
        case Fetched():
            body_hash = memory.body_hash if answer.is_unchanged else xxhash.xxh3_128_hexdigest(answer.body)
            if body_hash == memory.body_hash:
                tally.add("feeds_unchanged")
            else:
                problem = _read_body(answer, feed, found, tally)
            found.updates.append(_update(answer, memory, body_hash, problem, now))
    tally.add("feeds_polled")
    found.fetches.append(fetch_row("feed", answer, now=now, rejected=problem))


def _read_body(answer: Fetched, feed: Feed, found: Findings, tally: Tally) -> Rejected | None:
    """Why a body gives no entries, or None when it gave some."""
    parsed = parse_feed(answer.body, feed=feed, content_type=answer.content_type, url=answer.url)
    if isinstance(parsed, Rejected):
        tally.reject(parsed)
        return parsed
    for rejected in parsed.rejected:
        tally.reject(rejected)
    for entry in parsed.entries:
        found.entries.setdefault(entry.id, entry)
    return None


def _update(answer: Fetched, memory: FeedMemory, body_hash: str, problem: Rejected | None, now: datetime) -> FeedUpdate:
    if problem:  # its validators are not kept: the next poll must see the body again
        return after_failure(memory, now=now, reason=problem.reason, status=answer.status, headers=answer.headers)
    return after_success(
        memory,
        now=now,
        etag=answer.headers.get("etag", memory.etag if answer.is_unchanged else ""),
        last_modified=answer.headers.get("last-modified", memory.last_modified if answer.is_unchanged else ""),
        body_hash=body_hash,
    )


def _write(settings: Settings, found: Findings, tally: Tally, now: datetime) -> None:
    entries = [entry_row(entry, now) for entry in sorted(found.entries.values(), key=lambda entry: entry.id)]
    with transaction(settings.warehouse) as connection:
        for start in range(0, len(entries), settings.batch_size):
            rows = read(connection, "upsert_entries", rows=as_json(entries[start : start + settings.batch_size]))
            tally.add("entries_new", sum(row.is_new for row in rows))
        write_rows(connection, "insert_fetches", found.fetches, batch_size=settings.batch_size)
        write_rows(connection, "update_feeds", found.updates, batch_size=settings.batch_size)


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

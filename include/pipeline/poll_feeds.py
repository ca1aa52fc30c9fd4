"""Asks the feeds that are due, and keeps what they announce."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xxhash

from include.edges.archive import Archive, WarcFile
from include.edges.warehouse import as_json, read, transaction, write_rows
from include.edges.web import Answer, Failed, Fetched, Hosts, Request, fetch
from include.pipeline.feed_rows import entry_row, feed_of, memory_of, sketch, update_row
from include.pipeline.fetch_rows import fetch_row
from include.pipeline.host_rows import keep_hosts, recall_hosts
from include.pipeline.parse_bounded import parse_within_bounds
from include.records import ArchiveRecord, Feed, FeedEntry, Reason, Rejected, Stage, Tally
from include.settings import Settings
from include.stages.feed_hints import cache_lifetime
from include.stages.feeds import ParsedFeed
from include.stages.polling import (
    FeedMemory,
    FeedUpdate,
    GoodAnswer,
    after_failure,
    after_success,
    moved_for_good,
    validators,
)

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
ASKED_TOGETHER = 1000  # feeds that share connections
WRITTEN_TOGETHER = 200  # feeds of one transaction: some 10,000 entries


@dataclass(slots=True)
class Findings:
    """What a few polls bring, to be written at once."""

    entries: dict[str, FeedEntry] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    fetches: list[dict[str, Any]] = field(default_factory=list)


class BodyFile:
    """The archive file of one run's feeds; nothing is opened before a body is kept."""

    def __init__(self, settings: Settings, *, shard: int, now: datetime) -> None:
        self._settings, self._shard, self._now = settings, shard, now
        self._stack = ExitStack()
        self._warc: WarcFile | None = None

    def append(self, answer: Fetched) -> ArchiveRecord:
        if self._warc is None:
            archive = Archive(self._settings.archive)
            self._warc = self._stack.enter_context(archive.new_file(kind="feeds", shard=self._shard, now=self._now))
        return self._warc.append(answer, at=self._now)

    def close(self) -> None:
        """Makes what was kept durable; the next body begins a new file."""
        self._warc = None
        self._stack.close()


def poll_feeds(settings: Settings, *, now: datetime, shard: int = 0) -> Tally:
    """How many feeds answered, and how many entries are new."""
    tally = Tally()
    hosts = Hosts(settings, now=now)
    bodies = BodyFile(settings, shard=shard, now=now)
    try:
        for rows in _due(settings, now, shard, hosts):
            due = {row.id: (row, memory_of(row)) for row in rows}
            found = Findings()
            for answer in fetch([_request(*each, now) for each in due.values()], settings, hosts=hosts):
                _take(answer, *due[answer.request.item_id], found, bodies, tally, now)
                if len(found.updates) >= WRITTEN_TOGETHER:
                    _write(settings, found, bodies, hosts, tally, now)
                    found = Findings()
            _write(settings, found, bodies, hosts, tally, now)
    finally:
        bodies.close()
    return tally


def _due(settings: Settings, now: datetime, shard: int, hosts: Hosts) -> Iterator[list[Any]]:
    """Batches of feeds to ask; each must be written before the next is asked for."""
    while True:
        with transaction(settings.warehouse) as connection:
            rows = read(
                connection,
                "due_feeds",
                now=now,
                shard=shard,
                shards=settings.shards,
                busy_hosts=sorted(hosts.busy),
                batch_size=ASKED_TOGETHER,
            )
            recall_hosts(connection, hosts, [row.asked_url for row in rows])
        if not rows:
            return
        yield rows


def _request(row: Any, memory: FeedMemory, now: datetime) -> Request:
    etag, last_modified = validators(memory, now)
    return Request(item_id=row.id, url=row.asked_url, etag=etag, last_modified=last_modified, accept=ACCEPT)


def _take(
    answer: Answer, row: Any, memory: FeedMemory, found: Findings, bodies: BodyFile, tally: Tally, now: datetime
) -> None:
    """Adds to the findings what one answer says; a changed body goes to the archive."""
    if isinstance(answer, Failed) and answer.is_postponed:
        tally.add("feeds_postponed")
        return
    tally.add("feeds_polled")
    problem: Rejected | None = None
    record = None
    if isinstance(answer, Failed):
        tally.add("feeds_failed")
        problem = answer.rejected(Stage.POLL)
        update = _failure(answer, problem, memory, now)
    elif answer.is_unchanged and not (answer.request.etag or answer.request.last_modified):
        tally.add("feeds_failed")
        problem = Rejected(stage=Stage.POLL, reason=Reason.HTTP_STATUS, item_id=memory.id, detail="304 unasked")
        update = _failure(answer, problem, memory, now)
    elif answer.is_unchanged or (body_hash := xxhash.xxh3_128_hexdigest(answer.body)) == memory.body_hash:
        tally.add("feeds_unchanged")
        update = after_success(memory, _good_answer(answer, memory, memory.body_hash, None, now), now=now)
    else:
        record = bodies.append(answer)
        parsed = _read_body(answer, feed_of(row), found, tally)
        if isinstance(parsed, Rejected):  # its validators are not kept: the next poll must see the body again
            problem = parsed
            update = _failure(answer, problem, memory, now)
        else:
            update = after_success(memory, _good_answer(answer, memory, body_hash, parsed, now), now=now)
    found.updates.append(update_row(update))
    found.fetches.append(fetch_row("feed", answer, now=now, rejected=problem, record=record))


def _failure(answer: Answer, problem: Rejected, memory: FeedMemory, now: datetime) -> FeedUpdate:
    return after_failure(memory, now=now, reason=problem.reason, status=answer.status, headers=answer.headers)


def _read_body(answer: Fetched, feed: Feed, found: Findings, tally: Tally) -> ParsedFeed | Rejected:
    """What a body announces, or why it announces nothing."""
    parsed = parse_within_bounds(answer.body, feed=feed, content_type=answer.content_type, url=answer.url)
    if isinstance(parsed, Rejected):
        tally.reject(parsed)
        return parsed
    for rejected in parsed.rejected:
        tally.reject(rejected)
    for entry in parsed.entries:
        found.entries.setdefault(entry.id, entry)
    return parsed


def _good_answer(
    answer: Fetched, memory: FeedMemory, body_hash: str, parsed: ParsedFeed | None, now: datetime
) -> GoodAnswer:
    return GoodAnswer(
        etag=answer.headers.get("etag", memory.etag if answer.is_unchanged else ""),
        last_modified=answer.headers.get("last-modified", memory.last_modified if answer.is_unchanged else ""),
        body_hash=body_hash,
        url=answer.url,
        is_whole=not answer.is_unchanged,
        fresh_for=cache_lifetime(answer.headers, now),
        moved_url=moved_for_good(answer.redirects),
        hints=parsed.hints if parsed else None,
        entries_sketch=sketch(parsed.entries) if parsed else None,
    )


def _write(settings: Settings, found: Findings, bodies: BodyFile, hosts: Hosts, tally: Tally, now: datetime) -> None:
    bodies.close()  # rows never lead to bytes that are not there yet
    entries = [entry_row(entry, now) for entry in sorted(found.entries.values(), key=lambda entry: entry.id)]
    with transaction(settings.warehouse) as connection:
        for start in range(0, len(entries), settings.batch_size):
            rows = read(connection, "upsert_entries", rows=as_json(entries[start : start + settings.batch_size]))
            tally.add("entries_new", sum(row.is_new for row in rows))
        write_rows(connection, "insert_fetches", found.fetches, batch_size=settings.batch_size)
        write_rows(connection, "update_feeds", found.updates, batch_size=settings.batch_size)
        keep_hosts(connection, hosts)

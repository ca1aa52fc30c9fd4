"""The whole pipeline over the demo newsstand, as the tests run it."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg2
from psycopg2.extras import RealDictCursor

from include.pipeline.clean_pages import clean_pages
from include.pipeline.extract_events import extract_events
from include.pipeline.fetch_pages import fetch_pages
from include.pipeline.group_stories import group_stories
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.resolve_events import resolve_events
from include.pipeline.sync_feeds import sync_feeds
from include.records import Tally
from include.settings import Settings
from tests.checking import complaints

SHARDS = 2
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def query(dsn: str, text: str, **parameters: object) -> list[dict]:
    connection = psycopg2.connect(dsn, cursor_factory=RealDictCursor)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(text, parameters)
            return [dict(row) for row in cursor.fetchall()]
    finally:
        connection.close()


def extract(settings: Settings, now: datetime) -> Tally:
    for shard in range(SHARDS):
        clean_pages(settings, now=now, shard=shard)
    group_stories(settings, now=now)
    for shard in range(SHARDS):
        extract_events(settings, now=now, shard=shard)
    tally = resolve_events(settings, now=now)
    # The newsstand prints nothing new in the days between the runs.
    assert complaints(settings, now=now).keys() <= {"something_new_was_seen"}
    return tally


def collect(settings: Settings, now: datetime) -> Tally:
    sync_feeds(settings, now=now)
    total = Tally()
    for function in (poll_feeds, fetch_pages):
        for shard in range(SHARDS):
            total.counts.update(function(settings, now=now, shard=shard).counts)
    return total

"""A loopback newsstand for tests of collecting: what it offers, whole runs over it, and looks into the warehouse."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg2
from psycopg2.extras import RealDictCursor

from include.pipeline.clean_pages import clean_pages
from include.pipeline.fetch_pages import fetch_pages, revisit_pages
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.sync_feeds import sync_feeds
from include.settings import Settings
from tests.hostile import Hostile, response

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SHARDS = 2
SENTENCES = (
    "The council of the harbour town met on Monday to speak about the new quay. ",
    "Members asked how the money would be found and who would pay for the cranes. ",
    "A report is due in the autumn, and the vote was put off until then. ",
)


def page(title: str, words: str = "", head: str = "") -> bytes:
    paragraphs = "".join(f"<p>{sentence * 2}{words}</p>" for sentence in SENTENCES)
    return response(
        f"<html lang=en><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>".encode(),
        Content_Type="text/html; charset=utf-8",
    )


def feed(site: Hostile, *items: tuple[str, str], **headers: object) -> bytes:
    entries = "".join(
        f"<item><title>{title}</title><link>{site.url(path)}</link><guid>{path}</guid>"
        "<pubDate>Mon, 01 Jun 2026 08:00:00 GMT</pubDate></item>"
        for path, title in items
    )
    body = f'<rss version="2.0"><channel><title>P</title>{entries}</channel></rss>'
    return response(body.encode(), Content_Type="application/rss+xml", **headers)


def offer(site: Hostile, *paths: str) -> None:
    """Makes the newsstand list feeds."""
    outlines = "".join(f'<outline text="{path}" xmlUrl="{site.url(path)}" country="GB"/>' for path in paths)
    site.answers["/feeds.opml"] = response(f"<opml version='2.0'><body>{outlines}</body></opml>".encode())


def run(settings: Settings, now: datetime = NOW) -> dict[str, int]:
    """The counts of one whole collection and cleaning."""
    total = sync_feeds(settings, now=now)
    for function in (poll_feeds, fetch_pages, revisit_pages, clean_pages):
        for shard in range(SHARDS):
            total.counts.update(function(settings, now=now, shard=shard).counts)
    return total.as_dict()


def query(settings: Settings, text: str, *values: object) -> list[dict]:
    connection = psycopg2.connect(settings.warehouse, cursor_factory=RealDictCursor)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(text, values or None)
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []
    finally:
        connection.close()


def column(settings: Settings, text: str) -> list:
    return [next(iter(row.values())) for row in query(settings, text)]

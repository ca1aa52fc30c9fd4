"""Rows as the stages before resolving leave them, planted straight into a test's warehouse."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg2
from psycopg2.extras import Json

from include.records import hash_id

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
LINES = {
    "listing": "Canada listed three shipping firms of Belarus on Monday.",
    "freeze": "The assets of three Belarusian shipping firms were frozen by Canada.",
    "embargo": "The Security Council banned the sale of coal by North Korea.",
}
# The article of this text is no longer the current version.
SUPERSEDE = (
    "update news.articles set is_current = false where id = (select article_id from news.article_texts where text = %s)"
)
CANADA = {"name": "Canada", "kind": "country", "code": "CA", "role": None}
BELARUS = {"name": "Belarus", "kind": "country", "code": "BY", "role": None}
COUNCIL = {"name": "United Nations Security Council", "kind": "organisation", "code": "UNSC", "role": None}
KOREA = {"name": "North Korea", "kind": "country", "code": "KP", "role": None}


@dataclass(slots=True, kw_only=True)
class Planted:
    """A connection as the loader, with which rows are planted and looked at."""

    dsn: str
    made: dict[str, str] = field(default_factory=dict)

    def run(self, query: str, *values: object) -> list[tuple]:
        connection = psycopg2.connect(self.dsn)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def article(self, name: str, text: str, *, publisher: str = "The Courier", hours: int = 0, language="en") -> str:
        """The id of a current article with everything it leads back to."""
        feed, entry, page, article = (hash_id(kind, name) for kind in ("feed", "entry", "page", "article"))
        url, at = f"https://{publisher.lower().replace(' ', '-')}.example/{name}", NOON + timedelta(hours=hours)
        self.run(
            "insert into news.feeds (id, url, title, publisher, country, language, feed_group, kind)"
            " values (%s, %s, 'News', %s, 'GB', 'en', 'demo', 'demo')",
            *(feed, url + "/feed", publisher),
        )
        self.run(
            "insert into news.entries (id, feed_id, url, guid, title, summary, byline, first_seen_at)"
            " values (%s, %s, %s, '', 'Title', '', '', %s)",
            *(entry, feed, url, at),
        )
        self.run(
            "insert into news.pages values (%s, %s, %s, %s, 200, 'text/html', 'f00', 9, 'a.warc.gz', 0, 9)",
            *(page, entry, url, at),
        )
        self.run(
            "insert into news.articles (id, url_id, page_id, url, publisher, title, byline, published_at,"
            " published_source, language, word_count, seen_at, text_at, is_current, clean_version)"
            " values (%s, %s, %s, %s, %s, 'Title', '', %s, 'feed', %s, 9, %s, %s, true, '1')",
            *(article, hash_id(url), page, url, publisher, at, language, at, at),
        )
        self.run("insert into news.article_texts values (%s, %s, 'Title', %s)", article, at, text)
        self.run(
            "insert into news.outcomes values ('group', %s, '1', false, '', '', %s)",
            *(article, at),
        )
        return article

    def mention(self, article_id: str, line: str, *, version: str = "1", position: int = 0, **fields: object) -> str:
        """The id of a current mention whose evidence is the article's text."""
        mention_id = hash_id(article_id, version, str(position))
        row = {
            "event_type": "imposed",
            "modality": "asserted",
            "salience": "main",
            "imposers": [CANADA],
            "targets": [BELARUS],
            "actors": [],
            "measures": [{"type": "asset_freeze", "objects": ["three firms"], "flow": None}],
            "confidence": 0.8,
            "evidence": [{"text": line, "start": 0, "end": len(line)}],
        } | fields
        columns = ", ".join(row)
        self.run(
            f"insert into sanctions.event_mentions (id, article_id, extract_version, position, is_current, {columns})"
            f" values (%s, %s, %s, %s, true, {', '.join(['%s'] * len(row))})",
            *(mention_id, article_id, version, position),
            *(Json(value) if isinstance(value, list) else value for value in row.values()),
        )
        self.run(
            "insert into news.outcomes values ('extract', %s, %s, false, '', '', now())"
            " on conflict (stage, item_id) do update set version = excluded.version",
            *(article_id, version),
        )
        return mention_id

    def three_reports(self) -> tuple[str, str, str]:
        """Ids of mentions: two of one act, one of another."""
        first = self.article("one", LINES["listing"])
        second = self.article("two", LINES["freeze"], publisher="Evening Post", hours=5)
        third = self.article("three", LINES["embargo"], publisher="Evening Post", hours=7)
        return (
            self.mention(first, LINES["listing"]),
            self.mention(second, LINES["freeze"], instrument="Special Economic Measures Act", confidence=0.7),
            self.mention(third, LINES["embargo"], imposers=[COUNCIL], targets=[KOREA], confidence=0.3),
        )

    def versions(self) -> list[tuple]:
        """Physical versions of all rows that resolving writes: unchanged when nothing was written."""
        tables = ("events", "event_parties", "event_measures", "event_mentions")
        return [row for table in tables for row in self.run(f"select ctid::text, xmin::text from sanctions.{table}")]

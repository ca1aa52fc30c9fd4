"""Grouping's memory in the warehouse: sketches, furniture, matches and stories of every article grouped so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from include.edges.warehouse import Connection, as_json, read, write, write_rows
from include.records import hash_id
from include.stages.stories import Groupable, Match, sketch
from include.stages.stories_postings import CANDIDATES, POSTINGS_READ


class WarehousePostings:
    """The stage's Postings over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._articles: dict[str, Groupable] = {}
        self._templates: dict[str, frozenset[int]] = {}
        self._being_placed: set[str] = set()

    def templates(self, source: str) -> frozenset[int]:
        if source not in self._templates:
            rows = read(self._connection, "templates_of_publishers", publishers=[source])
            self._templates[source] = frozenset(unsigned(paragraph) for row in rows for paragraph in row.paragraphs)
        return self._templates[source]

    def add(self, articles: Sequence[Groupable]) -> None:
        self._articles |= {article.id: article for article in articles}
        self._being_placed |= {article.id for article in articles}
        rows = [
            {"article_id": article.id, "seen_at": article.seen_at, "shingles": self._shingles(article)}
            for article in articles
        ]
        write_rows(self._connection, "insert_sketches", rows)

    def earlier(self, article: Groupable, limit: int = CANDIDATES) -> Sequence[Groupable]:
        rows = read(
            self._connection,
            "earlier_neighbours",
            shingles=self._shingles(article),
            seen_at=article.seen_at,
            id=article.id,
            bearers=POSTINGS_READ,
            batch_size=limit,
        )
        return self.articles([row.id for row in rows])

    def later(self, articles: Sequence[Groupable]) -> Sequence[Groupable]:
        rows = [
            {
                "id": article.id,
                "seen_at": article.seen_at,
                "url_id": hash_id(article.url),
                "shingles": self._shingles(article),
            }
            for article in articles
        ]
        return self.articles([row.id for row in read(self._connection, "later_neighbours", rows=as_json(rows))])

    def version_before(self, article: Groupable) -> str | None:
        rows = read(
            self._connection,
            "version_before",
            url_id=hash_id(article.url),
            seen_at=article.seen_at,
            id=article.id,
            being_placed=sorted(self._being_placed),
        )
        return rows[0].id if rows else None

    def articles(self, ids: Collection[str]) -> Sequence[Groupable]:
        if missing := sorted(set(ids) - self._articles.keys()):
            self._articles |= {row.id: groupable(row) for row in read(self._connection, "articles_by_id", ids=missing)}
        return [self._articles[article_id] for article_id in ids]

    def matches(self, article_ids: Collection[str]) -> Sequence[Match]:
        rows = read(self._connection, "matches_of_articles", ids=sorted(article_ids))
        return [
            Match(later_id=row.later_article_id, earlier_id=row.earlier_article_id, score=row.score) for row in rows
        ]

    def rematch(self, article_ids: Collection[str], matches: Sequence[Match]) -> None:
        write(self._connection, "delete_matches", ids=sorted(article_ids))
        write_rows(self._connection, "insert_matches", matches)

    def stories(self, article_ids: Collection[str]) -> Mapping[str, str]:
        rows = read(self._connection, "stories_of_articles", ids=sorted(article_ids))
        return {row.article_id: row.story_id for row in rows}

    def members(self, story_ids: Collection[str]) -> Mapping[str, str]:
        rows = read(self._connection, "members_of_stories", ids=sorted(story_ids))
        return {row.article_id: row.story_id for row in rows}

    def settle(self, stories: Mapping[str, str]) -> None:
        """Nothing: the members that grouping returns say the same, and the caller writes those."""

    def _shingles(self, article: Groupable) -> list[int]:
        return signed(sketch(article.text, self.templates(article.source)))


def groupable(row: Any) -> Groupable:
    return Groupable(id=row.id, source=row.publisher, url=row.url, title=row.title, text=row.text, seen_at=row.seen_at)


def signed(hashes: Iterable[int]) -> list[int]:
    """64-bit hashes as PostgreSQL's bigint holds them."""
    return [number - 2**64 if number >= 2**63 else number for number in hashes]


def unsigned(number: int) -> int:
    return number % 2**64

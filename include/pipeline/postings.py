"""Grouping's memory in the warehouse: sketches, furniture, matches and stories of every article grouped so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from include.edges.warehouse import Connection, as_json, read, write, write_rows
from include.pipeline.templates import WarehouseTemplates, signed
from include.records import PageForm, hash_id
from include.stages.stories import Groupable, Match, sketch
from include.stages.stories_postings import CANDIDATES, POSTINGS_READ

TRUSTED = {"feed", "json-ld", "meta"}  # an address or a dateline tells the day at best


class WarehousePostings:
    """The stage's Postings over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._articles: dict[str, Groupable] = {}
        self._templates = WarehouseTemplates(connection)
        self._sketched: dict[str, list[int]] = {}
        self._being_placed: set[str] = set()
        self._textless: set[str] = set()  # of a story still, and nothing can be compared with them any more

    def template(self, article: Groupable) -> frozenset[int]:
        return self._templates.template(article.source, article.seen_at)

    def add(self, articles: Sequence[Groupable]) -> None:
        self._articles |= {article.id: article for article in articles}
        self._being_placed |= {article.id for article in articles}
        self._templates.read_ahead(article.source for article in articles)
        rows = [
            {"article_id": article.id, "seen_at": article.seen_at, "shingles": self._shingles(article)}
            for article in articles
        ]
        write_rows(self._connection, "insert_sketches", rows)

    def earlier(self, articles: Sequence[Groupable]) -> Mapping[str, Sequence[Groupable]]:
        asked = [
            {"id": article.id, "seen_at": article.seen_at, "shingles": self._shingles(article)} for article in articles
        ]
        rows = read(
            self._connection,
            "earlier_neighbours",
            rows=as_json(asked),
            bearers=POSTINGS_READ,
            candidates=CANDIDATES,
        )
        self.articles({row.earlier_id for row in rows})
        found: dict[str, list[Groupable]] = {article.id: [] for article in articles}
        for row in rows:
            if row.earlier_id not in self._textless:
                found[row.id].append(self._articles[row.earlier_id])
        return found

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
        found = read(self._connection, "later_neighbours", rows=as_json(rows), bearers=POSTINGS_READ)
        return [article for article in self.articles([row.id for row in found]) if article.id not in self._textless]

    def versions_before(self, articles: Sequence[Groupable]) -> Mapping[str, str]:
        asked = [{"id": article.id, "seen_at": article.seen_at, "url_id": hash_id(article.url)} for article in articles]
        rows = read(self._connection, "versions_before", rows=as_json(asked), being_placed=sorted(self._being_placed))
        return {row.id: row.earlier_id for row in rows}

    def articles(self, ids: Collection[str]) -> Sequence[Groupable]:
        if missing := sorted(set(ids) - self._articles.keys()):
            rows = read(self._connection, "articles_by_id", ids=missing)
            self._textless |= {row.id for row in rows if row.text is None}
            found = [groupable(row) for row in rows]
            self._templates.read_ahead(article.source for article in found)
            self._articles |= {article.id: article for article in found}
        return [self._articles[article_id] for article_id in ids]

    def matches(self, article_ids: Collection[str]) -> Sequence[Match]:
        rows = read(self._connection, "matches_of_articles", ids=sorted(article_ids))
        return [
            Match(later_id=row.later_article_id, earlier_id=row.earlier_article_id, score=row.score) for row in rows
        ]

    def rematch(
        self, article_ids: Collection[str], matches: Sequence[Match], digests: Mapping[str, Sequence[str]]
    ) -> None:
        ids = sorted(article_ids)
        write(self._connection, "delete_matches", ids=ids)
        write_rows(self._connection, "insert_matches", matches)
        write(self._connection, "delete_digest_parts", ids=ids)
        parts = [
            {"digest_article_id": digest, "part_article_id": part} for digest, each in digests.items() for part in each
        ]
        write_rows(self._connection, "insert_digest_parts", parts)

    def digests(self, article_ids: Collection[str]) -> Collection[str]:
        return {row.id for row in read(self._connection, "digests_among", ids=sorted(article_ids))}

    def stories(self, article_ids: Collection[str]) -> Mapping[str, str]:
        rows = read(self._connection, "stories_of_articles", ids=sorted(article_ids))
        return {row.article_id: row.story_id for row in rows}

    def members(self, story_ids: Collection[str]) -> Mapping[str, str]:
        rows = read(self._connection, "members_of_stories", ids=sorted(story_ids))
        return {row.article_id: row.story_id for row in rows}

    def settle(self, stories: Mapping[str, str]) -> None:
        """Nothing: the members that grouping returns say the same, and the caller writes those."""

    def _shingles(self, article: Groupable) -> list[int]:
        if article.id not in self._sketched:
            self._sketched[article.id] = signed(sketch(article.text, self.template(article)))
        return self._sketched[article.id]


def groupable(row: Any) -> Groupable:
    return Groupable(
        id=row.id,
        source=row.publisher,
        url=row.url,
        title=row.title,
        text=row.text or "",
        seen_at=row.seen_at,
        is_compiled=row.form != PageForm.ARTICLE,
        published_at=row.published_at if row.published_source in TRUSTED else None,
    )

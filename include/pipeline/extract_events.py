"""Reads sanctions events out of the articles that no extractor of this version has read yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from include.catalog import load_catalog
from include.edges.nlp import load_nlp
from include.edges.warehouse import read, transaction, write, write_rows
from include.pipeline.event_rows import mention_rows
from include.pipeline.outcome_rows import outcome_row
from include.records import Document, EventMention, Rejected, Stage, Tally
from include.settings import Settings
from include.stages.events import EXTRACT_VERSION
from include.stages.events import extract_events as read_events

Result = tuple[EventMention, ...] | Rejected


def extract_events(settings: Settings, *, now: datetime, shard: int) -> Tally:
    """How many articles of this shard were read, what they report, and what was rejected."""
    tally = Tally()
    batches = _pending(settings, shard)
    if (first := next(batches, None)) is None:
        return tally
    nlp, catalog = load_nlp(), load_catalog()
    batch: list[Document] | None = first
    while batch:
        results = list(read_events(batch, nlp=nlp, catalog=catalog))
        _write(settings, batch, results, now)
        _count(tally, results)
        batch = next(batches, None)
    return tally


def _pending(settings: Settings, shard: int) -> Iterator[list[Document]]:
    """Batches of articles to read; each must be written before the next is asked for."""
    while True:
        with transaction(settings.warehouse) as connection:
            rows = read(
                connection,
                "articles_to_extract",
                version=EXTRACT_VERSION,
                shard=shard,
                shards=settings.shards,
                batch_size=settings.batch_size,
            )
        if not rows:
            return
        yield [Document(doc_id=row.id, title=row.title, text=row.text, published_on=row.published_on) for row in rows]


def _write(settings: Settings, documents: Sequence[Document], results: Sequence[Result], now: datetime) -> None:
    mentions = [
        row
        for result in results
        if not isinstance(result, Rejected)
        for row in mention_rows(result, version=EXTRACT_VERSION)
    ]
    outcomes = [_outcome(*pair, now) for pair in zip(documents, results, strict=True)]
    with transaction(settings.warehouse) as connection:
        write_rows(connection, "upsert_mentions", mentions, batch_size=settings.batch_size)
        write(
            connection,
            "retire_mentions",
            article_ids=[document.doc_id for document in documents],
            mention_ids=[row["id"] for row in mentions],
        )
        write_rows(connection, "upsert_outcomes", outcomes, batch_size=settings.batch_size)


def _outcome(document: Document, result: Result, now: datetime) -> dict[str, Any]:
    rejected = result if isinstance(result, Rejected) else None
    return outcome_row(Stage.EXTRACT, document.doc_id, version=EXTRACT_VERSION, now=now, rejected=rejected)


def _count(tally: Tally, results: Sequence[Result]) -> None:
    tally.add("articles", len(results))
    for result in results:
        if isinstance(result, Rejected):
            tally.reject(result)
        else:
            tally.add("mentions", len(result))
            tally.add("articles_with_events", bool(result))

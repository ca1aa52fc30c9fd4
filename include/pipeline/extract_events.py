"""Reads sanctions events out of the articles that no extractor of this version has read yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from include.catalog import Catalog, load_catalog
from include.edges.nlp import load_nlp
from include.edges.warehouse import Connection, read, transaction, write, write_rows
from include.pipeline.event_rows import mention_from, mention_rows
from include.pipeline.outcome_rows import outcome_row
from include.pipeline.templates import WarehouseTemplates
from include.records import Document, EventMention, Reason, Rejected, Stage, Tally
from include.settings import Settings
from include.stages.events import EXTRACT_VERSION
from include.stages.events import extract_events as read_events
from include.stages.stories_text import blank_template
from include.stages.story_reading import Result, inherit_mentions

if TYPE_CHECKING:
    from spacy.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An article to read; of a copy also the canonical article of its story, and what that one was read to report."""

    document: Document
    canonical: Document | None = None
    report: Result = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an article reports, and whether it took that over."""

    article: Pending
    result: Result
    is_inherited: bool = False


def extract_events(settings: Settings, *, now: datetime, shard: int) -> Tally:
    """How many articles of this shard were read, what they report, and what was rejected."""
    tally = Tally()
    batches = _pending(settings, shard)
    if (batch := next(batches, None)) is None:
        return tally
    nlp, catalog = load_nlp(), load_catalog()
    while batch:
        readings = list(read_batch(batch, nlp, catalog))
        _write(settings, readings, now)
        _count(tally, readings)
        batch = next(batches, None)
    return tally


def read_batch(batch: Sequence[Pending], nlp: Language, catalog: Catalog) -> Iterator[Reading]:
    """What each article reports: copies take it over where they can, all others are read together."""
    inherited = {}
    for article in batch:
        if article.canonical:
            taken = inherit_mentions(article.document, article.canonical, article.report)
            if taken is not None:
                inherited[article.document.doc_id] = taken
    others = [article.document for article in batch if article.document.doc_id not in inherited]
    results = iter(read_events(others, nlp=nlp, catalog=catalog))
    for article in batch:
        taken = inherited.get(article.document.doc_id)
        yield Reading(article=article, result=next(results) if taken is None else taken, is_inherited=taken is not None)


def _pending(settings: Settings, shard: int) -> Iterator[list[Pending]]:
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
            templates = WarehouseTemplates(connection)
            ids = sorted({row.canonical_id for row in rows if row.canonical_id})
            originals = _originals(connection, ids, templates)
            batch = [_with_original(document_from(row, templates), originals.get(row.canonical_id)) for row in rows]
        if not batch:
            return
        yield batch


def document_from(row: Any, templates: WarehouseTemplates) -> Document:
    """The article without its publisher's furniture, which would be read as news on every page."""
    text = blank_template(row.text, templates.template(row.publisher, row.seen_at))
    return Document(doc_id=row.id, title=row.title, text=text, published_on=row.published_on)


def _originals(
    connection: Connection, ids: Sequence[str], templates: WarehouseTemplates
) -> dict[str, tuple[Document, Result]]:
    """Canonical articles by id, with what they were read to report."""
    found: dict[str, list[EventMention]] = defaultdict(list)
    for row in read(connection, "mentions_of_articles", ids=ids) if ids else ():
        found[row.article_id].append(mention_from(row))
    rejected = Rejected(stage=Stage.EXTRACT, reason=Reason.NO_SANCTIONS_TERM)
    return {
        row.id: (document_from(row, templates), rejected if row.is_rejected else tuple(found[row.id]))
        for row in (read(connection, "canonical_articles", ids=ids) if ids else ())
    }


def _with_original(document: Document, original: tuple[Document, Result] | None) -> Pending:
    if original is None:
        return Pending(document=document)
    return Pending(document=document, canonical=original[0], report=original[1])


def _write(settings: Settings, readings: Sequence[Reading], now: datetime) -> None:
    mentions = [
        row
        for reading in readings
        if not isinstance(reading.result, Rejected)
        for row in mention_rows(reading.result, version=EXTRACT_VERSION)
    ]
    article_ids = [reading.article.document.doc_id for reading in readings]
    copies = [_copy_row(reading) for reading in readings if reading.article.canonical]
    with transaction(settings.warehouse) as connection:
        write_rows(connection, "upsert_mentions", mentions, batch_size=settings.batch_size)
        write(connection, "retire_mentions", article_ids=article_ids, mention_ids=[row["id"] for row in mentions])
        write_rows(connection, "upsert_copies_read", copies, batch_size=settings.batch_size)
        copy_ids = [row["article_id"] for row in copies]
        write(connection, "forget_copies_read", article_ids=article_ids, copy_ids=copy_ids)
        outcomes = [_outcome(reading, now) for reading in readings]
        write_rows(connection, "upsert_outcomes", outcomes, batch_size=settings.batch_size)


def _copy_row(reading: Reading) -> dict[str, Any]:
    assert reading.article.canonical
    return {
        "article_id": reading.article.document.doc_id,
        "canonical_article_id": reading.article.canonical.doc_id,
        "is_inherited": reading.is_inherited,
    }


def _outcome(reading: Reading, now: datetime) -> dict[str, Any]:
    rejected = reading.result if isinstance(reading.result, Rejected) else None
    doc_id = reading.article.document.doc_id
    return outcome_row(Stage.EXTRACT, doc_id, version=EXTRACT_VERSION, now=now, rejected=rejected)


def _count(tally: Tally, readings: Sequence[Reading]) -> None:
    tally.add("articles", len(readings))
    tally.add("articles_inheriting", sum(reading.is_inherited for reading in readings))
    for result in (reading.result for reading in readings):
        if isinstance(result, Rejected):
            tally.reject(result)
        else:
            tally.add("mentions", len(result))
            tally.add("articles_with_events", bool(result))

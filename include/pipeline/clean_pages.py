"""Reads from the archive the pages that no cleaning of this version has seen, and keeps their articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

from include.edges.archive import Archive, ArchiveError
from include.edges.warehouse import as_json, read, transaction, write, write_rows
from include.pipeline.clean_bounded import clean_within_bounds
from include.pipeline.outcome_rows import outcome_row
from include.records import ArchiveRecord, Article, RawPage, Reason, Rejected, Stage, Tally, hash_id
from include.settings import Settings
from include.stages.clean import CLEAN_VERSION

Result = Article | Rejected
UNWRITTEN = 20.0  # seconds of work that a run which is ended may lose


def clean_pages(settings: Settings, *, now: datetime, shard: int = 0) -> Tally:
    """How many pages became articles, and why others did not."""
    tally = Tally()
    archive = Archive(settings.archive)
    for rows in _pending(settings, shard):
        for results in _portions((row.id, _clean(row, archive, now)) for row in rows):
            _write(settings, results, now)
            _count(tally, results)
    return tally


def _pending(settings: Settings, shard: int) -> Iterator[list[Any]]:
    """Batches of pages to clean; each must be written before the next is asked for."""
    while True:
        with transaction(settings.warehouse) as connection:
            rows = read(
                connection,
                "pending_pages",
                version=CLEAN_VERSION,
                shard=shard,
                shards=settings.shards,
                batch_size=settings.batch_size,
            )
        if not rows:
            return
        yield rows


def _portions(results: Iterable[tuple[str, Result]], seconds: float = UNWRITTEN) -> Iterator[list[tuple[str, Result]]]:
    """The results, as many at once as come in some seconds; one that was too expensive ends a portion."""
    portion, began = [], monotonic()
    for page_id, result in results:
        portion.append((page_id, result))
        if _was_costly(result) or monotonic() - began >= seconds:
            yield portion
            portion, began = [], monotonic()
    if portion:
        yield portion


def _was_costly(result: Result) -> bool:
    return isinstance(result, Rejected) and result.reason is Reason.TOO_EXPENSIVE


def _clean(row: Any, archive: Archive, now: datetime) -> Result:
    record = ArchiveRecord(file=row.warc_file, offset=row.warc_offset, length=row.warc_length)
    try:
        body = archive.read(record, sha256=row.body_sha256)
    except ArchiveError as error:
        return Rejected(stage=Stage.CLEAN, reason=Reason.MISSING_FROM_ARCHIVE, item_id=row.id, detail=str(error)[:300])
    page = RawPage(
        id=row.id,
        url=row.url,
        publisher=row.publisher,
        fetched_at=row.fetched_at,
        content_type=row.content_type,
        body=body,
        body_sha256=row.body_sha256,
        feed_id=row.feed_id,
        entry_title=row.entry_title,
        entry_byline=row.entry_byline,
        entry_published_at=row.entry_published_at,
    )
    return clean_within_bounds(page, now=now)


def _write(settings: Settings, results: Sequence[tuple[str, Result]], now: datetime) -> None:
    articles = [result for _, result in results if isinstance(result, Article)]
    rows, texts = [article_row(article) for article in articles], [text_row(article) for article in articles]
    outcomes = [
        outcome_row(
            Stage.CLEAN,
            page_id,
            version=CLEAN_VERSION,
            now=now,
            rejected=result if isinstance(result, Rejected) else None,
        )
        for page_id, result in results
    ]
    cleaned = [
        {"page_id": page_id, "article_id": result.id if isinstance(result, Article) else None}
        for page_id, result in results
        if not is_lost(result)
    ]
    with transaction(settings.warehouse) as connection:
        write_rows(connection, "upsert_articles", rows, batch_size=settings.batch_size)
        write_rows(connection, "upsert_article_texts", texts, batch_size=settings.batch_size)
        write_rows(connection, "upsert_outcomes", outcomes, batch_size=settings.batch_size)
        write(connection, "mark_current_articles", rows=as_json(cleaned))


def is_lost(result: Result) -> bool:
    """True when the bytes are gone: what was made of them once still holds."""
    return isinstance(result, Rejected) and result.reason is Reason.MISSING_FROM_ARCHIVE


def article_row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "url_id": hash_id(article.url),
        "page_id": article.page_id,
        "url": article.url,
        "publisher": article.publisher,
        "title": article.title,
        "byline": article.byline,
        "published_at": article.published_at,
        "published_source": article.published_source,
        "language": article.language,
        "word_count": len(article.text.split()),
        "seen_at": article.seen_at,
        "clean_version": CLEAN_VERSION,
        "published_offset_minutes": offset_minutes(article.published_at),
        "modified_at": article.modified_at,
        "section": article.section,
        "wire": article.wire,
        "wire_source": article.wire_source,
        "form": article.form,
        "is_truncated": article.is_truncated,
    }


def text_row(article: Article) -> dict[str, Any]:
    return {"article_id": article.id, "title": article.title, "text": article.text}


def offset_minutes(moment: datetime | None) -> int | None:
    """How far the moment's own clock is ahead of UTC, which the warehouse would forget."""
    offset = moment.utcoffset() if moment else None
    return None if offset is None else round(offset.total_seconds() / 60)


def _count(tally: Tally, results: Sequence[tuple[str, Result]]) -> None:
    tally.add("pages_cleaned", len(results))
    for _, result in results:
        if isinstance(result, Rejected):
            tally.reject(result)
        else:
            tally.add("articles")

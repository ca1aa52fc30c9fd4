"""Brings pages of a past day back from WARC files: other people's, or our own archive's."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from include.edges.archive import Archive, WarcFile
from include.edges.object_storage import open_stream, storage_path
from include.edges.warc_import import DamagedWarcError, Passed, WarcPage, list_warcs, read_pages
from include.edges.warehouse import Connection, transaction, write_rows
from include.pipeline.brought_rows import Address, write_entries
from include.pipeline.fetch_pages import FETCH_VERSION
from include.pipeline.outcome_rows import outcome_row
from include.pipeline.rebuild_plan import Rebuild, Source
from include.pipeline.rebuild_progress import OvertakenError, Step, advance, count_step, unless_dry, unread_sources
from include.records import ArchiveRecord, Reason, Stage, Tally, Window, hash_id
from include.settings import Settings
from include.stages.article_urls import article_id
from include.urls import normalise_url

log = logging.getLogger("desk")
BATCH = 400  # records read before they are written: some 40 MB of bodies, and twice that while the next are read


@dataclass(slots=True)
class Batch:
    """A stretch of a file: its pages, and where it begins and ends."""

    position: int
    reached: int
    pages: list[WarcPage] = field(default_factory=list)
    step: Step = field(default_factory=Step)
    is_done: bool = False
    reason: str = ""
    detail: str = ""


def import_warcs(settings: Settings, rebuild: Rebuild, now: datetime) -> Tally:
    """How many pages of the day other people's WARC files brought; their records are copied into our archive."""
    names = list_warcs(rebuild.plan.warc_prefix, rebuild.window)
    return _import(settings, rebuild, Source.WARC, names, now)


def restore_from_archive(settings: Settings, rebuild: Rebuild, now: datetime) -> Tally:
    """How many pages of the day our archive holds that the warehouse does not know any more."""
    names = Archive(settings.archive).files(kind="pages", window=rebuild.window)
    return _import(settings, rebuild, Source.ARCHIVE, names, now)


def _import(settings: Settings, rebuild: Rebuild, source: Source, names: Iterable[str], now: datetime) -> Tally:
    tally = Tally()
    archive = Archive(settings.archive)
    for name, position in unread_sources(settings, rebuild, source, names, now):
        try:
            _import_file(settings, rebuild, archive, source, name, position, tally, now)
        except OvertakenError:
            log.info("%s is being read by another run", name)
    return tally


def _import_file(
    settings: Settings,
    rebuild: Rebuild,
    archive: Archive,
    source: Source,
    name: str,
    position: int,
    tally: Tally,
    now: datetime,
) -> None:
    """Reads a file while what was read before is hashed and written in a second thread."""

    def keep(batch: Batch) -> Step:
        return _write(settings, rebuild, archive, source, name, batch, now)

    with _open(archive, source, name) as stream, ThreadPoolExecutor(max_workers=1) as writer:
        waiting: Future[Step] | None = None
        for batch in _batches(stream, rebuild.window, position):
            if waiting is not None:
                count_step(tally, waiting.result(), source)
            waiting = writer.submit(keep, batch)
        if waiting is not None:
            count_step(tally, waiting.result(), source)
    tally.add(f"{source}_files_read")


def _open(archive: Archive, source: Source, name: str) -> IO[bytes]:
    return archive.open(name) if source is Source.ARCHIVE else open_stream(storage_path(name), "rb")


def _batches(stream: IO[bytes], window: Window, position: int) -> Iterator[Batch]:
    """The records of a file in stretches; the last one says that the file is done, and why it may have broken off."""
    records = read_pages(stream, window, position=position)
    while True:
        batch = Batch(position=position, reached=position)
        batch.is_done = True
        try:
            for n, record in enumerate(records, 1):
                batch.reached = record.end
                _take(batch, record)
                if n == BATCH:
                    batch.is_done = False
                    break
        except DamagedWarcError as error:
            batch.reason, batch.detail = Reason.TRUNCATED_BODY, str(error)
        yield batch
        if batch.is_done:
            return
        position = batch.reached


def _take(batch: Batch, record: WarcPage | Passed) -> None:
    match record:
        case WarcPage():
            batch.pages.append(record)
            batch.step.found += 1
        case Passed():
            batch.step.skipped[record.why] += 1


def _write(
    settings: Settings, rebuild: Rebuild, archive: Archive, source: Source, name: str, batch: Batch, now: datetime
) -> Step:
    """What a batch brought; all of it is written, and the position with it, or nothing."""
    step = batch.step
    with transaction(settings.warehouse) as connection:
        if batch.pages:
            with archive.new_file(kind="pages", shard=0, now=batch.pages[0].fetched_at) as warc:
                kept_in = name if source is Source.ARCHIVE or rebuild.plan.is_dry_run else ""
                rows = list(_rows(batch, kept_in, warc, step))
            with unless_dry(connection, rebuild.plan):
                _write_rows(connection, rows, step, now)
        advance(
            connection,
            rebuild,
            source,
            name,
            step,
            position=batch.position,
            reached=batch.reached,
            now=now,
            is_done=batch.is_done,
            reason=batch.reason,
            detail=batch.detail,
        )
    return step


def _rows(batch: Batch, kept_in: str, warc: WarcFile, step: Step) -> Iterator[dict[str, Any]]:
    """A row for each page; its record is copied unless it is kept in our archive already."""
    for page in batch.pages:
        if (url := normalise_url(page.url)) is None:
            step.skipped[Reason.BAD_URL] += 1
            continue
        record = (
            ArchiveRecord(file=kept_in, offset=page.position, length=len(page.packed))
            if kept_in
            else warc.append_packed(page.packed)
        )
        yield page_row(page, url, record)


def page_row(page: WarcPage, url: str, record: ArchiveRecord) -> dict[str, Any]:
    sha256 = hashlib.sha256(page.body).hexdigest()
    return {
        "id": hash_id(url, sha256),
        "entry_id": article_id(url),
        "url": url,
        "fetched_at": page.fetched_at,
        "status": page.status,
        "content_type": page.content_type,
        "body_sha256": sha256,
        "body_bytes": len(page.body),
        "warc_file": record.file,
        "warc_offset": record.offset,
        "warc_length": record.length,
    }


def _write_rows(connection: Connection, rows: list[dict[str, Any]], step: Step, now: datetime) -> None:
    step.entries_new = write_entries(connection, [Address(url=row["url"], seen_at=row["fetched_at"]) for row in rows])
    step.pages_new = write_rows(connection, "insert_brought_pages", rows, batch_size=BATCH)
    entry_ids = sorted({row["entry_id"] for row in rows})
    outcomes = [
        outcome_row(Stage.FETCH, entry_id, version=FETCH_VERSION, now=now, rejected=None) for entry_id in entry_ids
    ]
    write_rows(connection, "upsert_outcomes", outcomes, batch_size=BATCH)

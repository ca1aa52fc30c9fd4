"""Brings pages of a past day back from WARC files: other people's, or our own archive's."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from include.edges.archive import Archive
from include.edges.object_storage import open_stream, storage_path
from include.edges.warc_import import DamagedWarcError, Member, WarcPage, list_warcs, read_members, read_page
from include.edges.warehouse import as_json, read, transaction
from include.pipeline.fetch_pages import FETCH_VERSION
from include.pipeline.rebuild_plan import Rebuild, Source
from include.pipeline.rebuild_progress import OvertakenError, Step, advance, count_step, unless_dry, unread_sources
from include.records import Reason, Tally, Window, hash_id
from include.settings import Settings
from include.stages.article_urls import article_id
from include.urls import normalise_url

log = logging.getLogger("desk")
BATCH = 800  # records read before they are written in one transaction
PASSED = 32  # records handed to the second thread at a time: so few that their bodies are still in cache

Hashed = tuple[list[tuple[dict[str, Any], bytes]], Counter[str]]  # rows with their packed records; the others by reason


@dataclass(slots=True)
class Batch:
    """A stretch of a file: where it begins and ends, and what is being read out of it."""

    position: int
    reached: int
    hashed: list[Future[Hashed]] = field(default_factory=list)
    is_done: bool = True
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
    """Unpacks a file, while what was unpacked before is parsed and hashed in a second thread and written in a third."""

    def keep(batch: Batch) -> Step:
        return _write(settings, rebuild, archive, source, name, batch, now)

    with (
        _open(archive, source, name) as stream,
        ThreadPoolExecutor(max_workers=1) as hasher,
        ThreadPoolExecutor(max_workers=1) as writer,
    ):
        waiting: Future[Step] | None = None
        for batch in _batches(stream, rebuild.window, position, hasher):
            if waiting is not None:
                count_step(tally, waiting.result(), source)
            waiting = writer.submit(keep, batch)
        if waiting is not None:
            count_step(tally, waiting.result(), source)
    tally.add(f"{source}_files_read")


def _open(archive: Archive, source: Source, name: str) -> IO[bytes]:
    return archive.open(name) if source is Source.ARCHIVE else open_stream(storage_path(name), "rb")


def _batches(stream: IO[bytes], window: Window, position: int, hasher: ThreadPoolExecutor) -> Iterator[Batch]:
    """The records of a file in stretches; the last one says that the file is done, and why it may have broken off."""
    members = read_members(stream, position=position)
    is_done = False
    while not is_done:
        batch = Batch(position=position, reached=position)
        waiting: list[Member] = []
        try:
            for n, member in enumerate(members, 1):
                batch.reached = member.end
                waiting.append(member)
                if len(waiting) == PASSED:
                    _pass_on(batch, waiting, window, hasher)
                    waiting = []
                if n == BATCH:
                    batch.is_done = False
                    break
        except DamagedWarcError as error:
            batch.reason, batch.detail = Reason.TRUNCATED_BODY, str(error)
        _pass_on(batch, waiting, window, hasher)
        yield batch
        position, is_done = batch.reached, batch.is_done


def _pass_on(batch: Batch, members: list[Member], window: Window, hasher: ThreadPoolExecutor) -> None:
    """Has records parsed and hashed, when those before the last ones are."""
    if len(batch.hashed) > 1:
        batch.hashed[-2].result()
    batch.hashed.append(hasher.submit(_hash, members, window))


def _hash(members: list[Member], window: Window) -> Hashed:
    hashed: Hashed = ([], Counter())
    rows, skipped = hashed
    for member in members:
        page = read_page(member, window)
        if isinstance(page, str):
            skipped[page] += 1
        elif row := page_row(page):
            rows.append((row, page.packed))
        else:
            skipped[Reason.BAD_URL] += 1
    return hashed


def page_row(page: WarcPage) -> dict[str, Any]:
    """The row of a page but for its record; without an id when its address is none."""
    if (url := normalise_url(page.url)) is None:
        return {}
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
        "warc_offset": page.position,
        "warc_length": page.end - page.position,
    }


def _write(
    settings: Settings, rebuild: Rebuild, archive: Archive, source: Source, name: str, batch: Batch, now: datetime
) -> Step:
    """What a batch brought; all of it is written, and the position with it, or nothing."""
    step = Step()
    good: list[tuple[dict[str, Any], bytes]] = []
    for future in batch.hashed:
        found, skipped = future.result()
        good += found
        step.skipped.update(skipped)
    step.found = len(good)
    is_ours = source is Source.ARCHIVE or rebuild.plan.is_dry_run
    rows = [row | {"warc_file": name} for row, _ in good] if is_ours else _copied(archive, good)
    with transaction(settings.warehouse) as connection:
        with unless_dry(connection, rebuild.plan):
            (counts,) = read(
                connection, "insert_brought_pages", rows=as_json(rows), fetch_version=FETCH_VERSION, now=now
            )
        step.entries_new, step.pages_new = counts
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


def _copied(archive: Archive, good: Sequence[tuple[dict[str, Any], bytes]]) -> list[dict[str, Any]]:
    """The rows, with where our archive now keeps their records: in the folder of the hour they were fetched in."""
    if not good:
        return []
    with archive.new_file(kind="pages", shard=0, now=good[0][0]["fetched_at"]) as warc:
        records = warc.append_all([packed for _, packed in good])
    return [
        row | {"warc_file": record.file, "warc_offset": record.offset}
        for (row, _), record in zip(good, records, strict=True)
    ]

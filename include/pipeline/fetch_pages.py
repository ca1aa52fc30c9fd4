"""Fetches the pages that feeds announced: into the archive first, then into the warehouse."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from include.edges.archive import Archive, WarcFile
from include.edges.warehouse import read, transaction, write_rows
from include.edges.web import Answer, Failed, Fetched, Request, fetch
from include.pipeline.fetch_rows import fetch_row
from include.pipeline.outcome_rows import outcome_row
from include.records import ArchiveRecord, Reason, Rejected, Stage, Tally, hash_id
from include.settings import Settings

FETCH_VERSION = "1"
BATCH = 200  # pages of one WARC file and transaction
MAX_ATTEMPTS = 4  # over five hours and a half: 20 min, 80 min and 320 min after the one before, see pending_entries.sql
ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
READABLE = re.compile(r"text/|application/(xhtml\+xml|xml)|\s*$", re.IGNORECASE)
# Asking again would bring the same answer.
FINAL_REASONS = frozenset({Reason.BAD_URL, Reason.FORBIDDEN_ADDRESS, Reason.TOO_LARGE, Reason.UNEXPECTED_TYPE})
FINAL_STATUSES = frozenset({401, 402, 405, 406, 410, 451})


@dataclass(slots=True)
class Findings:
    """What one batch of fetches brings, to be written at once."""

    pages: list[dict[str, Any]] = field(default_factory=list)
    fetches: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)


def fetch_pages(settings: Settings, *, now: datetime, shard: int = 0, pending: str = "pending_entries") -> Tally:
    """How many pages were fetched, and why others were not; `pending` names the statement that says which are due."""
    tally = Tally()
    archive = Archive(settings.archive)
    for attempts in _pending(settings, now, shard, pending):
        found = Findings()
        requests = [Request(item_id=entry_id, url=url, accept=ACCEPT) for (entry_id, url) in attempts]
        tried = {entry_id: count for (entry_id, _), count in attempts.items()}
        with archive.new_file(kind="pages", shard=shard, now=now) as warc:
            for answer in fetch(requests, settings):
                _take(answer, tried[answer.request.item_id] + 1, warc, found, tally, now)
        tally.add("pages_new", _write(settings, found))
    return tally


def _pending(settings: Settings, now: datetime, shard: int, statement: str) -> Iterator[dict[tuple[str, str], int]]:
    """Batches of entries (id and address) with the number of tries so far; each must be written before the next."""
    while True:
        with transaction(settings.warehouse) as connection:
            rows = read(connection, statement, now=now, shard=shard, shards=settings.shards, batch_size=BATCH)
        if not rows:
            return
        yield {(row.id, row.url): row.attempts for row in rows}


def _take(answer: Answer, attempt: int, warc: WarcFile, found: Findings, tally: Tally, now: datetime) -> None:
    """Adds to the findings what one answer says; a body goes to the archive."""
    rejected = refusal(answer)
    if rejected is None:
        assert isinstance(answer, Fetched)
        found.pages.append(page_row(answer, warc.append(answer, at=now), now))
        tally.add("pages_fetched")
    else:
        tally.reject(rejected)
    found.fetches.append(fetch_row("page", answer, now=now, rejected=rejected))
    if rejected is None or attempt >= MAX_ATTEMPTS or is_final(answer, rejected):
        found.outcomes.append(
            outcome_row(Stage.FETCH, answer.request.item_id, version=FETCH_VERSION, now=now, rejected=rejected)
        )


def refusal(answer: Answer) -> Rejected | None:
    """Why an answer is not a page."""
    if isinstance(answer, Failed):
        return answer.rejected(Stage.FETCH)
    if not READABLE.match(answer.content_type):
        return Rejected(
            stage=Stage.FETCH,
            reason=Reason.UNEXPECTED_TYPE,
            item_id=answer.request.item_id,
            detail=answer.content_type[:100],
        )
    return None


def is_final(answer: Answer, rejected: Rejected) -> bool:
    """True when asking again would bring the same answer."""
    return rejected.reason in FINAL_REASONS or answer.status in FINAL_STATUSES


def page_row(fetched: Fetched, record: ArchiveRecord, now: datetime) -> dict[str, Any]:
    sha256 = hashlib.sha256(fetched.body).hexdigest()
    return {
        "id": hash_id(fetched.request.url, sha256),
        "entry_id": fetched.request.item_id,
        "url": fetched.request.url,
        "fetched_at": now,
        "status": fetched.status,
        "content_type": fetched.content_type,
        "body_sha256": sha256,
        "body_bytes": len(fetched.body),
        "warc_file": record.file,
        "warc_offset": record.offset,
        "warc_length": record.length,
    }


def _write(settings: Settings, found: Findings) -> int:
    """How many of the pages are new."""
    with transaction(settings.warehouse) as connection:
        new = write_rows(connection, "insert_pages", found.pages)
        write_rows(connection, "insert_fetches", found.fetches)
        write_rows(connection, "upsert_outcomes", found.outcomes)
    return new

"""Fetches the pages that feeds announced: into the archive first, then into the warehouse."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from include.edges.archive import Archive, WarcFile
from include.edges.warehouse import as_json, read, transaction, write, write_rows
from include.edges.web import Answer, Failed, Fetched, Hosts, Request, fetch
from include.pipeline.fetch_rows import fetch_row
from include.pipeline.host_rows import keep_hosts, recall_hosts
from include.pipeline.outcome_rows import outcome_row
from include.records import ArchiveRecord, Reason, Rejected, Stage, Tally, hash_id
from include.settings import Settings
from include.stages.article_urls import article_url, canonical_urls

FETCH_VERSION = "1"
BATCH = 400  # pages of one WARC file and transaction
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
    retitled: list[str] = field(default_factory=list)  # ids of unchanged pages whose headline the feed changed


def fetch_pages(settings: Settings, *, now: datetime, shard: int = 0, pending: str = "pending_entries") -> Tally:
    """How many pages were fetched, and why others were not; `pending` names the statement that says which are due."""
    tally = Tally()
    archive = Archive(settings.archive)
    hosts = Hosts(settings, now=now)
    for rows in _pending(settings, now, shard, pending, hosts):
        found = Findings()
        entries = {row.id: row for row in rows}
        requests = [Request(item_id=row.id, url=row.url, accept=ACCEPT) for row in rows]
        with archive.new_file(kind="pages", shard=shard, now=now) as warc:
            for answer in fetch(requests, settings, hosts=hosts):
                _take(answer, entries[answer.request.item_id], warc, found, tally, now)
        _write(settings, found, hosts, tally)
    return tally


def revisit_pages(settings: Settings, *, now: datetime, shard: int = 0) -> Tally:
    """How many pages that carried events, or whose headline changed, were looked at again."""
    return fetch_pages(settings, now=now, shard=shard, pending="pending_revisits")


def _pending(settings: Settings, now: datetime, shard: int, statement: str, hosts: Hosts) -> Iterator[list[Any]]:
    """Batches of entries; each must be written before the next is asked for. Hosts that had their share are out."""
    while True:
        with transaction(settings.warehouse) as connection:
            rows = read(
                connection,
                statement,
                now=now,
                shard=shard,
                shards=settings.shards,
                busy_hosts=sorted(hosts.busy),
                batch_size=BATCH,
            )
            rows = [row for row in rows if not hosts.is_busy(row.url)]
            recall_hosts(connection, hosts, [row.url for row in rows])
        if not rows:
            return
        yield rows


def _take(answer: Answer, entry: Any, warc: WarcFile, found: Findings, tally: Tally, now: datetime) -> None:
    """Adds to the findings what one answer says; a body goes to the archive."""
    if isinstance(answer, Failed) and answer.is_postponed:
        tally.add("pages_postponed")
        return
    rejected = refusal(answer)
    record = None
    if rejected is None:
        assert isinstance(answer, Fetched)
        record = _keep(answer, entry, warc, found, tally, now)
    else:
        tally.reject(rejected)
    found.fetches.append(fetch_row("page", answer, now=now, rejected=rejected, record=record))
    if known_body(entry):
        return  # it is done with; what a second look brings changes nothing about that
    if rejected is None or entry.attempts + 1 >= MAX_ATTEMPTS or is_final(answer, rejected):
        found.outcomes.append(outcome_row(Stage.FETCH, entry.id, version=FETCH_VERSION, now=now, rejected=rejected))


def _keep(answer: Fetched, entry: Any, warc: WarcFile, found: Findings, tally: Tally, now: datetime) -> ArchiveRecord:
    """Where a good answer now lies in the archive."""
    sha256 = hashlib.sha256(answer.body).hexdigest()
    if sha256 == known_body(entry):
        tally.add("pages_unchanged")
        if entry.is_retitled:
            found.retitled.append(hash_id(entry.url, sha256))
        return warc.append_revisit(answer, at=now, first_at=entry.body_at)
    tally.add("pages_fetched")
    record = warc.append(answer, at=now)
    found.pages.append(page_row(answer, sha256, record, now))
    return record


def known_body(entry: Any) -> str:
    """SHA-256 of the body that an entry is known for; empty when none was fetched yet."""
    return str(getattr(entry, "body_sha256", ""))


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


def page_row(fetched: Fetched, sha256: str, record: ArchiveRecord, now: datetime) -> dict[str, Any]:
    return {
        "id": hash_id(fetched.request.url, sha256),
        "entry_id": fetched.request.item_id,
        "url": article_url(fetched.request.url, fetched.url, canonical_urls(fetched.body)),
        "fetched_at": now,
        "status": fetched.status,
        "content_type": fetched.content_type,
        "body_sha256": sha256,
        "body_bytes": len(fetched.body),
        "warc_file": record.file,
        "warc_offset": record.offset,
        "warc_length": record.length,
    }


def _write(settings: Settings, found: Findings, hosts: Hosts, tally: Tally) -> None:
    """Writes the findings; a page that an address came back to, or whose headline changed, is cleaned anew."""
    with transaction(settings.warehouse) as connection:
        pages = as_json(found.pages)
        write(connection, "name_articles", rows=pages)
        kept = read(connection, "insert_pages", rows=pages)
        again = found.retitled + [row.id for row in kept if not row.is_new]
        write(connection, "reopen_pages", page_ids=again, stages=[Stage.CLEAN.value])
        write_rows(connection, "insert_fetches", found.fetches)
        write_rows(connection, "upsert_outcomes", found.outcomes)
        keep_hosts(connection, hosts)
    tally.add("pages_new", sum(row.is_new for row in kept))
    tally.add("pages_returned", sum(not row.is_new for row in kept))

"""Opens a past day again, so that the ordinary stages do it anew from the archive, and reports what changed by it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from include.edges.archive import Archive
from include.edges.warehouse import read, transaction, write
from include.pipeline.count_days import recount_days
from include.pipeline.rebuild_plan import STAGES, Plan, find_rebuild
from include.pipeline.rebuild_tables import changes_table
from include.records import ArchiveRecord, Stage, Tally, Window
from include.settings import Settings

log = logging.getLogger("desk")
PLURAL = {"article": "articles", "story": "stories", "event": "events"}


def reopen_day(settings: Settings, *, window: Window, now: datetime, stages: Sequence[Stage] = STAGES) -> Tally:
    """How many pages of the day are pending again; those that the archive lost stay as they are."""
    tally = Tally()
    if not stages:
        return tally
    pages = _pages(settings, window)
    lost = missing_from_archive(settings, pages)
    page_ids = [page.id for page in pages if page.id not in lost]
    with transaction(settings.warehouse) as connection:
        write(connection, "reopen_pages", page_ids=page_ids, stages=[stage.value for stage in stages])
    tally.add("pages_reopened", len(page_ids))
    tally.add("pages_missing_from_archive", len(lost))
    return tally


def report_day(settings: Settings, *, window: Window, now: datetime, plan: Plan | None = None) -> Tally:
    """How many pages, articles, stories, mentions and events the day holds, and how many changed by the plan."""
    tally = Tally()
    with transaction(settings.warehouse) as connection:
        (counts,) = read(connection, "report_window", start=window.start, until=window.end)
        rebuild = find_rebuild(connection, window, plan) if plan else None
        if rebuild:
            day = {"rebuild_id": rebuild.id, "start": window.start, "until": window.end}
            write(connection, "insert_rebuild_changes", **day)
            changes = read(connection, "rebuild_changes", rebuild_id=rebuild.id)
            write(connection, "close_rebuild", rebuild_id=rebuild.id, now=now)
            log.info("%s", changes_table(changes))
            tally.counts.update(Counter(f"{PLURAL[each.kind]}_{each.change}" for each in changes))
        recount_days(connection, window, now=now)
    for name, n in counts._asdict().items():
        tally.add(name, n)
    tally.add("pages_missing_from_archive", len(missing_from_archive(settings, _pages(settings, window))))
    return tally


def missing_from_archive(settings: Settings, pages: Sequence[Any]) -> set[str]:
    """The ids of pages whose records the archive does not hold whole, by the sizes of its files."""
    archive = Archive(settings.archive)
    return {
        page.id
        for page in pages
        if not archive.holds(ArchiveRecord(file=page.warc_file, offset=page.warc_offset, length=page.warc_length))
    }


def _pages(settings: Settings, window: Window) -> list[Any]:
    with transaction(settings.warehouse) as connection:
        return read(connection, "pages_in_window", start=window.start, until=window.end)

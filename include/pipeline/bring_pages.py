"""Brings the pages of a past day back, from the sources that a run names, in its order."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from include.edges.warehouse import read, transaction, write
from include.pipeline.fetch_pages import fetch_pages
from include.pipeline.import_warcs import import_warcs, restore_from_archive
from include.pipeline.read_url_list import read_url_list
from include.pipeline.rebuild_plan import Plan, Rebuild, Source, begin_rebuild, check_places
from include.pipeline.rebuild_progress import read_sources
from include.pipeline.rebuild_tables import sources_table
from include.pipeline.sweep_sitemaps import sweep_sitemaps
from include.records import Tally, Window
from include.settings import Settings

log = logging.getLogger("desk")
READERS: dict[Source, Callable[[Settings, Rebuild, datetime], Tally]] = {
    Source.ARCHIVE: restore_from_archive,
    Source.WARC: import_warcs,
    Source.SITEMAPS: sweep_sitemaps,
    Source.CSV: read_url_list,
}


def bring_pages(settings: Settings, *, window: Window, plan: Plan, now: datetime) -> Tally:
    """How many pages and addresses each source brought; a dry run writes none of them."""
    tally = Tally()
    check_places(plan, settings.backfill_roots)
    rebuild = begin_rebuild(settings, window, plan, now)
    for source in plan.sources:
        tally.counts.update(READERS[source](settings, rebuild, now).counts)
        # At once, so that a later source finds them here and need not bring them.
        if source in (Source.SITEMAPS, Source.CSV) and not plan.is_dry_run:
            tally.counts.update(_fetch(settings, now).counts)
    with transaction(settings.warehouse) as connection:
        log.info("%s", sources_table(read_sources(connection, rebuild)))
        if plan.is_dry_run:
            tally.add("pages_to_reopen", len(read(connection, "pages_in_window", start=window.start, until=window.end)))
            write(connection, "close_rebuild", rebuild_id=rebuild.id, now=now)
    return tally


def _fetch(settings: Settings, now: datetime) -> Tally:
    """What came of the addresses that were named and never fetched."""
    tally = Tally()
    for shard in range(settings.shards):
        tally.counts.update(fetch_pages(settings, now=now, shard=shard, pending="pending_rebuild_entries").counts)
    return tally

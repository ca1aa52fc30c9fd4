"""Takes the addresses of a past day from a CSV file: a column `url`, and, if it has them, `published` and `title`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from include.edges.object_storage import open_stream, storage_path
from include.edges.warehouse import transaction, write_rows
from include.pipeline.brought_rows import Address, write_entries
from include.pipeline.rebuild_plan import BadPlanError, Rebuild, Source
from include.pipeline.rebuild_progress import Step, advance, count_step, unless_dry, unread_sources
from include.records import Reason, Tally, Window
from include.settings import Settings
from include.stages.article_urls import article_id
from include.urls import normalise_url

BATCH = 1000  # rows of one transaction
Row = dict[str, str | None]


def read_url_list(settings: Settings, rebuild: Rebuild, now: datetime) -> Tally:
    """How many addresses of the day a list names, and how many of them nothing had announced."""
    tally = Tally()
    path = rebuild.plan.csv_path
    for name, position in unread_sources(settings, rebuild, Source.CSV, [path], now):
        for batch in _batches(name, position):
            step = Step()
            addresses = list(_addresses(batch, rebuild.window, now, step))
            with transaction(settings.warehouse) as connection:
                with unless_dry(connection, rebuild.plan):
                    step.entries_new = write_entries(connection, addresses)
                    ids = [{"rebuild_id": rebuild.id, "entry_id": article_id(each.url)} for each in addresses]
                    write_rows(connection, "insert_rebuild_entries", ids)
                reached = position + len(batch)
                is_done = len(batch) < BATCH
                advance(
                    connection, rebuild, Source.CSV, name, step,
                    position=position, reached=reached, now=now, is_done=is_done,
                )  # fmt: skip
            position = reached
            count_step(tally, step, Source.CSV)
    return tally


def _batches(path: str, position: int) -> Iterator[list[Row]]:
    """The rows from a position on; the last batch is shorter than the others, and may be empty."""
    with open_stream(storage_path(path), "rb") as stream:
        whole = io.BufferedReader(stream)  # type: ignore[type-var]  # files of object stores read lines byte by byte
        lines = io.TextIOWrapper(whole, encoding="utf-8-sig", errors="replace", newline="")
        reader = csv.DictReader(lines)
        if "url" not in (reader.fieldnames or ()):
            raise BadPlanError(f"{path} has no column named url")
        for _ in islice(reader, position):
            pass
        while True:
            batch = list(islice(reader, BATCH))
            yield batch
            if len(batch) < BATCH:
                return


def _addresses(batch: list[Row], window: Window, now: datetime, step: Step) -> Iterator[Address]:
    for row in batch:
        url = normalise_url(row["url"] or "") if row["url"] else None
        published_at = _moment(row.get("published") or "")
        if url is None:
            step.skipped[Reason.BAD_URL] += 1
        elif published_at is not None and not window.start <= published_at < window.end:
            step.skipped["outside_window"] += 1
        else:
            step.found += 1
            yield Address(url=url, seen_at=now, title=(row.get("title") or "").strip(), published_at=published_at)


def _moment(text: str) -> datetime | None:
    """An ISO 8601 date or time, UTC unless it says otherwise; rows without one are of the day that is rebuilt."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

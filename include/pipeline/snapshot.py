"""The nightly snapshot: the exported tables as Parquet files in a folder of the day, beside those of earlier days."""

from __future__ import annotations

import re
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from include.edges.object_storage import list_files, replacing_stream, storage_path
from include.pipeline.export import TABLES, Format, export_warehouse
from include.pipeline.file_set import stoppable
from include.records import Tally
from include.settings import Settings

if TYPE_CHECKING:
    from airflow.sdk import ObjectStoragePath

MANIFEST = "manifest.json"
DAY = re.compile(rf"/(\d{{4}}-\d{{2}}-\d{{2}})/{re.escape(MANIFEST)}$")


def take_snapshot(settings: Settings, *, now: datetime) -> Tally:
    """How many rows of each table the day's snapshot holds, and how many old snapshots were dropped.

    The manifest says whether a folder is whole. Doing a day again replaces its files.
    """
    folder = storage_path(settings.snapshots) / now.astimezone(UTC).date().isoformat()
    with stoppable(), tempfile.TemporaryDirectory(prefix="desk-snapshot-") as made:
        # Whole before the first byte leaves: what fails in the warehouse leaves the last snapshot as it was.
        tally = export_warehouse(settings, form=Format.PARQUET, folder=Path(made))
        write_manifest(folder / MANIFEST, taken_at=now, is_whole=False)
        for table in TABLES:
            file = f"{table}.{Format.PARQUET}"
            with (Path(made) / file).open("rb") as source, replacing_stream(folder / file) as target:
                shutil.copyfileobj(source, target, 1 << 20)
    rows = {table: tally.as_dict().get(table, 0) for table in TABLES}
    write_manifest(folder / MANIFEST, taken_at=now, is_whole=True, rows=rows)
    tally.add("snapshots_dropped", drop_old_snapshots(settings, now=now))
    return tally


def write_manifest(path: ObjectStoragePath, **said: object) -> None:
    with replacing_stream(path) as target:
        target.write(orjson.dumps(said, option=orjson.OPT_INDENT_2))


def drop_old_snapshots(settings: Settings, *, now: datetime) -> int:
    """How many days were dropped for being older than DESK_SNAPSHOT_DAYS; a folder without our manifest stays."""
    root = storage_path(settings.snapshots)
    oldest = now.astimezone(UTC).date() - timedelta(days=settings.snapshot_days)
    found = {match[1] for file in list_files(root, MANIFEST) if (match := DAY.search(f"/{file.path}"))}
    old = [day for day in sorted(found) if _is_before(day, oldest)]
    for day in old:
        root.fs.rm((root / day).path, recursive=True)
    return len(old)


def _is_before(day: str, oldest: date) -> bool:
    try:
        return date.fromisoformat(day) < oldest
    except ValueError:  # looks like a day and is none: not ours
        return False

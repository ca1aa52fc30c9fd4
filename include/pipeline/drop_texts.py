"""Retention of texts: those that support no act move to Parquet files in the archive, a month at a time."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from include.edges.object_storage import open_stream, storage_path
from include.edges.warehouse import read, transaction
from include.pipeline.export import stream
from include.pipeline.export_formats import parquet_sink
from include.records import Tally
from include.settings import Settings
from include.stages.events import EXTRACT_VERSION
from include.stages.stories import GROUP_VERSION

if TYPE_CHECKING:
    from airflow.sdk import ObjectStoragePath


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A Parquet file on this machine, and the articles whose texts it holds."""

    path: Path
    ids: tuple[str, ...]


def drop_texts(settings: Settings, *, now: datetime) -> Tally:
    """How many texts older than DESK_TEXTS_DAYS left the warehouse; nothing without that setting.

    What supports an act stays, whatever its age. A month's texts are dropped when their file and its manifest lie in
    the archive; a try that fails in between leaves a file too many, and no text too few.
    """
    tally = Tally()
    if settings.texts_days is None:
        return tally
    with transaction(settings.warehouse) as connection:
        before = now - timedelta(days=settings.texts_days)
        months = read(connection, "partitions_to_drop", parted="article_texts", before=before)
    for month in months:
        tally.add("texts_dropped", _drop_month(settings, month.starts_at, month.ends_at, now))
    return tally


def _drop_month(settings: Settings, starts_at: datetime, ends_at: datetime, now: datetime) -> int:
    with tempfile.TemporaryDirectory(prefix="desk-texts-") as folder:
        made = write_texts(settings, Path(folder) / "texts.parquet", starts_at=starts_at, ends_at=ends_at)
        if not made.ids:
            return 0
        file = f"texts/{starts_at:%Y-%m}/texts-{now:%Y%m%dT%H%M%S}.parquet"
        keep_file(made, storage_path(settings.archive) / file, written_at=now)
    with transaction(settings.warehouse) as connection:
        (row,) = read(connection, "drop_texts", starts_at=starts_at, ids=list(made.ids), file=file)
    return int(row.dropped)


def write_texts(settings: Settings, path: Path, *, starts_at: datetime, ends_at: datetime) -> TextFile:
    """The texts of a month that may go, batch by batch."""
    ids: list[str] = []
    wanted: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "group_version": GROUP_VERSION,
        "extract_version": EXTRACT_VERSION,
    }
    with transaction(settings.warehouse) as connection, parquet_sink(path) as write:
        for columns, rows in stream(connection, "texts_to_drop", settings.batch_size, **wanted):
            write(columns, rows)
            ids += [row.article_id for row in rows]
    return TextFile(path=path, ids=tuple(ids))


def keep_file(made: TextFile, target: ObjectStoragePath, *, written_at: datetime) -> None:
    """Copies the file to the archive, looks whether it arrived, and then writes its manifest, which says so."""
    with made.path.open("rb") as source, open_stream(target, "wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
    with made.path.open("rb") as source, open_stream(target, "rb") as copy:
        digest = _sha256(source)
        if _sha256(copy) != digest:  # looked at before the warehouse forgets it
            raise OSError(f"{target} does not hold what was written to it.")
    said = {"texts": len(made.ids), "sha256": digest, "written_at": written_at}
    with open_stream(target.parent / f"{target.name}.json", "wb") as manifest:
        manifest.write(orjson.dumps(said, option=orjson.OPT_INDENT_2))


def _sha256(stream: IO[bytes]) -> str:
    digest = sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()

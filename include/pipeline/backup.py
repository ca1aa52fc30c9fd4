"""Backup and restore: a dump of the warehouse, and a list of the archive's files that its rows lead to.

A backup is a folder: `warehouse/` is pg_dump's, `archive.jsonl` has a line for each file of the archive (path, size,
SHA-256), `manifest.json` the same of the backup's own files, and `manifest.json.sha256` the manifest's. The folder
takes its name when all of it is whole. The archive's files themselves are not copied: they never change, and whatever
keeps folders or buckets keeps them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
import psycopg2

from include.edges.dump import dump, restore
from include.edges.warehouse import connect, read, transaction, write
from include.pipeline.backup_archive import compare_archive, list_archive, reach_archive
from include.pipeline.backup_manifest import (
    ARCHIVE,
    FORMAT,
    WAREHOUSE,
    BackupError,
    Manifest,
    Say,
    check_backup,
    files_below,
    write_manifest,
)
from include.pipeline.export import stream
from include.records import Tally
from include.settings import Settings


def back_up(settings: Settings, folder: Path, *, now: datetime, missing: Say, advance: Callable[[], None]) -> Tally:
    """How many files the backup's dump has, and how many of the archive's it lists; `missing` hears of lost ones."""
    archive = reach_archive(settings)
    with _appearing(folder) as draft:
        with TemporaryFile(dir=draft) as names:
            shown = _dump(settings, draft / WAREHOUSE, names)
            names.seek(0)
            tally = list_archive(archive, names, draft / ARCHIVE, missing=missing, advance=advance)
        manifest = Manifest(
            format=FORMAT,
            made_at=now,
            server_major=shown.server_major,
            migrations=tuple(shown.migrations),
            files=files_below(draft),
        )
        write_manifest(draft, manifest)
    tally.add("dump_files", len(manifest.files) - 1)
    return tally


@contextmanager
def _appearing(folder: Path) -> Iterator[Path]:
    """A folder to write into, which takes its name when the block ends well; else nothing is left of it."""
    folder = folder.resolve()
    if folder.is_mount():
        raise BackupError(f"{folder} is a file system of its own: name a new folder in it.")
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: a backup goes into a folder of its own.")
    draft = folder.with_name(f"{folder.name}.partial")
    try:
        draft.mkdir(parents=True)
    except FileExistsError:
        raise BackupError(f"{draft} is there: delete it, unless another backup is being made in it.") from None
    try:
        yield draft
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _dump(settings: Settings, target: Path, names: IO[bytes]) -> Any:
    """What server and schema were dumped; the names become those of the files that the dump's rows lead to."""
    # One snapshot for both. Nothing is to be committed, so that the dump stands even when this connection was lost.
    with closing(connect(settings.warehouse_owner)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        (shown,) = read(connection, "export_snapshot")
        for _, rows in stream(connection, "archive_files", settings.batch_size):
            names.writelines(orjson.dumps(row.file, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
        dump(settings.warehouse_owner, target, snapshot=shown.snapshot, server_major=shown.server_major)
    return shown


def restore_backup(settings: Settings, folder: Path, *, say: Say, missing: Say, advance: Callable[[], None]) -> Tally:
    """How many files of the archive are as they were, and how many are not: `missing` hears of each.

    The warehouse must be an empty database, and becomes what the backup has, all of it or nothing. Once it has, trouble
    is told to `missing` and raises nothing.
    """
    manifest = check_backup(folder, say=say)
    archive = reach_archive(settings)
    server_major = _check_target(settings, manifest)
    _bring_search(settings)
    restore(settings.warehouse_owner, folder / WAREHOUSE, server_major=server_major)
    _analyze(settings, missing)
    return compare_archive(archive, folder / ARCHIVE, missing=missing, advance=advance)


def _check_target(settings: Settings, manifest: Manifest) -> int:
    """The major version of the server, when its database may take the backup."""
    with transaction(settings.warehouse_owner) as connection:
        (target,) = read(connection, "tables_in_the_way")
    if target.is_superuser or target.role != target.owner:
        # Who restores owns what is restored, and functions that look into `news` run with their owner's rights.
        raise BackupError(
            f"The role {target.role} must own the database {target.name} and be no superuser: give it the owner"
            " desk_owner, and let AIRFLOW_CONN_WAREHOUSE_OWNER log in as that role."
        )
    if target.found:
        raise BackupError(
            f"The database {target.name} is not empty ({target.found[0]} and {len(target.found) - 1} more): make a new"
            " one for the restored warehouse, and let AIRFLOW_CONN_WAREHOUSE_OWNER name it."
        )
    if target.server_major < manifest.server_major:
        raise BackupError(
            f"The backup is of PostgreSQL {manifest.server_major}, this server is {target.server_major}: restore it on"
            " that version or a newer one."
        )
    return int(target.server_major)


def _bring_search(settings: Settings) -> None:
    try:
        with transaction(settings.warehouse_owner) as connection:
            write(connection, "bring_search")
    except psycopg2.Error as error:
        raise BackupError(
            f"The extension pg_trgm could not be brought in ({error.diag.message_primary}): let a superuser run"
            ' "create extension pg_trgm schema public" in the new database, then restore again.'
        ) from error


def _analyze(settings: Settings, missing: Say) -> None:
    try:
        with transaction(settings.warehouse_owner) as connection:
            write(connection, "analyze_database")
    except psycopg2.Error as error:
        missing(f"The warehouse is restored, but has no statistics: run ANALYZE in it ({' '.join(str(error).split())})")

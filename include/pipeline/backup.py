"""Backup and restore: a dump of the warehouse, and a list of the archive's files that its rows lead to.

A backup is a folder: `warehouse/` is pg_dump's, `archive.jsonl` has a line for each file of the archive (path, size,
SHA-256), and `manifest.json`, written last, says that all of it is whole. The archive's files themselves are not
copied: they never change, and whatever keeps folders or buckets keeps them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import orjson
import psycopg2

from include.edges.archive import Archive
from include.edges.dump import dump, restore
from include.edges.migrate import SCHEMA
from include.edges.warehouse import read, transaction, write
from include.pipeline.export import stream
from include.records import Tally
from include.settings import Settings

FORMAT = 1
MANIFEST, WAREHOUSE, ARCHIVE = "manifest.json", "warehouse", "archive.jsonl"
BLOCK = 1 << 20
Say = Callable[[str], None]


class BackupError(Exception):
    """A backup cannot be made or restored as asked; the message is one sentence with the cure."""


def back_up(settings: Settings, folder: Path, *, now: datetime, missing: Say, advance: Callable[[], None]) -> Tally:
    """How many files the backup's dump has, and how many of the archive's it lists; `missing` hears of lost ones."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: a backup goes into a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    with transaction(settings.warehouse_owner) as connection:
        # One snapshot for the dump and the list, so that every row's file is in the list.
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        (shown,) = read(connection, "export_snapshot")
        dump(settings.warehouse_owner, folder / WAREHOUSE, snapshot=shown.snapshot, server_major=shown.server_major)
        with (folder / ARCHIVE).open("wb") as out:
            for _, rows in stream(connection, "archive_files", settings.batch_size):
                for row in rows:
                    _list_file(settings, row.file, out, tally, missing)
                    advance()
    files = {str(path.relative_to(folder)): _fingerprint(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    tally.add("dump_files", len(files) - 1)
    said = {
        "format": FORMAT,
        "made_at": now,
        "server_major": shown.server_major,
        "migrations": shown.migrations,
        "files": files,
    }
    draft = folder / f"{MANIFEST}.partial"
    draft.write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))
    draft.rename(folder / MANIFEST)
    return tally


def _list_file(settings: Settings, name: str, out: IO[bytes], tally: Tally, missing: Say) -> None:
    try:
        with Archive(settings.archive).open(name) as file:
            size, sha256 = digest(file)
    except FileNotFoundError:
        tally.add("archive_files_missing")
        missing(f"{name} is not in the archive, and rows lead to it")
        return
    tally.add("archive_files")
    out.write(orjson.dumps({"path": name, "size": size, "sha256": sha256}, option=orjson.OPT_APPEND_NEWLINE))


def restore_backup(settings: Settings, folder: Path, *, missing: Say, advance: Callable[[], None]) -> Tally:
    """How many files of the archive are as they were, and how many are not: `missing` hears of each.

    The warehouse must be an empty database, and becomes what the backup has, all of it or nothing.
    """
    manifest = check_backup(folder)
    with transaction(settings.warehouse_owner) as connection:
        (target,) = read(connection, "tables_in_the_way")
    if target.found:
        raise BackupError(
            f"The database {target.name} is not empty ({target.found[0]} and {len(target.found) - 1} more): make a new"
            " one for the restored warehouse, and let AIRFLOW_CONN_WAREHOUSE_OWNER name it."
        )
    if target.server_major < manifest["server_major"]:
        raise BackupError(
            f"The backup is of PostgreSQL {manifest['server_major']}, this server is {target.server_major}: restore it"
            " on that version or a newer one."
        )
    _bring_search(settings)
    restore(settings.warehouse_owner, folder / WAREHOUSE, server_major=target.server_major)
    tally = Tally()
    for line in _lines(folder / ARCHIVE):
        if trouble := _trouble(settings, line):
            tally.add("archive_files_missing")
            missing(trouble)
        else:
            tally.add("archive_files")
        advance()
    return tally


def _bring_search(settings: Settings) -> None:
    try:
        with transaction(settings.warehouse_owner) as connection:
            write(connection, "bring_search")
    except psycopg2.Error as error:
        raise BackupError(
            f"The extension pg_trgm could not be brought in ({error.diag.message_primary}): let a superuser run"
            ' "create extension pg_trgm schema public" in the new database, then restore again.'
        ) from error


def check_backup(folder: Path) -> dict[str, Any]:
    """The manifest of a backup whose every file is as it was written, and that this version understands."""
    if not (folder / MANIFEST).is_file():
        raise BackupError(f"{folder} has no {MANIFEST}: it is no backup, or one that was cut short.")
    try:
        manifest: dict[str, Any] = orjson.loads((folder / MANIFEST).read_bytes())
        form, migrations, files = manifest["format"], manifest["migrations"], manifest["files"]
    except (ValueError, KeyError, TypeError):
        raise BackupError(f"{folder / MANIFEST} cannot be read: it is not as it was written; take another.") from None
    if form != FORMAT:
        raise BackupError(f"The backup has format {form}, this version reads {FORMAT}: use the version that made it.")
    if newer := sorted(set(migrations) - {path.stem for path in SCHEMA.glob("*.sql")}):
        raise BackupError(f"The backup's schema is newer than this version ({newer[0]}): use the version that made it.")
    for name, wanted in files.items():
        path = folder / name
        if not path.is_file():
            raise BackupError(f"{path} is missing: this backup is not whole; take another.")
        if _fingerprint(path) != wanted:
            raise BackupError(f"{path} is not as it was written: this backup is damaged; take another.")
    return manifest


def _trouble(settings: Settings, line: dict[str, Any]) -> str:
    """What is wrong with a file of the archive; empty when nothing is."""
    try:
        with Archive(settings.archive).open(line["path"]) as file:
            size, sha256 = digest(file)
    except FileNotFoundError:
        return f"{line['path']} is not in the archive"
    if size != line["size"]:
        return f"{line['path']} has {size} bytes, and had {line['size']}"
    return "" if sha256 == line["sha256"] else f"{line['path']} has other bytes than it had"


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def _fingerprint(path: Path) -> list[object]:
    with path.open("rb") as file:
        return list(digest(file))


def digest(file: IO[bytes]) -> tuple[int, str]:
    """Size and SHA-256, a block at a time."""
    size, digest = 0, hashlib.sha256()
    while block := file.read(BLOCK):
        size += len(block)
        digest.update(block)
    return size, digest.hexdigest()

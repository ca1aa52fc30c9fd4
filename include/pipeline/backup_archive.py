"""The archive's side of a backup: a line for each of its files, made by a backup and compared by a restore."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import orjson

from include.edges.archive import Archive, ArchiveError
from include.edges.object_storage import storage_path
from include.pipeline.backup_manifest import BackupError, Say, digest
from include.records import Tally
from include.settings import Settings


def reach_archive(settings: Settings) -> Archive:
    """The archive, which answers; that it has nothing yet is an answer."""
    try:
        root = storage_path(settings.archive)
        with suppress(FileNotFoundError):
            root.fs.info(root.path)
    except Exception as error:  # each kind of store has errors of its own
        raise BackupError(
            f"The archive {settings.archive} cannot be reached ({_one_line(error)}): mend that, or set DESK_ARCHIVE_URL"
            " to where it is."
        ) from error
    return Archive(settings.archive)


def list_archive(
    archive: Archive, names: IO[bytes], target: Path, *, missing: Say, advance: Callable[[], None]
) -> Tally:
    """How many files of these names, a JSON string a line, were listed; `missing` hears of those that are not."""
    tally = Tally()
    with target.open("wb") as out:
        for name in map(orjson.loads, names):
            try:
                size, sha256 = _fingerprint(archive, name)
            except ArchiveError as error:
                tally.add("archive_files_missing")
                missing(f"{error}, and rows lead to it")
            else:
                tally.add("archive_files")
                line = {"path": name, "size": size, "sha256": sha256}
                out.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            advance()
    return tally


def compare_archive(archive: Archive, listed: Path, *, missing: Say, advance: Callable[[], None]) -> Tally:
    """How many listed files are as they were, and how many are not: `missing` hears of each."""
    tally = Tally()
    try:
        with listed.open("rb") as lines:
            for line in map(orjson.loads, lines):
                if trouble := _trouble(archive, line):
                    missing(trouble)
                tally.add("archive_files_missing" if trouble else "archive_files")
                advance()
    except (OSError, ValueError) as error:  # of the list alone: `_fingerprint` raises none of the archive's
        missing(f"{listed} cannot be read to its end ({_one_line(error)})")
    return tally


def _trouble(archive: Archive, line: dict[str, Any]) -> str:
    """What is wrong with a file of the archive; empty when nothing is."""
    try:
        size, sha256 = _fingerprint(archive, line["path"])
    except ArchiveError as error:
        return str(error)
    if size != line["size"]:
        return f"{line['path']} has {size} bytes, and had {line['size']}"
    return "" if sha256 == line["sha256"] else f"{line['path']} has other bytes than it had"


def _fingerprint(archive: Archive, name: str) -> tuple[int, str]:
    """Size and SHA-256 of a file of the archive; ArchiveError says why it cannot be read."""
    try:
        with archive.open(name) as file:
            return digest(file)
    except FileNotFoundError:
        raise ArchiveError(f"{name} is not in the archive") from None
    except Exception as error:  # each kind of store has errors of its own
        raise ArchiveError(f"{name} cannot be read ({_one_line(error)})") from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__

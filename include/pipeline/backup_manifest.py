"""What a backup says of itself: its manifest, by which a damaged or newer one is refused before anything is done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated

import orjson
from pydantic import BaseModel, ConfigDict, StringConstraints

from include.edges.migrate import SCHEMA

FORMAT = 1
MANIFEST, WAREHOUSE, ARCHIVE = "manifest.json", "warehouse", "archive.jsonl"
CHECKSUM = f"{MANIFEST}.sha256"  # as sha256sum writes it
NEVER_WITHOUT = {f"{WAREHOUSE}/toc.dat", ARCHIVE}
BLOCK = 1 << 20
Say = Callable[[str], None]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./-]+$", max_length=200)]


class BackupError(Exception):
    """A backup cannot be made or restored as asked; the message is one sentence with the cure."""


class Manifest(BaseModel):
    """What a backup is of, and its files with their sizes and digests."""

    model_config = ConfigDict(frozen=True, strict=True)

    format: int
    made_at: datetime
    server_major: int
    migrations: tuple[Name, ...]
    files: dict[Name, tuple[int, str]]


def files_below(folder: Path) -> dict[str, tuple[int, str]]:
    """Size and SHA-256 of every file."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): _fingerprint(path) for path in paths}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Puts it into the backup's folder, with a checksum of its own."""
    written = manifest.model_dump_json(indent=2).encode()
    (folder / MANIFEST).write_bytes(written)
    (folder / CHECKSUM).write_bytes(_checksum(written))


def check_backup(folder: Path, *, say: Say) -> Manifest:
    """The manifest of a backup whose every file is as it was written, and that this version understands."""
    manifest = _parsed(folder, _read_manifest(folder, say))
    if newer := sorted(set(manifest.migrations) - {path.stem for path in SCHEMA.glob("*.sql")}):
        raise BackupError(f"The backup's schema is newer than this version ({newer[0]}): use the version that made it.")
    for name, wanted in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BackupError(f"{path} is missing: this backup is not whole; take another.")
        if _fingerprint(path) != wanted:
            raise _damaged(path)
    return manifest


def _read_manifest(folder: Path, say: Say) -> bytes:
    if not (folder / MANIFEST).is_file():
        raise BackupError(f"{folder} has no {MANIFEST}: it is no backup, or one that was cut short.")
    written = (folder / MANIFEST).read_bytes()
    if not (folder / CHECKSUM).is_file():
        say(f"{folder} has no {CHECKSUM}, as older versions wrote none: its manifest is taken as it is.")
    elif (folder / CHECKSUM).read_bytes() != _checksum(written):
        raise _damaged(folder / MANIFEST)
    return written


def _parsed(folder: Path, written: bytes) -> Manifest:
    try:
        form = orjson.loads(written)["format"]
        if isinstance(form, int) and form != FORMAT:
            raise BackupError(f"The backup has format {form}, this version reads {FORMAT}: use the one that made it.")
        manifest = Manifest.model_validate_json(written)
    except (ValueError, KeyError, TypeError):  # pydantic's and orjson's are the first
        raise _damaged(folder / MANIFEST) from None
    if not manifest.files.keys() >= NEVER_WITHOUT:
        raise _damaged(folder / MANIFEST)
    return manifest


def _damaged(path: Path) -> BackupError:
    return BackupError(f"{path} is not as it was written: this backup is damaged; take another.")


def _checksum(written: bytes) -> bytes:
    return f"{hashlib.sha256(written).hexdigest()}  {MANIFEST}\n".encode()


def _fingerprint(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return digest(file)


def digest(file: IO[bytes]) -> tuple[int, str]:
    """Size and SHA-256, a block at a time."""
    size, digest = 0, hashlib.sha256()
    while block := file.read(BLOCK):
        size += len(block)
        digest.update(block)
    return size, digest.hexdigest()

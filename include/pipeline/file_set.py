"""Files that belong together: written beside their place, and put there all at once when all are whole."""

from __future__ import annotations

import fcntl
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def file_set(folder: Path, *, manifest: str) -> Iterator[Path]:
    """A folder of the block's own; its files take their places when the block ends well, and go when it does not.

    The manifest is the first to go and the last to come: while there is none, the files may be of several sets.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with stoppable(), tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as made:
        yield Path(made)
        files = sorted(Path(made).iterdir(), key=lambda file: file.name == manifest)
        for file in files:
            _sync(file)
        with _locked(folder):
            (folder / manifest).unlink(missing_ok=True)
            for file in files:
                file.replace(folder / file.name)


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM leaves the block as an exception does, so that what it made for a while goes."""
    if threading.current_thread() is not threading.main_thread():  # which alone may handle signals
        yield
        return

    def stop(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One at a time, where the file system has locks for folders (NFS has none)."""
    number = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)

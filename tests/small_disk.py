"""A disk of a few megabytes, which tests fill."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallDisk:
    """A mounted filesystem of its own."""

    place: Path

    @property
    def filler(self) -> Path:
        return self.place / "filler"

    def fill(self, *, leaving: int = 0) -> None:
        """Takes all room but so many bytes."""
        with self.filler.open("wb") as file:
            while not self._take(file.fileno(), leaving):
                pass  # somebody wrote meanwhile

    def _take(self, file: int, leaving: int) -> bool:
        """True unless the room shrank while it was taken."""
        room = os.statvfs(self.place)
        wanted = room.f_bavail * room.f_frsize - leaving
        try:
            if wanted > 0:
                os.posix_fallocate(file, 0, wanted)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            return False
        return True

    def clear(self) -> None:
        """Gives the room back."""
        self.filler.unlink()


@contextmanager
def small_disk(place: Path, *, megabytes: int) -> Iterator[SmallDisk]:
    """Mounted for the block; where nobody may mount anything, the test is skipped with what was said."""
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "tmpfs", str(place)]
    if os.geteuid() == 0:
        if (done := subprocess.run(mount, capture_output=True, text=True, check=False)).returncode:
            pytest.skip(f"root cannot mount a small disk here: {done.stderr.strip()}")
        try:
            yield SmallDisk(place=place)
        finally:
            subprocess.run(["umount", "--lazy", str(place)], check=True)
        return
    # Others mount in a namespace of their own, which lasts as long as a process in it, and look in by way of that.
    inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", '"$@" && echo made && cat', "sh", *mount]
    with subprocess.Popen(
        inside, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        if (said := holder.stdout.readline().strip()) != "made":
            pytest.skip(f"this user cannot mount a small disk here: {said}")
        try:
            yield SmallDisk(place=Path(f"/proc/{holder.pid}/root{place}"))
        finally:
            holder.stdin.close()

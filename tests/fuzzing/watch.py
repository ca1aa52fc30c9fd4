"""Watches one call: what it may not do (connect, start programs, touch files of others), and for how long."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent.parent
# Libraries read their own data files when they are first used.
READABLE = (str(PROJECT), sys.prefix, sys.base_prefix, *sys.path[1:], "/usr/share/zoneinfo", "/proc/self", os.devnull)
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.Request", "ctypes.")
CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "shutil.")
BYTES = 3_000_000_000  # of address space
SECONDS = 20  # for one input of at most 60 KB: what takes that long is a finding

_folders: list[tuple[str, ...]] = []  # what the call under way may use; empty while none is watched
_misdeeds: list[str] = []


class MisbehaviourError(AssertionError):
    """The code under test did what no input may make it do."""


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _folders and (misdeed := _misdeed(event, arguments, _folders[-1])):
        _blame(misdeed)


def _misdeed(event: str, arguments: tuple[Any, ...], folders: tuple[str, ...]) -> str:
    """What is wrong with an event of the interpreter's audit; empty when nothing is."""
    if event.startswith(FORBIDDEN):
        return f"{event} {arguments!r:.200}"
    if event != "open" and not event.startswith(CHANGES):
        return ""
    if not isinstance(arguments[0], str | bytes | os.PathLike):
        return ""  # a descriptor that is open already
    name = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100 - pathlib would raise events of its own
    if folders and name.startswith(folders):
        return ""
    is_reading = event == "open" and not set(arguments[1] or "r") & set("wax+")
    return "" if is_reading and name.startswith(READABLE) else f"{event} {name} {arguments[1:]!r:.60}"


def _late(signum: int, frame: Any) -> None:
    _blame(f"took more than {SECONDS} seconds")


def _blame(misdeed: str) -> None:
    _misdeeds.append(misdeed)  # what is raised here, code that catches everything may swallow
    raise MisbehaviourError(misdeed)


def install() -> None:
    """Makes this process one that can watch; for good, as audit hooks stay."""
    sys.addaudithook(_hook)
    signal.signal(signal.SIGALRM, _late)
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


@contextmanager
def watched(*folders: Path) -> Iterator[None]:
    """What runs inside may use these folders alone. Raises MisbehaviourError, at the end at the latest."""
    _misdeeds.clear()
    _folders.append(tuple(map(str, folders)))
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        _folders.pop()
    if _misdeeds:
        raise MisbehaviourError(_misdeeds[0])

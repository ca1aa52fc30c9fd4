"""The folder of a local desk: secrets, logs, archive, Airflow's home, and who is running."""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from include.local.postgres import write_secret
from include.settings import settings

MARK = "DESK_RUN_HOME"  # in the environment of every process that a local desk starts


class LocalFailedError(Exception):
    """The local desk cannot go on; the message is one sentence with the cure."""


def home() -> Path:
    folder = settings().home
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        (folder / "logs").mkdir(exist_ok=True)
    except OSError as error:
        raise LocalFailedError(
            f"Cannot write to {folder} ({error.strerror}): set DESK_HOME to a folder of yours."
        ) from error
    return folder.resolve()


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the folder for this process; the kernel lets go when it ends, however it ends."""
    with (folder / "run.pid").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LocalFailedError("The desk is running already: stop it with `make stop` first.") from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def supervisor(folder: Path) -> psutil.Process | None:
    """The process that holds the folder, if one does."""
    file = folder / "run.pid"
    if not file.exists():
        return None
    with file.open("r", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return psutil.Process(int(held.read()))
    return None


def descendants(folder: Path) -> list[psutil.Process]:
    """Every living process that a local desk in this folder started, whoever its parent is now."""
    return [process for process in psutil.process_iter() if process.pid != os.getpid() and marked(process, folder)]


def marked(process: psutil.Process, folder: Path) -> bool:
    try:
        return bool(process.environ().get(MARK) == str(folder) and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, OSError):
        return False


def end(processes: list[psutil.Process], *, seconds: float) -> None:
    """Returns when all of them are gone: asked first, then killed."""
    for process in processes:
        unless_gone(process.terminate)
    _, stubborn = psutil.wait_procs(processes, timeout=seconds)
    for process in stubborn:
        unless_gone(process.kill)
    psutil.wait_procs(stubborn, timeout=5)


def unless_gone(action: Callable[[], None]) -> None:
    """Calls the action; a process that is gone by now is what was wanted."""
    with suppress(psutil.NoSuchProcess):
        action()


def secret(folder: Path, name: str, *, fernet: bool = False) -> str:
    """A secret made once and kept in a file that only we can read."""
    file = folder / "secrets" / name
    file.parent.mkdir(mode=0o700, exist_ok=True)
    if not file.exists():
        value = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() if fernet else secrets.token_urlsafe(64)
        write_secret(file, value)
    return file.read_text(encoding="utf-8")

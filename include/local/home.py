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

from include.edges.install import write_secret
from include.settings import PROJECT, SettingsError, settings


class LocalFailedError(Exception):
    """The local desk cannot go on; the message is one sentence with the cure."""


def home() -> Path:
    """The folder, made when it is not there."""
    try:
        folder = settings().home
    except SettingsError as error:
        raise LocalFailedError(str(error)) from None
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        (folder / "logs").mkdir(exist_ok=True)
        (folder / "run.pid").open("a").close()
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
    with (folder / "run.pid").open(encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            with suppress(ValueError, psutil.NoSuchProcess):  # it starts, or ends, just now
                return psutil.Process(int(held.read()))
    return None


def remember_session(folder: Path, leader: int) -> None:
    """Notes a process that we started in a session of its own, so that all of the session can be found later."""
    with (folder / "sessions").open("a", encoding="utf-8") as file:
        file.write(f"{leader} {psutil.Process(leader).create_time():.0f}\n")


def sessions(folder: Path) -> set[int]:
    """The ids of our sessions that may still live."""
    file = folder / "sessions"
    if not file.exists():
        return set()
    noted = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return {int(leader) for leader, born in noted if not was_used_again(int(leader), float(born))}


def was_used_again(leader: int, born: float) -> bool:
    """After a reboot the number can be a stranger's, even that of the terminal in which we run."""
    try:
        return abs(psutil.Process(leader).create_time() - born) > 60  # clocks get set
    except psutil.NoSuchProcess:
        return born < psutil.boot_time() - 60  # its session can outlive it, but no reboot


def started_here(folder: Path) -> list[psutil.Process]:
    """Every living process of the sessions that a desk in this folder started, whoever its parent is now.

    Found by session, not by parent or environment: orphans have another parent, and Airflow's processes rename
    themselves over their environment. The working folder guards against a number that was used again.
    """
    ours = sessions(folder)
    return [process for process in psutil.process_iter() if is_of(process, ours)]


def is_of(process: psutil.Process, ours: set[int]) -> bool:
    try:
        return os.getsid(process.pid) in ours and process.status() != psutil.STATUS_ZOMBIE and works_here(process)
    except (psutil.Error, OSError):
        return False


def works_here(process: psutil.Process) -> bool:
    """True in the project's folder; what runs a task hides its folder from its own user, as core dumps hold secrets."""
    try:
        return Path(process.cwd()) == PROJECT
    except psutil.AccessDenied:
        return process.uids().real == os.getuid()


def end_sessions(folder: Path) -> bool:
    """True when there was something to end; all of it is gone then."""
    processes = started_here(folder)
    ours = sessions(folder)
    leaders = [process for process in processes if process.pid in ours]
    for process in leaders:
        unless_gone(process.terminate)
    psutil.wait_procs(leaders, timeout=20)
    # What is left does not end by itself: LocalExecutor's idle workers ignore the signal and outlive the scheduler.
    left = started_here(folder)
    for process in left:
        unless_gone(process.kill)
    psutil.wait_procs(left, timeout=5)
    (folder / "sessions").unlink(missing_ok=True)
    return bool(processes)


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

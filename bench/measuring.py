"""Contenders take turns on the same input, each in a process of its own, and what each took is counted apart.

Seconds of CPU count what the contender's process, its children and the PostgreSQL server spent (where one is used).
Memory is the highest resident size of the process and its children. A contender that is not installed, fails, or takes
longer than LONGEST is named with the reason instead of measured.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psutil

LONGEST = 300  # seconds of one turn, preparations included
PATIENCE = 5  # seconds for a process to end by itself

Input = Mapping[str, Any]
Work = Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to do a stage's work: `make` names a function "module:name" that prepares for an input and returns it.

    What it returns may have a method `before`, which is called before each turn and not counted. So is the input's
    function `renew`, where there is one: it takes the input, and what it returns replaces parts of it.
    """

    name: str
    make: str
    package: str = ""  # whose version is told


@dataclass(slots=True, kw_only=True)
class Taken:
    """What a contender took in each round."""

    cpu: list[float] = field(default_factory=list)  # seconds
    wall: list[float] = field(default_factory=list)  # seconds
    megabytes: float = 0.0
    answers: Any = None  # of its last round
    skipped: str = ""  # why there is nothing to tell


def compete(
    contenders: Sequence[Contender],
    given: Input,
    *,
    rounds: int,
    has_trial: bool = True,
    longest: float | None = None,
) -> dict[str, Taken]:
    """What each took, by name: one turn a round, and a trial before them that is not counted.

    `longest` is how many seconds a turn may take, else LONGEST.
    """
    taken = {each.name: Taken() for each in contenders}
    players: dict[str, Player] = {}
    try:
        for each in contenders:
            with _named(taken[each.name]):
                players[each.name] = Player(each, given, longest or LONGEST)
        for is_trial in [True] * has_trial + [False] * rounds:  # what is loaded once is loaded in the trial
            for name, player in players.items():
                if not taken[name].skipped:
                    with _named(taken[name]):
                        player.turn(Taken() if is_trial else taken[name])
    finally:
        for player in players.values():
            player.end()
    return taken


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times ours theirs is: the median over rounds, whose turns met the same load."""
    return statistics.median(their / our for our, their in zip(ours, theirs, strict=True))


@contextlib.contextmanager
def _named(taken: Taken) -> Iterator[None]:
    try:
        yield
    except SkippedError as error:
        taken.skipped = str(error)


class SkippedError(Exception):
    """The contender cannot be measured; the message says why."""


class Player:
    """A contender's process."""

    def __init__(self, contender: Contender, given: Input, longest: float) -> None:
        self._longest = longest  # seconds of a turn
        context = multiprocessing.get_context("spawn")  # what this process holds must not count as theirs
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_serve, args=(theirs, contender.make, given))
        self._process.start()
        theirs.close()
        try:
            self._ask()
        except BaseException:
            self.end()
            raise

    def turn(self, taken: Taken) -> None:
        """One turn. Raises SkippedError."""
        self._pipe.send(True)
        cpu, wall, megabytes, answers = self._ask()
        taken.cpu.append(cpu)
        taken.wall.append(wall)
        taken.megabytes, taken.answers = megabytes, answers

    def _ask(self) -> Any:
        if not self._pipe.poll(self._longest):
            self.end()
            raise SkippedError(f"did not end within {self._longest:g} s")
        try:
            answer = self._pipe.recv()
        except EOFError:
            raise SkippedError("its process ended") from None
        if isinstance(answer, str):
            raise SkippedError(answer)
        return answer

    def end(self) -> None:
        """Ends the process: by asking, so that it clears up, or with everything that it started."""
        with contextlib.suppress(OSError):
            self._pipe.send(False)
            self._process.join(PATIENCE)
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self._process.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _serve(pipe: Connection, make: str, given: Input) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends it
    try:
        module, name = make.split(":")
        own = dict(given)
        work: Work = getattr(importlib.import_module(module), name)(own)
        pipe.send(())
        while pipe.recv():
            server = given.get("server_pid")
            own |= given["renew"](own) if "renew" in given else {}
            getattr(work, "before", lambda: None)()
            before, start = cpu_seconds(server), time.perf_counter()
            answers = work()
            wall = time.perf_counter() - start
            pipe.send((cpu_seconds(server) - before, wall, peak_megabytes(), answers))
    except EOFError:
        return
    except ModuleNotFoundError as error:
        pipe.send(f"not installed: {error.name}")
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {str(error)[:300]}")


def cpu_seconds(server: int | None = None) -> float:
    """CPU of this process, its children and theirs, and of a PostgreSQL server with its sessions, so far."""
    return tree_seconds(os.getpid()) + (tree_seconds(server) if server else 0.0)


def tree_seconds(pid: int) -> float:
    """CPU of a process and all that it started, so far."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    running = 0.0
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended since, and counts at the next look
            running += sum(child.cpu_times()[:4])
    return sum(own[:4]) + running


def peak_megabytes() -> float:
    """The highest resident size that this process and its children had, each at its own time."""
    pids = [os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))]
    return sum(map(_high_water, pids)) / 1e6


def _high_water(pid: int) -> int:
    # getrusage would tell the parent's size where the parent was larger before exec.
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0

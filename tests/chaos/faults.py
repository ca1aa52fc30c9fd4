"""The faults: what each does to the running pipeline, how it is undone, and which are planned for a stage."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess
from random import Random

import psycopg2

from include.local.postgres import PostgresFailedError, gone, start_postgres
from tests.chaos.scene import Scene
from tests.chaos.tasks import SKEW, TASKS

ALWAYS = (
    "kill one task", "kill all tasks", "terminate sessions", "reset connections", "restart server fast",
    "restart server at once",
)  # fmt: skip
OF_ARCHIVE = {"disk": "fill disk", "store": "fail store"}
# The stages that write to an archive's disk, or speak with its store.
TOUCHES = {
    "disk": ("poll_feeds", "fetch_pages", "revisit_pages", "bring_pages", "drop_texts"),
    "store": (
        "poll_feeds", "fetch_pages", "clean_pages", "revisit_pages", "bring_pages", "reopen_day", "clean_pages again",
        "report_day", "drop_texts",
    ),
}  # fmt: skip
HELD = (0.2, 1.0)  # seconds that a full disk or a failing store lasts
ROOM = (0, 4096, 40_000)  # bytes that a full disk leaves
STARTED_WITHIN = 30  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A fault to come; what is drawn lies between 0 and 1."""

    kind: str
    wait: float  # after the fault before it, in parts of what the stage takes when nothing happens
    which: float  # of the tasks that run then, of the clocks, of the sizes


def kinds(archive: str, stage: str) -> tuple[str, ...]:
    """What can be done to a stage."""
    skew = () if TASKS[stage].is_dated else ("skew clock",)
    return (*ALWAYS, *skew, *([OF_ARCHIVE[archive]] if stage in TOUCHES[archive] else []))


def plan(seed: int, archive: str, stage: str, *, played: int, faults: int) -> list[Planned]:
    """So many faults for a stage, after the rounds with this archive that were played: all kinds take turns.

    They are drawn by themselves, so that what a fault meets shifts nothing that is planned after it.
    """
    turns: list[str] = []
    needed = (played + 1) * faults
    for turn in range(needed // len(kinds(archive, stage)) + 1):
        turns += Random(f"{seed} {archive} {stage} {turn}").sample(kinds(archive, stage), len(kinds(archive, stage)))
    dice = Random(f"{seed} {archive} {stage} after {played}")
    return [Planned(kind=kind, wait=dice.random(), which=dice.random()) for kind in turns[played * faults : needed]]


class Faults:
    """Does faults to a scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.skew = timedelta()  # of the clocks of tries that begin from now on

    def do(self, planned: Planned, tries: Sequence[BaseProcess]) -> None:
        """Does it to what runs, and undoes it; killed tries are left for their driver to find."""
        which = planned.which
        fault: Callable[[], object] = {
            "kill one task": lambda: _kill([tries[int(which * len(tries))]]),
            "kill all tasks": lambda: _kill(tries),
            "terminate sessions": self._terminate_sessions,
            "reset connections": self._scene.proxy.reset,
            "restart server fast": lambda: self._restart(signal.SIGINT),
            "restart server at once": lambda: self._restart(signal.SIGQUIT),
            "skew clock": lambda: self._skew(which),
            "fill disk": lambda: self._fill_disk(which),
            "fail store": lambda: self._fail_store(which),
        }[planned.kind]
        fault()

    def _terminate_sessions(self) -> None:
        connection = psycopg2.connect(self._scene.postgres.dsn("postgres", "postgres"))
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sanctions-desk'"
            )
        connection.close()

    def _restart(self, how: signal.Signals) -> None:
        server = self._scene.postgres
        server.process.send_signal(how)
        assert gone(server.process, seconds=30), "the server does not stop"
        stopped = time.monotonic()
        while True:
            try:
                self._scene.postgres = start_postgres(self._scene.folder / "postgres", port=server.port)
                return
            except PostgresFailedError:  # stopped at once, it leaves processes that still hold its memory for a moment
                if time.monotonic() - stopped > STARTED_WITHIN:
                    raise

    def _skew(self, which: float) -> None:
        self.skew = SKEW * (2 * which - 1)

    def _fill_disk(self, which: float) -> None:
        self._scene.disk.fill(leaving=ROOM[int(which * len(ROOM))])
        try:
            time.sleep(_held(which))
        finally:
            self._scene.disk.clear()

    def _fail_store(self, which: float) -> None:
        self._scene.failing.touch()
        try:
            time.sleep(_held(which) * 2)
        finally:
            self._scene.failing.unlink()


def _held(which: float) -> float:
    least, most = HELD
    return least + which * (most - least)


def _kill(tries: Sequence[BaseProcess]) -> None:
    for each in tries:
        each.kill()

"""The faults: what each does to the running pipeline, and how it is undone."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from multiprocessing.process import BaseProcess
from random import Random

import psycopg2

from include.local.postgres import PostgresFailedError, gone, start_postgres
from tests.chaos.scene import Scene

# The stages that write to an archive's disk, or speak with its store.
TOUCHES = {"disk": ("poll_feeds", "fetch_pages"), "store": ("poll_feeds", "fetch_pages", "clean_pages")}
HELD = (0.2, 1.0)  # seconds that a full disk or a failing store lasts
SKEW_HOURS = 36
STARTED_WITHIN = 30  # seconds


class Faults:
    """Does faults to a scene."""

    def __init__(self, scene: Scene, dice: Random) -> None:
        self._scene, self._dice = scene, dice
        self.skew = timedelta()  # of the clocks of tries that begin from now on

    def kinds(self, archive: str, stage: str) -> tuple[str, ...]:
        """What can be done to a stage, each as often as it should be drawn."""
        always = ("kill one task",) * 5 + ("kill all tasks",) + ("terminate sessions", "reset connections") * 2
        rarer = ("restart server fast", "restart server at once", "skew clock")
        of_archive = {"disk": "fill disk", "store": "fail store"}[archive]
        return (*always, *rarer, *[of_archive] * (6 if stage in TOUCHES[archive] else 0))

    def do(self, kind: str, tries: Sequence[BaseProcess]) -> None:
        """Does it to what runs, and undoes it; killed tries are left for their driver to find."""
        fault: Callable[[], None] = {
            "kill one task": lambda: _kill([self._dice.choice(tries)]),
            "kill all tasks": lambda: _kill(tries),
            "terminate sessions": self._terminate_sessions,
            "reset connections": lambda: self._reset(),
            "restart server fast": lambda: self._restart(signal.SIGINT),
            "restart server at once": lambda: self._restart(signal.SIGQUIT),
            "skew clock": self._skew,
            "fill disk": self._fill_disk,
            "fail store": self._fail_store,
        }[kind]
        fault()

    def _terminate_sessions(self) -> None:
        connection = psycopg2.connect(self._scene.postgres.dsn("postgres", "postgres"))
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sanctions-desk'"
            )
        connection.close()

    def _reset(self) -> None:
        self._scene.proxy.reset()

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

    def _skew(self) -> None:
        self.skew = timedelta(hours=self._dice.uniform(-SKEW_HOURS, SKEW_HOURS))

    def _fill_disk(self) -> None:
        self._scene.disk.fill(leaving=self._dice.choice((0, 4096, 40_000)))
        try:
            time.sleep(self._dice.uniform(*HELD))
        finally:
            self._scene.disk.clear()

    def _fail_store(self) -> None:
        self._scene.failing.touch()
        try:
            time.sleep(self._dice.uniform(*HELD) * 2)
        finally:
            self._scene.failing.unlink()


def _kill(tries: Sequence[BaseProcess]) -> None:
    for each in tries:
        each.kill()

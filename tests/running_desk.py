"""`make run` in a session of its own, as the tests start it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from include.local.postgres import load_passwords, port_of, reachable_place, running_server

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 420


@contextmanager
def home_of_a_desk() -> Iterator[Path]:
    """A folder for everything that a desk keeps, deleted at the end with what had to lie elsewhere."""
    home = Path(tempfile.mkdtemp(prefix="desk-run-")).resolve()
    home.chmod(0o711)
    try:
        yield home
    finally:
        shutil.rmtree(reachable_place(home / "postgres"), ignore_errors=True)
        shutil.rmtree(home)


class Running:
    """A `make run` in a session of its own, its output in a file."""

    def __init__(self, home: Path, **more: str) -> None:
        self.home = home
        self.output = home.parent / f"{home.name}.out"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                ["make", "run"],
                cwd=PROJECT,
                env=os.environ | {"DESK_HOME": str(home), "FEEDS": "newsstand", "COLUMNS": "200"} | more,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def wait_for(self, text: str) -> str:
        deadline = time.monotonic() + START_SECONDS
        while text not in (shown := self.output.read_text(errors="replace")):
            assert self.process.poll() is None, shown
            assert time.monotonic() < deadline, shown
            time.sleep(0.5)
        return shown

    def press_ctrl_c(self) -> int:
        os.killpg(self.process.pid, signal.SIGINT)  # as a terminal does: to make and to what it started
        return self.process.wait(timeout=90)


@contextmanager
def running_desk(home: Path, **more: str) -> Iterator[Running]:
    """A desk that is stopped at the end; `more` are variables of its environment."""
    running = Running(home, **more)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.press_ctrl_c()
        running.output.unlink(missing_ok=True)


def rows(home: Path, query: str, *, role: str = "desk_analyst") -> list[tuple]:
    server = running_server(home / "postgres")
    assert server is not None
    password = load_passwords(home / "postgres" / "passwords")[role]
    connection = psycopg2.connect(
        host="127.0.0.1", port=port_of(server), dbname="warehouse", user=role, password=password
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()

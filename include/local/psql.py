"""`make psql`: psql on the running warehouse, as the analyst."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from include.local.home import LocalFailedError, home
from include.local.postgres import (
    PostgresFailedError,
    find_binaries,
    load_passwords,
    port_of,
    reachable_place,
    running_server,
)
from include.settings import settings

# What the analyst's own role brings with it; a connection that takes on the role lacks it.
AS_ANALYST = "-c role=desk_analyst -c default_transaction_read_only=on -c statement_timeout=60s"


def main() -> int:  # noqa: RET503 - a process that became psql does not return
    try:
        folder = home() / "postgres"
        parts = parse_dsn(given_warehouse() if settings().warehouse else local_warehouse(folder))
        program = find_program(folder)
    except (LocalFailedError, PostgresFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    # Secrets by the environment or not at all: a command line can be read by everyone on the machine.
    secret, _ = parts.pop("password", ""), parts.pop("sslpassword", "")  # psql asks for the second
    env = os.environ | ({"PGPASSWORD": secret} if secret else {})
    os.execve(program, [program, "--dbname", make_dsn(**parts), *sys.argv[1:]], env)  # noqa: S606 - psql is wanted


def local_warehouse(folder: Path, role: str = "desk_analyst") -> str:
    """The address of the warehouse that `make run` started, for that role."""
    server = running_server(folder)
    if server is None:
        raise LocalFailedError("The warehouse is not running: start it with `make run` in another terminal.")
    password = load_passwords(folder / "passwords")[role]
    return make_dsn(host="127.0.0.1", port=port_of(server), user=role, dbname="warehouse", password=password)


def given_warehouse() -> str:
    """The address of AIRFLOW_CONN_WAREHOUSE for the analyst: the one given for that role, or ours in that role."""
    if settings().warehouse_analyst:
        return settings().warehouse_analyst
    own = parse_dsn(settings().warehouse)
    dsn: str = make_dsn(**own | {"options": f"{own.get('options', '')} {AS_ANALYST}".strip()})
    try:
        psycopg2.connect(dsn, connect_timeout=10).close()
    except psycopg2.OperationalError as error:
        raise LocalFailedError(
            f"AIRFLOW_CONN_WAREHOUSE cannot be read as desk_analyst ({' '.join(str(error).split())}):"
            " set AIRFLOW_CONN_WAREHOUSE_ANALYST to the address of that role."
        ) from error
    return dsn


def find_program(folder: Path) -> str:
    """The path of psql."""
    beside_the_server = find_binaries(reachable_place(folder)) / "psql"
    found = str(beside_the_server) if beside_the_server.exists() else shutil.which("psql")
    if found is None:
        raise LocalFailedError("No psql found: install PostgreSQL's client.")
    return found


if __name__ == "__main__":
    sys.exit(main())

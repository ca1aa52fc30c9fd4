"""`make psql`: psql on the running warehouse, as the analyst."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from psycopg2.extensions import parse_dsn

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


def main() -> int:  # noqa: RET503 - a process that became psql does not return
    try:
        folder = home() / "postgres"
        # By the environment: a command line, and a password in it, can be read by everyone on the machine.
        env = os.environ | (given_warehouse() if settings().warehouse else local_warehouse(folder))
        program = find_program(folder)
    except (LocalFailedError, PostgresFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    os.execve(program, [program, *sys.argv[1:]], env)  # noqa: S606 - psql is what is wanted


def local_warehouse(folder: Path) -> dict[str, str]:
    """What psql is to know of the warehouse that `make run` started."""
    server = running_server(folder)
    if server is None:
        raise LocalFailedError("The warehouse is not running: start it with `make run` in another terminal.")
    return {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(port_of(server)),
        "PGUSER": "desk_analyst",
        "PGDATABASE": "warehouse",
        "PGPASSWORD": load_passwords(folder / "passwords")["desk_analyst"],
    }


def given_warehouse() -> dict[str, str]:
    """What psql is to know of AIRFLOW_CONN_WAREHOUSE; its role may write, so the session may not."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE", "password": "PGPASSWORD"}
    parts = parse_dsn(settings().warehouse)
    known = {names[name]: str(value) for name, value in parts.items() if name in names}
    return known | {"PGOPTIONS": "-c default_transaction_read_only=on"}


def find_program(folder: Path) -> str:
    """The path of psql."""
    beside_the_server = find_binaries(reachable_place(folder)) / "psql"
    found = str(beside_the_server) if beside_the_server.exists() else shutil.which("psql")
    if found is None:
        raise LocalFailedError("No psql found: install PostgreSQL's client.")
    return found


if __name__ == "__main__":
    sys.exit(main())

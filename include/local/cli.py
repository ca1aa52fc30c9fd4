"""`make cli`: the command line on the running warehouse, as the loader."""

from __future__ import annotations

import os
import sys

from include.local.home import LocalFailedError, home
from include.local.postgres import PostgresFailedError
from include.local.psql import local_warehouse
from include.settings import settings


def main() -> int:  # noqa: RET503 - a process that became another program does not return
    env = dict(os.environ)
    try:
        if not settings().warehouse:
            env["AIRFLOW_CONN_WAREHOUSE"] = local_warehouse(home() / "postgres", "desk_loader")
    except (LocalFailedError, PostgresFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    os.execve(sys.executable, [sys.executable, "-m", "include.cli", *sys.argv[1:]], env)  # noqa: S606 - as psql


if __name__ == "__main__":
    sys.exit(main())

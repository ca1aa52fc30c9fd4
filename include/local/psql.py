"""`make psql`: psql on the running warehouse, as the analyst."""

from __future__ import annotations

import os
import shutil
import sys

from include.local.home import home
from include.local.postgres import find_binaries, load_passwords, reachable_place, running_pid, running_port


def main() -> int:  # noqa: RET503 - a process that became psql does not return
    folder = home() / "postgres"
    place = reachable_place(folder)
    if running_pid(place / "data") is None:
        print("The warehouse is not running: start it with `make run` in another terminal.", file=sys.stderr)
        return 1
    program = find_binaries(place) / "psql"
    found = str(program) if program.exists() else shutil.which("psql")
    if found is None:
        print("No psql found: install PostgreSQL's client.", file=sys.stderr)
        return 1
    # The password goes by the environment: a command line can be read by everyone on the machine.
    env = {**os.environ, "PGPASSWORD": load_passwords(folder / "passwords")["desk_analyst"]}
    words = [found, "-h", "127.0.0.1", "-p", str(running_port(place / "data")), "-U", "desk_analyst", "-d", "warehouse"]
    os.execve(found, [*words, *sys.argv[1:]], env)  # noqa: S606 - psql is what is wanted


if __name__ == "__main__":
    sys.exit(main())

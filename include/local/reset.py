"""`make reset`: deletes everything that `make run` keeps, after asking."""

from __future__ import annotations

import shutil
import sys

from include.local.home import home, supervisor
from include.local.postgres import reachable_place


def main() -> int:
    folder = home()
    if supervisor(folder) is not None:
        print("The desk is running: stop it with `make stop` first.", file=sys.stderr)
        return 1
    place = reachable_place(folder / "postgres")
    folders = sorted({folder, place})
    print("This deletes the warehouse, the archive, Airflow's history and the passwords in:")
    for each in folders:
        print(f"  {each}")
    if input("Type `delete` to go on: ").strip() != "delete":
        print("Nothing deleted.")
        return 1
    for each in folders:
        shutil.rmtree(each, ignore_errors=True)
    print("Deleted.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

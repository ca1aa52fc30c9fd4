"""`make reset`: deletes everything that `make run` keeps, after asking."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from include.local.home import LocalFailedError, end_sessions, home, only_one
from include.local.postgres import reachable_place, stop_leftover

# What is ours in DESK_HOME; whatever else somebody keeps in that folder stays.
OURS = ("airflow", "archive", "logs", "postgres", "secrets", "newsstand-port", "run.pid", "sessions")


def main() -> int:
    try:
        folder = home()
        with only_one(folder):
            return delete(folder)
    except LocalFailedError as error:
        print(error, file=sys.stderr)
    except (EOFError, KeyboardInterrupt):
        print("\nNothing deleted.")
    except OSError as error:
        print(f"Not all could be deleted ({error}): run it as the user who ran `make run`.", file=sys.stderr)
    return 1


def delete(folder: Path) -> int:
    """0 when all that is ours is deleted, 1 when the answer was no."""
    place = reachable_place(folder / "postgres")
    doomed = [each for each in dict.fromkeys((*(folder / name for name in OURS), place)) if each.exists()]
    print("This deletes the warehouse, the archive, Airflow's history and the passwords:")
    for each in doomed:
        print(f"  {each}")
    if input("Type `delete` to go on: ").strip() != "delete":
        print("Nothing deleted.")
        return 1
    end_sessions(folder)  # of a run that was killed
    stop_leftover(folder / "postgres")
    for each in doomed:
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()
    print("Deleted.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

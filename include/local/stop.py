"""`make stop`: stops a running desk from another terminal, and cleans up after one that was killed."""

from __future__ import annotations

import sys

import psutil

from include.local.home import LocalFailedError, end_sessions, home, supervisor
from include.local.postgres import stop_leftover


def main() -> int:
    try:
        folder = home()
    except LocalFailedError as error:
        print(error, file=sys.stderr)
        return 1
    running = supervisor(folder)
    if running is not None:
        running.terminate()
        try:
            running.wait(timeout=90)
        except psutil.TimeoutExpired:
            print("The desk does not stop within 90 s: look at `make run`'s terminal.", file=sys.stderr)
            return 1
    left = end_sessions(folder)
    stopped_server = stop_leftover(folder / "postgres")
    print("Stopped." if running or left or stopped_server else "Nothing is running.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`make stop`: stops a running desk from another terminal, and cleans up after one that was killed."""

from __future__ import annotations

import sys

import psutil

from include.local.home import LocalFailedError, end_sessions, home, supervisor
from include.local.postgres import stop_leftover

SECONDS = 90


def main() -> int:
    try:
        folder = home()
        running = supervisor(folder)
        if running is not None:
            running.terminate()
            running.wait(timeout=SECONDS)
        left = end_sessions(folder)
        stopped_server = stop_leftover(folder / "postgres")
    except LocalFailedError as error:
        print(error, file=sys.stderr)
        return 1
    except psutil.TimeoutExpired:
        print(f"The desk does not stop within {SECONDS} s: look at `make run`'s terminal.", file=sys.stderr)
        return 1
    except psutil.AccessDenied:
        print("The desk is somebody else's: run this as the user who ran `make run`.", file=sys.stderr)
        return 1
    print("Stopped." if running or left or stopped_server else "Nothing is running.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

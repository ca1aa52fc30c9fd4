"""What a task costs by itself: CPU of the scheduler and of all that it starts, over runs that find nothing to do.

    make run                       (in another terminal; when it is up:)
    python -m bench.task_cost http://127.0.0.1:8080 [--runs 3]

Each run is one of collect_news, started straight after the one before, so that hardly a feed is due. What the scheduler
takes by itself is measured over as long an idle minute and taken off.
"""

from __future__ import annotations

import argparse
import sys
import time

import psutil

from bench.measuring import tree_seconds
from include.local.airflow_services import Api, write_passwords
from include.local.home import home, started_here

DAG = "collect_news"
IDLE = 60  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.task_cost", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url", help="where `make run` says that Airflow is")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    user, password = write_passwords(home())
    api = Api(base_url=args.url, user=user, password=password).logged_in()
    scheduler = find_scheduler()
    run_once(api)  # what was due is done
    before = tree_seconds(scheduler)
    time.sleep(IDLE)
    idle = (tree_seconds(scheduler) - before) / IDLE
    for _ in range(args.runs):
        before, start = tree_seconds(scheduler), time.monotonic()
        tasks = run_once(api)
        seconds = time.monotonic() - start
        own = tree_seconds(scheduler) - before - idle * seconds
        print(
            f"{tasks} tasks in {seconds:.0f} s: {own / tasks:.2f} s CPU each; the idle scheduler {idle:.2f} s a second"
        )
    return 0


def find_scheduler() -> int:
    """The process id."""
    found = [each for each in started_here(home()) if "scheduler" in " ".join(each.cmdline())]
    if not found:
        sys.exit("no scheduler of this folder's desk is running: start `make run` first")
    return min(found, key=psutil.Process.create_time).pid


def run_once(api: Api) -> int:
    """How many tasks the run had."""
    run_id = api.active_run(DAG) or api.trigger(DAG)
    while api.run_state(DAG, run_id) not in ("success", "failed"):
        time.sleep(0.5)
    return len(list(api.tasks(DAG, run_id)))


if __name__ == "__main__":
    sys.exit(main())

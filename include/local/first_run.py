"""The first run of the pipeline after a start: watched from the first poll to the events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from include.local.airflow_services import Api
from include.local.desk import Desk
from include.local.home import LocalFailedError

SECONDS = 900


def first_run(desk: Desk, api: Api) -> None:
    """Returns when a run of collect_news, and the run of extract_sanctions that it sets off, are green."""
    began = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with desk.doing("Starting Airflow") as show:
        desk.wait("Airflow's start", api.is_healthy, seconds=180)
        api = api.logged_in()

        def loaded() -> bool:
            if errors := api.import_errors():
                raise LocalFailedError(f"A DAG cannot be loaded: {errors[0].strip().splitlines()[-1]}")
            return api.has_dag("collect_news") and api.has_dag("extract_sanctions")

        show("Loading the DAGs")
        desk.wait("Loading the DAGs", loaded, seconds=120)
        # The schedule may have begun one by itself; another would only queue behind it.
        run_id = api.active_run("collect_news") or api.trigger("collect_news")
        follow(desk, api, "collect_news", run_id, show)
        show("collect_news is done; waiting for extract_sanctions")

        def set_off() -> bool:
            return api.newest_run("extract_sanctions", after=began) is not None

        desk.wait("Setting off extract_sanctions", set_off, seconds=120)
        next_id = api.newest_run("extract_sanctions", after=began)
        assert next_id is not None
        follow(desk, api, "extract_sanctions", next_id, show)


def follow(desk: Desk, api: Api, dag_id: str, run_id: str, show: Callable[[str], None]) -> None:
    """Returns when the run succeeded. Raises LocalFailedError when it failed, naming the task."""
    logs = desk.folder / "airflow" / "logs" / f"dag_id={dag_id}" / f"run_id={run_id}"

    def ended() -> bool:
        tasks = {state: set[str]() for state in ("running", "up_for_retry")}
        done, total = 0, 0
        for task in api.tasks(dag_id, run_id):
            total += 1
            done += task["state"] in ("success", "skipped")
            tasks.setdefault(task["state"], set()).add(task["task_id"])
        line = f"{dag_id}: {done} of {total} tasks done"
        if running := tasks["running"]:
            line += f", working on {', '.join(sorted(running))}"
        if again := tasks["up_for_retry"]:
            line += f"; {', '.join(sorted(again))} failed and will be tried again, see {logs}"
        show(line)
        return api.run_state(dag_id, run_id) in ("success", "failed")

    desk.wait(dag_id, ended, seconds=SECONDS)
    if api.run_state(dag_id, run_id) == "failed":
        failed = sorted({task["task_id"] for task in api.tasks(dag_id, run_id) if task["state"] == "failed"})
        raise LocalFailedError(f"{dag_id} failed in {', '.join(failed)}: see {logs}.")
    desk.console.print(f"{dag_id}: green")

"""A real Airflow whose scheduler is killed, with the tasks it runs, and started again amid both DAGs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from random import Random

from include.edges.migrate import migrate
from include.local import airflow_services
from include.local.airflow_services import COMPONENTS, Api, ApiFailedError, command
from include.local.home import end_sessions
from include.local.postgres import free_port
from tests.chaos.rounds import Outcome
from tests.chaos.rows import Rows, differences, rows_of
from tests.chaos.scene import Scene
from tests.chaos.tasks import SHARDS

DAGS = ("collect_news", "extract_sanctions")
KILL = "restart scheduler"
SECONDS = 600  # for both DAGs, dead schedulers and all
# A dead scheduler's tasks are noticed in seconds, where it takes minutes by default.
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "10",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "10",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "true",
    "DESK_SHARDS": str(SHARDS),
}


class NotGreenError(Exception):
    """Airflow did not get through both DAGs; the message says how far it came."""


class Airflow:
    """Its four processes, the scheduler among them."""

    def __init__(self, scene: Scene) -> None:
        self.folder = scene.folder / "homes" / "scheduled"
        (self.folder / "logs").mkdir(parents=True)
        scene.postgres.create_database("scheduled")
        scene.postgres.create_database("airflow", owner="airflow")
        migrate(scene.postgres.dsn("scheduled", "desk_owner"))
        self.dsn = scene.postgres.dsn("scheduled", "desk_loader")
        port = free_port()
        user, password = airflow_services.write_passwords(self.folder)
        desk = {
            "DESK_HOME": str(self.folder),
            "DESK_FEEDS": "newsstand",
            "DESK_NEWSSTAND_URL": scene.newsstand,
            "DESK_ALLOWED_ADDRESSES": scene.newsstand.removeprefix("http://"),
            "AIRFLOW_CONN_WAREHOUSE": self.dsn,
        }
        metadata = scene.postgres.dsn("airflow", "airflow")
        self._env = (
            airflow_services.environment(self.folder, metadata_dsn=metadata, port=port, desk=desk)
            | IMPATIENT
            | {"TMPDIR": str(scene.folder / "tmp")}
        )
        airflow_services.migrate_metadata(self._env, log=self.folder / "logs" / "db-migrate.log")
        self._parts = airflow_services.start_components(self.folder, self._env)
        self.api = Api(base_url=f"http://127.0.0.1:{port}", user=user, password=password)

    def restart_scheduler(self) -> None:
        """Kills its whole session: executor, workers and the tasks that they run."""
        os.killpg(self._parts["scheduler"].pid, signal.SIGKILL)
        self._parts["scheduler"].wait()
        self._parts["scheduler"] = airflow_services.start(
            self.folder, "scheduler", command(*COMPONENTS["scheduler"]), self._env
        )

    def begin(self) -> None:
        """Sets off the first DAG, which sets off the second."""
        deadline = time.monotonic() + SECONDS
        while not (airflow_services.holds(self.api.is_healthy) and self._has_dags()):
            if time.monotonic() > deadline:
                raise NotGreenError(f"Airflow does not start; see {self.folder / 'logs'}")
            time.sleep(1)
        for dag_id in DAGS[::-1]:
            self.api.call("PATCH", f"/api/v2/dags/{dag_id}?update_mask=is_paused", {"is_paused": False})
        self.api.active_run(DAGS[0]) or self.api.trigger(DAGS[0])

    def _has_dags(self) -> bool:
        if not self.api.token:
            with suppress(ApiFailedError):
                self.api = self.api.logged_in()
        return bool(self.api.token) and all(self.api.has_dag(dag_id) for dag_id in DAGS)

    def progress(self) -> tuple[str, tuple[str, ...]]:
        """The state of the DAG that is on, and its tasks at work."""
        for dag_id in DAGS:
            run_id = self.api.newest_run(dag_id, after="2000-01-01T00:00:00Z")
            if run_id is None:
                return "queued", ()
            state = self.api.run_state(dag_id, run_id)
            if state != "success" or dag_id == DAGS[-1]:
                tasks = self.api.tasks(dag_id, run_id)
                return state, tuple(sorted({task["task_id"] for task in tasks if task["state"] == "running"}))
        raise AssertionError("DAGS is not empty")

    def stop(self) -> None:
        end_sessions(self.folder)
        for part in self._parts.values():
            part.wait()


@contextmanager
def _airflow(scene: Scene) -> Iterator[Airflow]:
    folder = scene.folder / "homes" / "scheduled"
    try:
        airflow = Airflow(scene)
        try:
            yield airflow
        finally:
            airflow.stop()
    finally:
        end_sessions(folder)  # of a start that was cut short


def scheduler_round(scene: Scene, dice: Random, quiet: Rows, *, kills: int) -> Outcome:
    """What came of both DAGs, whose scheduler was killed so often, each time while a task was at work."""
    outcome = Outcome()
    with _airflow(scene) as airflow:
        airflow.begin()
        deadline, hit = time.monotonic() + SECONDS, set[str]()
        while True:
            with suppress(ApiFailedError):
                state, running = airflow.progress()
                if state == "success":
                    break
                if state == "failed" or time.monotonic() > deadline:
                    raise NotGreenError(f"{state} at {datetime.now(UTC):%H:%M:%S}, at work: {running}")
                # Each task at most once: it has four tries in all.
                if (fresh := sorted(set(running) - hit)) and outcome.faults < kills and dice.random() < 0.5:
                    airflow.restart_scheduler()
                    hit |= set(running)
                    outcome.done[KILL, fresh[0]] += 1
                    outcome.hit[KILL, fresh[0]] += 1
            time.sleep(0.3)
        outcome.differing = [f"scheduled: {each}" for each in differences(quiet, rows_of(airflow.dsn))]
    return outcome

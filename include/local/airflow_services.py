"""Airflow as `make run` runs it: its environment, its processes, and the few REST calls we make."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.edges.install import write_secret
from include.local.home import LocalFailedError, remember_session, secret
from include.settings import PROJECT

# `airflow standalone` would start the same four, but leaves orphans when it is stopped; and the log servers of the
# scheduler and the triggerer listen on every address, while here all logs lie on one disk.
COMPONENTS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
LOOPBACK = "127.0.0.1,localhost"
# Whatever proxy this machine has for the world, it has none for itself.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ApiFailedError(LocalFailedError):
    """Airflow's API did not answer as it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Airflow's REST API on this machine."""

    base_url: str
    user: str
    password: str
    token: str = ""

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer as JSON. Raises ApiFailedError."""
        request = urllib.request.Request(  # noqa: S310 - our own http address
            self.base_url + path, method=method, data=None if body is None else json.dumps(body).encode()
        )
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with DIRECT.open(request, timeout=20) as answer:
                found = json.load(answer)
        except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
            raise ApiFailedError(
                f"Airflow did not answer {method} {path} ({error}): see logs/api-server.log."
            ) from error
        assert isinstance(found, dict)
        return found

    def logged_in(self) -> Api:
        answer = self.call("POST", "/auth/token", {"username": self.user, "password": self.password})
        return Api(base_url=self.base_url, user=self.user, password=self.password, token=answer["access_token"])

    def is_healthy(self) -> bool:
        try:
            health = self.call("GET", "/api/v2/monitor/health")
        except ApiFailedError:
            return False
        return all(health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))

    def has_dag(self, dag_id: str) -> bool:
        try:
            self.call("GET", f"/api/v2/dags/{dag_id}")
        except ApiFailedError:
            return False
        return True

    def import_errors(self) -> list[str]:
        return [error["stack_trace"] for error in self.call("GET", "/api/v2/importErrors")["import_errors"]]

    def trigger(self, dag_id: str) -> str:
        """The id of a new run."""
        return str(self.call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None})["dag_run_id"])

    def run_state(self, dag_id: str, run_id: str) -> str:
        return str(self.call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def active_run(self, dag_id: str) -> str | None:
        """The id of a run that is on or waits for its turn, if there is one."""
        path = f"/api/v2/dags/{dag_id}/dagRuns?order_by=run_after&limit=1&state=running&state=queued"
        found = self.call("GET", path)["dag_runs"]
        return str(found[0]["dag_run_id"]) if found else None

    def newest_run(self, dag_id: str, *, after: str) -> str | None:
        """The id of the newest run due after that time, if there is one."""
        found = self.call("GET", f"/api/v2/dags/{dag_id}/dagRuns?order_by=-run_after&limit=1&run_after_gte={after}")[
            "dag_runs"
        ]
        return str(found[0]["dag_run_id"]) if found else None

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=200"
        return list(self.call("GET", path)["task_instances"])


def write_passwords(folder: Path) -> tuple[str, str]:
    """The admin's name and password; the viewer `analyst` gets one too."""
    people = {name: secret(folder, f"airflow-{name}")[:20] for name in ("admin", "analyst")}
    write_secret(folder / "secrets" / "airflow-passwords.json", json.dumps(people))
    return "admin", people["admin"]


def environment(folder: Path, *, metadata_dsn: str, port: int, desk: dict[str, str]) -> dict[str, str]:
    """The environment of every Airflow process.

    Inherited variables of another Airflow's configuration are dropped, but for where to send metrics and lineage.
    """
    foreign = ("AIRFLOW__", "AIRFLOW_CONFIG", "AIRFLOW_HOME")
    meant = ("AIRFLOW__METRICS__", "AIRFLOW__OPENLINEAGE__")
    kept = {name: value for name, value in os.environ.items() if name.startswith(meant) or not name.startswith(foreign)}
    direct = ",".join(filter(None, (kept.get("no_proxy") or kept.get("NO_PROXY"), LOOPBACK)))
    return {
        **kept,
        **desk,
        "no_proxy": direct,  # the tasks speak with the API server
        "NO_PROXY": direct,
        "PYTHONPATH": str(PROJECT),
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "false",
        "AIRFLOW__CORE__FERNET_KEY": secret(folder, "fernet", fernet=True),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin,analyst:viewer",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder / "secrets" / "airflow-passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata_dsn.replace("postgresql://", "postgresql+psycopg2://", 1),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__SECRET_KEY": secret(folder, "api"),
        "AIRFLOW__API_AUTH__JWT_SECRET": secret(folder, "jwt"),
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "60",
        # The scheduler may start a task before the API server is up, on a busy machine long before.
        "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "12",
        "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX": "5",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "false",
    }


def migrate_metadata(env: dict[str, str], *, log: Path) -> None:
    for words in (command("db", "migrate"), [sys.executable, "-m", "include.edges.airflow_pools"]):
        with log.open("ab") as out:
            done = subprocess.run(words, env=env, stdout=out, stderr=out, check=False, cwd=PROJECT)
        if not done.returncode:
            continue
        raise LocalFailedError(f"Airflow's database could not be prepared: {log} says why; `make reset` starts afresh.")


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "airflow", *words]


def start_components(folder: Path, env: dict[str, str]) -> dict[str, subprocess.Popen[bytes]]:
    """Airflow's processes by name."""
    return {name: start(folder, name, command(*words), env) for name, words in COMPONENTS.items()}


def start(folder: Path, name: str, words: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    """A process in a session of its own, so that a Ctrl-C reaches only us, that logs to logs/NAME.log."""
    with (folder / "logs" / f"{name}.log").open("ab") as out:
        child = subprocess.Popen(
            words, env=env, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True, cwd=PROJECT
        )
    remember_session(folder, child.pid)
    return child


def wait(what: str, claim: Callable[[], bool], *, all_alive: Callable[[], None], seconds: float, logs: Path) -> None:
    """Returns when the claim holds. Raises LocalFailedError when time is up, and what `all_alive` raises meanwhile."""
    deadline = time.monotonic() + seconds
    while not holds(claim):
        all_alive()
        if time.monotonic() > deadline:
            raise LocalFailedError(f"{what} took more than {seconds:.0f} s: see the logs in {logs}.")
        time.sleep(0.5)


def holds(claim: Callable[[], bool]) -> bool:
    """Whether the claim holds; an API server too busy to answer is asked again."""
    try:
        return claim()
    except ApiFailedError:
        return False

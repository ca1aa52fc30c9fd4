"""`make run` as a user meets it: from nothing to events, `make stop` and Ctrl-C, nothing left behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from include.local.airflow_services import Api
from include.local.home import remember_session, started_here
from include.local.postgres import reachable_place, running_server
from tests.collector import LISTED, Collector, running_collector
from tests.running_desk import PROJECT, Running, home_of_a_desk, rows, running_desk


@pytest.fixture(scope="module")
def desk_home() -> Iterator[Path]:
    with home_of_a_desk() as home:
        yield home


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with running_collector() as server:
        yield server


@pytest.fixture(scope="module")
def first(desk_home: Path, collector: Collector) -> Iterator[Running]:
    sending = {
        "AIRFLOW__METRICS__OTEL_ON": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_METRIC_EXPORT_INTERVAL": "2000",
    }
    with running_desk(desk_home, **sending) as running:
        yield running


def test_airflow_shows_what_a_run_did(first: Running):
    shown = first.wait_for("Ctrl-C stops everything")
    address = re.search(r"Airflow: (http://127\.0\.0\.1:\d+)\s+user admin\s+password (\S+)", shown)
    assert address, shown
    api = Api(base_url=address[1], user="admin", password=address[2]).logged_in()
    runs = "/api/v2/dags/extract_sanctions/dagRuns"
    run = api.call("GET", f"{runs}?state=success&order_by=run_after&limit=1")["dag_runs"][0]
    path = f"{runs}/{run['dag_run_id']}"
    until(lambda: api.call("GET", path)["note"])  # written beside the scheduler's own work
    note = api.call("GET", path)["note"]
    assert [line.partition(":")[0] for line in note.splitlines()] == [
        "- clean_pages", "- group_stories", "- extract_events", "- resolve_events",
    ]  # fmt: skip
    # The day's rebuild, which a new desk begins with, may be the first at the pages.
    runs_of_both = api.call("GET", "/api/v2/dags/~/dagRuns?limit=100")["dag_runs"]
    assert any(
        "resolve_events: " in (each["note"] or "") and "events_written " in each["note"] for each in runs_of_both
    )
    cleaned = [task for task in api.tasks("extract_sanctions", run["dag_run_id"]) if task["task_id"] == "clean_pages"]
    assert {(task["rendered_map_index"], task["pool"]) for task in cleaned} == {
        (f"shard {number}", "nlp") for number in range(4)
    }
    links = api.call("GET", f"{path}/taskInstances/resolve_events/links")["extra_links"]
    assert links["Desk page"] == f"{address[1]}/desk/events"


def test_no_answer_of_airflow_holds_a_secret(first: Running, desk_home: Path):
    shown = first.wait_for("Ctrl-C stops everything")
    address = re.search(r"Airflow: (http://127\.0\.0\.1:\d+)\s+user admin\s+password (\S+)", shown)
    assert address, shown
    api = Api(base_url=address[1], user="admin", password=address[2]).logged_in()
    # Any twelve characters of a secret give it away. The file of passwords has the admin's, which is looked for, too.
    kept = [file.read_text() for file in (desk_home / "secrets").iterdir() if file.suffix != ".json"]
    parts = {secret[start : start + 12] for secret in kept for start in range(0, len(secret) - 12, 12)} | {address[2]}
    assert len(kept) >= 5
    answers = dict(answers_of_airflow(api))
    assert [path for path, text in answers.items() if any(part in text for part in parts)] == []
    for part in ("/logs/1", "/xcomEntries/", "/dagSources/", "/taskInstances", "/desk/"):  # that they were answered
        assert any(part in path for path in answers), part


def answers_of_airflow(api: Api) -> Iterator[tuple[str, str]]:
    """What an admin is shown of the newest runs, by path; paths that are refused are left out."""
    asked = [
        *("connections", "variables", "config", "pools", "plugins", "providers", "importErrors", "eventLogs?limit=500"),
        *("jobs", "assets/events", "dagWarnings", "dags"),
    ]
    paths = [f"/api/v2/{each}" for each in asked] + [f"/desk/{page}" for page in ("", "events", "feeds", "coverage")]
    for dag in ("collect_news", "extract_sanctions", "keep_house", "watch_desk"):
        paths += [f"/api/v2/dagSources/{dag}", f"/api/v2/dags/{dag}/details", f"/api/v2/dags/{dag}/tasks"]
        for run in api.call("GET", f"/api/v2/dags/{dag}/dagRuns?order_by=-run_after&limit=2")["dag_runs"]:
            of_run = f"/api/v2/dags/{dag}/dagRuns/{run['dag_run_id']}"
            paths += [of_run, f"{of_run}/taskInstances"]
            for task in api.tasks(dag, run["dag_run_id"]):
                of_task, number = f"{of_run}/taskInstances/{task['task_id']}", task["map_index"]
                entries = api.call("GET", f"{of_task}/xcomEntries?map_index={number}")["xcom_entries"]
                paths += [f"{of_task}/xcomEntries/{entry['key']}?map_index={number}" for entry in entries]
                paths += [f"{of_task}/logs/1?map_index={number}", f"{of_task}/links?map_index={number}"]
    with httpx.Client(base_url=api.base_url, headers={"Authorization": f"Bearer {api.token}"}, timeout=30) as client:
        for path in dict.fromkeys(paths):
            answer = client.get(path)
            if answer.status_code == httpx.codes.OK:
                yield path, answer.text


def test_what_is_listed_arrives_at_a_collector(first: Running, collector: Collector):
    first.wait_for("Ctrl-C stops everything")
    of_troubles = {"airflow.dagrun.duration.failed", "airflow.deadline_alerts.deadline_missed"}
    until(lambda: set(LISTED) - of_troubles <= collector.names)


def until(claim: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_first_events_then_nothing_left_behind(first: Running, desk_home: Path):
    shown = first.wait_for("Ctrl-C stops everything")
    assert "collect_news: green" in shown
    assert "extract_sanctions: green" in shown
    address = re.search(r"Airflow: http://127\.0\.0\.1:(\d+)\s+user admin\s+password \S+", shown)
    assert address, shown

    [(events,)] = rows(desk_home, "select count(*) from mart.events")
    assert events >= 10
    assert "UN Security Council Resolution 2371 (2017)" in re.sub(r"\s*│\s*\n?", " ", shown) or "2371" in shown

    only_loopback = {
        connection.laddr.ip
        for process in started_here(desk_home)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert only_loopback == {"127.0.0.1"}
    modes = {oct(file.stat().st_mode & 0o777) for file in (desk_home / "secrets").iterdir()}
    assert modes == {"0o600"}

    processes = started_here(desk_home)
    assert processes
    assert running_server(desk_home / "postgres") is not None
    first.press_ctrl_c()
    assert [process for process in processes if process.is_running()] == []
    assert running_server(desk_home / "postgres") is None
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(address[1]))) != 0


def test_a_second_start_resumes_with_its_data_and_make_stop_ends_it(first: Running, desk_home: Path):
    if first.process.poll() is None:
        pytest.skip("the first start did not end")
    second = Running(desk_home)
    second.wait_for("Ctrl-C stops everything")
    [(events,)] = rows(
        desk_home, "select count(*) from mart.events where first_seen_at < now() - interval '20 seconds'"
    )
    assert events >= 10
    [(pages, paths)] = rows(
        desk_home,
        "select count(distinct url), count(distinct regexp_replace(url, '^http://[^/]+', '')) from mart.event_evidence",
    )
    assert pages == paths  # the newsstand is where it was: nothing was read a second time under another address
    processes = started_here(desk_home)
    env = os.environ | {"DESK_HOME": str(desk_home)}
    stopped = subprocess.run(["make", "stop"], cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
    assert "Stopped." in stopped.stdout
    second.process.wait(timeout=30)
    assert [process for process in processes if process.is_running()] == []
    second.output.unlink(missing_ok=True)


def test_what_a_killed_start_leaves_is_stopped_and_only_that_is_deleted():
    home = Path(tempfile.mkdtemp(prefix="desk run ")).resolve()  # with a space
    home.chmod(0o711)
    killed = Running(home)
    while not started_here(home):
        assert killed.process.poll() is None, killed.output.read_text()
        time.sleep(0.2)
    os.kill(int((home / "run.pid").read_text()), signal.SIGKILL)
    killed.process.wait(timeout=30)
    env = os.environ | {"DESK_HOME": str(home)}
    stopped = subprocess.run(["make", "stop"], cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
    assert "Stopped." in stopped.stdout
    assert started_here(home) == []
    assert running_server(home / "postgres") is None

    (home / "mine.txt").touch()
    place = reachable_place(home / "postgres")
    for answer, survives in (("", True), ("no\n", True), ("delete\n", False)):
        done = subprocess.run(
            ["make", "reset"], cwd=PROJECT, env=env, input=answer, capture_output=True, text=True, check=False
        )
        assert (done.returncode == 0) is not survives
        assert (place / "data").exists() is survives
        assert "Traceback" not in done.stderr
    assert [file.name for file in home.iterdir()] == ["mine.txt"]
    shutil.rmtree(home)
    killed.output.unlink(missing_ok=True)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_the_lock_holds_what_is_asked_for(name: str):
    """A name added without `make lock` works on the machine that has it, and fails in every new clone."""
    asked = re.findall(r"^\w[\w.-]*", (PROJECT / f"{name}.in").read_text(), re.MULTILINE)
    locked = re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==", (PROJECT / f"{name}.txt").read_text(), re.MULTILINE)
    plain = {re.sub(r"[-_.]+", "-", each.lower()) for each in locked}
    assert [each for each in asked if re.sub(r"[-_.]+", "-", each.lower()) not in plain] == []


def test_a_process_that_hides_its_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Airflow's workers make themselves undumpable for a task: an ordinary user cannot read where they work."""

    def hidden(process: psutil.Process) -> str:
        raise psutil.AccessDenied(process.pid)

    with subprocess.Popen(["sleep", "60"], cwd=PROJECT, start_new_session=True) as sleeper:
        try:
            remember_session(tmp_path, sleeper.pid)
            monkeypatch.setattr(psutil.Process, "cwd", hidden)
            assert [process.pid for process in started_here(tmp_path)] == [sleeper.pid]
        finally:
            sleeper.kill()


def test_a_session_number_used_again_is_not_ours(tmp_path: Path):
    """After a reboot it may be the very terminal in which `make stop` runs."""
    (tmp_path / "sessions").write_text(f"{os.getsid(0)} 1000000000\n")
    assert started_here(tmp_path) == []


@pytest.mark.parametrize(
    ("variables", "cure"),
    [
        ({"FEEDS": "everything"}, "use newsstand, live or newsstand,live"),
        ({"DESK_PG_BINDIR": "/nowhere"}, "name a folder that has"),
        ({"DESK_HOME": "/proc/desk"}, "set DESK_HOME to a folder of yours"),
        ({"DESK_HOME": str(PROJECT)}, "a folder of its own, not the checkout"),
        ({"DESK_SHARDS": "many"}, "DESK_SHARDS does not fit"),
        ({"AIRFLOW_CONN_WAREHOUSE": "mysql://a:secretpw@db.example/news"}, "it must read postgresql://"),
        ({"AIRFLOW_CONN_WAREHOUSE": "postgresql://nobody@127.0.0.1:1/none"}, "its owner must be able to connect"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_the_cure(tmp_path: Path, variables: dict[str, str], cure: str):
    env = os.environ | {"DESK_HOME": str(tmp_path), "COLUMNS": "400"} | variables
    done = subprocess.run(["make", "run"], cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
    shutil.rmtree(reachable_place(tmp_path / "postgres"), ignore_errors=True)  # as root it lies elsewhere
    assert done.returncode != 0
    assert cure in done.stderr
    assert "Traceback" not in done.stdout + done.stderr and "secretpw" not in done.stdout + done.stderr

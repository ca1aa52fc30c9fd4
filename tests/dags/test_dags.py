"""The DAGs parse clean and cheaply, are documented, and read like a table of contents."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from include.pipeline.resolve_events import resolve_events
from include.quality import list_checks
from include.settings import Settings
from tests.pipeline.planted import NOON, Planted

PROJECT = Path(__file__).resolve().parent.parent.parent
EXPECTED = {
    "collect_news": ["sync_feeds", "poll_feeds", "fetch_pages", "revisit_pages", "announce_pages"],
    "extract_sanctions": [
        "clean_pages", "group_stories", "extract_events", "resolve_events", "hard_checks", "soft_checks",
        "announce_events",
    ],
    "keep_house": [
        "learn_templates", "trim_sketches", "keep_partitions", "drop_texts", "count_days", "take_snapshot",
    ],
    "rebuild_day": [
        "bring_pages", "reopen_day", "clean_pages", "group_stories", "extract_events", "resolve_events", "report_day",
    ],
}  # fmt: skip

# In a process of its own: Airflow reads its environment once, when it is imported.
PROGRAM = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
print("RESULT" + json.dumps({
    "errors": {str(k): v for k, v in bag.import_errors.items()},
    "heavy": sorted({"spacy", "trafilatura", "psycopg2", "aiohttp", "feedparser"} & set(sys.modules)),
    "dags": {
        dag.dag_id: {
            "file": dag.fileloc.rsplit("/", 1)[1], "doc": dag.doc_md or "", "tags": sorted(dag.tags),
            "catchup": dag.catchup, "max_active_runs": dag.max_active_runs,
            "tasks": [
                {"id": t.task_id, "owner": t.owner, "retries": t.retries, "timeout": str(t.execution_timeout),
                 "seconds": t.execution_timeout and t.execution_timeout.total_seconds(),
                 "backoff": bool(t.retry_exponential_backoff), "mapped": t.is_mapped,
                 "label": getattr(t, "map_index_template", None)}
                for t in dag.topological_sort()
            ],
        }
        for dag in bag.dags.values()
    },
}))
"""


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict:
    home = tmp_path_factory.mktemp("airflow")
    env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    env |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(PROJECT),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(PROJECT / "dags")], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.rsplit("RESULT", 1)[1])


def test_every_file_loads(parsed):
    assert parsed["errors"] == {}


def test_the_ids_are_the_file_names(parsed):
    assert set(parsed["dags"]) == set(EXPECTED)
    assert all(dag["file"] == f"{dag_id}.py" for dag_id, dag in parsed["dags"].items())


def test_tasks_read_like_a_table_of_contents(parsed):
    for dag_id, tasks in EXPECTED.items():
        steps = [task["id"].partition(".")[0] for task in parsed["dags"][dag_id]["tasks"]]  # a group is one step
        assert list(dict.fromkeys(steps)) == tasks


def test_every_check_is_a_task_of_its_group(parsed):
    tasks = {task["id"] for task in parsed["dags"]["extract_sanctions"]["tasks"]}
    for check in list_checks():
        assert f"{'hard' if check.is_hard else 'soft'}_checks.{check.name}" in tasks


def test_every_docstring_is_a_runbook(parsed):
    for dag in parsed["dags"].values():
        assert all(part in dag["doc"] for part in ("**Makes**", "**Fed by**", "**When it fails**"))


def test_the_readme_names_every_dag(parsed):
    (row,) = re.findall(r"^\| `dags/` \|.*$", (PROJECT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == set(parsed["dags"])


def test_runs_are_bounded(parsed):
    for dag in parsed["dags"].values():
        assert dag["tags"]
        assert not dag["catchup"]
        assert dag["max_active_runs"] == 1
        for task in dag["tasks"]:
            assert task["owner"] == "sanctions-desk"
            assert task["retries"] >= 1
            assert task["backoff"]
            assert task["timeout"] != "None"


def test_mapped_tasks_have_readable_names(parsed):
    mapped = [task for dag in parsed["dags"].values() for task in dag["tasks"] if task["mapped"]]
    assert mapped
    assert all("shard" in task["label"] for task in mapped)


def test_parsing_is_cheap(parsed):
    assert parsed["heavy"] == []


def test_compose_lets_every_task_finish_when_it_stops(parsed):
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    hours, minutes = re.fullmatch(r"(\d+)h(\d+)m", services["airflow-worker"]["stop_grace_period"]).groups()
    longest = max(task["seconds"] for dag in parsed["dags"].values() for task in dag["tasks"])
    assert int(hours) * 3600 + int(minutes) * 60 > longest >= 3600
    assert "stop_grace_period" in services["airflow-scheduler"]


# One whole run of a DAG in this process, on a metadata database of its own.
RUN = """
import json, subprocess, sys
subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag
DagBundlesManager().sync_bundles_to_db()
bag = DagBag(dag_folder=sys.argv[1], bundle_name="dags-folder")
run = bag.dags["extract_sanctions"].test()
print("RESULT" + json.dumps({
    "run": run.state, "tasks": {ti.task_id: ti.state for ti in run.get_task_instances()},
}))
"""


def run_extract_sanctions(warehouse, home: Path) -> dict:
    env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    env |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW_CONN_WAREHOUSE": warehouse.loader,
        "DESK_SHARDS": "1",
        "DESK_HOME": str(home / "desk"),
        "PYTHONPATH": str(PROJECT),
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(PROJECT / "dags")], env=env, capture_output=True, text=True, check=False
    )
    assert "RESULT" in done.stdout, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(done.stdout.rsplit("RESULT", 1)[1])


@pytest.mark.parametrize(
    ("breakage", "broken", "state", "announced"),
    [
        (
            "update sanctions.event_parties set name = ' '",
            "hard_checks.parties_have_names",
            "failed",
            "upstream_failed",
        ),
        (
            "update news.pages set fetched_at = '2001-01-01'",
            "soft_checks.something_new_was_seen",
            "skipped",
            "success",
        ),
    ],
    ids=["hard", "soft"],
)
def test_a_hard_check_keeps_the_asset_from_being_announced(warehouse, tmp_path, breakage, broken, state, announced):
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    planted.run(breakage)
    found = run_extract_sanctions(warehouse, tmp_path)
    assert found["tasks"][broken] == state
    assert found["tasks"]["announce_events"] == announced
    assert found["run"] == ("success" if announced == "success" else "failed")

"""Whole runs of a DAG, each in a process and on a metadata database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent

RUN = """
import json, subprocess, sys
subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag
DagBundlesManager().sync_bundles_to_db()
bag = DagBag(dag_folder=sys.argv[1], bundle_name="dags-folder")
dag = bag.dags["extract_sanctions"]
dag.deadline = None  # Airflow 3.3.2's test() looks deadlines up in the database by what it has not put there
run = dag.test()
from airflow.models import DagRun
from airflow.models.asset import AssetEvent
from airflow.utils.session import create_session
from plugins.desk.listener import in_the_background

def print_what_is_kept():
    with create_session() as session:
        kept = session.get(DagRun, run.id)
        print("RESULT" + json.dumps({
            "run": kept.state, "note": kept.note,
            "tasks": {ti.task_id: ti.state for ti in kept.get_task_instances()},
            "labels": [ti.rendered_map_index for ti in kept.get_task_instances() if ti.map_index >= 0],
            "announced": [event.extra for event in session.query(AssetEvent)],
        }))

in_the_background(print_what_is_kept)  # behind what the listener has to do
"""


def run_extract_sanctions(warehouse, home: Path, **more: str) -> dict:
    """What became of a run's tasks, and what Airflow kept of it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    env |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW_CONN_WAREHOUSE": warehouse.loader,
        "DESK_SHARDS": "1",
        "DESK_HOME": str(home / "desk"),
        "PYTHONPATH": os.pathsep.join(sys.path),
        **more,
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(PROJECT / "dags")], env=env, capture_output=True, text=True, check=False
    )
    assert "RESULT" in done.stdout, done.stdout[-3000:] + done.stderr[-3000:]
    answer, _ = json.JSONDecoder().raw_decode(done.stdout.rsplit("RESULT", 1)[1].lstrip())  # a late log line may follow
    return answer

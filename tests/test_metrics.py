"""Counts arrive at a collector by Airflow's own exporter; the docs list them, and the dashboard asks for no others."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from airflow._shared.observability import metrics as airflow_metrics

from include.metrics import FLOWS
from tests.collector import LISTED, running_collector

PROJECT = Path(__file__).resolve().parent.parent

# As Airflow's task runner sets metrics up, in a process of its own: what is not sent before is sent at its end.
PROGRAM = """
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics.stats_utils import get_stats_factory
stats.initialize(factory=get_stats_factory(), export_legacy_names=True)
from include.records import Reason, Rejected, Stage, Tally
from include.scheduling import carry_out

def clean_pages(settings, *, now, shard, breaks=False):
    tally = Tally()
    tally.add("pages_cleaned", 7)
    tally.add("articles", 4)
    for reason in (Reason.NO_BODY, Reason.NO_BODY, Reason.TOO_SHORT):
        tally.reject(Rejected(stage=Stage.CLEAN, reason=reason))
    if breaks:
        raise OSError("No space left on device")
    return tally

carry_out(clean_pages, shard=0)
try:
    carry_out(clean_pages, shard=1, breaks=True)
except OSError:
    pass
"""


@pytest.fixture(scope="module")
def points(tmp_path_factory) -> dict:
    with running_collector() as collector:
        env = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "OTEL_"))}
        env |= {
            "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__METRICS__OTEL_ON": "true",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
            "AIRFLOW_CONN_WAREHOUSE": "postgresql://desk_loader:x@127.0.0.1:1/none",
            "PYTHONPATH": os.pathsep.join((str(PROJECT), *sys.path)),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }
        done = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return collector.points


def count(points, name: str, **tags: str) -> float:
    point = points[f"airflow.desk.{name}", frozenset(tags.items())]
    return point.as_int or point.as_double


def test_in_and_out_and_rejected_by_reason(points):
    # Two calls, the second of which failed after it had counted.
    assert count(points, "items_in", stage="clean_pages") == 14
    assert count(points, "items_out", stage="clean_pages") == 8
    assert count(points, "items_rejected", stage="clean_pages", reason="no_body") == 4
    assert count(points, "items_rejected", stage="clean_pages", reason="too_short") == 2


def test_calls_and_their_seconds(points):
    assert count(points, "runs", stage="clean_pages", state="done") == 1
    assert count(points, "runs", stage="clean_pages", state="failed") == 1
    seconds = points["airflow.desk.seconds", frozenset({("stage", "clean_pages")})]
    assert seconds.count == 2
    assert seconds.sum > 0


def test_what_is_sent_is_listed_and_what_is_listed_is_sent(points):
    sent = {name for name, _ in points if name.startswith("airflow.desk.")}
    assert sent == {name for name in LISTED if name.startswith("airflow.desk.")}


def test_what_is_listed_as_airflows_own_is_in_its_registry():
    template = Path(airflow_metrics.__file__).parent / "metrics_template.yaml"
    registry = {metric["name"] for metric in yaml.safe_load(template.read_text(encoding="utf-8"))["metrics"]}
    others = {name.removeprefix("airflow.") for name in LISTED if not name.startswith("airflow.desk.")}
    assert others
    assert others <= registry


def test_every_stage_with_a_flow_is_a_task_and_is_listed():
    docs = (PROJECT / "docs/metrics.md").read_text(encoding="utf-8")
    dags = "".join(file.read_text(encoding="utf-8") for file in (PROJECT / "dags").glob("*.py"))
    for stage in FLOWS:
        assert f"`{stage}`" in docs
        assert f"carry_out({stage}" in dags


def test_the_dashboard_asks_for_what_is_listed():
    board = json.loads((PROJECT / "docs/grafana/desk.json").read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked = {name.removesuffix("_total") for query in queries for name in re.findall(r"\bairflow_\w+", query)}
    assert asked
    assert asked <= {name.replace(".", "_") for name in LISTED}
    assert {name.replace(".", "_") for name in LISTED if name.startswith("airflow.desk.")} <= asked
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])

"""Airflow's OpenLineage provider tells the tables of the desk's tasks."""

from __future__ import annotations

import importlib.util
import json

import pytest

from tests.dags.runs import run_extract_sanctions
from tests.pipeline.planted import Planted

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("airflow.providers.openlineage") is None, reason="the OpenLineage provider is missing"
)


def test_a_run_tells_which_tables_it_read_and_wrote(warehouse, tmp_path):
    Planted(dsn=warehouse.loader).three_reports()
    told = tmp_path / "lineage.json"
    run_extract_sanctions(
        warehouse,
        tmp_path,
        AIRFLOW__OPENLINEAGE__TRANSPORT=json.dumps({"type": "file", "log_file_path": str(told), "append": True}),
        AIRFLOW__OPENLINEAGE__NAMESPACE="sanctions-desk",
    )
    events = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    tables: dict[str, dict[str, set[str]]] = {}
    for event in events:
        for side in ("inputs", "outputs"):
            of_task = tables.setdefault(event["job"]["name"], {"inputs": set(), "outputs": set()})
            of_task[side].update(table["name"].split(".", 1)[1] for table in event.get(side, ()))
    resolved = tables["extract_sanctions.resolve_events"]
    assert {"sanctions.event_mentions", "news.articles"} <= resolved["inputs"]
    assert {"sanctions.events", "sanctions.event_parties", "sanctions.event_versions"} <= resolved["outputs"]
    assert "news.pages" in tables["extract_sanctions.clean_pages"]["inputs"]
    assert tables["extract_sanctions.clean_pages"]["outputs"] == set()  # nothing waited for cleaning
    assert "sanctions.events" in tables["extract_sanctions.hard_checks.events_have_mentions"]["inputs"]
    address = warehouse.loader.rpartition("@")[2].partition("/")[0]
    assert {table["namespace"] for event in events for table in event.get("inputs", ())} == {f"postgres://{address}"}

"""The DAGs parse clean and cheaply, are documented, and read like a table of contents."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import yaml
from airflow.sdk import RetryAction

from include.pipeline.rebuild_plan import BadPlanError
from include.pipeline.resolve_events import resolve_events
from include.quality import list_checks
from include.scheduling import POOLS, RETRY_POLICY
from include.settings import Settings, SettingsError
from tests.dags.runs import run_extract_sanctions
from tests.pipeline.planted import NOON, Planted

PROJECT = Path(__file__).resolve().parent.parent.parent
PARALLELISM = 4  # include/local/airflow_services.py, and the worker of docker-compose.yml
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
    "watch_desk": ["look_around", "tell_alerts", "count_recent_days"],
    "review_events": ["choose", "review"],
}  # fmt: skip
RUNS_AT_ONCE = {"review_events": 21}  # they wait for people, in no slot: one for each open question, and one that asks

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
            "id": dag.dag_id, "file": dag.fileloc.rsplit("/", 1)[1], "doc": dag.doc_md or "", "tags": sorted(dag.tags),
            "catchup": dag.catchup, "max_active_runs": dag.max_active_runs,
            "tasks": [
                {"id": t.task_id, "owner": t.owner, "retries": t.retries, "timeout": str(t.execution_timeout),
                 "seconds": t.execution_timeout and t.execution_timeout.total_seconds(),
                 "backoff": bool(t.retry_exponential_backoff), "pool": t.pool, "policy": bool(t.retry_policy),
                 "mapped": t.is_mapped or t.get_closest_mapped_task_group() is not None,
                 "label": getattr(t, "map_index_template", None)}
                for t in dag.topological_sort()
            ],
            "deadline": [
                (alert.interval.total_seconds() / 60, alert.callback.path)
                for alert in dag.deadline or []
            ],
            "params": {
                name: dag.params.get_param(name).schema | {"description": dag.params.get_param(name).description}
                for name in dag.params
            },
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
        assert dag["max_active_runs"] == RUNS_AT_ONCE.get(dag["id"], 1)
        for task in dag["tasks"]:
            assert task["owner"] == "sanctions-desk"
            assert task["retries"] >= 1
            assert task["backoff"]
            assert task["policy"]
            assert task["timeout"] != "None"


def test_late_runs_are_told(parsed):
    told = {dag_id: dag["deadline"] for dag_id, dag in parsed["dags"].items()}
    assert {dag_id for dag_id, alerts in told.items() if alerts} == {"collect_news", "extract_sanctions"}
    assert told["collect_news"] == [[60, "include.run_alerts.deadline_missed"]]
    # Two more runs of collect_news, which is due every quarter of an hour.
    assert told["extract_sanctions"] == [[30, "include.run_alerts.deadline_missed"]]


def test_params_make_forms_that_say_what_they_take(parsed):
    schemas = {name: schema for dag in parsed["dags"].values() for name, schema in dag["params"].items()}
    assert schemas
    for name, schema in schemas.items():
        assert schema["title"], name
        assert schema["description"], name
        types = {schema["type"]} if isinstance(schema["type"], str) else set(schema["type"])
        assert types <= {"array", "string", "boolean", "integer", "null"}, name
        assert "integer" not in types or {"minimum", "maximum"} <= schema.keys(), name
        assert "array" not in types or {"items", "maxItems"} <= schema.keys(), name
        assert "string" not in types or "maxLength" in schema, name


def test_mapped_tasks_have_readable_names(parsed):
    mapped = [task for dag in parsed["dags"].values() for task in dag["tasks"] if task["mapped"]]
    assert mapped
    assert all("shard" in task["label"] or "question" in task["label"] for task in mapped)


def test_tasks_take_slots_of_their_kind(parsed):
    pools = {dag_id: {task["id"]: task["pool"] for task in dag["tasks"]} for dag_id, dag in parsed["dags"].items()}
    assert {task for task, pool in pools["collect_news"].items() if pool == "web"} == {
        "poll_feeds", "fetch_pages", "revisit_pages",
    }  # fmt: skip
    assert {task for task, pool in pools["extract_sanctions"].items() if pool == "nlp"} == {
        "clean_pages", "group_stories", "extract_events", "resolve_events",
    }  # fmt: skip
    assert set(pools["rebuild_day"].values()) == {"backfill"}
    assert {pool for tasks in pools.values() for pool in tasks.values()} <= {pool.name for pool in POOLS} | {
        "default_pool"
    }


def test_no_kind_of_task_can_take_every_place(parsed):
    assert all(0 < pool.slots < PARALLELISM for pool in POOLS)


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (psycopg2.OperationalError("server closed the connection"), RetryAction.DEFAULT),
        (psycopg2.errors.LockNotAvailable(), RetryAction.DEFAULT),
        (ConnectionResetError(), RetryAction.DEFAULT),
        (TimeoutError(), RetryAction.DEFAULT),
        (OSError(errno.ENOSPC, "No space left on device"), RetryAction.DEFAULT),
        (BadPlanError("the source csv needs csv_path"), RetryAction.FAIL),
        (SettingsError("DESK_SHARDS does not fit"), RetryAction.FAIL),
        (KeyError("shard"), RetryAction.FAIL),
        (AttributeError("text"), RetryAction.FAIL),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.value,
)
def test_only_what_waiting_may_mend_is_tried_again(error, action):
    assert RETRY_POLICY.evaluate(error, try_number=1, max_tries=3).action is action


def test_parsing_is_cheap(parsed):
    assert parsed["heavy"] == []


def test_compose_lets_every_task_finish_when_it_stops(parsed):
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    hours, minutes = re.fullmatch(r"(\d+)h(\d+)m", services["airflow-worker"]["stop_grace_period"]).groups()
    longest = max(task["seconds"] for dag in parsed["dags"].values() for task in dag["tasks"])
    assert int(hours) * 3600 + int(minutes) * 60 > longest >= 3600
    assert "stop_grace_period" in services["airflow-scheduler"]


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
    assert found["labels"] == ["shard 0", "shard 0"]
    # What Airflow keeps of the run for people: its note, the counts of its event, and word of its failure.
    assert found["note"].splitlines() == [
        "- clean_pages: pages_cleaned 3, rejected_missing_from_archive 3",
        "- group_stories: articles_placed 3, stories_changed 3",
        "- extract_events: articles 3, rejected_no_sanctions_term 3",
        "- resolve_events: events_withdrawn 2, versions_kept 2",
    ]
    assert found["announced"] == ([{"events_withdrawn": 2, "versions_kept": 2}] if announced == "success" else [])
    told = planted.run("select subject, detail from news.alerts where kind = 'run_trouble'")
    if announced == "success":
        assert told == []
    else:
        ((subject, detail),) = told
        assert subject == "extract_sanctions"
        assert broken in detail

"""review_events runs in Airflow: its questions are answered by the route that the UI uses, each recorded at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.pipeline.planted import NOON, Planted

PROJECT = Path(__file__).resolve().parent.parent.parent

# The run, and beside it a thread that answers its questions through the API, in this process.
RUN = """
import json, os, subprocess, sys, threading, time, traceback
subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag
from fastapi.testclient import TestClient
from airflow.api_fastapi.app import create_app, get_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

answers, log = json.loads(sys.argv[2]), []
DagBundlesManager().sync_bundles_to_db()
bag = DagBag(dag_folder=sys.argv[1], bundle_name="dags-folder")

def bearer(role):
    user = SimpleAuthManagerUser(username=f"some_{role}", role=role)
    return {"Authorization": "Bearer " + get_auth_manager().generate_jwt(user)}

def respond():
    with TestClient(create_app(apps="core")) as client:
        roles = {role: bearer(role) for role in ("viewer", "user")}
        client.headers.update(roles["viewer"])  # who may read the questions
        root, open_ones = "/api/v2/dags/review_events/dagRuns/~/hitlDetails", []
        while len(open_ones) < len(answers):
            time.sleep(0.5)
            found = client.get(root, params={"state": "awaiting_input"})
            assert found.status_code == 200, found.text
            open_ones = found.json()["hitl_details"]
        log.extend({"subject": q["subject"], "body": q["body"], "options": q["options"]} for q in open_ones)
        for question in open_ones:
            body = next(body for part, body in answers.items() if part in question["subject"])
            ti = question["task_instance"]
            at = f"/api/v2/dags/review_events/dagRuns/{ti['dag_run_id']}/taskInstances/review.ask/{ti['map_index']}"
            nobody = {"Authorization": ""}
            for who, status in ((nobody, 401), (roles["viewer"], 403), (roles["user"], 200), (roles["user"], 409)):
                done = client.patch(f"{at}/hitlDetails", json=body, headers=who)
                assert done.status_code == status, done.text

def respond_or_die():
    try:
        respond()
    except BaseException:
        traceback.print_exc()
        os._exit(1)  # the run would wait for answers without an end

thread = threading.Thread(target=respond_or_die, daemon=True)
thread.start()
run = bag.dags["review_events"].test()
thread.join(60)
print("RESULT" + json.dumps({
    "run": run.state, "questions": log,
    "tasks": {f"{ti.task_id} {ti.rendered_map_index or ''}".strip(): ti.state for ti in run.get_task_instances()},
}))
"""

KOREA = "North Korea {{ 7 * 7 }}<b>"
HOSTILE = "{{ 7 * 7 }} [x](javascript:alert(1)) ![i](https://evil.example/i.png) <script>alert(1)</script>"
HARMLESS = {"text", "code_inline", "softbreak", "hardbreak", "strong_open", "strong_close"}


def kinds_of_markup(body: str) -> set[str]:
    """Inside of lines, as a reader of Markdown finds it that takes HTML too."""
    tokens = MarkdownIt("commonmark", {"html": True}).parse(body)
    return {
        child.type for token in tokens for child in token.children or [token] if token.type in ("inline", "html_block")
    }


def run_review_events(warehouse, home: Path, answers: dict[str, dict]) -> dict:
    env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    env |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__API_AUTH__JWT_SECRET": "of this test alone, and longer than sixty-four bytes, lest Airflow complain",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW_CONN_WAREHOUSE": warehouse.loader,
        "DESK_HOME": str(home / "desk"),
        "PYTHONPATH": str(PROJECT),
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(PROJECT / "dags"), json.dumps(answers)],
        env=env, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "RESULT" in done.stdout, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(done.stdout.rsplit("RESULT", 1)[1])


@pytest.fixture
def planted(warehouse) -> Planted:
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    planted.run("update sanctions.event_mentions set confidence = 0.3")
    planted.run("update sanctions.event_mentions set targets = replace(targets::text, 'North Korea', %s)::jsonb", KOREA)
    planted.run("update news.articles set title = %s, url = %s", HOSTILE, HOSTILE)
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    return planted


def test_answers_through_airflow_become_decisions(warehouse, planted, tmp_path):
    answers = {
        "Canada": {"chosen_options": ["Right with changes"], "params_input": {"event_date": "2031-05-05"}},
        "North Korea": {"chosen_options": ["Merge into"], "params_input": {"merge_into": "that one"}},
    }
    found = run_review_events(warehouse, tmp_path, answers)
    assert found["run"] == "success"
    assert len(found["questions"]) == 2
    for question in found["questions"]:
        assert "**Reports**" in question["body"]
        assert HOSTILE in question["body"]
        assert kinds_of_markup(question["body"]) <= HARMLESS
    (korea,) = (question["subject"] for question in found["questions"] if "North Korea" in question["subject"])
    assert KOREA in korea, "no template was made of it"
    settled = {name.rpartition(": ")[2]: state for name, state in found["tasks"].items() if "settle" in name}
    assert settled == {"Right with changes": "success", "refused": "skipped"}
    said = "select kind, decided_by, changes, review_status from mart.decisions"
    ((kind, user, changes, status),) = planted.run(said)
    assert (kind, changes, status) == ("correct", {"event_date": "2031-05-05"}, "accepted")
    assert user == "some_user"
    outcomes = "select outcome, closed_by is not null, reason like '%%no id of an act%%' from sanctions.questions"
    assert sorted(planted.run(outcomes.replace("%%", "%"))) == [("changed", True, False), ("refused", True, True)]
    assert planted.run("select event_date from sanctions.events where review_status = 'accepted'") == [("2031-05-05",)]

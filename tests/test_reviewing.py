"""The task that asks a person: what it asks, and what becomes of an answer and of none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowSkipException, TaskAwaitingInput

from include import reviewing
from include.pipeline.resolve_events import resolve_events
from include.pipeline.review_answers import record_answer
from include.reviewing import ReviewOperator, answer_of, choose_events, form
from include.settings import Settings
from include.stages.answers import FIELDS, Choice
from tests.pipeline.planted import NOON, Planted

RUN = {"events": 1, "answer_within_hours": 5}


@pytest.fixture
def settings(warehouse, monkeypatch) -> Settings:
    settings = Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader)
    monkeypatch.setattr(reviewing, "settings", lambda: settings)
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    resolve_events(settings, now=NOON)
    return settings


@pytest.fixture
def operator(settings) -> ReviewOperator:
    (question,) = choose_events(run_id="run", params=RUN)
    with DAG(dag_id="review", schedule=None):
        return ReviewOperator(task_id="ask", question=question, params=form())


def event(choice: str, *, user: dict | None, timedout: bool = False, **filled: object) -> dict:
    return {
        "chosen_options": [choice],
        "params_input": filled,
        "responded_by_user": user,
        "responded_at": datetime(2031, 5, 8, tzinfo=UTC),
        "timedout": timedout,
    }


def test_it_waits_in_no_slot_for_the_hours_of_the_run(operator, monkeypatch):
    asked: dict = {}
    monkeypatch.setattr(
        "airflow.providers.standard.operators.hitl.upsert_hitl_detail", lambda **said: asked.update(said)
    )

    class TaskInstance:
        id = "4711"

    with pytest.raises(TaskAwaitingInput) as parked:
        operator.execute({"task_instance": TaskInstance, "params": RUN})
    assert parked.value.timeout.total_seconds() == 5 * 3600
    assert asked["options"] == [str(choice) for choice in Choice]
    assert asked["defaults"] == ["Later"]
    assert set(asked["params"]) == set(FIELDS)
    assert "North Korea" in asked["subject"]
    assert "The Security Council banned the sale of coal" in asked["body"]


def test_nobodys_answer_is_later(settings, operator):
    response = operator.execute_complete({}, event("Later", user=None, timedout=True, **dict.fromkeys(FIELDS)))
    question_id = operator.question["question_id"]
    assert record_answer(settings, now=NOON, question_id=question_id, **answer_of(response)).as_dict() == {"later": 1}


def test_a_form_that_does_not_fit_fails_no_task(settings, operator):
    response = operator.execute_complete(
        {}, event("Right with changes", user={"id": "1", "name": "anna"}, event_type=3)
    )
    answer = answer_of(response)
    assert answer["user"] == "anna"
    question_id = operator.question["question_id"]
    assert record_answer(settings, now=NOON, question_id=question_id, **answer).as_dict() == {"refused": 1}
    with pytest.raises(AirflowSkipException, match="refused"):
        operator.execute({"params": RUN})

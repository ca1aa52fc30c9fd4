"""Notes of runs, and what the listener says of failed ones."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from plugins.desk.listener import (
    failure_of,
    in_the_background,
    note_of,
    on_dag_run_failed,
    on_dag_run_success,
    write_note,
)


def test_the_note_adds_up_the_shards():
    returned = [
        ("clean_pages", {"pages_cleaned": 5, "articles": 4, "rejected_no_body": 1}),
        ("clean_pages", {"pages_cleaned": 2, "articles": 2}),
        ("resolve_events", {"events": 3}),
        ("group_stories", {}),
        ("hard_checks.parties_have_names", "no tally"),
        ("announce_pages", None),
    ]
    assert note_of(returned).splitlines() == [
        "- clean_pages: articles 6, pages_cleaned 7, rejected_no_body 1",
        "- resolve_events: events 3",
        "- group_stories: nothing to do",
    ]


def test_a_run_whose_tasks_count_nothing_has_no_note():
    assert note_of([]) == ""
    assert note_of([("review", [1, 2]), ("announce_pages", None)]) == ""


def test_a_long_note_ends_before_airflows_limit():
    note = note_of([(f"task_{number}", {"a_count_with_a_long_name": number}) for number in range(100)])
    assert 800 < len(note) <= 1000
    assert note.endswith(" …")


def run(*states: tuple[str, str]) -> SimpleNamespace:
    tasks = [SimpleNamespace(task_id=task_id, state=state) for task_id, state in states]
    return SimpleNamespace(run_id="scheduled__1", get_task_instances=lambda: tasks)


def test_a_failure_names_its_tasks_once():
    failed = run(("clean_pages", "failed"), ("clean_pages", "failed"), ("group_stories", "upstream_failed"))
    assert failure_of(failed, "task_failure") == "The run scheduled__1 failed at clean_pages."


def test_a_failure_without_a_failed_task_says_why():
    assert failure_of(run(("clean_pages", "success")), "timed_out") == "The run scheduled__1 failed (timed_out)."


@pytest.mark.parametrize("heard", [on_dag_run_failed, on_dag_run_success])
def test_runs_of_others_are_none_of_our_business(heard, monkeypatch):
    submitted = []
    monkeypatch.setattr("plugins.desk.listener.in_the_background", lambda *given: submitted.append(given))
    for dag_id in ("billing_of_another_team", "collect_news"):
        ended = run(("poll_feeds", "failed"))
        ended.dag_id = dag_id
        heard(ended, "task_failure")
    assert [given[:3] for given in submitted if given[0] is write_note] == [
        (write_note, "collect_news", "scheduled__1")
    ]
    assert {given[1] for given in submitted} == {"collect_news"}


def test_what_happens_is_told_in_its_order_and_not_waited_for():
    may_go, done, heard = threading.Event(), threading.Event(), []

    def slow(dag_id: str) -> None:
        may_go.wait(20)
        heard.append(dag_id)

    def broken(dag_id: str) -> None:
        raise OSError(dag_id)

    in_the_background(slow, "first")
    in_the_background(broken, "second")
    in_the_background(lambda dag_id: (heard.append(dag_id), done.set()), "third")
    assert heard == []
    may_go.set()
    assert done.wait(20)
    assert heard == ["first", "third"]

"""What people decided comes out as labels that our own scores and the codebook's accept."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from include import settings as settings_module
from include.cli import app
from include.evaluate.events import score_events
from include.evaluate.labels import read_labels
from include.pipeline.resolve_events import resolve_events
from include.pipeline.review_answers import record_answer
from include.pipeline.review_questions import open_questions, read_question
from include.settings import Settings
from tests.pipeline.planted import COUNCIL, KOREA, LINES, NOON, Planted

DAY = timedelta(days=1)


@pytest.fixture
def planted(warehouse, monkeypatch) -> Planted:
    """Three articles: one act in the first two, another in the third; and a second act in the first."""
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", warehouse.loader)
    settings_module.settings.cache_clear()
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    ((article,),) = planted.run("select article_id::text from news.article_texts where text = %s", LINES["listing"])
    parts = {"imposers": [COUNCIL], "targets": [KOREA], "event_type": "condemned"}
    planted.mention(article, LINES["listing"], position=1, **parts)
    planted.run("update sanctions.event_mentions set confidence = 0.3")
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    yield planted
    settings_module.settings.cache_clear()


def decide(planted: Planted, answers: dict[tuple[str, str], tuple[str, dict[str, str]]]) -> None:
    settings = Settings(AIRFLOW_CONN_WAREHOUSE=planted.dsn)
    for asked in open_questions(settings, now=NOON, run_id="run", most=9, answer_within=DAY):
        act = read_question(settings, asked.question_id).act
        choice, form = answers.get((act.event_type, act.targets[0].code), ("Later", {}))
        answer = {"choice": choice, "form": form, "user": "anna"}
        record_answer(settings, now=NOON + timedelta(hours=1), question_id=asked.question_id, **answer)


def export(folder: Path, *options: str) -> dict[str, dict]:
    file = folder / "labels.jsonl"
    done = CliRunner().invoke(app, ["feedback", "export", "-o", str(file), *options])
    assert done.exit_code == 0, done.output
    return {row["title"] + row["url"]: row for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())}


CHANGED = ("Right with changes", {"event_date": "2031-05-05", "measures": "travel_ban: ministers"})
ALL = {("imposed", "BY"): CHANGED, ("imposed", "KP"): ("Wrong", {}), ("condemned", "KP"): ("Right", {})}


def test_corrected_acts_are_exported_with_their_changes_and_rejected_ones_left_out(planted, tmp_path):
    decide(planted, ALL)
    rows = export(tmp_path, "--documents", str(tmp_path / "documents.jsonl"))
    assert len(rows) == 3
    by_text = {row["url"].rsplit("/", 1)[1]: row for row in rows.values()}
    assert by_text["three"]["events"] == []
    assert by_text["three"]["label"] == "no_sanctions_event"
    assert sorted(event["event_type"] for event in by_text["one"]["events"]) == ["condemned", "imposed"]
    (second,) = by_text["two"]["events"]
    assert second["event_date"] == "2031-05-05"
    assert second["measures"] == [{"type": "travel_ban", "objects": ["ministers"]}]
    assert second["evidence"] == [LINES["freeze"]]
    texts = [json.loads(line) for line in (tmp_path / "documents.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {text["doc_id"] for text in texts} == {row["doc_id"] for row in rows.values()}


def test_articles_with_undecided_acts_are_left_out_or_marked(planted, tmp_path):
    decide(planted, {name: ALL[name] for name in ALL if name[0] == "imposed"})
    whole = {row["url"].rsplit("/", 1)[1] for row in export(tmp_path).values()}
    assert whole == {"two", "three"}
    marked = {row["url"].rsplit("/", 1)[1]: row for row in export(tmp_path, "--partial").values()}
    assert {name for name, row in marked.items() if row["partial"]} == {"one"}
    assert [event["event_type"] for event in marked["one"]["background"]] == ["condemned"]


def test_the_labels_score_themselves_fully(planted, tmp_path):
    decide(planted, ALL)
    export(tmp_path)
    labels = read_labels(tmp_path / "labels.jsonl")
    scores = score_events(labels, labels).scores
    assert scores["events"].found == scores["events"].true == 3
    assert scores["events"].f1 == scores["measures"].f1 == scores["evidence"].f1 == 1.0


def test_the_codebooks_own_scorer_takes_them(planted, tmp_path, shared):
    decide(planted, ALL)
    export(tmp_path)
    file = tmp_path / "labels.jsonl"
    done = subprocess.run(
        [sys.executable, str(shared / "eval" / "score_events.py"), str(file), str(file), "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["event_f1"] == {"p": 1.0, "r": 1.0, "f1": 1.0, "n": 3}


def test_decisions_are_listed_and_taken_back(planted):
    decide(planted, {("imposed", "KP"): ("Wrong", {"note": "a [bold]drill[/bold]"})})
    listed = CliRunner().invoke(app, ["feedback", "list"], env={"COLUMNS": "250"})
    assert "anna" in listed.output
    assert "a [bold]drill[/bold]" in listed.output
    ((decision_id,),) = planted.run("select decision_id::text from mart.decisions")
    assert decision_id in CliRunner().invoke(app, ["feedback", "list"], env={"COLUMNS": "80"}).output
    for status in (0, 1):
        done = CliRunner().invoke(app, ["feedback", "revoke", decision_id, "--by", "bob"])
        assert done.exit_code == status, done.output
    assert planted.run("select is_revoked, revoked_by from mart.decisions") == [(True, "bob")]
    assert planted.run("select count(*) from sanctions.events where review_status = 'rejected'") == [(0,)]

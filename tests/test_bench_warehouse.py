"""The measurement of the warehouse runs whole on a small one: every question, mart, table and index is reported."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench import warehouse_scale
from bench.warehouse_fill import Size
from bench.warehouse_indexes import named_indexes, statements
from include.edges.migrate import MARTS
from include.local.postgres import running_server

QUESTIONS = {file.stem for file in warehouse_scale.QUESTIONS.glob("*.sql")}


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="desk-tests-scale-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_a_small_warehouse_is_reported_whole(home, capsys):
    report = warehouse_scale.run(home, Size(articles=2000, mentions=5000, events=300))
    assert {row[""] for row in report["Questions"]} == QUESTIONS
    assert {row[""] for row in report["Marts"]} == {f"mart.{file.stem}" for file in MARTS.glob("*.sql")}
    rows = {row[""]: row["rows"] for row in report["Tables"]}
    assert (rows["news.articles"], rows["sanctions.event_mentions"], rows["sanctions.events"]) == (2000, 5000, 300)
    assert all(rows.values())  # no table is left empty
    used = {row[""]: row["used by"] for row in report["Indexes"]}
    assert (
        "articles_that_speak_of" in used["article_texts_by_words"]
    )  # by the plan of a function that the question calls
    assert "upsert_articles" in used["articles_pkey"] or "more" in used["articles_pkey"]
    assert any(heading.startswith("Refresh after 2000") for heading in report)
    (load,) = (rows for heading, rows in report.items() if heading.startswith("Load of 2000"))
    assert [row[""] for row in load] == ["announcements", "pages and requests", "articles", "mentions", "in all"]
    said = capsys.readouterr().out
    assert all(name in said for name in QUESTIONS)
    assert running_server(home) is None


def test_invented_news_keeps_the_rules_of_the_warehouse(warehouse, postgres):
    """The checks that every run of the pipeline makes find nothing, so that what is measured could have been collected."""  # noqa: E501
    from bench.warehouse_fill import fill
    from include.edges.warehouse import read, transaction

    database = warehouse.owner.rpartition("/")[2]
    fill(postgres.dsn(database, "postgres"), Size(articles=1000, mentions=2500, events=200), say=lambda line: None)
    with transaction(warehouse.loader) as connection:
        for check in ("events_have_mentions", "counts_are_those_of_mentions", "mentions_are_of_their_events_class",
                      "stories_hold_their_canonical", "mentions_have_evidence"):  # fmt: skip
            for turn in range(256):  # of those that look at a part of the rows at a time
                now = datetime.now(UTC) + turn * timedelta(minutes=15)
                assert [tuple(row) for row in read(connection, f"checks/{check}", now=now)] == [(0,)], check


def test_indexes_are_found_wherever_a_plan_has_them():
    plan = [{"Plan": {"Node Type": "Limit", "Plans": [{"Index Name": "one"}, {"Conflict Arbiter Indexes": ["two"]}]}}]
    assert list(named_indexes(plan)) == ["one", "two"]
    assert len({name for name, _, _ in statements()}) > 120


def test_it_cleans_up_when_it_is_interrupted(home):
    command = [sys.executable, "-c", PROGRAM, str(home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)
    assert process.stdout
    assert process.stdout.readline() == "sleeping\n"
    (folder,) = home.iterdir()
    assert running_server(folder) is not None
    time.sleep(0.5)  # it waits for the server by now
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert list(home.iterdir()) == []
    assert running_server(folder) is None


# Stops in the middle of a statement of minutes.
PROGRAM = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from bench import warehouse_scale
def fill(dsn, size, *, say):
    print("sleeping", flush=True)
    warehouse_scale.select(dsn, "select pg_sleep(600)")
warehouse_scale.fill = fill
sys.argv = ["warehouse_scale"]
warehouse_scale.main()
"""

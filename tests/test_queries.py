"""The documented questions run as an analyst and give the right answers."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.pipeline.planted import COUNCIL, KOREA, LINES, NOON, Planted

PROJECT = Path(__file__).resolve().parent.parent
QUERIES = PROJECT / "docs" / "queries"
README_QUERIES = re.findall(r"```sql\n(.*?)```", (PROJECT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def answers_to(warehouse):
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    coal = [{"type": "export_ban", "objects": ["coal"], "flow": "from_target"}]
    article = planted.article("four", LINES["embargo"], hours=9)
    planted.mention(
        article, LINES["embargo"], imposers=[COUNCIL], targets=[KOREA], measures=coal, event_type="expanded"
    )
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    return Planted(dsn=warehouse.analyst).run


@pytest.fixture
def answers(answers_to):
    return lambda name: answers_to((QUERIES / f"{name}.sql").read_text(encoding="utf-8"))


def test_every_query_is_listed_and_begins_with_its_question():
    listed = (QUERIES / "README.md").read_text(encoding="utf-8")
    for file in QUERIES.glob("*.sql"):
        assert f"`{file.name}`" in listed
        assert file.read_text(encoding="utf-8").splitlines()[0].endswith("?")


def test_acts_against_a_country(answers):
    ((act_on, imposers, kind, _, measures, reports, stories, _),) = answers("acts_against_a_country")
    assert (act_on, imposers, kind) == (date(2031, 5, 6), ["United Nations Security Council"], "expanded")
    assert (set(measures), reports, stories) == ({"export_ban", "asset_freeze"}, 2, 2)


def test_evidence_of_the_most_reported_act(answers):
    rows = answers("evidence_of_the_most_reported_act")
    assert [(publisher, sentence) for _, publisher, sentence, *_ in rows] == [
        ("The Courier", LINES["listing"]),
        ("Evening Post", LINES["freeze"]),
    ]
    assert {tuple(row[-3:]) for row in rows} == {("a.warc.gz", 0, 9)}


def test_goods_that_may_not_be_traded(answers):
    assert answers("goods_that_may_not_be_traded") == [
        ("KP", "from_target", "coal", 1, ["United Nations Security Council"])
    ]


def test_those_of_the_readme(answers_to):
    against, evidence, who_whom = README_QUERIES
    assert [row[1] for row in answers_to(against)] == [["United Nations Security Council"]]
    ((event_id,),) = answers_to("select event_id from mart.events where 'KP' = any(target_codes)")
    assert {row[0] for row in answers_to(evidence.replace("...", event_id))} == {LINES["embargo"]}
    assert (["Canada"], ["Belarus"], "asset_freeze", None, 1) in answers_to(who_whom)

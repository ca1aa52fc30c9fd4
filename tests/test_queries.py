"""The documented questions run as an analyst over the demo newsstand and give the right answers.

The answers are facts of the acts that the newsstand's pages report (include/local/newsstand/acts.yml), of those that
every page states plainly.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.newsstand_run import NOW, query
from tests.pipeline.planted import LINES, NOON, SUPERSEDE, Planted

PROJECT = Path(__file__).resolve().parent.parent
QUERIES = PROJECT / "docs" / "queries"
NAMES = sorted(file.stem for file in QUERIES.glob("*.sql"))
README_QUERIES = re.findall(r"```sql\n(.*?)```", (PROJECT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
COUNCIL = "United Nations Security Council"


def text_of(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


@pytest.fixture
def answers(desk) -> Callable[[str], list[dict]]:
    _, addresses = desk
    # As psql sends it: no parameters, so a % in it is one.
    return lambda name: query(addresses.analyst, text_of(name).replace("%", "%%"))


@pytest.fixture
def planted(warehouse) -> Planted:
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    return planted


def only(rows: list[dict], **wanted: object) -> dict:
    """The one row that has these values."""
    (row,) = (row for row in rows if all(row[name] == value for name, value in wanted.items()))
    return row


def test_every_query_is_listed_begins_with_its_question_and_is_tested():
    listed = (QUERIES / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"`(\w+)\.sql`", listed)) == NAMES
    assert len(NAMES) >= 12
    for name in NAMES:
        assert text_of(name).splitlines()[0].endswith("?")
        assert f"test_{name}" in globals()


def test_acts_against_a_country(answers):
    rows = answers("acts_against_a_country")
    act = only(rows, act_on=date(2017, 8, 5))
    assert (act["imposers"], act["event_type"]) == ([COUNCIL], "expanded")
    assert act["instrument"] == "UN Security Council Resolution 2371 (2017)"
    assert (act["report_count"], act["story_count"]) == (4, 2)
    assert rows == sorted(rows, key=lambda row: row["act_on"], reverse=True)


def test_evidence_of_the_most_reported_act(answers):
    rows = answers("evidence_of_the_most_reported_act")
    assert len({row["url"] for row in rows}) == 5
    assert any("adds 28 Chinese bodies to the Entity List" in row["sentence"] for row in rows)
    assert all(row["warc_file"] and row["warc_length"] > 0 for row in rows)


def test_goods_that_may_not_be_traded(answers):
    rows = answers("goods_that_may_not_be_traded")
    sold = {row["good"] for row in rows if (row["target"], row["flow"]) == ("KP", "from_target")}
    assert sold == {"coal", "iron ore", "seafood", "lead"}
    alumina = only(rows, good="alumina")
    assert (alumina["target"], alumina["flow"], alumina["imposers"]) == ("RU", "to_target", ["Australia"])


def test_measures_against_a_country(answers):
    rows = answers("measures_against_a_country")
    assert only(rows, measure_type="asset_freeze")["imposer_codes"] == ["US"]
    assert only(rows, measure_type="arms_embargo")["first_act_on"] == date(2019, 10, 14)
    assert only(rows, relaxations=1)["last_act_on"] == date(2019, 10, 23)


def test_who_sanctions_whom(answers):
    rows = answers("who_sanctions_whom")
    council = only(rows, imposer_code="UNSC", target_code="KP")
    assert (council["impositions"], council["relaxations"]) == (1, 0)
    assert council["first_imposed_on"] == date(2017, 8, 5)
    eritrea = only(rows, target_code="ER")
    assert (eritrea["imposer_code"], eritrea["impositions"], eritrea["relaxations"]) == ("UNSC", 0, 1)
    # Its sixth package was proposed a month earlier: a plan is no imposition.
    assert only(rows, imposer_code="EU", target_code="RU")["first_imposed_on"] == date(2022, 6, 3)


def test_a_country_month_by_month(answers):
    rows = answers("a_country_month_by_month")
    proposed, adopted = only(rows, month=date(2022, 5, 1)), only(rows, month=date(2022, 6, 1))
    assert (proposed["plans"], proposed["impositions"]) == (1, 0)
    assert (adopted["plans"], adopted["impositions"], adopted["imposer_codes"]) == (0, 1, ["EU"])
    smelters = only(rows, month=date(2022, 3, 1))
    assert (smelters["imposer_codes"], smelters["reports"]) == (["AU"], 3)


def test_plans_carried_out(answers):
    rows = answers("plans_carried_out")
    turkey, oil = only(rows, target_codes=["TR"]), only(rows, imposer_codes=["EU"])
    assert (turkey["plan_type"], turkey["deed_type"], turkey["days"]) == ("threatened", "imposed", 3)
    assert (oil["planned_on"], oil["done_on"], oil["days"]) == (date(2022, 5, 4), date(2022, 6, 3), 30)


def test_acts_under_an_instrument(answers):
    (act,) = answers("acts_under_an_instrument")
    assert (act["act_on"], act["imposer_codes"], act["target_codes"]) == (date(2019, 10, 7), ["US"], ["CN"])
    assert dict(zip(act["measures"], act["flows"], strict=True))["export_ban"] == "to_target"


def test_sanctions_that_were_lifted(answers):
    rows = answers("sanctions_that_were_lifted")
    eritrea = only(rows, target_codes=["ER"])
    assert (eritrea["act_on"], eritrea["imposer_codes"]) == (date(2018, 11, 14), ["UNSC"])
    assert eritrea["instrument"] == "UN Security Council Resolution 2444 (2018)"
    assert only(rows, target_codes=["SY"])["instrument"] == "Executive Order 14312"


def test_who_condemned_what(answers):
    rows = answers("who_condemned_what")
    china = only(rows, actors=["China"])
    assert (china["imposer_codes"], china["act_on"]) == (["US"], date(2019, 10, 8))
    assert "interference in China's domestic affairs" in china["sentence"]


def test_reports_that_disagree(answers):
    rows = [row for row in answers("reports_that_disagree") if row["imposer_codes"] == ["UNSC"]]
    assert {row["taken_for"] for row in rows} == {"expanded"}
    assert sum(row["reports"] for row in rows) == 4
    assert {row["reported_as"] for row in rows} == {"imposed", "expanded"}


def test_who_publishes_first(answers):
    wire, *_ = answers("who_publishes_first")
    assert wire["first_publisher"] == "Meridian Wire"
    assert wire["stories"] >= 5
    assert wire["hours_ahead"] > 0


def test_how_an_act_became_known(answers):
    first, *_ = answers("how_an_act_became_known")
    assert (first["first_publisher"], first["second_publisher"]) == ("Meridian Wire", "Continental Ledger")
    assert (first["publishers"], first["articles"], first["copies"]) == (3, 3, 2)
    # 21:42, 5:00 the next day, 7:15
    assert first["hours_to_second_publisher"] == pytest.approx(7.3)
    assert first["hours_to_last_publisher"] == pytest.approx(9.55)


def test_what_was_known_on_a_day(desk):
    (known,) = query(desk[1].analyst, "select min(known_since) as first, max(known_since) as last from mart.events")

    def on(moment: datetime) -> list[dict]:
        text = text_of("what_was_known_on_a_day").replace("2026-06-02 12:00:00+00", moment.isoformat())
        return query(desk[1].analyst, text)

    act = only(on(known["last"]), act_on=date(2017, 8, 5))
    assert (act["imposer_codes"], act["version"], act["is_withdrawn"]) == (["UNSC"], 1, False)
    assert on(known["first"] - timedelta(seconds=1)) == []


def test_corrections_and_withdrawals(answers, warehouse, planted):
    assert answers("corrections_and_withdrawals") == []  # what the newsstand said stands
    planted.run("update news.articles set is_current = false where publisher = 'The Courier'")
    planted.run(SUPERSEDE, LINES["embargo"])
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON + timedelta(days=1))
    rows = query(warehouse.analyst, text_of("corrections_and_withdrawals"))
    fewer, gone = only(rows, change="changed"), only(rows, change="withdrawn")
    assert fewer["changed"]["report_count"] == [2, 1]
    assert fewer["changed"]["first_publisher"] == ["The Courier", "Evening Post"]
    assert (gone["since"], gone["target_codes"], gone["version"]) == (fewer["since"], ["KP"], 2)


def test_feeds_in_trouble(answers, warehouse, planted):
    quiet = {row["publisher"]: row["entries"] for row in answers("feeds_in_trouble")}
    if datetime.now(NOW.tzinfo) > NOW + timedelta(days=8):  # by then nothing new has come for a week
        assert (len(quiet), quiet["Meridian Wire"]) == (10, 18)
    # Two of these three announced something in the last week, whatever the day; one of these two fails.
    planted.run("update news.entries set first_seen_at = now()")
    planted.run("update news.entries set first_seen_at = now() - interval '8 days' where url like '%/three'")
    planted.run("update news.feeds set state = 'ok' where url not like '%/two/feed'")
    planted.run("update news.feeds set state = 'failing', reason = 'timeout', failures = 3 where state = 'new'")
    rows = query(warehouse.analyst, text_of("feeds_in_trouble"))
    assert [(row["url"].split("/")[-2], row["reason"]) for row in rows] == [("two", "timeout"), ("three", "")]


def test_what_was_left_of_a_day(answers):
    (day,) = answers("what_was_left_of_a_day")
    assert day["day"] == NOW.date()
    assert day["entries"] == day["pages"] == day["articles"] == 91
    assert day["articles"] > day["articles_read"] > day["mentions"] > day["events"] > 0
    assert day["most_dropped_for"] == "extract: no_sanctions_term"
    assert day["articles_read"] + day["items"] == day["articles"]


def test_acts_that_wait_for_a_person(answers):
    rows = answers("acts_that_wait_for_a_person")
    assert rows
    assert all(row["confidence"] < 0.5 and row["sentence"] and row["url"] for row in rows)
    assert rows == sorted(rows, key=lambda row: row["confidence"])


def test_sentences_that_speak_of(answers):
    rows = answers("sentences_that_speak_of")
    assert {row["act_on"] for row in rows} == {date(2017, 8, 5)}
    assert all("«seafood»" in row["headline"] for row in rows)
    assert {row["publisher"] for row in rows} >= {"Meridian Wire", "NewsHeap 24"}


def test_articles_that_speak_of(answers):
    rows = answers("articles_that_speak_of")
    assert "The Harbour Courier" in {row["publisher"] for row in rows}
    assert all("«" in row["headline"] and row["acts"] == 0 for row in rows)  # a ban of athletes is no sanction


def test_acts_that_name_somebody(answers):
    listed, delisted = answers("acts_that_name_somebody")
    assert (listed["party"], listed["act_on"], listed["event_type"]) == ("Tornado Cash", date(2022, 8, 8), "imposed")
    assert (delisted["act_on"], delisted["event_type"]) == (date(2025, 3, 21), "lifted")


def test_those_of_the_readme(desk):
    _, addresses = desk
    against, evidence, who_whom = (each.replace("%", "%%") for each in README_QUERIES)
    assert [COUNCIL] in [row["imposers"] for row in query(addresses.analyst, against)]
    (event,) = query(addresses.analyst, "select event_id from mart.events where 'ER' = any(target_codes)")
    sentences = query(addresses.analyst, evidence.replace("...", event["event_id"]))
    assert any("Eritrea" in row["sentence"] for row in sentences)
    assert any({"Canada"} <= set(row["imposers"]) for row in query(addresses.analyst, who_whom))

"""Doubtful acts are asked once at a time, and answers become decisions that outlive reprocessing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import psycopg2
import pytest

from include.pipeline.resolve_events import resolve_events
from include.pipeline.review_answers import record_answer, revoke_decision
from include.pipeline.review_questions import ClosedQuestionError, open_questions, read_question
from include.quality import list_checks, parameters_of
from include.settings import Settings
from tests.pipeline.planted import BELARUS, CANADA, LINES, NOON, SUPERSEDE, Planted

DAY = timedelta(days=1)
ASKED = NOON + DAY


@pytest.fixture
def planted(warehouse) -> Planted:
    return Planted(dsn=warehouse.loader)


@pytest.fixture
def settings(warehouse) -> Settings:
    return Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader)


@pytest.fixture
def doubtful(settings, planted) -> tuple[str, str, str]:
    """Ids of the mentions of two acts, both of which are doubtful: two of the first, one of the second."""
    mentions = planted.three_reports()
    planted.run("update sanctions.event_mentions set confidence = 0.2 + 0.1 * length(article_id::text) / 100")
    resolve_events(settings, now=NOON)
    assert planted.run("select count(*) from mart.review_queue") == [(2,)]
    return mentions


def ask(settings, *, run: str = "first", now: datetime = ASKED, most: int = 5) -> dict[str, str]:
    """Questions by act."""
    asked = open_questions(settings, now=now, run_id=run, most=most, answer_within=DAY)
    return {read_question(settings, each.question_id).act.id: each.question_id for each in asked}


def answer(settings, question_id: str, choice: str, *, user: str | None = "anna", hours: int = 1, **form: str) -> dict:
    now = ASKED + timedelta(hours=hours)
    return record_answer(settings, now=now, question_id=question_id, choice=choice, form=form, user=user).as_dict()


def act_of(planted, mention_id: str) -> str:
    return planted.run("select event_id::text from sanctions.event_mentions where id = %s", mention_id)[0][0]


def status(planted, mention_id: str) -> str:
    return planted.run("select review_status from sanctions.events where id = %s", act_of(planted, mention_id))[0][0]


def read_anew(planted, *, version: str = "2") -> None:
    """Every article as another version of the extractors read it: the mentions have other ids."""
    rows = planted.run(
        "select article_id, evidence -> 0 ->> 'text', imposers, targets, confidence from sanctions.event_mentions"
        " where is_current"
    )
    planted.run("update sanctions.event_mentions set is_current = false")
    for article_id, line, imposers, targets, confidence in rows:
        parts = {"imposers": imposers, "targets": targets, "confidence": confidence}
        planted.mention(article_id, line, version=version, **parts)


def reason(planted, question_id: str) -> str:
    return planted.run("select reason from sanctions.questions where id = %s", question_id)[0][0]


def offending(planted) -> list[str]:
    """The hard checks that rows offend against."""
    found = []
    with closing(psycopg2.connect(planted.dsn)) as connection, connection.cursor() as cursor:
        for check in list_checks():
            cursor.execute(check.sql, parameters_of(check, now=NOON))
            if check.is_hard and cursor.fetchone() != (0,):
                found.append(check.name)
    return found


def test_an_act_has_one_open_question_whoever_asks(settings, planted, doubtful):
    first = ask(settings, most=1)
    assert len(first) == 1
    assert ask(settings, most=1) == first, "an interrupted run asks what it had opened"
    assert ask(settings, run="second", most=1) == {}, "no room"
    second = ask(settings, run="second", most=5)
    assert len(second) == 1
    assert not first.keys() & second.keys()


def test_a_question_shows_its_evidence_and_acts_that_it_may_be(settings, planted, doubtful):
    first = doubtful[0]
    asked = ask(settings)
    shown = read_question(settings, asked[act_of(planted, first)])
    assert [report.sentences[0] for report in shown.reports] == [LINES["listing"], LINES["freeze"]]
    assert shown.act.imposers[0].code == "CA"
    assert shown.similar == ()
    article = planted.article("four", LINES["embargo"], publisher="Gazette", hours=24 * 40)
    planted.mention(article, LINES["embargo"], instrument="Order 12", event_date="2031-06-15")
    resolve_events(settings, now=NOON)
    (similar,) = read_question(settings, asked[act_of(planted, first)]).similar
    assert (similar.instrument, similar.imposers) == ("Order 12", ("Canada",))
    for stated, count in (("2031", 1), ("2030", 0)):  # a year is near to all of its days
        planted.run("update sanctions.event_mentions set event_date = %s where instrument = 'Order 12'", stated)
        resolve_events(settings, now=NOON)
        assert len(read_question(settings, asked[act_of(planted, first)]).similar) == count


@pytest.mark.parametrize(("choice", "verdict"), [("Right", "accepted"), ("Wrong", "rejected")])
def test_a_verdict_is_a_row_and_survives_reprocessing(settings, planted, doubtful, choice, verdict):
    third = doubtful[2]
    event_id = act_of(planted, third)
    counts = answer(settings, ask(settings)[event_id], choice, note="seen it")
    assert counts[choice.lower()] == 1
    assert status(planted, third) == verdict
    for again in (lambda: None, lambda: read_anew(planted)):
        again()
        resolve_events(settings, now=NOON + 2 * DAY)
        assert planted.run("select review_status from sanctions.events where id = %s", event_id) == [(verdict,)]
    decision = "select decided_by, decided_at, note, event_id::text, is_verdict, report_count from mart.decisions"
    assert planted.run(decision) == [("anna", ASKED + timedelta(hours=1), "seen it", event_id, True, 1)]
    assert event_id not in ask(settings, run="second", now=ASKED + DAY)


def test_changes_replace_fields_and_survive_reprocessing(settings, planted, doubtful):
    first = doubtful[0]
    event_id = act_of(planted, first)
    form = {"event_type": "lifted", "event_date": "2031-05-05", "targets": "RU", "measures": "travel_ban"}
    answer(settings, ask(settings)[event_id], "Right with changes", **form)
    row = (
        "select event_type, event_class, event_date, target_codes, imposer_codes, measures, review_status"
        " from mart.events where event_id = %s"
    )
    wanted = [("lifted", "RELAX", "2031-05-05", ["RU"], ["CA"], ["travel_ban"], "accepted")]
    assert planted.run(row, event_id) == wanted
    read_anew(planted)
    resolve_events(settings, now=NOON + 2 * DAY)
    assert planted.run(row, event_id) == wanted
    history = "select event_type, review_status from mart.event_history where event_id = %s order by version"
    assert planted.run(history, event_id)[:2] == [("imposed", "pending"), ("lifted", "accepted")]
    assert offending(planted) == []


def test_a_decision_taken_back_leaves_the_row_as_it_was_read(settings, planted, doubtful):
    first = doubtful[0]
    answer(settings, ask(settings)[act_of(planted, first)], "Right with changes", instrument="Order 1")
    ((decision_id,),) = planted.run("select decision_id::text from mart.decisions")
    for revoked in (1, 0):
        counts = revoke_decision(settings, now=ASKED + DAY, decision_id=decision_id, user="bob").as_dict()
        assert counts.get("decisions_revoked", 0) == revoked
    assert status(planted, first) == "pending"
    assert planted.run("select is_revoked, revoked_by, is_verdict from mart.decisions") == [(True, "bob", False)]
    instrument = "select instrument from sanctions.events where id = %s"
    assert planted.run(instrument, act_of(planted, first)) == [("Special Economic Measures Act",)]
    assert act_of(planted, first) in ask(settings, run="second", now=ASKED + DAY)


def test_reports_split_off_become_an_act_of_their_own_and_can_be_merged_again(settings, planted, doubtful):
    first, second, _ = doubtful
    answer(settings, ask(settings)[act_of(planted, first)], "Split", split_off="2")
    assert act_of(planted, first) != act_of(planted, second)
    asked = ask(settings, run="second", now=ASKED + timedelta(hours=2))
    assert {act_of(planted, first), act_of(planted, second)} <= asked.keys(), "each is doubtful on its own"
    answer(settings, asked[act_of(planted, second)], "Merge into", merge_into=act_of(planted, first), hours=3)
    assert act_of(planted, first) == act_of(planted, second)
    assert planted.run("select kind from mart.decisions order by decided_at") == [("split",), ("merge",)]


def test_what_was_split_and_merged_stays_so_when_articles_are_read_anew(settings, planted, doubtful):
    first, second, _ = doubtful
    held = "select article_id, event_id from sanctions.event_mentions where is_current order by article_id"
    answer(settings, ask(settings)[act_of(planted, first)], "Split", split_off="2")
    apart = act_of(planted, first), act_of(planted, second)
    for merged in (False, True):
        if merged:
            asked = ask(settings, run="second", now=ASKED + timedelta(hours=2))
            answer(settings, asked[apart[0]], "Merge into", merge_into=apart[1], hours=3)
        before = planted.run(held)
        assert len({event_id for _, event_id in before}) == (2 if merged else 3)
        read_anew(planted, version=f"anew {merged}")
        resolve_events(settings, now=NOON + 2 * DAY)
        assert planted.run(held) == before
    assert offending(planted) == []


def test_merge_into_follows_an_act_to_what_became_of_it(settings, planted, doubtful):
    first, second, third = doubtful
    asked = ask(settings)
    answer(settings, asked[act_of(planted, first)], "Split", split_off="2")
    one, two, three = (act_of(planted, each) for each in (first, second, third))
    asked |= ask(settings, run="second", now=ASKED + timedelta(hours=2))
    answer(settings, asked[one], "Merge into", merge_into=two, hours=3)
    (gone,) = {one, two} - {act_of(planted, first)}
    merged = "select merged_into::text from sanctions.events where id = %s"
    assert planted.run(merged, gone) == [(act_of(planted, first),)]
    assert answer(settings, asked[three], "Merge into", merge_into=gone, hours=4)["merged"] == 1
    assert act_of(planted, third) == act_of(planted, first)
    stale = asked[act_of(planted, first)]  # asked before the others came to it
    assert answer(settings, stale, "Right", hours=5) == {"refused": 1}
    again = ask(settings, run="third", now=ASKED + timedelta(hours=6))[act_of(planted, first)]
    assert answer(settings, again, "Merge into", merge_into=three, hours=7) == {"refused": 1}
    assert "itself" in reason(planted, again)
    for (decision_id,) in planted.run("select id::text from sanctions.decisions where kind = 'merge'"):
        revoke_decision(settings, now=ASKED + DAY, decision_id=decision_id, user="bob")
    assert len({act_of(planted, each) for each in doubtful}) == 3
    assert planted.run("select count(*) from sanctions.events where merged_into is not null") == [(0,)]
    assert offending(planted) == []


def test_an_answer_on_an_act_that_went_is_told_what_became_of_it(settings, planted, doubtful):
    first, _, third = doubtful
    asked = ask(settings)
    gone = act_of(planted, third)
    planted.run(SUPERSEDE, LINES["embargo"])
    resolve_events(settings, now=ASKED)
    for question_id, form in ((asked[gone], {}), (asked[act_of(planted, first)], {"merge_into": gone})):
        assert answer(settings, question_id, "Merge into" if form else "Wrong", **form) == {"refused": 1}
        assert "withdrawn" in reason(planted, question_id)


def test_of_two_people_at_once_one_decides(settings, planted, doubtful):
    event_id = act_of(planted, doubtful[2])
    question_id = ask(settings)[event_id]
    with ThreadPoolExecutor(2) as threads:
        told = [
            threads.submit(answer, settings, question_id, choice, user=user)
            for choice, user in (("Right", "anna"), ("Wrong", "bob"))
        ]
        counts = [each.result() for each in told]
    assert sorted("refused" in each for each in counts) == [False, True]
    ((kind, user),) = planted.run("select kind, decided_by from sanctions.decisions")
    assert (kind, user) in {("accept", "anna"), ("reject", "bob")}
    assert status(planted, doubtful[2]) == {"accept": "accepted", "reject": "rejected"}[kind]
    assert planted.run("select closed_by from sanctions.questions where id = %s", question_id) == [(user,)]


def test_an_answer_that_is_recorded_late_is_taken_unless_the_act_was_decided_on(settings, planted, doubtful):
    first, _, third = doubtful
    asked = ask(settings)
    again = ask(settings, run="second", now=ASKED + 2 * DAY)
    assert answer(settings, asked[act_of(planted, third)], "Later", user=None, hours=49) == {"later": 1}
    assert answer(settings, asked[act_of(planted, third)], "Wrong", hours=49)["wrong"] == 1
    answer(settings, again[act_of(planted, first)], "Right", user="bob", hours=49)
    assert answer(settings, asked[act_of(planted, first)], "Wrong", hours=50) == {"refused": 1}
    assert "bob" in reason(planted, asked[act_of(planted, first)])
    assert answer(settings, again[act_of(planted, third)], "Right", user="bob", hours=51) == {"refused": 1}
    assert (status(planted, first), status(planted, third)) == ("accepted", "rejected")


def test_acts_of_other_kinds_are_not_merged(settings, planted, doubtful):
    first, _, third = doubtful
    planted.run("update sanctions.event_mentions set event_type = 'condemned' where id = %s", third)
    resolve_events(settings, now=NOON)
    asked = ask(settings)
    for other, said in (
        (act_of(planted, third), "another kind"),
        (act_of(planted, first), "itself"),
        ("00000000-0000-0000-0000-000000000001", "there is no act"),
    ):
        question_id = ask(settings, run=said, now=ASKED + timedelta(hours=1)).get(act_of(planted, first))
        question_id = question_id or asked[act_of(planted, first)]
        assert answer(settings, question_id, "Merge into", merge_into=other) == {"refused": 1}
        assert said in reason(planted, question_id)
    assert planted.run("select count(*) from sanctions.decisions") == [(0,)]


def test_a_refused_answer_decides_nothing_and_is_told_at_the_next_asking(settings, planted, doubtful):
    event_id = act_of(planted, doubtful[2])
    question_id = ask(settings)[event_id]
    before = planted.versions()
    assert answer(settings, question_id, "Right with changes", event_date="2031-02-31") == {"refused": 1}
    assert planted.versions() == before
    again = ask(settings, run="second", now=ASKED + timedelta(hours=2))
    assert "no date" in read_question(settings, again[event_id]).refused_before


def test_nobodys_answer_comes_again_after_the_others(settings, planted, doubtful):
    (first,) = ask(settings, most=1).items()
    assert answer(settings, first[1], "Later", user=None) == {"later": 1}
    (second,) = ask(settings, run="second", most=1)
    assert second != first[0]
    later = ask(settings, run="third", now=ASKED + 3 * DAY, most=1)
    assert planted.run("select outcome from sanctions.questions order by asked_at, closed_at") == [
        ("later",), ("lapsed",), (None,)
    ]  # fmt: skip
    assert first[0] in later


def test_a_second_persons_answer_is_refused_with_the_first_ones_name(settings, planted, doubtful):
    third = doubtful[2]
    question_id = ask(settings)[act_of(planted, third)]
    assert answer(settings, question_id, "Wrong")["wrong"] == 1
    assert answer(settings, question_id, "Right", user="bob") == {"refused": 1}
    assert status(planted, third) == "rejected"
    assert planted.run("select decided_by from sanctions.decisions") == [("anna",)]
    assert planted.run("select closed_by, outcome from sanctions.questions where id = %s", question_id) == [
        ("anna", "wrong")
    ]


def test_a_second_try_of_a_task_records_its_answer_once(settings, planted, doubtful):
    question_id = ask(settings)[act_of(planted, doubtful[2])]
    for _ in range(2):
        assert answer(settings, question_id, "Wrong")["wrong"] == 1
    assert planted.run("select count(*) from sanctions.decisions") == [(1,)]
    with pytest.raises(ClosedQuestionError, match="wrong"):
        read_question(settings, question_id)


def test_an_answer_after_somebody_decided_on_the_same_reports_is_refused(settings, planted, doubtful):
    first, _, third = doubtful
    asked = ask(settings)
    answer(settings, asked[act_of(planted, third)], "Merge into", merge_into=act_of(planted, first))
    question_id = asked.get(act_of(planted, first))
    counts = answer(settings, question_id, "Wrong", user="bob", hours=2)
    assert counts == {"refused": 1}
    assert reason(planted, question_id)
    assert planted.run("select kind from sanctions.decisions") == [("merge",)]


def test_an_answer_on_reports_that_were_read_anew_is_refused(settings, planted, doubtful):
    asked = ask(settings)
    event_id = act_of(planted, doubtful[2])
    read_anew(planted)
    resolve_events(settings, now=ASKED)
    assert answer(settings, asked[event_id], "Wrong") == {"refused": 1}
    assert "changed since" in reason(planted, asked[event_id])


def test_a_report_more_does_not_undo_a_question(settings, planted, doubtful):
    asked = ask(settings)
    event_id = act_of(planted, doubtful[0])
    article = planted.article("four", LINES["listing"], publisher="Gazette", hours=9)
    added = planted.mention(article, LINES["listing"], imposers=[CANADA], targets=[BELARUS], confidence=0.2)
    resolve_events(settings, now=ASKED)
    assert act_of(planted, added) == event_id
    answer(settings, asked[event_id], "Right")
    assert status(planted, added) == "accepted"


def test_analysts_may_read_what_was_decided_and_nothing_more(warehouse, settings, planted, doubtful):
    answer(settings, ask(settings)[act_of(planted, doubtful[2])], "Wrong")
    analyst = Planted(dsn=warehouse.analyst)
    assert analyst.run("select kind, review_status from mart.decisions") == [("reject", "rejected")]
    with pytest.raises(Exception, match=r"permission denied|read-only"):
        analyst.run("update sanctions.questions set outcome = 'right'")

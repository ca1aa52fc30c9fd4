"""Pages lead to the questions that wait in Airflow, and show who decided what on an act, and when."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from include.pipeline.resolve_events import resolve_events
from include.pipeline.review_answers import record_answer, revoke_decision
from include.pipeline.review_questions import open_questions, read_question
from include.records import hash_id
from include.settings import Settings
from tests.pipeline.planted import COUNCIL, KOREA, LINES, NOON, SUPERSEDE, Planted

ASKED = NOON + timedelta(days=1)
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def settings(warehouse) -> Settings:
    return Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader)


@pytest.fixture
def planted(settings, warehouse) -> Planted:
    """Two doubtful acts, nobody asked on them yet."""
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    planted.run("update sanctions.event_mentions set confidence = 0.3")
    resolve_events(settings, now=NOON)
    return planted


@pytest.fixture
def client(settings, point_at, log_in) -> httpx.Client:
    point_at(settings)
    return log_in("viewer")


def ask(settings) -> dict[str, str]:
    """Questions by who is hit."""
    asked = open_questions(settings, now=ASKED, run_id="run", most=5, answer_within=timedelta(hours=5))
    return {read_question(settings, each.question_id).act.targets[0].code or "": each.question_id for each in asked}


def answer(settings, question_id: str, choice: str, *, user: str = "anna", **form: str) -> None:
    now = ASKED + timedelta(hours=1)
    counts = record_answer(settings, now=now, question_id=question_id, choice=choice, form=form, user=user)
    assert "refused" not in counts.as_dict()


def act_of(planted, line: str) -> str:
    said = "select event_id::text from sanctions.event_mentions where evidence -> 0 ->> 'text' = %s and is_current"
    return planted.run(said, LINES[line])[0][0]


def test_an_act_leads_to_its_question_as_long_as_it_is_open(client, settings, planted):
    act = act_of(planted, "embargo")
    link = f'href="/required_actions?response_received=false&amp;subject_search={act[:8]}"'
    assert "waits to be put to a person" in client.get(f"/desk/events/{act}").text
    overview = client.get("/desk/").text
    assert 'href="/required_actions?response_received=false"' in overview
    assert link not in overview
    question_id = ask(settings)["KP"]
    for page in ("", f"events/{act}"):
        assert link in client.get(f"/desk/{page}").text
    answer(settings, question_id, "Right")
    for page in ("", f"events/{act}"):
        assert link not in client.get(f"/desk/{page}").text


def test_an_act_shows_who_decided_what_and_when(client, settings, planted):
    act = act_of(planted, "listing")
    form = {"event_type": "lifted", "targets": "RU", "note": EVIL}
    answer(settings, ask(settings)["BY"], "Right with changes", user=f"anna {EVIL}", **form)
    page = client.get(f"/desk/events/{act}").text
    assert "2031-05-07 13:00, anna" in page
    assert "<strong>Right with changes</strong>" in page
    assert 'event type: "lifted"' in page  # of another class than its reports
    assert EVIL not in page
    assert "Nobody decided" in client.get(f"/desk/events/{act_of(planted, 'embargo')}").text
    ((decision_id,),) = planted.run("select id::text from sanctions.decisions")
    revoke_decision(settings, now=ASKED + timedelta(days=1), decision_id=decision_id, user="bob")
    assert "taken back by bob, 2031-05-08 12:00" in client.get(f"/desk/events/{act}").text


def test_a_decision_stays_with_its_act_when_its_article_has_a_new_version(client, settings, planted):
    answer(settings, ask(settings)["KP"], "Right")
    planted.run(SUPERSEDE, LINES["embargo"])
    fresh = planted.article("three anew", LINES["embargo"], publisher="Evening Post", hours=8)
    same_url = "update news.articles set url_id = %s where id = %s"
    planted.run(same_url, hash_id("https://evening-post.example/three"), fresh)
    planted.run("update sanctions.decisions set event_id = null")  # as when it was made on reports alone
    planted.mention(fresh, LINES["embargo"], imposers=[COUNCIL], targets=[KOREA], confidence=0.3)
    resolve_events(settings, now=ASKED + timedelta(hours=2))
    page = client.get(f"/desk/events/{act_of(planted, 'embargo')}").text
    assert "<strong>Right</strong>" in page
    assert "anna" in page


def test_a_merged_act_leads_to_the_one_that_took_its_reports(client, settings, planted):
    one, two = act_of(planted, "listing"), act_of(planted, "embargo")
    answer(settings, ask(settings)["KP"], "Merge into", merge_into=one)
    stands = act_of(planted, "embargo")
    (gone,) = {one, two} - {stands}
    assert f'Its reports are of <a href="/desk/events/{stands}">' in client.get(f"/desk/events/{gone}").text
    assert "<strong>Merge into</strong>" in client.get(f"/desk/events/{stands}").text

"""From articles to events in a real warehouse: what is written, and what a second run leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from include.pipeline.extract_events import extract_events
from include.pipeline.resolve_events import resolve_events
from include.records import hash_id
from include.settings import Settings
from include.stages.events import EXTRACT_VERSION
from tests.checking import complaints
from tests.pipeline.planted import BELARUS, CANADA, COUNCIL, KOREA, LINES, NOON, SUPERSEDE, Planted

LATER = datetime(2031, 5, 7, tzinfo=UTC)


@pytest.fixture
def settings(warehouse) -> Settings:
    return Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader, shards=2)


@pytest.fixture
def planted(warehouse) -> Planted:
    return Planted(dsn=warehouse.loader)


def test_reports_of_one_act_become_one_row_with_its_parts(settings, planted):
    planted.three_reports()
    tally = resolve_events(settings, now=LATER).as_dict()
    assert (tally["mentions"], tally["events"], tally["events_pending_review"]) == (3, 2, 1)
    columns = (
        "event_type, event_class, modality, instrument, article_count, story_count, first_seen_at, last_seen_at,"
        " first_published_on, first_publisher, review_status, is_withdrawn"
    )
    assert planted.run(f"select {columns} from sanctions.events where article_count = 2") == [
        (
            *("imposed", "IMPOSE", "asserted", "Special Economic Measures Act", 2, 2, NOON, NOON + timedelta(hours=5)),
            *(date(2031, 5, 6), "The Courier", "accepted", False),
        )
    ]
    assert planted.run(
        "select role, part.name, code, measure_type, objects from sanctions.events as event"
        " join sanctions.event_parties as part on part.event_id = event.id"
        " join sanctions.event_measures as measure on measure.event_id = event.id"
        " where article_count = 2 order by role"
    ) == [
        ("imposer", "Canada", "CA", "asset_freeze", ["three firms"]),
        ("target", "Belarus", "BY", "asset_freeze", ["three firms"]),
    ]


def test_a_doubtful_event_is_pending_and_in_the_review_queue(settings, planted):
    planted.three_reports()
    resolve_events(settings, now=LATER)
    assert planted.run("select targets, sentence from mart.review_queue") == [(["North Korea"], LINES["embargo"])]


def test_a_second_run_writes_no_row(settings, planted):
    planted.three_reports()
    resolve_events(settings, now=LATER)
    before = planted.versions()
    tally = resolve_events(settings, now=LATER + timedelta(days=1)).as_dict()
    assert planted.versions() == before
    assert not {"events_written", "parts_written", "events_withdrawn", "mentions_switched"} & set(tally)


def test_a_third_report_changes_the_event_and_not_its_id(settings, planted):
    planted.three_reports()
    resolve_events(settings, now=LATER)
    (kept,) = planted.run("select id from sanctions.events where article_count = 2")
    earlier = planted.article("zero", LINES["listing"], publisher="Wire", hours=-3)
    planted.mention(earlier, LINES["listing"], event_date="2031-05-06")
    resolve_events(settings, now=LATER)
    assert planted.run(
        "select id, article_count, first_publisher, event_date from sanctions.events where id = %s", kept
    )[0] == (*kept, 3, "Wire", "2031-05-06")


def test_an_act_keeps_its_id_when_its_articles_are_read_anew(settings, planted):
    planted.three_reports()
    resolve_events(settings, now=LATER)
    before = planted.run("select id from sanctions.events order by 1")
    articles = planted.run(
        "select article_id, evidence -> 0 ->> 'text', imposers, targets from sanctions.event_mentions"
    )
    planted.run("update sanctions.event_mentions set is_current = false")
    for article_id, line, imposers, targets in articles:
        planted.mention(article_id, line, version="2", imposers=imposers, targets=targets)
    resolve_events(settings, now=LATER)
    assert planted.run("select id from sanctions.events order by 1") == before
    assert planted.run("select distinct extract_version, is_withdrawn from sanctions.events") == [("2", False)]


def test_a_corrected_article_withdraws_its_event_and_a_restored_one_brings_it_back(settings, planted):
    planted.three_reports()
    resolve_events(settings, now=LATER)
    planted.run(SUPERSEDE, LINES["embargo"])
    assert resolve_events(settings, now=LATER).as_dict()["events_withdrawn"] == 1
    withdrawn = "select is_withdrawn, count(*) from sanctions.events group by 1 order by 1"
    assert planted.run(withdrawn) == [(False, 1), (True, 1)]
    planted.run("update news.articles set is_current = true")
    resolve_events(settings, now=LATER)
    assert planted.run(withdrawn) == [(False, 2)]


def test_parts_that_no_report_states_any_more_go(settings, planted):
    planted.three_reports()
    article = planted.article("four", LINES["listing"], hours=1)
    extra = planted.mention(article, LINES["listing"], targets=[BELARUS, {**CANADA, "name": "Cuba", "code": "CU"}])
    resolve_events(settings, now=LATER)
    assert planted.run("select count(*) from sanctions.event_parties where code = 'CU'") == [(1,)]
    planted.run("update sanctions.event_mentions set is_current = false where id = %s", extra)
    planted.run("update news.outcomes set version = 'none' where item_id = %s and stage = 'extract'", article)
    resolve_events(settings, now=LATER)
    assert planted.run("select count(*) from sanctions.event_parties where code = 'CU'") == [(0,)]


def test_review_status_is_decided_anew_with_every_change_of_confidence(settings, planted):
    planted.three_reports()
    for confidence, status in ((0.95, "accepted"), (0.05, "pending"), (0.95, "accepted")):
        planted.run("update sanctions.event_mentions set confidence = %s", confidence)
        resolve_events(settings, now=LATER)
        assert planted.run("select distinct review_status from sanctions.events") == [(status,)]


def decide(planted, kind: str, left: list[str], right: Sequence[str] = (), *, hours: int = 0) -> str:
    """The id of a person's decision on reports, given by the ids of their mentions."""
    decision = hash_id(kind, *left, *right)
    planted.run(
        "insert into sanctions.decisions (id, kind, decided_at, decided_by) values (%s, %s, %s, 'analyst')",
        *(decision, kind, LATER + timedelta(hours=hours)),
    )
    for side, mention_ids in (("left", left), ("right", right)):
        planted.run(
            "insert into sanctions.decision_reports"
            " select %s, %s, mention.article_id, event_class, (evidence -> 0 ->> 'start')::integer,"
            " (evidence -> 0 ->> 'end')::integer from sanctions.event_mentions as mention"
            " join sanctions.events as event on mention.event_id = event.id where mention.id = any(%s::uuid[])",
            *(decision, side, list(mention_ids)),
        )
    return decision


def read_anew(planted) -> None:
    """Every article as another version of the extractors read it: the mentions have other ids."""
    rows = planted.run(
        "select article_id, evidence -> 0 ->> 'text', imposers, targets from sanctions.event_mentions where is_current"
    )
    planted.run("update sanctions.event_mentions set is_current = false")
    for article_id, line, imposers, targets in rows:
        planted.mention(article_id, line, version="2", imposers=imposers, targets=targets)


def acts(planted) -> list[tuple]:
    return planted.run(
        "select event_id, array_agg(article_id::text order by article_id), min(review_status)"
        " from sanctions.event_mentions as mention join sanctions.events as event on mention.event_id = event.id"
        " where is_current group by 1 order by 1"
    )


@pytest.mark.parametrize(("kind", "status"), [("accept", "accepted"), ("reject", "rejected")])
def test_a_persons_verdict_survives_another_reading(settings, planted, kind, status):
    *_, third = planted.three_reports()
    resolve_events(settings, now=LATER)
    decision = decide(planted, kind, [third])
    for again in (lambda: None, lambda: read_anew(planted)):
        again()
        resolve_events(settings, now=LATER)
        assert [row[2] for row in acts(planted) if len(row[1]) == 1] == [status]
    planted.run("update sanctions.decisions set is_revoked = true where id = %s", decision)
    planted.run("update sanctions.event_mentions set confidence = 0.3")
    resolve_events(settings, now=LATER)
    assert {row[2] for row in acts(planted)} <= {"pending", "accepted"}


def test_a_persons_split_and_merge_survive_another_reading(settings, planted):
    first, second, _ = planted.three_reports()
    resolve_events(settings, now=LATER)
    decide(planted, "split", [first], [second])
    resolve_events(settings, now=LATER)
    assert [len(row[1]) for row in acts(planted)] == [1, 1, 1]
    split = acts(planted)
    read_anew(planted)
    resolve_events(settings, now=LATER)
    assert [row[:2] for row in acts(planted)] == [row[:2] for row in split]
    belarus = planted.run(
        'select id from sanctions.event_mentions where is_current and targets @> \'[{"code": "BY"}]\''
    )
    decide(planted, "merge", [belarus[0][0]], [belarus[1][0]], hours=1)
    resolve_events(settings, now=LATER)
    assert sorted(len(row[1]) for row in acts(planted)) == [1, 2]
    before = planted.versions()
    resolve_events(settings, now=LATER)
    assert planted.versions() == before


def test_a_decision_holds_for_the_corrected_article(settings, planted):
    *_, third = planted.three_reports()
    resolve_events(settings, now=LATER)
    decide(planted, "reject", [third])
    planted.run(
        "update news.articles set is_current = false where id in"
        " (select article_id from sanctions.event_mentions where id = %s)",
        third,
    )
    line = "Correction: " + LINES["embargo"]
    corrected = planted.article("corrected", line, publisher="Evening Post", hours=9)
    planted.run(
        "update news.articles set url_id = (select url_id from news.articles where not is_current) where id = %s",
        corrected,
    )
    planted.mention(corrected, line, targets=[KOREA], imposers=[COUNCIL], confidence=0.9)
    resolve_events(settings, now=LATER)
    assert planted.run("select review_status from sanctions.events where is_withdrawn is false order by 1") == [
        ("accepted",),
        ("rejected",),
    ]


def test_a_plan_that_is_carried_out_is_linked(settings, planted):
    planted.three_reports()
    threat = planted.article("threat", "Canada may sanction shippers of Belarus.", hours=-200)
    mention = planted.mention(
        threat, "Canada may sanction shippers of Belarus.", event_type="threatened", modality="possible"
    )
    assert resolve_events(settings, now=LATER).as_dict()["plans_linked"] == 1
    assert planted.run(
        "select deed.event_type, deed.article_count from sanctions.event_mentions as mention"
        " join sanctions.events as plan on mention.event_id = plan.id"
        " join sanctions.events as deed on plan.followed_by = deed.id where mention.id = %s",
        mention,
    ) == [("imposed", 2)]
    planted.run("update sanctions.event_mentions set is_current = false where event_type = 'imposed'")
    planted.run("update news.outcomes set version = 'none' where stage = 'extract'")
    resolve_events(settings, now=LATER)
    assert planted.run("select count(*) from sanctions.events where followed_by is not null") == [(0,)]


def test_the_marts_lead_from_an_act_to_the_bytes(settings, planted, warehouse):
    planted.three_reports()
    resolve_events(settings, now=LATER)
    analyst = Planted(dsn=warehouse.analyst)
    assert analyst.run(
        "select imposers, imposer_codes, target_codes, measures, flows, objects, publishers, report_count, act_on"
        " from mart.events where 'BY' = any(target_codes)"
    ) == [
        (
            *(["Canada"], ["CA"], ["BY"], ["asset_freeze"], [None], ["three firms"]),
            *(["Evening Post", "The Courier"], 2, date(2031, 5, 6)),
        )
    ]
    assert analyst.run(
        "select sentence, publisher, warc_file, warc_offset, warc_length from mart.event_evidence"
        " join mart.events using (event_id) where report_count = 2 order by publisher desc"
    ) == [
        (LINES["listing"], "The Courier", "a.warc.gz", 0, 9),
        (LINES["freeze"], "Evening Post", "a.warc.gz", 0, 9),
    ]
    assert analyst.run("select articles, articles_read, mentions, events from mart.funnel where mentions > 0") == [
        (3, 3, 3, 2)
    ]
    assert analyst.run("select count(*), sum(entries) from mart.feed_health") == [(3, 3)]


ACT = "OTTAWA - Canada imposed sanctions on Belarus on Monday, freezing the assets of three shipping firms."


def read_all(settings) -> dict[str, int]:
    """The counts of all shards."""
    total: dict[str, int] = {}
    for shard in range(settings.shards):
        for name, n in extract_events(settings, now=LATER, shard=shard).as_dict().items():
            total[name] = total.get(name, 0) + n
    return total


@pytest.fixture
def articles(planted) -> Planted:
    planted.article("act", ACT)
    planted.article("copy", ACT, publisher="Evening Post", hours=1)
    planted.article("calm", "Nothing happened in the harbour.")
    planted.article("french", ACT, language="fr")
    return planted


def test_each_article_is_read_once_and_what_has_no_term_is_a_counted_rejection(settings, articles):
    assert read_all(settings) == {
        "articles": 3,
        "articles_with_events": 2,
        "mentions": 2,
        "rejected_no_sanctions_term": 1,
    }
    assert read_all(settings) == {}
    assert articles.run(
        "select is_rejected, reason, version, count(*) from news.outcomes where stage = 'extract'"
        " group by 1, 2, 3 order by 1"
    ) == [(False, "", EXTRACT_VERSION, 2), (True, "no_sanctions_term", EXTRACT_VERSION, 1)]
    assert articles.run("select distinct extract_version, is_current, event_id from sanctions.event_mentions") == [
        (EXTRACT_VERSION, True, None)
    ]


def test_an_article_that_grouping_has_not_seen_waits(settings, articles):
    articles.run("delete from news.outcomes")
    assert read_all(settings) == {}


def test_from_article_to_event_twice_is_the_same_as_once(settings, articles):
    read_all(settings)
    resolve_events(settings, now=LATER)
    assert complaints(settings, now=LATER) == {}
    before = articles.versions()
    read_all(settings)
    resolve_events(settings, now=LATER)
    assert articles.versions() == before
    assert articles.run("select imposer_codes, target_codes, event_class, report_count from mart.events") == [
        (["CA"], ["BY"], "IMPOSE", 2)
    ]


def test_a_new_version_reads_everything_again_and_retires_what_the_old_one_read(settings, articles, monkeypatch):
    read_all(settings)
    resolve_events(settings, now=LATER)
    (before,) = articles.run("select id from sanctions.events")
    monkeypatch.setattr("include.pipeline.extract_events.EXTRACT_VERSION", "next")
    monkeypatch.setattr("include.stages.events.EXTRACT_VERSION", "next")
    assert read_all(settings)["articles"] == 3
    resolve_events(settings, now=LATER)
    assert articles.run(
        "select extract_version, is_current, count(*) from sanctions.event_mentions group by 1, 2 order by 2"
    ) == [
        (EXTRACT_VERSION, False, 2),
        ("next", True, 2),
    ]
    assert articles.run("select id from sanctions.events where extract_version = 'next'") == [before]


def test_what_the_same_version_no_longer_finds_is_retired(settings, articles):
    read_all(settings)
    articles.run("update news.article_texts set text = 'The sanctions of the past were many.'")
    articles.run("delete from news.outcomes where stage = 'extract'")
    assert "mentions" not in read_all(settings)
    assert articles.run("select distinct is_current from sanctions.event_mentions") == [(False,)]


def story_of(planted, canonical: str, *copies: str) -> None:
    """Puts articles into one story whose canonical article is the first."""
    planted.run("delete from news.story_members")
    planted.run("delete from news.stories")
    story = hash_id("story", canonical)
    planted.run(
        "insert into news.stories values (%s, %s, 'Title', %s, 1, %s, %s, '1')",
        *(story, canonical, 1 + len(copies), NOON, NOON),
    )
    for article_id, relation in ((canonical, "canonical"), *((each, "copy") for each in copies)):
        planted.run("insert into news.story_members values (%s, %s, %s, 1, '1')", article_id, story, relation)


def mentions_by_article(planted) -> list[tuple]:
    return planted.run(
        "select article_id::text, position, event_type, event_date, evidence::text, confidence"
        " from sanctions.event_mentions where is_current order by 1, 2"
    )


def test_copies_take_over_what_their_original_reports_whichever_shard_they_would_be_in(settings, planted):
    original = planted.article("original", ACT)
    copies = [planted.article(f"copy {n}", ACT, publisher=f"Post {n}", hours=24 * n) for n in range(1, 6)]
    story_of(planted, original, *copies)
    tally = read_all(settings)
    assert (tally["articles"], tally["articles_inheriting"], tally["mentions"]) == (6, 5, 6)
    assert {row[3] for row in mentions_by_article(planted)} == {"2031-05-05"}
    assert read_all(settings) == {}


def test_what_copies_report_does_not_depend_on_when_they_came(settings, planted):
    late = planted.article("late", ACT, hours=90)
    read_all(settings)
    first = planted.article("first", ACT, publisher="Wire")
    story_of(planted, first, late)
    assert read_all(settings)["articles_inheriting"] == 1
    arrived_apart = mentions_by_article(planted)
    planted.run("delete from sanctions.event_mentions")
    planted.run("delete from sanctions.copies_read")
    planted.run("delete from news.outcomes where stage = 'extract'")
    read_all(settings)
    assert mentions_by_article(planted) == arrived_apart


def test_a_copy_is_read_again_when_its_original_changes_and_alone_when_it_has_none(settings, planted):
    one, two = planted.article("one", ACT), planted.article("two", ACT, hours=200)
    story_of(planted, one, two)
    read_all(settings)
    story_of(planted, two, one)
    assert read_all(settings) == {"articles": 2, "articles_inheriting": 1, "articles_with_events": 2, "mentions": 2}
    planted.run("update news.articles set is_current = false where id = %s", two)
    assert read_all(settings)["articles"] == 1
    assert planted.run("select count(*) from sanctions.copies_read where article_id = %s", one) == [(0,)]
    assert read_all(settings) == {}

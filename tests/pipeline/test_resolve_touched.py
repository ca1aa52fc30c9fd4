"""Resolving what something new touches writes the rows that resolving everything writes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest

from include.pipeline.resolve_events import resolve_events
from include.records import hash_id
from include.settings import Settings
from tests.conftest import drop
from tests.pipeline.planted import BELARUS, CANADA, COUNCIL, KOREA, LINES, Planted

LATER = datetime(2031, 9, 1, tzinfo=UTC)
TABLES = {
    "sanctions.events": "id",
    "sanctions.event_parties": "event_id, role, position",
    "sanctions.event_measures": "event_id, position",
    "sanctions.event_mentions": "id",
    "sanctions.resolved_mentions": "mention_id",
}


@pytest.fixture
def other(postgres, migrated_template) -> Iterator[Planted]:
    """A second warehouse, in which everything is resolved at each run."""
    postgres.create_database("desk_other", template=migrated_template)
    yield Planted(dsn=postgres.dsn("desk_other", "desk_loader"))
    drop(postgres, "desk_other")


@pytest.fixture
def planted(warehouse) -> Planted:
    return Planted(dsn=warehouse.loader)


def resolve(planted: Planted) -> dict[str, int]:
    return resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=planted.dsn), now=LATER).as_dict()


def resolve_everything(planted: Planted) -> dict[str, int]:
    planted.run("delete from sanctions.resolved_mentions")
    return resolve(planted)


def contents(planted: Planted) -> dict[str, list[tuple]]:
    return {table: planted.run(f"select * from {table} order by {order}") for table, order in TABLES.items()}


def reports(planted: Planted, dice: random.Random, names: list[str]) -> None:
    """Articles with one or two mentions each, of few parties within four months."""
    for name in names:
        article = planted.article(name, LINES["listing"], publisher=f"Post {name}", hours=dice.randrange(24 * 120))
        planted.run("delete from news.story_members where article_id = %s", article)
        join_story(planted, article, dice.randrange(12))
        for position in range(dice.choice((1, 1, 2))):
            kind, modality = dice.choice((("imposed", "asserted"), ("threatened", "possible"), ("lifted", "planned")))
            planted.mention(
                article,
                LINES["listing"],
                position=position,
                event_type=kind,
                modality=modality,
                imposers=dice.choice(([CANADA], [COUNCIL], [CANADA, COUNCIL], [])),
                targets=dice.choice(([BELARUS], [KOREA], [BELARUS, KOREA])),
                instrument=dice.choice((None, None, "Order 4711", "Order 4712")),
                event_date=dice.choice((None, f"2031-0{dice.randrange(5, 9)}-{dice.randrange(10, 29)}", "2031-06")),
                confidence=dice.randrange(20, 99) / 100,
            )


def join_story(planted: Planted, article_id: str, number: int) -> None:
    story = hash_id("story", str(number))
    planted.run(
        "insert into news.stories values (%s, %s, 'Title', 1, 1, now(), now(), '1') on conflict do nothing",
        *(story, article_id),
    )
    planted.run(
        "insert into news.story_members values (%s, %s, 'copy', 1, '1')"
        " on conflict (article_id) do update set story_id = excluded.story_id",
        *(article_id, story),
    )


def one(planted: Planted, dice: random.Random, query: str) -> str:
    return dice.choice(planted.run(query + " order by 1"))[0]


CURRENT = "select id::text from sanctions.event_mentions where is_current"
EVENTS = "select id::text from sanctions.events where not is_withdrawn"


def change_confidence(planted: Planted, dice: random.Random) -> None:
    mention = one(planted, dice, CURRENT)
    planted.run("update sanctions.event_mentions set confidence = 0.11, event_date = null where id = %s", mention)


def change_parties(planted: Planted, dice: random.Random) -> None:
    mention = one(planted, dice, CURRENT)
    planted.run("update sanctions.event_mentions set targets = targets || imposers where id = %s", mention)


def withdraw_article(planted: Planted, dice: random.Random) -> None:
    planted.run("update news.articles set is_current = not is_current where id = %s", one(
        planted, dice, "select id::text from news.articles"))  # fmt: skip


def move_to_another_story(planted: Planted, dice: random.Random) -> None:
    join_story(planted, one(planted, dice, "select id::text from news.articles"), dice.randrange(12))


def read_anew(planted: Planted, dice: random.Random) -> None:
    """An article is read by the next version: its mentions have other ids and know no event."""
    article = one(planted, dice, "select distinct article_id::text from sanctions.event_mentions where is_current")
    rows = planted.run(
        "select position, event_type, targets from sanctions.event_mentions where article_id = %s and is_current",
        article,
    )
    version = f"next {dice.random()}"
    planted.run("update sanctions.event_mentions set is_current = false where article_id = %s", article)
    for position, event_type, targets in rows:
        planted.mention(
            article, LINES["freeze"], version=version, position=position, event_type=event_type, targets=targets
        )


def decide(planted: Planted, dice: random.Random) -> None:
    """A decision on two events, or one of before is taken back."""
    number = planted.run("select count(*) from sanctions.decisions")[0][0]
    if number and dice.random() < 0.3:
        decision = one(planted, dice, "select id::text from sanctions.decisions")
        planted.run("update sanctions.decisions set is_revoked = true where id = %s", decision)
    kind = dice.choice(("merge", "split", "accept", "reject"))
    decision = hash_id("decision", str(number))
    planted.run(
        "insert into sanctions.decisions (id, kind, decided_at, decided_by) values (%s, %s, %s, 'analyst')",
        *(decision, kind, LATER + timedelta(hours=number)),
    )
    for side in ("left", "right") if kind in ("merge", "split") else ("left",):
        planted.run(
            "insert into sanctions.decision_reports"
            " select %s, %s, article_id, event_class, (evidence -> 0 ->> 'start')::integer,"
            " (evidence -> 0 ->> 'end')::integer from sanctions.event_mentions as mention"
            " join sanctions.events as event on event_id = event.id where event_id = %s and is_current"
            " on conflict do nothing",
            *(decision, side, one(planted, dice, EVENTS)),
        )


CHANGES = (
    change_confidence, change_parties, withdraw_article, move_to_another_story, read_anew, decide, decide,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_the_rows_are_those_of_resolving_everything_whatever_happens(planted, other, seed):
    dice = random.Random(seed)
    resolved = []
    for step in range(10):
        names = [f"{step} {n}" for n in range(12 if step == 0 else dice.randrange(3))]
        changes = dice.sample(CHANGES, 2) if step else []
        seeds = dice.random(), dice.random()
        for each in (planted, other):
            reports(each, random.Random(seeds[0]), names)
            for change in changes:
                change(each, random.Random(seeds[1]))
        tally = resolve(planted)
        everything = resolve_everything(other)
        resolved.append((tally.get("mentions", 0), everything["mentions"]))
        assert contents(planted) == contents(other), (step, changes)
    assert any(some < all_ for some, all_ in resolved[1:])


def acts(planted: Planted) -> list[tuple]:
    """Standing acts by their reports: which id an act has depends on which of its reports was resolved first."""
    return planted.run(
        "select array_agg(mention.id order by mention.id), event.event_type, event.modality, event.event_date,"
        " event.instrument, event.confidence, event.article_count, event.story_count, event.first_published_on,"
        " (select array_agg((party.role, party.position, party.name, party.code)::text order by role, position)"
        " from sanctions.event_parties as party where party.event_id = event.id)"
        " from sanctions.events as event inner join sanctions.event_mentions as mention on event.id = mention.event_id"
        " where mention.is_current and not event.is_withdrawn group by event.id order by 1"
    )


def test_what_is_too_much_for_one_transaction_is_resolved_in_parts_to_the_same_acts(planted, other, monkeypatch):
    monkeypatch.setattr("include.pipeline.touched.MOST", 5)
    for each in (planted, other):
        reports(each, random.Random(3), [str(number) for number in range(40)])
    assert resolve(planted)["mentions"] > 40
    assert planted.run("select count(*) from sanctions.changed_articles") == [(0,)]
    monkeypatch.undo()
    resolve(other)
    assert acts(planted) == acts(other)
    assert resolve(planted) == {}
    monkeypatch.setattr("include.pipeline.touched.MOST", 5)
    monkeypatch.setattr("include.pipeline.resolve_events.VERSION", "next")
    resolve(planted)
    assert acts(planted) == acts(other)
    blocks = "select mention_id, block_id, keys from sanctions.resolved_mentions order by 1"
    assert planted.run(blocks) == other.run(blocks)


def test_nothing_new_resolves_nothing_and_a_far_report_leaves_the_others_alone(planted):
    planted.three_reports()
    assert resolve(planted)["mentions"] == 3
    assert resolve(planted) == {}
    article = planted.article("four", LINES["embargo"], publisher="Wire", hours=9)
    planted.mention(article, LINES["embargo"], imposers=[COUNCIL], targets=[KOREA])
    tally = resolve(planted)
    assert (tally["mentions"], tally["events"]) == (2, 1)


def test_when_much_is_new_everything_is_resolved(planted, monkeypatch):
    monkeypatch.setattr("include.pipeline.touched.MANY", 1)
    planted.three_reports()
    resolve(planted)
    article = planted.article("far", LINES["embargo"], hours=4000)
    planted.mention(article, LINES["embargo"], targets=[KOREA])
    assert resolve(planted)["mentions"] == 4


def test_what_nobody_noted_as_changed_is_seen_after_a_day(planted):
    first, *_ = planted.three_reports()
    resolve(planted)
    planted.run("update sanctions.event_mentions set confidence = 0.1 where id = %s", first)
    planted.run("delete from sanctions.changed_articles")
    assert resolve(planted) == {}
    settings = Settings(AIRFLOW_CONN_WAREHOUSE=planted.dsn)
    assert resolve_events(settings, now=LATER + timedelta(days=1)).as_dict()["mentions"] == 2
    assert resolve_events(settings, now=LATER + timedelta(days=1)).as_dict() == {}


def test_a_change_that_is_made_while_a_run_looks_is_for_the_next(planted):
    planted.three_reports()
    resolve(planted)
    article = planted.article("four", LINES["embargo"], publisher="Wire", hours=9)
    planted.mention(article, LINES["embargo"], imposers=[COUNCIL], targets=[KOREA])
    resolve(planted)
    assert planted.run("select count(*) from sanctions.changed_articles") == [(0,)]
    writing = psycopg2.connect(planted.dsn)
    with writing.cursor() as cursor:  # noted before the run looks, and committed after it
        cursor.execute("update sanctions.event_mentions set confidence = 0.11 where article_id = %s", (article,))
    assert resolve(planted) == {}
    writing.commit()
    writing.close()
    assert resolve(planted)["mentions"] == 2


def test_another_version_of_resolving_resolves_everything(planted, monkeypatch):
    planted.three_reports()
    resolve(planted)
    monkeypatch.setattr("include.pipeline.resolve_events.VERSION", "next")
    assert resolve(planted)["mentions"] == 3


def test_an_id_that_an_untouched_event_took_over_is_not_given_to_another(planted):
    """The founder of an event leaves it: its own event needs a name beside the one that the others keep."""
    founder = planted.mention(planted.article("zero", LINES["listing"], publisher="Wire", hours=-30), LINES["listing"])
    planted.three_reports()
    resolve(planted)
    (kept,) = planted.run("select event_id from sanctions.event_mentions where id = %s", founder)
    planted.run("update sanctions.event_mentions set event_type = 'lifted' where id = %s", founder)
    resolve(planted)
    planted.run("update sanctions.event_mentions set event_id = null, confidence = 0.5 where id = %s", founder)
    assert resolve(planted)["mentions"] == 1
    assert planted.run("select count(*) from sanctions.event_mentions where event_id = %s", *kept) == [(2,)]


def test_what_was_read_anew_does_not_take_the_id_of_an_event_that_stays(planted):
    article = planted.article("zero", LINES["listing"], publisher="Wire", hours=-3)
    early = planted.mention(article, LINES["listing"])
    first, *_ = planted.three_reports()
    resolve(planted)
    (kept,) = planted.run("select event_id from sanctions.event_mentions where id = %s", first)
    planted.run("update sanctions.event_mentions set is_current = false where id = %s", early)
    planted.run("update news.outcomes set version = 'none' where item_id = %s and stage = 'extract'", article)
    resolve(planted)
    planted.mention(article, LINES["embargo"], version="2", imposers=[CANADA], targets=[COUNCIL])
    resolve(planted)
    assert planted.run("select count(*) from sanctions.event_mentions where event_id = %s and is_current", *kept) == [
        (2,)
    ]


def test_a_verdict_holds_although_one_of_its_articles_was_corrected_and_another_report_changes(planted):
    """Reports of one decision are resolved together, also one that was not there when it was last looked at."""
    article = planted.article("zero", LINES["listing"], publisher="Wire", hours=-3)
    planted.mention(article, LINES["listing"])
    first, *_ = planted.three_reports()
    resolve(planted)
    (event,) = planted.run("select event_id from sanctions.event_mentions where id = %s", first)
    decision = hash_id("decision")
    planted.run(
        "insert into sanctions.decisions (id, kind, decided_at, decided_by) values (%s, 'reject', %s, 'analyst')",
        *(decision, LATER),
    )
    planted.run(
        "insert into sanctions.decision_reports select %s, 'left', article_id, 'IMPOSE', 0, 9"
        " from sanctions.event_mentions where event_id = %s",
        *(decision, *event),
    )
    planted.run("update news.articles set is_current = false where id = %s", article)
    resolve(planted)
    corrected = planted.article("corrected", LINES["embargo"], publisher="Wire", hours=900)
    planted.run(
        "update news.articles set url_id = (select url_id from news.articles where id = %s) where id = %s",
        *(article, corrected),
    )
    planted.mention(corrected, LINES["embargo"], imposers=[COUNCIL], targets=[KOREA])
    assert resolve(planted)["mentions"] == 3
    planted.run("update sanctions.event_mentions set confidence = 0.9 where id = %s", first)
    assert resolve(planted)["mentions"] == 3
    assert planted.run("select review_status from sanctions.events where id = %s", *event) == [("rejected",)]


def test_a_report_that_was_taken_out_and_brought_back_is_resolved_again(planted):
    first, *_ = planted.three_reports()
    resolve(planted)
    before = planted.run("select id, event_id from sanctions.event_mentions order by id")
    planted.run("update sanctions.event_mentions set event_id = null where id = %s", first)
    assert resolve(planted)["mentions"] == 2
    assert planted.run("select id, event_id from sanctions.event_mentions order by id") == before

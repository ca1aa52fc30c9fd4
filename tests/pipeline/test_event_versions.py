"""What was known of an act on a day: its row's states are kept, and nothing that was known is overwritten."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest

from include.edges.migrate import SCHEMA, migrate
from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.pipeline.planted import LINES, NOON, Planted

DAY = timedelta(days=1)
KNOWN = (
    "select event_type, report_count, confidence, is_withdrawn from mart.events_as_of(%s)"
    " where 'BY' = any(target_codes)"
)


@pytest.fixture
def planted(warehouse) -> Planted:
    return Planted(dsn=warehouse.loader)


@pytest.fixture
def analyst(warehouse) -> Planted:
    return Planted(dsn=warehouse.analyst)


@pytest.fixture
def resolve(warehouse):
    return lambda now: resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=now).as_dict()


def test_a_correction_and_a_withdrawal_leave_what_was_known(planted, analyst, resolve):
    first, second, _ = planted.three_reports()
    assert resolve(NOON)["versions_kept"] == 2
    # The second report says on the next day that it was a widening, and is gone on the third with the first.
    planted.run(
        "update sanctions.event_mentions set event_type = 'expanded', confidence = 0.9 where id in (%s, %s)",
        *(first, second),
    )
    planted.run("update news.outcomes set version = '2' where stage = 'extract'")
    assert resolve(NOON + DAY)["versions_kept"] == 1
    planted.run("update sanctions.event_mentions set is_current = false where id in (%s, %s)", first, second)
    assert resolve(NOON + 2 * DAY)["versions_kept"] == 1

    def known(moment: datetime) -> list[tuple]:
        return [(kind, reports, gone) for kind, reports, _, gone in analyst.run(KNOWN, moment)]

    assert known(NOON - DAY) == []
    assert known(NOON) == known(NOON + DAY - timedelta(seconds=1)) == [("imposed", 2, False)]
    assert known(NOON + DAY) == [("expanded", 2, False)]
    assert known(NOON + 2 * DAY) == known(datetime(2999, 1, 1, tzinfo=UTC)) == [("expanded", 2, True)]
    history = analyst.run(
        "select version, change, valid_from, valid_to, changed from mart.event_history"
        " where 'BY' = any(target_codes) order by version"
    )
    assert [row[:4] for row in history] == [
        (1, "new", NOON, NOON + DAY),
        (2, "changed", NOON + DAY, NOON + 2 * DAY),
        (3, "withdrawn", NOON + 2 * DAY, None),
    ]
    assert history[0][4] == {}
    assert history[1][4]["event_type"] == ["imposed", "expanded"]
    assert history[2][4]["is_withdrawn"] == [False, True]


def test_what_comes_back_is_told_from_what_is_new(planted, analyst, resolve):
    *_, third = planted.three_reports()
    for is_current in (True, False, True):
        planted.run(
            "update news.articles set is_current = %s"
            " where id = (select article_id from sanctions.event_mentions where id = %s)",
            *(is_current, third),
        )
        resolve(NOON)
    assert analyst.run("select change from mart.event_history where 'KP' = any(target_codes) order by version") == [
        ("new",),
        ("withdrawn",),
        ("returned",),
    ]


def test_a_run_without_news_keeps_nothing(planted, resolve):
    planted.three_reports()
    resolve(NOON)
    before = planted.run("select ctid::text, xmin::text, * from sanctions.event_versions order by event_id")
    resolve(NOON + DAY)
    planted.run("delete from sanctions.resolved_mentions")  # everything is resolved again, to the same
    assert resolve(NOON + DAY)["events"] == 2
    assert planted.run("select ctid::text, xmin::text, * from sanctions.event_versions order by event_id") == before


def test_a_clock_that_goes_back_breaks_nothing(planted, analyst, resolve):
    planted.three_reports()
    resolve(NOON)
    article = planted.article("four", LINES["listing"], publisher="Gazette", hours=8)
    planted.mention(article, LINES["listing"])
    resolve(NOON - DAY)
    assert analyst.run("select report_count from mart.events where 'BY' = any(target_codes)") == [(3,)]
    assert [row[1] for row in analyst.run(KNOWN, NOON)] == [3]


@pytest.mark.parametrize(
    "command",
    [
        "delete from sanctions.event_versions",
        "update sanctions.event_versions set event_type = 'lifted'",
        "truncate sanctions.event_versions",
        "delete from sanctions.events",
    ],
)
def test_the_loader_cannot_unknow(planted, resolve, command):
    planted.three_reports()
    resolve(NOON)
    planted.run("update sanctions.event_mentions set event_id = null")
    with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ForeignKeyViolation)):
        planted.run(command)


ANOTHER = """
insert into sanctions.event_versions
select (jsonb_populate_record(state, jsonb_build_object(
    'version', %s, 'valid_from', state.valid_to + %s * interval '1 day', 'valid_to', null
))).*
from sanctions.event_versions as state where state.version = 1
"""


def test_the_loader_cannot_rewrite_what_was_known(planted, resolve):
    planted.three_reports()
    resolve(NOON)
    planted.run("update sanctions.event_mentions set event_type = 'expanded'")
    planted.run("delete from sanctions.resolved_mentions")
    resolve(NOON + DAY)
    closed = planted.run("select count(*) from sanctions.event_versions where valid_to = %s", NOON + DAY)
    assert closed == [(2,)]
    for valid_to in ("null", "valid_from", "now()"):
        with pytest.raises(psycopg2.errors.CheckViolation, match="closed once"):
            planted.run(f"update sanctions.event_versions set valid_to = {valid_to} where version = 1")
    with pytest.raises(psycopg2.errors.CheckViolation, match="does not follow"):  # its last one is open
        planted.run(ANOTHER, 3, 1)
    planted.run("update sanctions.event_versions set valid_to = valid_from where version = 2")
    for version, days in ((4, 0), (3, -0.5), (2, 0), (1, 0)):
        with pytest.raises(psycopg2.errors.CheckViolation, match="does not follow"):
            planted.run(ANOTHER, version, days)
    planted.run(ANOTHER, 3, 0)


def test_the_mart_is_the_tables(planted, analyst, resolve):
    planted.three_reports()
    resolve(NOON)
    columns = "event_id, event_type, act_on, imposers, targets, measures, objects, publishers, report_count"
    rows = analyst.run(f"select {columns} from mart.events order by event_id")
    assert rows == analyst.run(f"select {columns} from sanctions.present_events order by event_id")
    assert len(rows) == 2


def test_acts_from_before_versions_were_kept_are_known_since_then(postgres, empty_database, tmp_path: Path):
    owner = Planted(dsn=postgres.dsn(empty_database, "desk_owner"))
    for file in SCHEMA.glob("00*.sql"):
        if file.name < "0011":
            shutil.copy(file, tmp_path)
    migrate(owner.dsn, schema=tmp_path, marts=tmp_path / "none")
    for number, (day, gone) in enumerate([("2031-05-06", False), ("2031-02-31", True)], start=1):
        owner.run(
            "insert into sanctions.events values (%s, 'imposed', 'IMPOSE', 'asserted', null, %s, null, 0.9, 'accepted',"
            " 1, 1, %s, %s, '2031-05-07', 'The Courier', %s, '1', '1')",
            *(f"00000000-0000-0000-0000-00000000000{number}", day, NOON, NOON, gone),
        )
    owner.run(
        "insert into sanctions.event_parties"
        " select id, 'target', 0, 'Belarus', 'country', 'BY', null from sanctions.events"
    )
    migrate(owner.dsn)
    assert owner.run("select change, act_on::text, target_codes from mart.event_history order by event_date desc") == [
        ("new", "2031-05-06", ["BY"]),
        ("withdrawn", "2031-05-07", ["BY"]),  # no such day: the day of publication
    ]
    assert owner.run(KNOWN, datetime(2020, 1, 1, tzinfo=UTC)) == []
    assert len(owner.run(KNOWN, datetime(2999, 1, 1, tzinfo=UTC))) == 2

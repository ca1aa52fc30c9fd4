"""What was known of an act on a day: its row's states are kept, and nothing that was known is overwritten."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest

from include.edges.migrate import SCHEMA, migrate
from include.edges.warehouse import read, transaction, write
from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.pipeline.planted import LINES, NOON, Planted

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
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
    # The second report says then that it was a widening, and is gone later with the first.
    planted.run(
        "update sanctions.event_mentions set event_type = 'expanded', confidence = 0.9 where id in (%s, %s)",
        *(first, second),
    )
    planted.run("update news.outcomes set version = '2' where stage = 'extract'")
    assert resolve(NOON + DAY)["versions_kept"] == 1
    planted.run("update sanctions.event_mentions set is_current = false where id in (%s, %s)", first, second)
    assert resolve(NOON + 2 * DAY)["versions_kept"] == 1

    history = analyst.run(
        "select version, change, valid_from, valid_to, changed from mart.event_history"
        " where 'BY' = any(target_codes) order by version"
    )
    (new, widened), (_, gone), (_, end) = [row[2:4] for row in history]
    assert [row[:2] for row in history] == [(1, "new"), (2, "changed"), (3, "withdrawn")]
    assert new < widened == history[1][2] < gone == history[2][2]
    assert end is None

    def known(moment: datetime) -> list[tuple]:
        return [(kind, reports, gone) for kind, reports, _, gone in analyst.run(KNOWN, moment)]

    assert known(new - INSTANT) == []
    assert known(new) == known(widened - INSTANT) == [("imposed", 2, False)]
    assert known(widened) == [("expanded", 2, False)]
    assert known(gone) == known(datetime(2999, 1, 1, tzinfo=UTC)) == [("expanded", 2, True)]
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


def test_each_state_can_be_seen_when_the_clock_goes_back(planted, analyst, resolve):
    planted.three_reports()
    resolve(NOON)
    ahead = planted.run("select valid_from from sanctions.event_versions limit 1")[0][0]
    (act,) = planted.run("select event_id::text from mart.events where 'BY' = any(target_codes)")
    planted.run("update sanctions.events set first_publisher = 'Gazette' where id = %s", *act)
    with transaction(planted.dsn) as connection:
        write(connection, "close_event_versions", ids=[*act], now=ahead - DAY)
        write(connection, "open_event_versions", ids=[*act], now=ahead - DAY)
    moments = "select version from mart.events_as_of(%s) where 'BY' = any(target_codes)"
    assert analyst.run(moments, ahead) == [(1,)]
    assert analyst.run(moments, ahead + INSTANT) == [(2,)]


def test_nothing_was_known_while_resolving_waited(planted, analyst, resolve):
    planted.three_reports()
    resolve(NOON)
    planted.mention(planted.article("four", LINES["listing"], publisher="Gazette", hours=8), LINES["listing"])
    reports = "where 'BY' = any(target_codes)"
    with transaction(planted.dsn) as holding, ThreadPoolExecutor() as pool:
        read(holding, "lock_resolving")
        resolving = pool.submit(resolve, datetime.now(UTC))
        while not planted.run("select 1 from pg_locks where locktype = 'advisory' and not granted"):
            time.sleep(0.01)
        seen = analyst.run(f"select clock_timestamp(), report_count from mart.events {reports}")[0]
        holding.rollback()
        assert resolving.result()["versions_kept"] == 1
    assert seen[1] == 2
    assert analyst.run(f"select report_count from mart.events_as_of(%s) {reports}", seen[0]) == [(2,)]
    assert analyst.run(f"select report_count from mart.events {reports}") == [(3,)]


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
    closed = planted.run("select count(*) from sanctions.event_versions where valid_to is not null")
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


@pytest.mark.parametrize(
    ("stated", "act_on", "precision"),
    [
        ("2014-05-06", "2014-05-06", "day"),
        ("2014-05", "2014-05-01", "month"),
        ("2014", "2014-01-01", "year"),
        ("2024-13", "2031-05-06", "report"),
        ("2031-02-31", "2031-05-06", "report"),
        (None, "2031-05-06", "report"),
    ],
)
def test_all_marts_have_an_act_on_the_same_day(planted, analyst, resolve, stated, act_on, precision):
    planted.mention(planted.article("one", LINES["listing"]), LINES["listing"])
    resolve(NOON)
    planted.run("update sanctions.events set event_date = %s", stated)
    with transaction(planted.dsn) as connection:
        ids = [row[0] for row in planted.run("select id::text from sanctions.events")]
        write(connection, "close_event_versions", ids=ids, now=NOON + DAY)
        write(connection, "open_event_versions", ids=ids, now=NOON + DAY)
    assert analyst.run("select act_on::text, act_on_precision from mart.events") == [(act_on, precision)]
    assert analyst.run("select month::text, impositions from mart.timeline") == [(act_on[:8] + "01", 1)]
    assert analyst.run("select first_imposed_on::text from mart.imposer_target_matrix") == [(act_on,)]
    assert analyst.run("select first_act_on::text from mart.measures_by_target") == [(act_on,)]


def test_a_state_gone_by_leads_to_its_sentences(planted, analyst, resolve):
    first, second, _ = planted.three_reports()
    resolve(NOON)
    planted.run("update sanctions.event_mentions set is_current = false where id in (%s, %s)", first, second)
    planted.run("update news.outcomes set version = '2' where stage = 'extract'")
    resolve(NOON)
    states = analyst.run(
        "select state.version, state.url, evidence.sentence, evidence.url, evidence.warc_file, evidence.is_current"
        " from mart.event_history as state"
        " left join mart.event_evidence_history as evidence on state.best_mention_id = evidence.mention_id"
        " where 'BY' = any(target_codes) order by version"
    )
    address = "https://the-courier.example/one"
    assert states == [(1, address, LINES["listing"], address, "a.warc.gz", False), (2, None, None, None, None, None)]
    assert analyst.run("select url from mart.events where 'KP' = any(target_codes)") != [(None,)]
    assert analyst.run("select count(*) from mart.event_evidence_history where is_current") == analyst.run(
        "select count(*) from mart.event_evidence"
    )


def test_an_act_that_went_into_another_says_so(planted, analyst, resolve):
    first, _, third = planted.three_reports()
    resolve(NOON)
    stays, gone = (
        planted.run("select event_id::text from sanctions.event_mentions where id = %s", mention)[0][0]
        for mention in (first, third)
    )
    planted.run(
        "update sanctions.event_mentions as mention set imposers = other.imposers, targets = other.targets"
        " from sanctions.event_mentions as other where mention.id = %s and other.id = %s",
        *(third, first),
    )
    resolve(NOON)
    assert analyst.run(
        "select version, change, merged_into::text from mart.event_history where event_id = %s order by version", gone
    ) == [(1, "new", None), (2, "merged", stays)]
    assert analyst.run("select merged_into::text from mart.events where event_id = %s", gone) == [(stays,)]


def test_what_was_known_has_the_columns_of_what_is(planted, analyst, resolve):
    planted.three_reports()
    resolve(NOON)
    owner_rows = "select to_jsonb(act) from {} as act order by event_id"
    assert analyst.run(owner_rows.format("mart.events_as_of('2999-01-01')")) == analyst.run(
        owner_rows.format("mart.events")
    )

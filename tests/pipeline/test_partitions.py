"""Requests, postings and texts in partitions by time: made ahead, filled late, let go, but for what supports an act."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import duckdb
import psycopg2
import pytest

from include.edges.warehouse import read
from include.pipeline.clean_pages import clean_pages
from include.pipeline.drop_texts import drop_texts
from include.pipeline.export import Format, export_warehouse
from include.pipeline.extract_events import extract_events
from include.pipeline.group_stories import group_stories
from include.pipeline.keep_partitions import keep_partitions
from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from include.stages.events import EXTRACT_VERSION
from include.stages.stories import GROUP_VERSION
from tests.pipeline.planted import LINES, NOON, Planted
from tests.pipeline.test_export import shown_by_duckdb

NOW = datetime.now(UTC)  # the server goes by its own clock when it lets something go
TEN_YEARS = -24 * 3652  # hours before the planted articles' noon: years before any clock that runs this
TABLES = ("fetches", "sketches", "article_texts")


@pytest.fixture
def planted(warehouse) -> Planted:
    return Planted(dsn=warehouse.loader)


def settings_of(planted: Planted, **changes: object) -> Settings:
    return Settings(AIRFLOW_CONN_WAREHOUSE=planted.dsn, **changes)


def partitions(planted: Planted, table: str) -> list[datetime]:
    starts = "select lower(period) from news.partitions() where parted = %s order by 1"
    return [start for (start,) in planted.run(starts, table)]


def fetch(planted: Planted, at: str) -> None:
    planted.run(
        "insert into news.fetches (kind, item_id, url, fetched_at)"
        " values ('feed', gen_random_uuid(), 'https://a/', %s)",
        at,
    )


def test_the_months_ahead_have_their_partitions_and_a_second_run_makes_none(planted):
    settings = settings_of(planted)
    keep_partitions(settings, now=NOW)
    for table in TABLES:
        assert any(start > NOW for start in partitions(planted, table)) or table == "sketches"
    before = [partitions(planted, table) for table in TABLES]
    assert keep_partitions(settings, now=NOW).as_dict() == {}
    assert [partitions(planted, table) for table in TABLES] == before


def test_rows_of_years_ago_are_taken_and_get_a_partition_of_their_own(planted):
    fetch(planted, "1999-05-06")
    article = planted.article("old", LINES["listing"], hours=TEN_YEARS)
    planted.run("insert into news.sketches values (1, '1987-01-02', %s)", article)
    assert planted.run("select count(*) from news.fetches_default") == [(1,)]
    made = keep_partitions(settings_of(planted, fetches_days=36_500), now=NOW).as_dict()
    assert made["partitions_made"] >= 3
    for table in TABLES:
        assert planted.run(f"select count(*) from news.{table}_default") == [(0,)]
        assert planted.run(f"select count(*) from news.{table}") == [(1,)]
    assert datetime(1999, 5, 1, tzinfo=UTC) in partitions(planted, "fetches")
    assert datetime(1987, 1, 1, tzinfo=UTC) in partitions(planted, "sketches")


def test_requests_and_postings_go_by_their_settings_and_newer_ones_stay(planted):
    article = planted.article("old", LINES["listing"], hours=TEN_YEARS)
    for day in ("1999-05-06", NOW.isoformat()):
        fetch(planted, day)
        planted.run("insert into news.sketches values (7, %s, %s)", day, article)
    keep_partitions(settings_of(planted), now=NOW)
    assert planted.run("select count(*) from news.fetches") == [(1,)]  # ninety days unless something else is said
    assert planted.run("select count(*) from news.sketches") == [(2,)]  # for ever
    keep_partitions(settings_of(planted, sketches_days=400), now=NOW)
    assert planted.run("select count(*) from news.sketches") == [(1,)]


@pytest.fixture
def old_texts(planted) -> dict[str, str]:
    """Four texts of one month years ago, done with: of an act, of a copy's original, of a decision, and of nothing."""
    ids = {
        name: planted.article(name, f"{LINES['listing']} {name}", publisher=name, hours=TEN_YEARS + nr)
        for nr, name in enumerate(("act", "original", "decided", "nothing"))
    }
    planted.run("update news.outcomes set version = %s where stage = 'group'", GROUP_VERSION)
    for article in ids.values():
        planted.run(
            "insert into news.outcomes values ('extract', %s, %s, false, '', '', now())", article, EXTRACT_VERSION
        )
    planted.mention(ids["act"], LINES["listing"], version=EXTRACT_VERSION)
    planted.run("insert into sanctions.copies_read values (%s, %s, true)", ids["act"], ids["original"])
    planted.run(
        "insert into sanctions.decisions (id, kind, decided_at, decided_by) values (%s, 'reject', now(), 'me')",
        ids["decided"],
    )
    planted.run(
        "insert into sanctions.decision_reports values (%s, 'left', %s, 'IMPOSE', 0, 5)", ids["decided"], ids["decided"]
    )
    keep_partitions(settings_of(planted), now=NOW)
    return ids


def kept(planted: Planted) -> set[str]:
    return {row[0] for row in planted.run("select article_id::text from news.article_texts")}


def test_texts_stay_for_ever_unless_somebody_says_otherwise(planted, old_texts, tmp_path):
    assert drop_texts(settings_of(planted, home=tmp_path), now=NOW).as_dict() == {}
    assert kept(planted) == set(old_texts.values())


def test_texts_that_support_no_act_move_to_the_archive(planted, old_texts, tmp_path):
    settings = settings_of(planted, home=tmp_path, texts_days=100)
    assert drop_texts(settings, now=NOW).as_dict() == {"texts_dropped": 1}
    assert kept(planted) == {old_texts[name] for name in ("act", "original", "decided")}
    (file,) = (tmp_path / "archive" / "texts").rglob("*.parquet")
    read = duckdb.sql(f"select article_id::varchar, text from '{file}'").fetchall()
    assert read == [(old_texts["nothing"], f"{LINES['listing']} nothing")]
    assert json.loads(file.with_name(f"{file.name}.json").read_text())["texts"] == 1
    assert planted.run("select file, texts from news.text_archives") == [
        (str(file.relative_to(tmp_path / "archive")), 1)
    ]
    assert drop_texts(settings, now=NOW).as_dict() == {}


def test_duckdb_reads_them_there_as_documented(planted, old_texts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for hours in (0, 1):  # a try that failed behind its file leaves a second one
        with monkeypatch.context() as patch:
            patch.setattr("include.pipeline.drop_texts.read", partitions_only)
            with pytest.raises(ConnectionError):
                drop_texts(settings_of(planted, home=tmp_path, texts_days=100), now=NOW + timedelta(hours=hours))
    assert shown_by_duckdb("archive/texts/*/*.parquet").count("on Monday. nothing") == 1


def partitions_only(connection, name: str, **parameters: object) -> list:
    if name == "drop_texts":
        raise ConnectionError
    return read(connection, name, **parameters)


def test_everything_goes_on_without_a_text(planted, old_texts, tmp_path):
    settings = settings_of(planted, home=tmp_path, texts_days=100, shards=1)
    drop_texts(settings, now=NOW)
    clean_pages(settings, now=NOON, shard=0)
    group_stories(settings, now=NOON)
    extract_events(settings, now=NOON, shard=0)
    resolve_events(settings, now=NOON)
    export_warehouse(settings, form=Format.JSONL, folder=tmp_path / "out")
    assert kept(planted) == {old_texts[name] for name in ("act", "original", "decided")}


def test_a_text_that_something_still_waits_for_stays(planted, old_texts, tmp_path):
    planted.run("update news.outcomes set version = 'older' where stage = 'extract'")
    assert drop_texts(settings_of(planted, home=tmp_path, texts_days=100), now=NOW).as_dict() == {}
    assert kept(planted) == set(old_texts.values())


def test_a_file_that_cannot_be_written_leaves_the_texts(planted, old_texts, tmp_path):
    (tmp_path / "archive").write_text("a file where a folder should be")
    with pytest.raises(OSError, match="archive"):
        drop_texts(settings_of(planted, home=tmp_path, texts_days=100), now=NOW)
    assert kept(planted) == set(old_texts.values())


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("select news.drop_partition('fetches', now())", psycopg2.errors.InsufficientPrivilege),
        ("select news.drop_partition('article_texts', '2020-01-01')", psycopg2.errors.InsufficientPrivilege),
        ("select news.drop_partition('articles', '2020-01-01')", psycopg2.errors.InvalidParameterValue),
        ("select news.make_partition('feeds; drop table news.feeds', now())", psycopg2.errors.InvalidParameterValue),
        ("select news.make_partition('fetches', 'infinity')", psycopg2.errors.InvalidParameterValue),
        ("select news.drop_texts(now(), '{}', 'x')", psycopg2.errors.InsufficientPrivilege),
        ("delete from news.article_texts", psycopg2.errors.InsufficientPrivilege),
        ("drop table news.fetches_default", psycopg2.errors.InsufficientPrivilege),
    ],
)
def test_the_loader_can_let_nothing_else_go(planted, command, error):
    with pytest.raises(error):
        planted.run(command)


def test_the_analyst_cannot_call_them(warehouse):
    analyst = Planted(dsn=warehouse.analyst)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        analyst.run("select news.drop_partition('fetches', '2020-01-01')")


def test_a_text_that_supports_an_act_is_not_dropped_whoever_asks(planted, old_texts):
    (month,) = planted.run("select distinct date_trunc('month', seen_at, 'UTC') from news.article_texts")
    dropped = planted.run("select news.drop_texts(%s, %s::uuid[], 'x')", month[0], list(old_texts.values()))
    assert dropped == [(1,)]
    assert old_texts["act"] in kept(planted)

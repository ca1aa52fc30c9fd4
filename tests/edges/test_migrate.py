"""Migrations: from empty, again, half-way failures, and what each role may do."""

from pathlib import Path

import psycopg2
import pytest

from include.edges.migrate import BrokenHistoryError, migrate


def column(dsn: str, query: str) -> list:
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return [row[0] for row in cursor]
    finally:
        connection.close()


def test_from_empty_then_nothing_left_to_do(postgres, empty_database):
    owner = postgres.dsn(empty_database, "desk_owner")
    applied = migrate(owner)
    assert applied[0] == "0001_schemas_and_roles"
    assert migrate(owner) == ()


def test_every_table_and_column_has_a_comment(warehouse):
    bare = column(
        warehouse.owner,
        """
        select format('%s.%s.%s', n.nspname, c.relname, a.attname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum >= 0 and not a.attisdropped
        where n.nspname in ('news', 'sanctions', 'mart') and c.relkind in ('r', 'v', 'm', 'p')
        and (col_description(c.oid, a.attnum) is null and c.relkind in ('r', 'p')
             or obj_description(c.oid, 'pg_class') is null)
        """,
    )
    assert bare == []


def test_a_failing_file_leaves_the_schema_as_it_was(postgres, empty_database, tmp_path: Path):
    owner = postgres.dsn(empty_database, "desk_owner")
    (tmp_path / "0001_good.sql").write_text("create table public.kept (id int)")
    (tmp_path / "0002_bad.sql").write_text("create table public.lost (id int); select no_such_function()")
    with pytest.raises(psycopg2.Error):
        migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    assert column(owner, "select to_regclass('public.lost') is null") == [True]
    assert column(owner, "select name from public.desk_migrations") == ["0001_good"]


def test_a_warehouse_newer_than_the_checkout_is_refused(postgres, empty_database, tmp_path: Path):
    owner = postgres.dsn(empty_database, "desk_owner")
    (tmp_path / "0001_good.sql").write_text("select 1")
    migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    (tmp_path / "0001_good.sql").unlink()
    with pytest.raises(BrokenHistoryError, match="0001_good"):
        migrate(owner, schema=tmp_path, marts=tmp_path / "none")


@pytest.mark.parametrize(
    "command",
    [
        "select * from news.articles",
        "delete from sanctions.events",
        "create table mart.mine (id int)",
        "create table public.mine (id int)",
        "set transaction read write; delete from sanctions.event_measures",
    ],
)
def test_the_analyst_reads_marts_and_sanctions_and_nothing_more(warehouse, command):
    connection = psycopg2.connect(warehouse.analyst)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from sanctions.events")
        with pytest.raises(psycopg2.Error):
            cursor.execute(command)
    connection.close()


def test_the_loader_writes_but_cannot_alter(warehouse):
    connection = psycopg2.connect(warehouse.loader)
    with connection.cursor() as cursor:
        cursor.execute("delete from sanctions.event_mentions")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("drop table sanctions.event_mentions")
    connection.close()

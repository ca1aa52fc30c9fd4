"""The analyst and the loader try to break out: whatever they set, rights hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import psycopg2
import pytest
from psycopg2 import errors

from include.edges.install import create_roles, guard_database
from include.local.postgres import PostgresServer
from tests.conftest import Warehouse

Run = Callable[[str], list[tuple]]


def running(dsn: str) -> Iterator[Run]:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True

    def run(query: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []

    yield run
    connection.close()


@pytest.fixture
def analyst(warehouse: Warehouse) -> Iterator[Run]:
    yield from running(warehouse.analyst)


@pytest.fixture
def loader(warehouse: Warehouse) -> Iterator[Run]:
    yield from running(warehouse.loader)


def test_the_analyst_reads_every_mart_and_every_table_of_sanctions_and_nothing_else(analyst):
    readable = analyst(
        "select relnamespace::regnamespace::text, bool_and(has_table_privilege(oid, 'select')) from pg_class"
        " where relkind in ('r', 'v', 'm', 'p') and relnamespace::regnamespace::text not like 'pg_%'"
        " and relnamespace::regnamespace::text <> 'information_schema' group by 1 order by 1"
    )
    assert readable == [("mart", True), ("news", False), ("public", False), ("sanctions", True)]
    assert not any(
        may
        for _, may in analyst(
            "select oid, has_table_privilege(oid, 'insert, update, delete, truncate, references, trigger, maintain')"
            " or has_any_column_privilege(oid, 'insert, update, references') from pg_class"
            " where relnamespace::regnamespace::text in ('mart', 'sanctions', 'news', 'public')"
            " and relkind in ('r', 'v', 'm', 'p')"
        )
    )
    assert analyst(
        "select count(*) from pg_class where relnamespace = 'news'::regnamespace and relkind in ('r', 'p')"
        " and has_any_column_privilege(oid, 'select')"
    ) == [(0,)]
    assert analyst("select count(*) from mart.events") == [(0,)]
    assert analyst("select count(*) from sanctions.event_mentions") == [(0,)]


BOUNDS = {
    "statement_timeout": "1min",
    "default_transaction_read_only": "on",
    "idle_in_transaction_session_timeout": "10min",
    "idle_session_timeout": "1h",
    "temp_file_limit": "10GB",
}


def test_the_analysts_sessions_are_bounded(analyst):
    assert {name: analyst(f"show {name}")[0][0] for name in BOUNDS} == BOUNDS
    analyst("set statement_timeout = '50ms'")
    with pytest.raises(errors.QueryCanceled):
        analyst("select pg_sleep(2)")


REFUSED = [
    "select * from news.articles",
    "select count(*) from news.feeds",
    "insert into sanctions.decisions (id, kind, decided_at, decided_by) values (null, 'accept', now(), '')",
    "update sanctions.events set is_withdrawn = true",
    "update mart.events set is_withdrawn = true",
    "delete from sanctions.events",
    "truncate sanctions.events cascade",
    "do $$ begin lock table sanctions.events in exclusive mode; end $$",
    "select * from sanctions.events for update",
    "create table public.mine (a integer)",
    "create table mart.mine (a integer)",
    "create temp table mine (a integer)",
    "create schema mine",
    "create view mart.mine as select 1",
    "create function mart.mine() returns integer language sql as 'select 1'",
    "create index on sanctions.events (event_type)",
    "alter table sanctions.events add column mine text",
    "alter view mart.events owner to desk_analyst",
    "drop view mart.events",
    "comment on table sanctions.events is 'mine'",
    "set role desk_loader",
    "set session authorization desk_owner",
    "alter role desk_analyst superuser",
    "alter role desk_analyst createdb",
    "alter role desk_analyst connection limit -1",
    "alter role desk_analyst set temp_file_limit = -1",
    "alter role desk_analyst reset temp_file_limit",
    "set temp_file_limit = -1",
    "alter role desk_loader password 'mine'",
    "create role mine",
    "create database mine",
    "create extension citext",
    "copy sanctions.events to '/tmp/mine'",
    "copy sanctions.events from '/etc/passwd'",
    "copy (select 1) to program 'id'",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('.')",
    "select rolpassword from pg_authid",
    "select pg_reload_conf()",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'mine')",
    "select pg_advisory_lock(1)",
    "select pg_advisory_xact_lock(hashtext('desk: group stories'))",
    "select pg_try_advisory_lock_shared(1)",
    "select pg_logical_emit_message(false, 'mine', 'mine')",
    "select query_to_xml('select * from news.articles', true, true, '')",
    "do $$ begin perform * from news.articles; end $$",
]


@pytest.mark.parametrize("attempt", REFUSED)
def test_the_analyst_cannot(analyst, attempt):
    analyst("set statement_timeout = 0")  # their own to set; what it is for is said in docs/architecture.md
    analyst("set default_transaction_read_only = off")
    with pytest.raises(errors.InsufficientPrivilege):
        analyst(attempt)


LOADER_REFUSED = [
    "create table news.mine (a integer)",
    "create temp table mine (a integer)",
    "create schema mine",
    "create table public.mine (a integer)",
    "create view mart.mine as select 1",
    "create index on sanctions.events (event_type)",
    "create function sanctions.mine() returns integer language sql as 'select 1'",
    "create trigger mine before insert on sanctions.events execute function suppress_redundant_updates_trigger()",
    "alter table sanctions.events add column mine text",
    "alter table sanctions.events disable trigger all",
    "alter table sanctions.events owner to desk_loader",
    "drop table sanctions.events",
    "drop view mart.events",
    "truncate sanctions.events cascade",
    "set session_replication_role = replica",
    "comment on table sanctions.events is 'mine'",
    "insert into public.desk_migrations (name) values ('mine')",
    "select * from public.desk_marts",
    "set role desk_owner",
    "alter role desk_analyst reset all",
    "create role mine",
    "create extension citext",
    "copy news.feeds to program 'id'",
    "select pg_read_file('/etc/passwd')",
    "select lo_create(0)",
]


@pytest.mark.parametrize("attempt", LOADER_REFUSED)
def test_the_loader_cannot(loader, attempt):
    with pytest.raises(errors.InsufficientPrivilege):
        loader(attempt)


def test_neither_can_pass_on_what_it_may(analyst, loader):
    """PostgreSQL only warns when a role grants what it may not."""
    rights = "select array_agg(relacl::text order by oid) from pg_class where relname in ('articles', 'events')"
    before = analyst(rights)
    analyst("set default_transaction_read_only = off")
    analyst("grant select on sanctions.events to public")
    loader("grant select, insert on news.articles, sanctions.events to desk_analyst")
    assert analyst(rights) == before


def test_the_loader_writes_and_takes_its_locks(loader):
    loader("select pg_advisory_xact_lock(hashtext('desk: group stories'))")
    loader("update sanctions.events set is_withdrawn = true")
    loader("delete from news.feeds")


def test_guarding_again_changes_nothing(postgres: PostgresServer, warehouse: Warehouse, analyst):
    database = warehouse.owner.rpartition("/")[2]
    before = analyst("select array_agg(proacl::text order by oid) from pg_proc where proacl is not null")
    guard_database(postgres.dsn(database, "postgres"))
    assert analyst("select array_agg(proacl::text order by oid) from pg_proc where proacl is not null") == before


def test_what_the_analyst_sets_for_good_is_set_back_at_the_next_start(postgres: PostgresServer, analyst, warehouse):
    """PostgreSQL lets every role change the defaults of its own sessions; rights do not hang on them."""
    analyst("set default_transaction_read_only = off")
    database = warehouse.owner.rpartition("/")[2]
    for where in ("", f"in database {database}"):
        analyst(f"alter role desk_analyst {where} set statement_timeout = 0")
        analyst(f"alter role desk_analyst {where} set default_transaction_read_only = off")
        analyst(f"alter role desk_analyst {where} set work_mem = '1TB'")
    create_roles(postgres.dsn("postgres", "postgres"), postgres.passwords)
    for run in running(warehouse.analyst):
        assert {name: run(f"show {name}")[0][0] for name in BOUNDS} == BOUNDS
        assert run("show work_mem") == [("4MB",)]


@pytest.mark.parametrize("role", ["desk_analyst", "desk_loader"])
def test_only_warehouses_let_them_in(postgres: PostgresServer, warehouse: Warehouse, role):
    """A lock of Airflow's in somebody else's hands halts its scheduler."""
    postgres.create_database("airflow", owner="airflow")
    for run in running(postgres.dsn("postgres", "postgres")):
        databases = run("select datname, datdba::regrole::text = 'desk_owner' from pg_database where datallowconn")
    assert {"airflow", "postgres", "template1"} <= {name for name, is_warehouse in databases if not is_warehouse}
    for name, is_warehouse in databases:
        if not is_warehouse:
            with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
                psycopg2.connect(postgres.dsn(name, role))
    for run in running(postgres.dsn("airflow", "airflow")):
        assert run("select pg_try_advisory_lock(2)") == [(True,)]
        run("create temp table mine (a integer)")


def test_analysts_cannot_take_all_connections(warehouse: Warehouse):
    with ExitStack() as stack:
        with pytest.raises(psycopg2.OperationalError, match="too many connections for role"):
            for _ in range(31):
                stack.enter_context(closing(psycopg2.connect(warehouse.analyst)))
        psycopg2.connect(warehouse.loader).close()

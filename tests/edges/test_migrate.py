"""Migrations: from empty, again, half-way failures, and what each role may do."""

import shutil
from pathlib import Path

import psycopg2
import pytest

from include.edges import migrate as migrating
from include.edges.migrate import (
    LOCK,
    MARTS,
    SCHEMA,
    BrokenHistoryError,
    LockHeldError,
    MartInUseError,
    TransactionStatementError,
    migrate,
)

ACL = """
select relname || ' ' || acl::text
from pg_class, unnest(relacl) as acl
where relnamespace = 'mart'::regnamespace order by 1
"""


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
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where n.nspname in ('news', 'sanctions', 'mart') and c.relkind in ('r', 'v', 'm', 'p')
        and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)
        union all
        select p.oid::regprocedure::text
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('news', 'sanctions', 'mart') and obj_description(p.oid, 'pg_proc') is null
        """,
    )
    assert bare == []


def test_every_mart_says_in_its_first_line_what_a_row_is():
    for file in MARTS.glob("*.sql"):
        assert file.read_text(encoding="utf-8").startswith("-- One row per "), file.name


def test_a_failing_file_leaves_the_schema_as_it_was_before_the_first(postgres, empty_database, tmp_path: Path):
    owner = postgres.dsn(empty_database, "desk_owner")
    (tmp_path / "0001_good.sql").write_text("create table public.kept (id int)")
    migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    (tmp_path / "0002_good.sql").write_text("create table public.undone (id int)")
    (tmp_path / "0003_bad.sql").write_text("create table public.lost (id int); select no_such_function()")
    with pytest.raises(psycopg2.Error):
        migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    assert column(owner, "select relname from pg_class where relname in ('kept', 'undone', 'lost')") == ["kept"]
    assert column(owner, "select name from public.desk_migrations") == ["0001_good"]


def test_a_failing_mart_leaves_the_schema_as_it_was(postgres, empty_database, tmp_path: Path):
    owner = postgres.dsn(empty_database, "desk_owner")
    migrate(owner)
    before = column(owner, "select definition from pg_views where schemaname = 'mart' order by viewname")
    schema, marts = (Path(shutil.copytree(place, tmp_path / place.name)) for place in (SCHEMA, MARTS))
    (schema / "9999_mine.sql").write_text("alter table sanctions.events add column mine text")
    replace(marts / "events.sql", "    event.followed_by,\n", "    event.no_such_column,\n")
    with pytest.raises(psycopg2.errors.UndefinedColumn):
        migrate(owner, schema=schema, marts=marts)
    assert column(owner, "select attname from pg_attribute where attname = 'mine'") == []
    assert column(owner, "select name from public.desk_migrations where name ~ '9999'") == []
    assert column(owner, "select definition from pg_views where schemaname = 'mart' order by viewname") == before


def test_a_warehouse_newer_than_the_checkout_is_refused(postgres, empty_database, tmp_path: Path):
    owner = postgres.dsn(empty_database, "desk_owner")
    (tmp_path / "0001_good.sql").write_text("select 1")
    migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    (tmp_path / "0001_good.sql").unlink()
    with pytest.raises(BrokenHistoryError, match="0001_good"):
        migrate(owner, schema=tmp_path, marts=tmp_path / "none")


def test_an_edited_migration_is_told(postgres, empty_database, tmp_path: Path):
    owner = postgres.dsn(empty_database, "desk_owner")
    file = tmp_path / "0001_good.sql"
    file.write_text("select 1")
    migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    file.write_text("select 2")
    with pytest.raises(BrokenHistoryError, match="0001_good"):
        migrate(owner, schema=tmp_path, marts=tmp_path / "none")


def test_a_warehouse_that_kept_no_hashes_gets_them(postgres, empty_database, tmp_path: Path):
    owner = postgres.dsn(empty_database, "desk_owner")
    (tmp_path / "0001_good.sql").write_text("select 1")
    migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    execute(owner, "alter table public.desk_migrations drop column sha256")
    migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    (tmp_path / "0001_good.sql").write_text("select 2")
    with pytest.raises(BrokenHistoryError, match="0001_good"):
        migrate(owner, schema=tmp_path, marts=tmp_path / "none")


def test_a_migration_that_comes_too_late_is_refused(postgres, empty_database, tmp_path: Path):
    owner = postgres.dsn(empty_database, "desk_owner")
    (tmp_path / "0003_later.sql").write_text("select 1")  # gaps are nothing to complain of
    migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    (tmp_path / "0002_late.sql").write_text("create table public.late (id int)")
    with pytest.raises(BrokenHistoryError, match=r"0003_later.*0002_late"):
        migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    assert column(owner, "select relname from pg_class where relname = 'late'") == []


@pytest.mark.parametrize("ending", ["commit", "BEGIN", " /* now; */ rollback -- it", "start  transaction"])
def test_a_file_that_ends_the_transaction_is_refused(postgres, empty_database, tmp_path: Path, ending: str):
    owner = postgres.dsn(empty_database, "desk_owner")
    (tmp_path / "0001_good.sql").write_text("create table public.first (id int)")
    (tmp_path / "0002_bad.sql").write_text(f"create table public.half (id int);\n{ending};\nselect no_such_function()")
    with pytest.raises(TransactionStatementError, match="0002_bad"):
        migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    assert column(owner, "select relname from pg_class where relname in ('first', 'half')") == []


def test_words_for_transactions_elsewhere_are_none(postgres, empty_database, tmp_path: Path):
    (tmp_path / "0001_good.sql").write_text(
        "-- begin; it's\ncreate table public.said (commit text default ';commit;');"
        "do $a$ begin perform 1; end $a$; create function public.one() returns int begin atomic select 1; end"
    )
    assert migrate(postgres.dsn(empty_database, "desk_owner"), schema=tmp_path, marts=tmp_path / "none")


def test_a_migration_that_goes_on_is_named(postgres, empty_database, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(migrating, "LOCK_WAIT", "300ms")
    owner = postgres.dsn(empty_database, "desk_owner")
    connection = psycopg2.connect(owner)
    connection.cursor().execute("select pg_advisory_lock(%s)", (LOCK,))
    with pytest.raises(LockHeldError, match=rf"desk_owner, process {connection.info.backend_pid}\)"):
        migrate(owner, schema=tmp_path, marts=tmp_path / "none")
    connection.close()
    assert migrate(owner, schema=tmp_path, marts=tmp_path / "none") == ()


def execute(dsn: str, command: str) -> None:
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(command)
    finally:
        connection.close()


@pytest.fixture
def marts(tmp_path: Path) -> Path:
    """A copy of the marts, to be changed."""
    return Path(shutil.copytree(MARTS, tmp_path / "marts"))


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_marts_that_are_as_they_were_are_not_touched(warehouse):
    made = "select xmin::text from pg_class where relnamespace = 'mart'::regnamespace order by relname"
    before = column(warehouse.owner, made)
    migrate(warehouse.owner)
    assert column(warehouse.owner, made) == before != []


def test_a_mart_that_went_away_comes_back(warehouse):
    execute(warehouse.owner, "drop view mart.events cascade")
    migrate(warehouse.owner)
    assert column(warehouse.analyst, "select count(*) from mart.review_queue") == [0]


def test_what_hangs_on_a_mart_stays_when_it_gets_a_column(warehouse, marts: Path):
    execute(warehouse.owner, "create view public.mine as select event_id from mart.events")
    replace(
        marts / "events.sql",
        "from sanctions.event_versions as event\n",
        ", 1 as new\nfrom sanctions.event_versions as event\n",
    )
    migrate(warehouse.owner, marts=marts)
    assert column(warehouse.owner, "select count(new) from mart.events") == [0]
    assert column(warehouse.owner, "select count(*) from public.mine") == [0]


def test_rights_that_somebody_gave_outlive_a_lost_column(warehouse, marts: Path):
    execute(warehouse.owner, "grant select on mart.feed_health to public")
    before = column(warehouse.owner, ACL)
    replace(marts / "events.sql", "    event.followed_by,\n", "")
    replace(marts / "events.sql", "comment on column mart.events.followed_by", "--")
    migrate(warehouse.owner, marts=marts)
    with pytest.raises(psycopg2.errors.UndefinedColumn):
        column(warehouse.owner, "select followed_by from mart.events")
    assert column(warehouse.owner, ACL) == before


def test_what_stands_in_the_way_is_named_and_nothing_is_lost(warehouse, marts: Path):
    execute(warehouse.owner, "create view public.mine as select event_id from mart.events")
    replace(marts / "events.sql", "    event.followed_by,\n", "")
    replace(marts / "events.sql", "comment on column mart.events.followed_by", "--")
    with pytest.raises(MartInUseError, match=r"view mine depends on view mart\.events"):
        migrate(warehouse.owner, marts=marts)
    assert column(warehouse.owner, "select count(followed_by) from mart.events") == [0]
    assert column(warehouse.owner, "select count(*) from public.mine") == [0]


@pytest.mark.parametrize("change", ["drop column old", "alter column old type text"])
def test_a_mart_changes_together_with_the_column_it_reads(warehouse, marts: Path, tmp_path: Path, change: str):
    schema = Path(shutil.copytree(SCHEMA, tmp_path / "schema"))
    (schema / "9998_mine.sql").write_text("create table sanctions.mine (id integer, old integer)")
    (marts / "mine.sql").write_text("create or replace view mart.mine as select id, old from sanctions.mine")
    migrate(warehouse.owner, schema=schema, marts=marts)
    execute(warehouse.owner, "grant select on mart.feed_health, mart.mine to public")
    before = column(warehouse.owner, ACL)
    (schema / "9999_mine.sql").write_text(f"alter table sanctions.mine {change}")
    (marts / "mine.sql").write_text("create or replace view mart.mine as select id, 'a' as new from sanctions.mine")
    assert migrate(warehouse.owner, schema=schema, marts=marts) == ("9999_mine",)
    assert column(warehouse.analyst, "select new from mart.mine") == []
    assert column(warehouse.owner, ACL) == before


def test_what_hangs_on_a_dropped_column_is_named(warehouse, tmp_path: Path):
    schema = Path(shutil.copytree(SCHEMA, tmp_path / "schema"))
    execute(warehouse.owner, "create view public.mine as select followed_by from sanctions.events")
    (schema / "9999_mine.sql").write_text("alter table sanctions.events drop column followed_by")
    with pytest.raises(MartInUseError, match=r"view mine depends on column followed_by of table sanctions\.events"):
        migrate(warehouse.owner, schema=schema)


def test_a_mart_without_a_file_goes(warehouse, marts: Path):
    (marts / "mine.sql").write_text("create or replace view mart.mine as select event_id from mart.events")
    execute(warehouse.owner, "create view mart.theirs as select 1 as one")
    migrate(warehouse.owner, marts=marts)
    assert column(warehouse.owner, "select count(*) from mart.mine") == [0]
    (marts / "mine.sql").unlink()
    migrate(warehouse.owner, marts=marts)
    assert column(warehouse.owner, "select to_regclass('mart.mine')") == [None]
    assert column(warehouse.owner, "select one from mart.theirs") == [1]


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

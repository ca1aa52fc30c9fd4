"""A wrong address, a server that goes away, a lock that is held: said clearly, and nothing half written."""

from __future__ import annotations

import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest

from include.edges import migrate as migrating
from include.edges.migrate import LockHeldError, migrate
from include.edges.warehouse import RowsHeldError, read, transaction
from include.local.postgres import start_postgres
from include.pipeline import resolve_events
from include.pipeline.export import Format, export_warehouse
from include.scheduling import TASK_DEFAULTS
from include.settings import Settings
from tests.pipeline.many_acts import plant_acts
from tests.pipeline.planted import NOON, Planted

GONE = "terminating connection|closed the connection"


@pytest.fixture
def planted(warehouse) -> Planted:
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    return planted


def end_sessions(postgres, database_dsn: str) -> None:
    """What a crash of the server, or its operator, does to the pipeline's connection."""
    connection = psycopg2.connect(postgres.dsn("postgres", "postgres"))
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = %s and application_name = 'sanctions-desk'",
            (database_dsn.rpartition("/")[2],),
        )
        assert cursor.rowcount > 0
    connection.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("desk_loader:", "desk_loader:wrong"), "password authentication failed"),
        (("desk_loader:", "nobody:"), "authentication failed"),
        ((r"/desk_\d+$", "/none"), "does not exist"),
        (("127.0.0.1:", "127.0.0.1:1"), "refused|invalid port"),
        (("127.0.0.1", "no-such-host.invalid"), "could not translate host name"),
    ],
    ids=["password", "role", "database", "port", "host"],
)
def test_a_wrong_address_is_told_without_its_password(warehouse, postgres, change, said):
    wrong = re.sub(*change, warehouse.loader)
    assert wrong != warehouse.loader
    with pytest.raises(psycopg2.OperationalError, match=said) as caught, transaction(wrong):
        pass
    assert postgres.passwords["desk_loader"] not in str(caught.value)


def test_a_server_that_does_not_answer_is_given_up():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"postgresql://a:b@127.0.0.1:{silent.getsockname()[1]}/c?connect_timeout=2"
        with pytest.raises(psycopg2.OperationalError, match="timeout"), transaction(address):
            pass


def test_what_the_address_says_goes_before_our_patience(warehouse):
    with transaction(f"{warehouse.loader}?application_name=mine&connect_timeout=3") as connection:
        parameters = connection.get_dsn_parameters()
    assert (parameters["application_name"], parameters["connect_timeout"]) == ("mine", "3")
    with transaction(warehouse.loader) as connection:
        assert connection.get_dsn_parameters()["connect_timeout"] == "10"


def test_a_server_that_goes_away_between_two_writes_leaves_nothing_half(warehouse, postgres, planted, monkeypatch):
    settings = Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader)
    write_rows, written = resolve_events.write_rows, []

    def interrupted(connection, name, rows, **more):
        written.append(name)
        if len(written) == 2:
            end_sessions(postgres, warehouse.loader)
        return write_rows(connection, name, rows, **more)

    monkeypatch.setattr(resolve_events, "write_rows", interrupted)
    with pytest.raises(psycopg2.OperationalError, match=GONE):
        resolve_events.resolve_events(settings, now=NOON)
    assert len(written) == 2
    assert planted.run("select count(*) from sanctions.events") == [(0,)]
    assert planted.run("select count(*) from sanctions.event_mentions where event_id is not null") == [(0,)]
    monkeypatch.undo()
    resolve_events.resolve_events(settings, now=NOON)
    assert planted.run("select count(*) from sanctions.events") == [(2,)]


@pytest.mark.parametrize("form", list(Format))
def test_a_server_that_goes_away_leaves_no_half_export(warehouse, postgres, tmp_path, form):
    plant_acts(warehouse.loader, 500)
    seen = []

    def advance(rows: int) -> None:
        seen.append(rows)
        if len(seen) == 2:
            end_sessions(postgres, warehouse.loader)

    settings = Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader, batch_size=50)
    with pytest.raises(psycopg2.OperationalError, match=GONE):
        export_warehouse(settings, form=form, folder=tmp_path, advance=advance)
    assert len(seen) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_stopped_amid_a_batch_comes_back_without_it():
    home = Path(tempfile.mkdtemp(prefix="desk-stopped-"))
    home.chmod(0o711)
    server = start_postgres(home)
    try:
        server.create_database("desk_stopped")
        migrate(server.dsn("desk_stopped", "desk_owner"))
        planted = Planted(dsn=server.dsn("desk_stopped", "desk_loader"))
        planted.three_reports()
        with (
            pytest.raises(psycopg2.OperationalError, match=GONE),
            transaction(planted.dsn) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("update news.articles set title = 'half'")
            server.stop()
            cursor.execute("update news.articles set byline = 'half'")
        server = start_postgres(home)
        planted.dsn = server.dsn("desk_stopped", "desk_loader")
        assert planted.run("select count(*) from news.articles where 'half' in (title, byline)") == [(0,)]
        assert planted.run("select count(*) from news.articles") == [(3,)]
    finally:
        server.stop()
        shutil.rmtree(home)


@contextmanager
def reading(dsn: str) -> Iterator[None]:
    """An analyst's transaction that has read the events and does not end."""
    connection = psycopg2.connect(dsn)
    with connection.cursor() as cursor:
        cursor.execute("select * from mart.events, mart.event_evidence, sanctions.event_mentions")
    try:
        yield
    finally:
        connection.close()


def test_an_analysts_long_query_does_not_hold_up_the_pipeline(warehouse, planted, tmp_path):
    settings = Settings(AIRFLOW_CONN_WAREHOUSE=f"{warehouse.loader}?options=-c%20lock_timeout%3D500ms")
    with reading(warehouse.analyst):
        resolve_events.resolve_events(settings, now=NOON)
        export_warehouse(settings, form=Format.JSONL, folder=tmp_path)
    assert planted.run("select count(*) from sanctions.events") == [(2,)]


@contextmanager
def writing(dsn: str) -> Iterator[int]:
    """The process of a person's session that has written a row, at psql as the loader, and does not commit."""
    connection = psycopg2.connect(dsn)
    with connection.cursor() as cursor:
        cursor.execute("update sanctions.event_mentions set modality = 'possible'")
    try:
        yield connection.info.backend_pid
    finally:
        connection.close()


def test_rows_that_a_person_holds_are_not_waited_for_without_end(warehouse, planted):
    settings = Settings(AIRFLOW_CONN_WAREHOUSE=f"{warehouse.loader}?options=-c%20lock_timeout%3D300ms")
    with (
        writing(warehouse.loader) as process,
        pytest.raises(RowsHeldError, match=rf"\(desk_loader, process {process}\): end its transaction; nothing"),
        reading(warehouse.analyst),  # holds nobody up, and is not named
    ):
        resolve_events.resolve_events(settings, now=NOON)
    assert planted.run("select count(*) from sanctions.events") == [(0,)]
    resolve_events.resolve_events(settings, now=NOON)
    assert planted.run("select count(*) from sanctions.events") == [(2,)]


def wait_of(connection) -> str:
    with connection.cursor() as cursor:
        cursor.execute("show lock_timeout")
        return cursor.fetchone()[0]


def test_a_wait_for_rows_ends_before_the_task_would(warehouse):
    with transaction(warehouse.loader) as connection:
        connection.rollback()
        assert timedelta(minutes=int(wait_of(connection).removesuffix("min"))) < TASK_DEFAULTS["execution_timeout"]


@pytest.mark.parametrize("lock", ["lock_resolving", "lock_grouping"])
def test_another_task_of_ours_is_waited_for_as_long_as_it_takes(warehouse, lock):
    impatient = f"{warehouse.loader}?options=-c%20lock_timeout%3D100ms"
    with ThreadPoolExecutor() as pool, transaction(warehouse.loader) as first:
        read(first, lock)

        def second() -> str:
            with transaction(impatient) as connection:
                read(connection, lock)
                return wait_of(connection)

        later = pool.submit(second)
        with pytest.raises(TimeoutError):
            later.result(timeout=1)
        first.rollback()
        assert later.result(timeout=60) == "100ms"


def test_a_migration_that_an_analysts_query_holds_up_says_who_and_does_nothing(warehouse, tmp_path, monkeypatch):
    shutil.copytree(migrating.SCHEMA, tmp_path / "schema")
    text = "create table sanctions.half (a integer);\nalter table sanctions.events add column mine text;\n"
    (tmp_path / "schema" / "9999_mine.sql").write_text(text)
    monkeypatch.setattr(migrating, "LOCK_WAIT", "300ms")
    with reading(warehouse.analyst), pytest.raises(LockHeldError, match=r"desk_analyst, process \d+.*start again"):
        migrate(warehouse.owner, schema=tmp_path / "schema")
    owner = Planted(dsn=warehouse.owner)
    assert owner.run(
        "select to_regclass('sanctions.half'), count(*) from public.desk_migrations where name ~ '9999'"
    ) == [(None, 0)]
    assert migrate(warehouse.owner, schema=tmp_path / "schema") == ("9999_mine",)

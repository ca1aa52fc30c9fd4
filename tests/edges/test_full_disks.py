"""A disk that is full: said in one sentence, nothing half written, and done when there is room again."""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from include.edges.archive import Archive, ArchiveFullError
from include.edges.migrate import MARTS, SCHEMA, NoRoomError, migrate
from include.edges.warehouse import WarehouseFullError
from include.local.newsstand import serve
from include.pipeline.export import Format, export_warehouse
from include.pipeline.fetch_pages import fetch_pages
from include.pipeline.group_stories import group_stories
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.resolve_events import resolve_events
from include.pipeline.snapshot import take_snapshot
from include.pipeline.sync_feeds import sync_feeds
from include.settings import Settings
from tests.conftest import Warehouse, drop
from tests.edges.test_archive import NOW, answer
from tests.newsstand_run import NOW as OPENING
from tests.pipeline.many_acts import plant_acts
from tests.pipeline.planted import LINES, NOON, Planted
from tests.small_disk import MEGABYTE, SmallDisk, small_disk

ROWS = """
select 'event', to_jsonb(t) from sanctions.events as t
union all select 'party', to_jsonb(t) from sanctions.event_parties as t
union all select 'measure', to_jsonb(t) from sanctions.event_measures as t
union all select 'mention', to_jsonb(t) from sanctions.event_mentions as t
union all select 'version', to_jsonb(t) - 'valid_from' - 'valid_to' from sanctions.event_versions as t
union all select 'resolved', to_jsonb(t) from sanctions.resolved_mentions as t
union all select 'member', to_jsonb(t) from news.story_members as t
union all select 'outcome', to_jsonb(t) - 'done_at' from news.outcomes as t
order by 1, 2
"""


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    # Not pytest's own folder: as root the server runs as `nobody`, who cannot enter that one.
    home = Path(tempfile.mkdtemp(prefix="desk-small-"))
    home.chmod(0o755)
    with small_disk(home / "disk", megabytes=48) as disk:
        yield disk
    shutil.rmtree(home)


@pytest.fixture
def on_disk(disk: SmallDisk, postgres, migrated_template: str) -> Iterator[Warehouse]:
    """A warehouse whose tables lie on the small disk; its journal lies with the server's."""
    place = disk.place / "tables"
    place.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(place, pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    run(postgres, sql.SQL("create tablespace small location {}").format(sql.Literal(str(place))))
    create = sql.SQL("create database on_disk owner desk_owner template {} tablespace small")
    run(postgres, create.format(sql.Identifier(migrated_template)))
    yield Warehouse(**{role: postgres.dsn("on_disk", f"desk_{role}") for role in ("owner", "loader", "analyst")})
    drop(postgres, "on_disk")
    run(postgres, sql.SQL("drop tablespace small"))


def run(postgres, command: sql.Composable) -> None:
    connection = psycopg2.connect(postgres.dsn("postgres", "postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(command)
    connection.close()


def plant(dsn: str) -> Planted:
    """Reports enough to need room that a table has not already."""
    planted = Planted(dsn=dsn)
    planted.three_reports()
    for number in range(60):
        article = planted.article(f"more {number}", LINES["listing"], publisher=f"Paper {number}", hours=number)
        planted.mention(
            article, LINES["listing"], event_date=f"2031-{1 + number % 12:02}", instrument=f"Order {number}"
        )
    return planted


@pytest.mark.parametrize("task", [group_stories, resolve_events])
def test_a_task_on_a_full_disk_fails_clearly_and_its_next_try_does_it_all(disk, on_disk, warehouse, task):
    quiet, planted = plant(warehouse.loader), plant(on_disk.loader)
    task(Settings(AIRFLOW_CONN_WAREHOUSE=quiet.dsn), now=NOON)
    settings = Settings(AIRFLOW_CONN_WAREHOUSE=planted.dsn)
    before = planted.run(ROWS)
    disk.fill()
    with pytest.raises(WarehouseFullError, match=r"disk of the warehouse is full \(could not .*make room") as caught:
        task(settings, now=NOON)
    assert isinstance(caught.value, psycopg2.errors.DiskFull)
    assert planted.run(ROWS) == before != quiet.run(ROWS)
    disk.clear()
    task(settings, now=NOON)
    assert planted.run(ROWS) == quiet.run(ROWS)


def test_a_migration_on_a_full_disk_leaves_the_old_version(disk, on_disk, tmp_path):
    schema = Path(shutil.copytree(SCHEMA, tmp_path / "schema"))
    text = "create table sanctions.big as select n, repeat('x', 500) from generate_series(1, 9000) as n"
    (schema / "9999_mine.sql").write_text(text)
    owner = Planted(dsn=on_disk.owner)
    history = owner.run("select * from public.desk_migrations order by name")
    disk.fill(leaving=MEGABYTE)
    with pytest.raises(NoRoomError, match=r"full \(could not .*nothing of this migration was done"):
        migrate(on_disk.owner, schema=schema, marts=MARTS)
    assert owner.run("select to_regclass('sanctions.big')") == [(None,)]
    assert owner.run("select * from public.desk_migrations order by name") == history
    disk.clear()
    assert migrate(on_disk.owner, schema=schema, marts=MARTS) == ("9999_mine",)


@pytest.mark.parametrize("leaving", [0, 20_000])
def test_an_archive_on_a_full_disk_keeps_no_half_file(disk, monkeypatch, leaving):
    monkeypatch.setenv("AIRFLOW_HOME", str(disk.place / "airflow"))
    archive = Archive((disk.place / "archive").as_uri())
    with archive.new_file(kind="pages", shard=0, now=NOW) as file:
        kept = file.append(answer(b"kept"), at=NOW)
    disk.fill(leaving=leaving)
    with (
        pytest.raises(ArchiveFullError, match=r"archive is full \(pages/.*make room"),
        archive.new_file(kind="pages", shard=0, now=NOW) as file,
    ):
        for _ in range(9):
            file.append(answer(os.urandom(9000)), at=NOW)
    assert [path.name for path in disk.place.rglob("*.warc.gz")] == [Path(kept.file).name]
    assert archive.read(kept) == b"kept"


def test_pages_that_found_no_room_are_fetched_by_the_next_try(disk, warehouse, tmp_path):
    with serve(0) as base_url:
        settings = Settings(
            home=tmp_path,
            feeds="newsstand",
            newsstand_url=base_url,
            allowed_addresses=base_url.removeprefix("http://"),
            shards=1,
            archive_url=(disk.place / "archive").as_uri(),
            AIRFLOW_CONN_WAREHOUSE=warehouse.loader,
        )
        sync_feeds(settings, now=OPENING)
        poll_feeds(settings, now=OPENING)
        loader = Planted(dsn=warehouse.loader)
        made = "select (select count(*) from news.pages), (select count(*) from news.fetches where kind = 'page')"
        disk.fill(leaving=20_000)
        with pytest.raises(ArchiveFullError):
            fetch_pages(settings, now=OPENING)
        assert loader.run(made) == [(0, 0)]
        disk.clear()
        fetched = fetch_pages(settings, now=OPENING + timedelta(minutes=1)).as_dict()["pages_fetched"]
        assert loader.run(made) == [(fetched, fetched)]
        assert fetched > 50


@pytest.mark.parametrize("form", list(Format))
def test_an_export_to_a_full_disk_leaves_no_half_file(disk, warehouse, form):
    plant_acts(warehouse.loader, 500)
    settings = Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader, batch_size=50)
    folder = disk.place / "export"
    export_warehouse(settings, form=form, folder=folder)
    before = contents(folder)
    disk.fill(leaving=4096)
    with pytest.raises(OSError, match="No space left") as caught:
        export_warehouse(settings, form=form, folder=folder)
    assert caught.value.errno == errno.ENOSPC
    assert contents(folder) == before


def test_a_snapshot_to_a_full_disk_leaves_no_half_file(disk, warehouse, tmp_path):
    plant_acts(warehouse.loader, 500)
    settings = Settings(
        AIRFLOW_CONN_WAREHOUSE=warehouse.loader, home=tmp_path, snapshot_url=(disk.place / "shots").as_uri()
    )
    take_snapshot(settings, now=NOON)
    before = contents(disk.place / "shots")
    disk.fill()
    with pytest.raises(OSError, match="No space left"):
        take_snapshot(settings, now=NOON)
    assert contents(disk.place / "shots") == before
    disk.clear()
    take_snapshot(settings, now=NOON + timedelta(hours=1))
    assert contents(disk.place / "shots").keys() == before.keys()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

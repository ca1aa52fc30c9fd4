"""Backup and restore by the command line, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from include.edges.dump import find_tool
from include.pipeline.backup import digest
from include.settings import PROJECT, Settings
from tests.chaos.rows import rows_of
from tests.conftest import Warehouse, drop

# A right that nobody ever changed is not written down, and means the same.
EVERYTHING = """
    select
        c.oid::regclass::text, c.relkind::text, obj_description(c.oid),
        array(
            select acl::text
            from unnest(coalesce(
                c.relacl, acldefault((case c.relkind when 'S' then 's' else 'r' end)::"char", c.relowner)
            )) as acl
            order by 1
        )
    from pg_class as c
    where c.relnamespace::regnamespace::text in ('news', 'sanctions', 'mart')
    order by 1
"""


def command(settings: Settings, owner: str, *words: object) -> subprocess.CompletedProcess[str]:
    env = os.environ | {
        "AIRFLOW_CONN_WAREHOUSE_OWNER": owner,
        "DESK_ARCHIVE_URL": settings.archive,
        "DESK_HOME": str(settings.home),
        "COLUMNS": "400",
    }
    words = (sys.executable, "-m", "include.cli", *words)
    return subprocess.run(list(map(str, words)), cwd=PROJECT, env=env, capture_output=True, text=True, check=False)


def rows(dsn: str, query: str) -> list[tuple]:
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def made(desk: tuple[Settings, Warehouse], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the desk."""
    settings, addresses = desk
    folder = tmp_path_factory.mktemp("backups") / "monday"
    done = command(settings, addresses.owner, "backup", "--to", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


@pytest.fixture
def target(postgres) -> Iterator[str]:
    postgres.create_database("restored")
    yield postgres.dsn("restored", "desk_owner")
    drop(postgres, "restored")


def test_what_is_restored_is_what_was_backed_up(desk, made, target, postgres):
    settings, addresses = desk
    done = command(settings, target, "restore", "--from", made)
    assert done.returncode == 0, done.stderr
    assert "missing" not in done.stderr
    assert rows_of(target) == rows_of(addresses.owner)
    assert rows(target, EVERYTHING) == rows(addresses.owner, EVERYTHING)
    history = "select * from public.desk_migrations order by name"
    assert rows(target, history) == rows(addresses.owner, history)
    # Roles have their rights, identities go on counting, and the marts answer.
    analyst = postgres.dsn("restored", "desk_analyst")
    events = "select * from mart.events order by event_id"
    assert rows(analyst, events) == rows(addresses.analyst, events)
    (newest,) = rows(target, "select max(id) from news.fetches")[0]
    loader = psycopg2.connect(postgres.dsn("restored", "desk_loader"))
    with loader, loader.cursor() as cursor:
        columns = "kind, item_id, url, fetched_at"
        cursor.execute(f"insert into news.fetches ({columns}) select {columns} from news.fetches limit 1 returning id")
        assert cursor.fetchone()[0] > newest
    loader.close()


def test_the_manifest_lists_the_archive(desk, made):
    settings, _ = desk
    listed = [json.loads(line) for line in (made / "archive.jsonl").read_text().splitlines()]
    archive = settings.home / "archive"
    assert [line["path"] for line in listed] == sorted(
        str(file.relative_to(archive)) for file in archive.rglob("*.warc.gz")
    )
    assert all((archive / line["path"]).stat().st_size == line["size"] for line in listed)
    assert not any("postgresql://" in file.read_text(errors="replace") for file in made.rglob("*") if file.is_file())


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "has no manifest.json: it is no backup, or one"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "not as it was written; take another"),
        (lambda folder: next((folder / "warehouse").glob("*.gz")).unlink(), "is missing: this backup is not whole"),
        (lambda folder: cut(next((folder / "warehouse").glob("*.gz"))), "is not as it was written: this backup is dam"),
        (lambda folder: cut(folder / "warehouse" / "toc.dat"), "toc.dat is not as it was written"),
        (lambda folder: edit(folder, format=2), "has format 2, this version reads 1"),
        (lambda folder: edit(folder, server_major=99), "The backup is of PostgreSQL 99, this server is"),
        (lambda folder: edit(folder, migrations=["9999_later"]), "newer than this version (9999_later)"),
    ],
)
def test_a_backup_that_cannot_be_used_is_refused_and_nothing_restored(desk, copy, target, harm, said):
    harm(copy)
    done = command(desk[0], target, "restore", "--from", copy)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert said in done.stderr
    assert rows(target, EVERYTHING) == []


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 1)


def edit(folder: Path, **changes: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | changes))


def test_a_warehouse_that_is_not_empty_is_left_alone(desk, made, warehouse):
    before = rows_of(warehouse.owner)
    done = command(desk[0], warehouse.owner, "restore", "--from", made)
    assert done.returncode == 2
    assert "is not empty (" in done.stderr
    assert rows_of(warehouse.owner) == before


def test_a_folder_that_is_not_empty_is_left_alone(desk, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = command(desk[0], desk[1].owner, "backup", "--to", tmp_path)
    assert (done.returncode, [file.name for file in tmp_path.iterdir()]) == (2, ["mine.txt"])
    assert "is not empty: a backup goes into a folder of its own" in done.stderr


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda file: file.unlink(), "is not in the archive"),
        (lambda file: cut(file), "bytes, and had"),
        (lambda file: flip(file), "has other bytes than it had"),
    ],
    ids=["lost", "cut", "changed"],
)
def test_what_the_archive_lacks_is_named(desk, made, target, tmp_path, harm, said):
    settings, addresses = desk
    archive = Path(shutil.copytree(settings.home / "archive", tmp_path / "archive"))
    file = min(archive.rglob("pages*.warc.gz"))
    harm(file)
    done = command(settings.model_copy(update={"archive_url": archive.as_uri()}), target, "restore", "--from", made)
    assert done.returncode == 1
    assert re.search(rf"{file.relative_to(archive)} .*{said}|{file.relative_to(archive)} {said}", done.stderr)
    assert "archive_files_missing 1" in done.stderr
    assert rows_of(target) == rows_of(addresses.owner)  # the rows are whole


def flip(file: Path) -> None:
    changed = bytearray(file.read_bytes())
    changed[-1] ^= 1
    file.write_bytes(changed)


def test_memory_stays_bounded_whatever_a_file_holds(tmp_path):
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(400 << 20)
    tracemalloc.start()
    try:
        with big.open("rb") as file:
            assert digest(file)[0] == 400 << 20
        assert tracemalloc.get_traced_memory()[1] < 10 << 20
    finally:
        tracemalloc.stop()


def test_a_backup_of_an_archive_with_a_gap_is_made_and_says_so(desk, tmp_path):
    settings, addresses = desk
    archive = Path(shutil.copytree(settings.home / "archive", tmp_path / "archive"))
    lost = min(archive.rglob("pages*.warc.gz"))
    lost.unlink()
    gappy = settings.model_copy(update={"archive_url": archive.as_uri()})
    done = command(gappy, addresses.owner, "backup", "--to", tmp_path / "backup")
    assert done.returncode == 1
    assert f"{lost.relative_to(archive)} is not in the archive, and rows lead to it" in done.stderr
    assert (tmp_path / "backup" / "manifest.json").is_file()


def test_a_tool_that_is_too_old_is_named(monkeypatch):
    with pytest.raises(Exception, match=r"No pg_dump of version 99 or newer.*name its folder in DESK_PG_BINDIR"):
        find_tool("pg_dump", 99)


def test_no_address_is_a_usage_error(tmp_path):
    done = command(Settings(home=tmp_path), "", "backup", "--to", tmp_path / "new")
    assert done.returncode == 2
    assert "AIRFLOW_CONN_WAREHOUSE_OWNER" in done.stderr

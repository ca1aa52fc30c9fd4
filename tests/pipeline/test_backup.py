"""Backup and restore by the command line, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg2
import pytest
from psycopg2.extensions import make_dsn, parse_dsn

from include.edges.dump import find_tool
from include.pipeline import backup
from include.pipeline.backup import back_up
from include.pipeline.backup_manifest import CHECKSUM, MANIFEST, Manifest, digest, write_manifest
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


NO_STATISTICS = """
    select oid::regclass::text
    from pg_class
    where
        relkind in ('r', 'p')
        and relnamespace::regnamespace::text in ('news', 'sanctions')
        and reltuples < 0
"""
OTHERS = """
    from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
"""


def command(settings: Settings, owner: str, *words: object) -> subprocess.CompletedProcess[str]:
    with begun(settings, owner, *words) as process:
        stdout, stderr = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def begun(settings: Settings, owner: str, *words: object) -> subprocess.Popen[str]:
    env = os.environ | {
        "AIRFLOW_CONN_WAREHOUSE_OWNER": owner,
        "DESK_ARCHIVE_URL": settings.archive,
        "DESK_HOME": str(settings.home),
        "COLUMNS": "400",
    }
    words = (sys.executable, "-m", "include.cli", *words)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(list(map(str, words)), cwd=PROJECT, env=env, text=True, **pipes)


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
    written = changed(made)
    done = command(settings, target, "restore", "--from", made)
    assert done.returncode == 0, done.stderr
    assert "missing" not in done.stderr
    assert changed(made) == written  # a backup may lie on what cannot be written to, and be restored twice at once
    assert rows(target, NO_STATISTICS) == []
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


def changed(folder: Path) -> list[int]:
    """When something was made or deleted in the folders."""
    return [path.stat().st_mtime_ns for path in (folder, *folder.rglob("*"))]


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
        (lambda folder: (folder / "manifest.json").write_text("{"), "is not as it was written: this backup is dam"),
        (lambda folder: next((folder / "warehouse").glob("*.gz")).unlink(), "is missing: this backup is not whole"),
        (lambda folder: cut(next((folder / "warehouse").glob("*.gz"))), "is not as it was written: this backup is dam"),
        (lambda folder: cut(folder / "warehouse" / "toc.dat"), "toc.dat is not as it was written"),
        (lambda folder: edit(folder, format=2), "has format 2, this version reads 1"),
        (lambda folder: edit(folder, server_major=99), "The backup is of PostgreSQL 99, this server is"),
        (lambda folder: edit(folder, migrations=("9999_later",)), "newer than this version (9999_later)"),
        (lambda folder: flip(folder / MANIFEST), "manifest.json is not as it was written"),
        (lambda folder: (folder / CHECKSUM).write_text(""), "manifest.json is not as it was written"),
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
    manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    write_manifest(folder, manifest.model_copy(update=changes))


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
        (lambda file: (file.unlink(), file.mkdir()), "cannot be read (.*directory.*)"),
    ],
    ids=["lost", "cut", "changed", "a folder"],
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


@pytest.fixture
def dead_store(desk, monkeypatch) -> Settings:
    """The desk with an archive in a store that does not answer."""
    for name, value in {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret", "EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    return desk[0].model_copy(update={"archive_url": "s3://desk"})


def test_an_archive_that_does_not_answer_is_told_before_anything_is_done(desk, dead_store, made, target, tmp_path):
    for done in (
        command(dead_store, target, "restore", "--from", made),
        command(dead_store, desk[1].owner, "backup", "--to", tmp_path / "backup"),
    ):
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert "The archive s3://desk cannot be reached (" in done.stderr
    assert rows(target, EVERYTHING) == list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("role", ["postgres", "desk_loader"])
def test_only_the_owner_may_restore(desk, made, target, postgres, role):
    done = command(desk[0], postgres.dsn("restored", role), "restore", "--from", made)
    assert done.returncode == 2
    assert f"The role {role} must own the database restored and be no superuser" in done.stderr
    assert rows(target, EVERYTHING) == []


def test_the_operators_own_password_is_taken_where_the_address_has_none(desk, target, tmp_path, monkeypatch):
    settings, addresses = desk
    parts = parse_dsn(addresses.owner)
    monkeypatch.setenv("PGPASSWORD", parts.pop("password"))
    done = command(settings, make_dsn(**parts), "backup", "--to", tmp_path / "backup")
    assert done.returncode == 0, done.stderr
    done = command(settings, make_dsn(**parts | {"dbname": "restored"}), "restore", "--from", tmp_path / "backup")
    assert done.returncode == 0, done.stderr


def test_a_service_of_the_operators_is_asked_as_it_is(desk, tmp_path, monkeypatch):
    settings, addresses = desk
    lines = "".join(f"{name}={value}\n" for name, value in parse_dsn(addresses.owner).items())
    (tmp_path / "services").write_text(f"[mine]\n{lines}")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    done = command(settings, "postgresql:///?service=mine", "backup", "--to", tmp_path / "backup")
    assert done.returncode == 0, done.stderr


def test_nothing_is_held_in_the_warehouse_while_the_archive_is_read(desk, tmp_path):
    settings, addresses = desk
    held = []
    back_up(
        settings.model_copy(update={"warehouse_owner": addresses.owner}),
        tmp_path / "backup",
        now=datetime.now(UTC),
        missing=pytest.fail,
        advance=lambda: held.extend(rows(addresses.owner, f"select query {OTHERS} and usename = 'desk_owner'")),
    )
    assert held == []


def test_a_connection_that_is_lost_amid_the_dump_costs_nothing(desk, postgres, tmp_path, monkeypatch):
    settings, addresses = desk
    superuser = postgres.dsn("whole", "postgres")

    def dump_and_lose(*words: object, **options: object) -> None:
        dump(*words, **options)
        assert rows(superuser, f"select pg_terminate_backend(pid) {OTHERS} and usename = 'desk_owner'") == [(True,)]

    dump = backup.dump
    monkeypatch.setattr(backup, "dump", dump_and_lose)
    tally = back_up(
        settings.model_copy(update={"warehouse_owner": addresses.owner}),
        tmp_path / "backup",
        now=datetime.now(UTC),
        missing=pytest.fail,
        advance=lambda: None,
    )
    assert tally.as_dict()["archive_files"] > 0
    assert (tmp_path / "backup" / MANIFEST).is_file()


def test_a_backup_that_fails_leaves_nothing_and_can_be_made_again(desk, made, tmp_path):
    settings, addresses = desk
    folder = tmp_path / "backup"
    folder.mkdir()
    with locked(addresses.owner), begun(settings, addresses.owner, "backup", "--to", folder) as process:
        waiting_dump(addresses.owner, process)
        rows(addresses.owner, f"select pg_terminate_backend(pid) {OTHERS} and application_name = 'pg_dump'")
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "pg_dump failed: " in stderr
    assert [list(each.iterdir()) for each in (tmp_path, folder)] == [[folder], []]
    assert command(settings, addresses.owner, "backup", "--to", folder).returncode == 0
    assert sorted(each.name for each in folder.iterdir()) == sorted(each.name for each in made.iterdir())


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_backup_that_is_told_to_end_tells_no_secret_and_leaves_nothing(desk, tmp_path, number, status):
    settings, addresses = desk
    owner = make_dsn(**parse_dsn(addresses.owner) | {"sslpassword": "hush-hush"})
    with locked(addresses.owner), begun(settings, owner, "backup", "--to", tmp_path / "backup") as process:
        child = waiting_dump(addresses.owner, process)
        assert not [word for word in child.cmdline() if "hush-hush" in word or parse_dsn(owner)["password"] in word]
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
        assert (process.returncode, "Traceback" in stderr) == (status, False)
        assert (child.is_running(), list(tmp_path.iterdir())) == (False, [])
        assert rows(addresses.owner, f"select query {OTHERS} and application_name = 'pg_dump'") == []


@contextmanager
def locked(owner: str) -> Iterator[None]:
    """A table of the warehouse is somebody's, so that a dump waits."""
    with closing(psycopg2.connect(owner)) as connection, connection.cursor() as cursor:
        cursor.execute("lock table sanctions.questions in access exclusive mode")
        yield


def waiting_dump(owner: str, process: subprocess.Popen[str]) -> psutil.Process:
    """The dump of a backup, when it waits for a lock."""
    waiting = f"select 1 {OTHERS} and application_name = 'pg_dump' and wait_event_type = 'Lock'"
    for _ in range(600):
        if rows(owner, waiting):
            (child,) = psutil.Process(process.pid).children()
            return child
        time.sleep(0.1)
    raise TimeoutError("the dump does not wait")


def test_an_unfinished_backup_of_that_name_is_left_alone(desk, tmp_path):
    (tmp_path / "backup.partial").mkdir()
    done = command(desk[0], desk[1].owner, "backup", "--to", tmp_path / "backup")
    assert done.returncode == 2
    assert "backup.partial is there: delete it, unless another backup is being made in it" in done.stderr


def test_a_tool_that_is_too_old_is_named(monkeypatch):
    with pytest.raises(Exception, match=r"No pg_dump of version 99 or newer.*name its folder in DESK_PG_BINDIR"):
        find_tool("pg_dump", 99)


def test_no_address_is_a_usage_error(tmp_path):
    done = command(Settings(home=tmp_path), "", "backup", "--to", tmp_path / "new")
    assert done.returncode == 2
    assert "AIRFLOW_CONN_WAREHOUSE_OWNER" in done.stderr

"""Point in time, as docs/operating.md says it: a base backup, kept WAL, and the warehouse as it was at a moment."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from include.edges.migrate import migrate
from include.local.postgres import (
    PostgresServer,
    as_server_user,
    find_binaries,
    free_port,
    launch,
    load_passwords,
    make_place,
    runs_as_root,
    start_postgres,
    wait_until_ready,
)
from include.settings import PROJECT
from tests.pipeline.planted import Planted


@pytest.fixture
def home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="desk-moment-"))  # not pytest's own folder, which `nobody` cannot enter
    home.chmod(0o711)
    yield home
    shutil.rmtree(home)


def own(folder: Path) -> Path:
    """A new folder of the server's user."""
    folder.mkdir(mode=0o700)
    if runs_as_root():
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    return folder


def documented(kept: Path, *names: str) -> str:
    """The lines of docs/operating.md for postgresql.conf, with a folder of ours for the WAL."""
    text = (PROJECT / "docs" / "operating.md").read_text()
    return "".join(f"{re.search(rf'^{name} = .*$', text, re.M)[0].replace('/wal', str(kept))}\n" for name in names)


def configure(data: Path, text: str) -> None:
    with (data / "postgresql.conf").open("a") as file:
        file.write(text)


def run(server: PostgresServer, command: str) -> list[tuple]:
    connection = psycopg2.connect(server.dsn("warehouse", "postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(command)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_the_warehouse_as_it_was_at_a_moment(home: Path):
    server = start_postgres(home / "postgres")
    try:
        server.stop()
        kept = own(home / "wal")
        configure(server.data, "archive_mode = on\n" + documented(kept, "archive_command"))
        server = start_postgres(home / "postgres", port=server.port)
        server.create_database("warehouse")
        migrate(server.dsn("warehouse", "desk_owner"))
        base = own(home / "base")
        subprocess.run(
            [server.binaries / "pg_basebackup", "-d", server.dsn("postgres", "postgres"), "-D", base, "-c", "fast"],
            check=True, capture_output=True, cwd="/", **as_server_user(),
        )  # fmt: skip
        planted = Planted(dsn=server.dsn("warehouse", "desk_loader"))
        planted.three_reports()
        told = "select article_id, evidence::text from sanctions.event_mentions order by 1, 2"
        before = run(server, told)
        [(moment,)] = run(server, "select clock_timestamp()::text")
        run(server, "delete from sanctions.event_mentions")  # somebody's mistake
        run(server, "select pg_switch_wal()")
        wait_for_archive(server)
    finally:
        server.stop()

    restored = home / "restored"
    restored.mkdir()
    shutil.copytree(home / "postgres" / "passwords", restored / "passwords")
    shutil.move(base, restored / "data")
    configure(
        restored / "data",
        f"archive_mode = off\nrecovery_target_time = '{moment}'\n"
        + documented(kept, "restore_command", "recovery_target_action"),
    )
    (restored / "data" / "recovery.signal").touch()
    if runs_as_root():
        os.chown(restored / "data" / "recovery.signal", pwd.getpwnam("nobody").pw_uid, -1)
    server = start_replay(restored)
    try:
        assert run(server, told) == before != []
    finally:
        server.stop()


def test_a_kept_file_is_whole_and_is_never_written_over(tmp_path: Path):
    kept, segment = tmp_path / "wal", tmp_path / "segment"
    kept.mkdir()
    [command] = re.findall("'(.*)'", documented(kept, "archive_command"))
    command = command.replace("%p", str(segment)).replace("%f", "00000001")

    def archived() -> tuple[int, list[str]]:
        status = subprocess.run(["/bin/sh", "-c", command], check=False).returncode
        return status, sorted(file.name for file in kept.iterdir())

    (kept / "00000001.tmp").write_bytes(b"cut sh")  # by a crash
    segment.write_bytes(b"one")
    assert archived() == (0, ["00000001"])
    assert archived() == (0, ["00000001"])  # asked again, as after a crash
    segment.write_bytes(b"two")
    assert archived()[0] != 0
    assert (kept / "00000001").read_bytes() == b"one"


def start_replay(home: Path) -> PostgresServer:
    """The server, when it has replayed and takes writes."""
    place, port = make_place(home), free_port()
    server = PostgresServer(
        host="127.0.0.1",
        port=port,
        passwords=load_passwords(home / "passwords"),
        data=place / "data",
        binaries=find_binaries(place),
        log=place / "postgres.log",
        process=launch(place / "data", find_binaries(place), port, log=place / "postgres.log"),
    )
    wait_until_ready(server)
    while run(server, "select pg_is_in_recovery()") == [(True,)]:
        time.sleep(0.1)
    return server


def wait_for_archive(server: PostgresServer) -> None:
    """Returns when all WAL but the file that is written now was kept."""
    [(now,)] = run(server, "select pg_walfile_name(pg_current_wal_lsn())")
    for _ in range(300):
        [(last,)] = run(server, "select coalesce(last_archived_wal, '0') from pg_stat_archiver")
        if int(last[:24], 16) + 1 >= int(now, 16):
            return
        time.sleep(0.1)
    raise TimeoutError(f"{last} was kept, and {now} is being written")

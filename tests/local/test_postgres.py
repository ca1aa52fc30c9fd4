"""The embedded PostgreSQL: starts that find something unexpected."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from include.local.postgres import PostgresFailedError, reachable_place, running_server, start_postgres, write_secret


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder into which `nobody` cannot go: as root the data lies elsewhere and outlives it."""
    outer = Path(tempfile.mkdtemp(prefix="desk-postgres-"))
    home = outer / "postgres"
    yield home
    shutil.rmtree(reachable_place(home), ignore_errors=True)
    shutil.rmtree(outer)


def test_a_checkout_deleted_and_cloned_anew_starts_afresh(home: Path):
    first = start_postgres(home)
    first.create_database("old")
    first.stop()
    shutil.rmtree(home / "passwords")
    second = start_postgres(home)
    try:
        with pytest.raises(psycopg2.OperationalError, match="does not exist"):
            psycopg2.connect(second.dsn("old", "postgres"))
    finally:
        second.stop()
    assert running_server(home) is None


def test_other_passwords_end_in_one_sentence_at_once(home: Path):
    start_postgres(home).stop()
    write_secret(home / "passwords" / "postgres", "another")
    with pytest.raises(PostgresFailedError, match="make reset"):
        start_postgres(home)
    assert running_server(home) is None


def test_a_stale_pid_file_and_half_a_cluster_are_no_obstacle(home: Path):
    first = start_postgres(home)
    first.process.kill()
    first.process.wait()
    data = reachable_place(home) / "data"
    assert (data / "postmaster.pid").exists()
    (reachable_place(home) / "data.draft").mkdir()
    second = start_postgres(home)
    assert second.is_running()
    second.stop()
    assert not second.is_running()

"""The nightly snapshot: whole or not there, in a folder or an object store, and not kept for ever."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from include.edges.object_storage import list_files, open_stream, storage_path
from include.pipeline.export import TABLES
from include.pipeline.resolve_events import resolve_events
from include.pipeline.snapshot import take_snapshot
from include.settings import Settings
from tests.conftest import Warehouse
from tests.pipeline.planted import NOON, Planted

NIGHT = datetime(2031, 5, 7, 3, 30, tzinfo=UTC)


@pytest.fixture(params=["folder", "store"])
def settings(request: pytest.FixtureRequest, warehouse: Warehouse, tmp_path: Path) -> Settings:
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    url = f"{request.getfixturevalue('bucket')}/{tmp_path.name}" if request.param == "store" else ""
    settings = Settings(
        AIRFLOW_CONN_WAREHOUSE=warehouse.loader, snapshot_days=2, home=tmp_path / "home", snapshot_url=url
    )
    resolve_events(settings, now=NOON)
    return settings


def names(settings: Settings) -> list[str]:
    return sorted("/".join(file.path.split("/")[-2:]) for file in list_files(storage_path(settings.snapshots), ""))


def manifest(settings: Settings) -> dict:
    with open_stream(storage_path(settings.snapshots) / "2031-05-07" / "manifest.json", "rb") as file:
        return json.load(file)


def day_of(day: str) -> list[str]:
    return sorted(f"{day}/{file}" for file in ("manifest.json", *(f"{table}.parquet" for table in TABLES)))


def test_a_night_writes_a_day(settings):
    rows = {"events": 2, "mentions": 3, "parties": 4, "measures": 2}
    assert take_snapshot(settings, now=NIGHT).as_dict() == rows
    take_snapshot(settings, now=NIGHT)  # again: the same files
    assert names(settings) == day_of("2031-05-07")
    root = storage_path(settings.snapshots)
    assert manifest(settings) == {"taken_at": NIGHT.isoformat(), "is_whole": True, "rows": rows}
    with open_stream(root / "2031-05-07" / "events.parquet", "rb") as file:
        assert pq.read_table(file).num_rows == 2


@pytest.mark.parametrize("settings", ["folder"], indirect=True)  # the local store cannot delete many at once
def test_old_days_are_dropped_and_what_is_not_ours_stays(settings):
    root = storage_path(settings.snapshots)
    with open_stream(root / "2020-01-01" / "mine.txt", "wb") as file, open_stream(root / "mine", "wb") as other:
        assert file.write(b"x") == other.write(b"x")
    for later in range(4):
        tally = take_snapshot(settings, now=NIGHT + timedelta(days=later)).as_dict()
        assert tally.get("snapshots_dropped", 0) == (later == 3)
    kept = [name for day in ("2031-05-08", "2031-05-09", "2031-05-10") for name in day_of(day)]
    assert names(settings) == ["2020-01-01/mine.txt", *kept, "snapshots/mine"]


def test_what_fails_in_the_warehouse_leaves_the_last_one_whole(settings, monkeypatch):
    take_snapshot(settings, now=NIGHT)
    monkeypatch.setattr("include.pipeline.export.TABLES", ("events", "nothing"))
    with pytest.raises(FileNotFoundError):
        take_snapshot(settings, now=NIGHT)
    assert names(settings) == day_of("2031-05-07")
    assert manifest(settings)["is_whole"]


def test_a_store_that_fails_leaves_a_day_that_says_so(settings, monkeypatch):
    take_snapshot(settings, now=NIGHT)

    def failing(path, mode):
        if path.name.startswith("parties.parquet"):
            raise OSError("the store is full")
        return open_stream(path, mode)

    monkeypatch.setattr("include.edges.object_storage.open_stream", failing)
    with pytest.raises(OSError, match="full"):
        take_snapshot(settings, now=NIGHT)
    assert manifest(settings)["is_whole"] is False


def test_nothing_is_left_in_the_temporary_folder(settings, monkeypatch, tmp_path: Path):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    take_snapshot(settings, now=NIGHT)
    assert list((tmp_path / "temporary").iterdir()) == []

"""A hostile loopback site, and the settings of a desk that collects from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from include.settings import Settings
from tests.conftest import Warehouse
from tests.hostile import Hostile, hostile_server
from tests.pipeline.site_runs import SHARDS


@pytest.fixture
def site() -> Iterator[Hostile]:
    with hostile_server() as server:
        yield server


@pytest.fixture
def settings(site: Hostile, warehouse: Warehouse, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path,
        feeds="newsstand",
        newsstand_url=site.url(""),
        allowed_addresses=site.place,
        shards=SHARDS,
        AIRFLOW_CONN_WAREHOUSE=warehouse.loader,
    )

"""`make psql` on a warehouse that somebody else runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from include.local.postgres import PostgresServer
from include.settings import PROJECT
from tests.conftest import Warehouse

WHO = "select current_user, current_setting('application_name')"
WRITE = "begin read write; delete from sanctions.events"


@pytest.fixture
def membership(postgres: PostgresServer) -> Iterator[None]:
    """For a while the loader may take on the analyst's role."""
    connection = psycopg2.connect(postgres.dsn("postgres", "postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("grant desk_analyst to desk_loader")
        yield
        cursor.execute("revoke desk_analyst from desk_loader")
    connection.close()


def psql(home: Path, query: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_CONN_")}
    return subprocess.run(
        [sys.executable, "-m", "include.local.psql", "-XAt", "-c", query],
        cwd=PROJECT,
        env=env | {"DESK_HOME": str(home)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_address_given_for_the_analyst_is_used_whole(tmp_path: Path, warehouse: Warehouse):
    given = {
        "AIRFLOW_CONN_WAREHOUSE": warehouse.loader,
        "AIRFLOW_CONN_WAREHOUSE_ANALYST": f"{warehouse.analyst}?application_name=mine",
    }
    assert psql(tmp_path, WHO, **given).stdout == "desk_analyst|mine\n"
    assert "permission denied" in psql(tmp_path, WRITE, **given).stderr


@pytest.mark.usefixtures("membership")
def test_without_one_the_loader_takes_on_the_role(tmp_path: Path, warehouse: Warehouse):
    given = warehouse.loader.replace("postgresql://", "postgresql+psycopg2://") + "?application_name=mine"
    assert psql(tmp_path, WHO, AIRFLOW_CONN_WAREHOUSE=given).stdout == "desk_analyst|mine\n"
    assert "permission denied" in psql(tmp_path, WRITE, AIRFLOW_CONN_WAREHOUSE=given).stderr


def test_who_may_not_is_told_in_one_sentence_without_the_password(tmp_path: Path, warehouse: Warehouse):
    done = psql(tmp_path, WHO, AIRFLOW_CONN_WAREHOUSE=warehouse.loader)
    assert done.returncode == 1 and done.stdout == ""
    assert "set AIRFLOW_CONN_WAREHOUSE_ANALYST" in done.stderr and done.stderr.count("\n") == 1
    assert warehouse.loader.split(":")[2].split("@")[0] not in done.stderr

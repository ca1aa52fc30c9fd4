"""What the environment may say, and that a bad value is told without being shown."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg2.extensions import parse_dsn

from include.settings import PROJECT, Settings, SettingsError, settings

# As `airflow connections get` prints one.
JSON_FORM = {
    "conn_type": "postgres",
    "login": "reader",
    "password": "s@fe",
    "host": "db.example",
    "port": 5433,
    "schema": "news",
}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_a_variable_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch):
    """.env.example has lines like `DESK_HOME=`."""
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE))
    assert {"DESK_HOME", "DESK_SHARDS", "AIRFLOW_CONN_WAREHOUSE"} <= named
    for name in named:
        monkeypatch.delenv(name, raising=False)
    plain = Settings()
    for name in named:
        monkeypatch.setenv(name, "")
    assert Settings() == plain
    assert plain.home == PROJECT / ".desk"


@pytest.mark.parametrize("home", [PROJECT, PROJECT / "include" / "..", Path()])
def test_the_checkout_is_no_home(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("DESK_HOME", str(home))
    with pytest.raises(SettingsError, match=r"DESK_HOME does not fit .*folder of its own"):
        settings()


@pytest.mark.parametrize(
    "written",
    [
        "postgresql://reader:s%40fe@db.example:5433/news?sslmode=require",
        "postgres://reader:s%40fe@db.example:5433/news?sslmode=require",
        "postgresql+psycopg2://reader:s%40fe@db.example:5433/news?sslmode=require",
        "host=db.example port=5433 user=reader password=s@fe dbname=news sslmode=require",
        json.dumps(JSON_FORM | {"extra": {"sslmode": "require"}}),
        json.dumps(JSON_FORM | {"port": "5433", "extra": '{"sslmode": "require"}'}),
    ],
)
def test_an_address_of_the_warehouse_in_any_common_form(written: str):
    assert parse_dsn(Settings(AIRFLOW_CONN_WAREHOUSE=written).warehouse) == {
        "host": "db.example",
        "port": "5433",
        "user": "reader",
        "password": "s@fe",
        "dbname": "news",
        "sslmode": "require",
    }


@pytest.mark.parametrize(
    "written",
    [
        "mysql://a:secretpw@db.example/news",
        "postgresql://a:secretpw/x@db.example/news",
        "postgresql://a:100%secretpw@db.example/news",
        "host=db.example password secretpw",
        '{"password": "secretpw", "extra": {"cursor": "x"}}',
        '{"password": "secretpw", "extra": ["secretpw"]}',
        '{"password": "secretpw"',
    ],
)
def test_a_bad_address_is_told_without_being_shown(written: str, monkeypatch: pytest.MonkeyPatch):
    for name in ("AIRFLOW_CONN_WAREHOUSE", "AIRFLOW_CONN_WAREHOUSE_OWNER", "AIRFLOW_CONN_WAREHOUSE_ANALYST"):
        monkeypatch.setenv(name, written)
    with pytest.raises(SettingsError, match=r"^The environment's AIRFLOW_CONN_WAREHOUSE does not fit") as caught:
        settings()
    assert "secretpw" not in "".join(traceback.format_exception(caught.value))

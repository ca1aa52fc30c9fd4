"""The table that the first run prints."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from rich.console import Console

from include.local.events_table import print_events
from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.conftest import Warehouse
from tests.pipeline.planted import LINES, NOON, Planted

AMERICA = {"name": "United States", "kind": "country", "code": "US", "role": None}
RUSSIA = {"name": "Russia", "kind": "country", "code": "RU", "role": None}


@pytest.fixture
def planted(warehouse: Warehouse) -> Planted:
    return Planted(dsn=warehouse.loader)


def shown(warehouse: Warehouse) -> list[list[str]]:
    """The table's rows as cells, and its caption."""
    resolve_events(Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader), now=NOON)
    console = Console(width=250, record=True, file=StringIO())
    print_events(warehouse.analyst, console)
    return [[cell.strip() for cell in re.split("[┃│]", line)] for line in console.export_text().splitlines()]


def test_who_condemns_is_not_shown_as_who_is_condemned(warehouse: Warehouse, planted: Planted):
    for name, kind, role in (("one", "condemned", "condemns"), ("two", "violated", "violator")):
        planted.mention(
            planted.article(name, LINES["listing"]),
            LINES["listing"],
            event_type=kind,
            imposers=[AMERICA],
            targets=[RUSSIA],
            measures=[],
            actors=[RUSSIA | {"role": role}],
        )
    rows = {row[3]: row[2:5] for row in shown(warehouse) if len(row) > 4}
    assert rows["condemned sanctions of United States"] == ["Russia", "condemned sanctions of United States", "Russia"]
    assert rows["violated sanctions of United States"] == ["Russia", "violated sanctions of United States", "Russia"]


def test_acts_of_no_stated_day_stand_in_brackets_at_the_day_of_their_report(warehouse: Warehouse, planted: Planted):
    days = {"Canada": "2031-05-07", "United States": None, "Russia": "2031-04"}
    for name, day in days.items():
        article = planted.article(name, LINES["listing"])
        imposer = {"name": name, "kind": "country", "code": name[:2].upper(), "role": None}
        target = {"name": f"Firm of {name}", "kind": "organisation", "code": None, "role": None}
        planted.mention(article, LINES["listing"], imposers=[imposer], targets=[target], event_date=day)
    table = shown(warehouse)
    assert [row[1:3] for row in table if len(row) > 4][1:] == [
        ["2031-05-07", "Canada"],
        ["(2031-05-06)", "United States"],
        ["2031-04", "Russia"],
    ]
    assert "day of the first report" in table[-1][0]

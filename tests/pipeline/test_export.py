"""The warehouse in files: typed, safe to open, and the same rows in every format."""

from __future__ import annotations

import csv
import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.pipeline.export import TABLES, Format, export_warehouse
from include.pipeline.export_formats import csv_cell
from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.pipeline.planted import BELARUS, CANADA, LINES, NOON, Planted

FIRM = {"name": "=Grodno Azot", "kind": "organisation", "code": "BY", "role": None}


@pytest.fixture
def settings(warehouse) -> Settings:
    return Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.loader, batch_size=2)


@pytest.fixture
def filled(settings, warehouse) -> Settings:
    planted = Planted(dsn=warehouse.loader)
    planted.three_reports()
    article = planted.article("four", LINES["listing"], hours=2)
    planted.mention(article, LINES["listing"], targets=[BELARUS, FIRM], imposers=[CANADA])
    resolve_events(settings, now=NOON)
    return settings


def test_parquet_has_types_and_lists(filled, tmp_path):
    tally = export_warehouse(filled, form=Format.PARQUET, folder=tmp_path).as_dict()
    assert tally == {"events": 2, "mentions": 4, "parties": 5, "measures": 2}
    events = pq.read_table(tmp_path / "events.parquet")
    assert events.schema.field("target_codes").type == pa.list_(pa.string())
    assert events.schema.field("first_seen_at").type == pa.timestamp("us", tz="UTC")
    row = next(row for row in events.to_pylist() if row["report_count"] == 3)
    assert (row["targets"], row["objects"], row["act_on"]) == (
        ["Belarus", "=Grodno Azot"],
        ["three firms"],
        date(2031, 5, 6),
    )
    assert row["flows"] == [None]


def test_csv_has_no_formulas(filled, tmp_path):
    export_warehouse(filled, form=Format.CSV, folder=tmp_path)
    rows = list(csv.DictReader((tmp_path / "parties.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 5
    assert {row["name"] for row in rows} == {
        *("Canada", "Belarus", "'=Grodno Azot", "North Korea"),
        "United Nations Security Council",
    }


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_what_a_spreadsheet_would_run_is_quoted(start):
    assert csv_cell(start) == "'" + start
    assert csv_cell([start, "b"]) == f"'{start}; b"


def test_numbers_stay_numbers():
    assert [csv_cell(value) for value in (-1, 0.5, None, True, [], [None, "a"])] == [-1, 0.5, "", "true", "", "; a"]


def test_json_lines_join_by_event(filled, tmp_path):
    export_warehouse(filled, form=Format.JSONL, folder=tmp_path)
    tables = {
        table: [json.loads(line) for line in (tmp_path / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()]
        for table in TABLES
    }
    events = {row["event_id"] for row in tables["events"]}
    assert all({row["event_id"] for row in tables[table]} == events for table in TABLES)
    assert {sentence for row in tables["mentions"] for sentence in row["evidence"]} == set(LINES.values())


def test_entities_refer_to_entities_of_the_schema(filled, tmp_path):
    tally = export_warehouse(filled, form=Format.FTM, folder=tmp_path).as_dict()
    lines = (tmp_path / "entities.ftm.json").read_text(encoding="utf-8").splitlines()
    entities = {entity["id"]: entity for entity in map(json.loads, lines)}
    assert len(entities) == len(lines) == tally["entities"]
    by_schema = {
        schema: [entity["properties"] for entity in entities.values() if entity["schema"] == schema]
        for schema in ("Event", "Article", "Documentation", "Sanction")
    }
    assert {schema: len(found) for schema, found in by_schema.items()} == {
        "Event": 2,
        "Article": 4,
        "Documentation": 4,
        "Sanction": 1,
    }
    references = [
        reference
        for properties in (entity["properties"] for entity in entities.values())
        for name in ("organizer", "involved", "document", "entity")
        for reference in properties.get(name, ())
    ]
    assert references and set(references) <= set(entities)
    (sanction,) = by_schema["Sanction"]
    assert entities[sanction["entity"][0]]["properties"]["name"] == ["=Grodno Azot"]
    assert (sanction["authority"], sanction["country"]) == (["Canada"], ["ca"])
    assert all(
        values and all(isinstance(value, str) and value for value in values)
        for entity in entities.values()
        for values in entity["properties"].values()
    )


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.FTM])
def test_an_empty_warehouse_gives_empty_tables_with_their_columns(settings, tmp_path, form):
    assert export_warehouse(settings, form=form, folder=tmp_path).as_dict() == {}
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(f"{table}.{form}" for table in TABLES)
    if form is Format.CSV:
        assert (tmp_path / "measures.csv").read_text(encoding="utf-8").split() == [
            "event_id,position,measure_type,flow,objects"
        ]
    if form is Format.PARQUET:
        assert pq.read_table(tmp_path / "measures.parquet").num_columns == 5


def test_a_broken_export_leaves_no_half_file(settings, tmp_path, monkeypatch):
    monkeypatch.setattr("include.pipeline.export_formats.ARROW_TYPES", {})
    with pytest.raises(KeyError):
        export_warehouse(settings, form=Format.PARQUET, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []

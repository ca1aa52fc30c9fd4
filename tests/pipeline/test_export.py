"""The warehouse in files: typed, safe to open, and the same rows in every format."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import warnings
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from include.catalog import FOLDER
from include.pipeline.export import TABLES, Format, export_warehouse
from include.pipeline.export_formats import csv_cell
from include.pipeline.export_ftm import country_of
from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.pipeline.ftm_schema import EXCERPT, SCHEMATA, excerpt, troubles
from tests.pipeline.many_acts import export_apart, plant_acts
from tests.pipeline.planted import BELARUS, CANADA, LINES, NOON, Planted

EXPORTS = Path(__file__).resolve().parent.parent.parent / "docs" / "exports.md"
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


@pytest.fixture
def entities(filled, warehouse, tmp_path) -> dict[str, dict]:
    """Entities of every schema we write, with dates of every precision."""
    planted = Planted(dsn=warehouse.loader)
    parties = [
        {"name": "Lady R", "kind": "vessel", "code": None, "role": None},
        {"name": "Ivan Ivanov", "kind": "person", "code": "RU", "role": None},
        {"name": "the oil sector", "kind": "sector", "code": None, "role": None},
    ]
    union = {"name": "European Union", "kind": "organisation", "code": "EU", "role": None}
    for name, fields in {
        "listed": {"modality": "asserted", "event_date": "2031-05"},
        "threat": {"modality": "possible", "event_type": "threatened", "event_date": "2031"},
        "lift": {"event_type": "lifted"},
    }.items():
        article = planted.article(name, LINES["freeze"], language="de" if name == "lift" else "en", hours=300)
        planted.mention(article, LINES["freeze"], imposers=[union], targets=parties, **fields)
    resolve_events(filled, now=NOON)
    export_warehouse(filled, form=Format.FTM, folder=tmp_path)
    lines = (tmp_path / "entities.ftm.json").read_text(encoding="utf-8").splitlines()
    return {entity["id"]: entity for entity in map(json.loads, lines)}


def test_entities_fit_the_schema(entities):
    known = json.loads(EXCERPT.read_text(encoding="utf-8"))
    assert {entity["schema"] for entity in entities.values()} == set(SCHEMATA)
    assert list(troubles(entities, known)) == []


def test_only_asserted_listings_become_sanctions(entities):
    listed = {
        entities[name]["properties"]["name"][0]
        for entity in entities.values()
        if entity["schema"] == "Sanction"
        for name in entity["properties"]["entity"]
    }
    assert listed == {"=Grodno Azot", "Lady R", "Ivan Ivanov"}
    assert sum(entity["schema"] == "Sanction" for entity in entities.values()) == 3  # neither of threat nor of lifting


@pytest.mark.parametrize(
    ("schema", "properties", "said"),
    [
        ("Event", {"country": ["gb"]}, "lacks name"),
        ("Event", {"name": ["A"], "colour": ["red"]}, "no property colour"),
        ("Event", {"name": ["A"], "country": ["xq"]}, "no country"),
        ("Event", {"name": ["A"], "date": ["May 2031"]}, "no date"),
        ("Event", {"name": ["A"], "date": ["2031-05-06T12:00:00+00:00"]}, "no date"),
        ("Event", {"name": ["A"], "involved": ["nobody"]}, "no entity of LegalEntity"),
        ("Cake", {"name": ["A"]}, "none of our schemata"),
    ],
)
def test_what_does_not_fit_the_schema_is_found(schema, properties, said):
    known = json.loads(EXCERPT.read_text(encoding="utf-8"))
    (trouble,) = troubles({"a": {"id": "a", "schema": schema, "properties": properties}}, known)
    assert said in trouble


def test_every_country_is_one_of_followthemoney():
    known = json.loads(EXCERPT.read_text(encoding="utf-8"))
    codes = yaml.safe_load((FOLDER / "actors.yml").read_text(encoding="utf-8"))["states"]
    written = {country_of(code) for code in [*codes, "EU"]} - {None}
    assert len(written) > 180
    assert written <= set(known["codes"]["country"])
    assert [country_of(code) for code in ("UN", "G7", "UNSC", "", None)] == [None] * 5


def test_the_package_itself_takes_the_entities(entities):
    """Runs where somebody installed followthemoney, which needs a compiler and the headers of ICU."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        followthemoney = pytest.importorskip("followthemoney", reason="PyICU has no wheels", exc_type=ImportError)
    for entity in entities.values():
        followthemoney.model.get(entity["schema"]).validate(entity)
        proxy = followthemoney.model.get_proxy(entity, cleaned=False)  # drops what it cannot make sense of
        assert {name: set(values) for name, values in proxy.to_dict()["properties"].items()} == {
            name: set(values) for name, values in entity["properties"].items()
        }
    assert excerpt() == json.loads(EXCERPT.read_text(encoding="utf-8"))


@pytest.mark.parametrize("form", list(Format))
def test_memory_does_not_grow_with_the_rows(warehouse, tmp_path, form):
    """With a cursor that fetches everything at once, 30,000 such acts take 35 MB more."""
    plant_acts(warehouse.loader, 1_000)
    few = export_apart(warehouse.loader, form, tmp_path / "few")
    Planted(dsn=warehouse.owner).run("truncate sanctions.events cascade")
    plant_acts(warehouse.loader, 30_000)
    many = export_apart(warehouse.loader, form, tmp_path / "many")
    assert many.rows == 30 * few.rows > 0
    assert many.peak_megabytes < few.peak_megabytes + 20


def test_duckdb_reads_it_as_documented(filled, tmp_path, monkeypatch):
    export_warehouse(filled, form=Format.PARQUET, folder=tmp_path / "exports")
    (line,) = re.findall(r"^python -c \"(import duckdb; .*)\"$", EXPORTS.read_text(encoding="utf-8"), re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    shown = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"│\s*BY\s*│\s*1\s*│", shown.stdout)

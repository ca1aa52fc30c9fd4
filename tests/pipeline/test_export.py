"""The warehouse in files: typed, safe to open, and the same rows in every format."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import warnings
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from include.catalog import FOLDER
from include.pipeline.export import TABLES, Format, count_rows, export_warehouse
from include.pipeline.export_formats import Column, csv_cell, csv_sink, parquet_sink
from include.pipeline.export_ftm import country_of, sentence_of
from include.pipeline.resolve_events import resolve_events
from include.settings import Settings
from tests.pipeline.ftm_schema import EXCERPT, SCHEMATA, excerpt, troubles
from tests.pipeline.many_acts import PROJECT, export_apart, plant_acts
from tests.pipeline.planted import BELARUS, CANADA, COUNCIL, LINES, NOON, Planted

EXPORTS = Path(__file__).resolve().parent.parent.parent / "docs" / "exports.md"
STATES = {"name": "United States", "kind": "country", "code": "US", "role": None}
IRAN = {"name": "Iran", "kind": "country", "code": "IR", "role": None}
CHINA = {"name": "China", "kind": "country", "code": "CN", "role": None}
TANKER = {"name": "Lady R", "kind": "vessel", "code": None, "role": None}
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


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
@pytest.mark.parametrize("unseen", ["", " ", "\u00a0", "\u200b", "\ufeff", "\u2060\u202e", "\x00", '"'])
def test_what_a_spreadsheet_would_run_is_quoted(start, unseen):
    assert csv_cell(unseen + start) == "'" + unseen + start
    assert csv_cell([unseen + start, "b"]) == f"'{unseen}{start} | b"
    assert csv_cell(["b", unseen + start]) == f"b | '{unseen}{start}"


@pytest.mark.parametrize("start", ["\t", "\r", "\n"])
def test_what_a_spreadsheet_may_drop_is_quoted_too(start):
    assert csv_cell(start + "=1") == f"'{start}'=1"
    assert csv_cell(start + "b") == f"'{start}b"


HOSTILE = [
    "Ban;=cmd|'/C calc'!A0",
    "Ban; \"=cmd|'/C calc'!A0",
    "Ban;\u200b\u00a0=cmd|'/C calc'!A0",
    "Ban\t=cmd|'/C calc'!A0",
    "Ban\n=cmd|'/C calc'!A0",
    "Ban\r\n\ufeff@SUM(A1)",
    'quoted";"=1',
    '";=1',
    "+1",
]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONE])
def test_no_cell_is_a_formula_whatever_it_is_parted_by(tmp_path, separator, quoting):
    columns = [Column(name=name, type_number=25) for name in ("id", "title", "objects")]
    with csv_sink(tmp_path / "a.csv") as write:
        write(columns, [("b", text, ["c", text]) for text in HOSTILE])
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=separator, quoting=quoting) for cell in row]
    assert len(cells) > len(HOSTILE)
    assert [cell for cell in cells if re.match(r'[\s"\u200b\ufeff]*[=+@-]', cell)] == []


def test_what_is_harmless_stays_as_it_is():
    for text in ("Hapag-Lloyd", "a = b; c - d", "2031-05-06", "1 + 1, or 2", "mail@example.org", "'quoted'"):
        assert csv_cell(text) == text


def test_numbers_stay_numbers(tmp_path):
    assert [csv_cell(value) for value in (-1, 0.5, None, True, [], [None, "a"])] == [-1, 0.5, "", "true", "", " | a"]
    with csv_sink(tmp_path / "a.csv") as write:
        write([Column(name=name, type_number=701) for name in ("a", "b", "c")], [(-1, -0.5, "-1")])
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()[1] == '-1,-0.5,"\'-1"'


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
        for name in ("organizer", "involved", "document", "entity", "subject", "object")
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


@pytest.mark.parametrize("form", list(Format))
def test_the_analyst_exports_what_the_loader_does(filled, warehouse, tmp_path, form):
    analyst = Settings(AIRFLOW_CONN_WAREHOUSE=warehouse.analyst, batch_size=2)
    export_warehouse(filled, form=form, folder=tmp_path / "loader")
    export_warehouse(analyst, form=form, folder=tmp_path / "analyst")
    files = sorted((tmp_path / "loader").iterdir())
    tables = [file for file in files if not file.name.startswith("manifest")]
    assert [file.read_bytes() for file in tables] == [
        (tmp_path / "analyst" / file.name).read_bytes() for file in tables
    ]


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.FTM])
def test_an_empty_warehouse_gives_empty_tables_with_their_columns(settings, tmp_path, form):
    assert export_warehouse(settings, form=form, folder=tmp_path).as_dict() == {}
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(
        [f"manifest-{form}.json", *(f"{table}.{form}" for table in TABLES)]
    )
    if form is Format.CSV:
        assert (tmp_path / "measures.csv").read_text(encoding="utf-8").split() == [
            '"event_id","position","measure_type","flow","objects"'
        ]
    if form is Format.PARQUET:
        assert pq.read_table(tmp_path / "measures.parquet").num_columns == 5


def test_a_broken_export_leaves_no_half_file(settings, tmp_path, monkeypatch):
    monkeypatch.setattr("include.pipeline.export_formats.ARROW_TYPES", {})
    with pytest.raises(KeyError):
        export_warehouse(settings, form=Format.PARQUET, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def manifest_of(folder: Path, form: Format) -> dict:
    return json.loads((folder / f"manifest-{form}.json").read_bytes())


def test_a_manifest_says_what_there_is(filled, tmp_path):
    before = datetime.now(UTC)
    export_warehouse(filled, form=Format.CSV, folder=tmp_path)
    export_warehouse(filled, form=Format.FTM, folder=tmp_path)
    said = manifest_of(tmp_path, Format.CSV)
    assert before < datetime.fromisoformat(said.pop("taken_at")) < datetime.now(UTC)
    assert said.pop("columns")["measures"] == {
        "event_id": "string",
        "position": "int16",
        "measure_type": "string",
        "flow": "string",
        "objects": "list<item: string>",
    }
    assert said == {
        "is_whole": True,
        "format": "csv",
        "rows": {"events": 2, "mentions": 4, "parties": 5, "measures": 2},
    }
    lines = (tmp_path / "entities.ftm.json").read_bytes().splitlines()
    assert manifest_of(tmp_path, Format.FTM)["rows"] == {"entities": len(lines)}


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.FTM])
def test_an_export_that_fails_at_a_later_table_leaves_the_last_one_whole(
    filled, warehouse, tmp_path, form, monkeypatch
):
    export_warehouse(filled, form=form, folder=tmp_path)
    before = contents(tmp_path)
    Planted(dsn=warehouse.loader).run("delete from sanctions.event_measures")
    monkeypatch.setattr("include.pipeline.export.TABLES", (*TABLES[:3], "nothing"))
    with pytest.raises(FileNotFoundError):
        export_warehouse(filled, form=form, folder=tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("form", list(Format))
def test_two_exports_to_one_folder_leave_the_files_of_one_of_them(filled, warehouse, tmp_path, form):
    """The earlier sees none of what came after it began, and is the last to end."""
    other, begun = tmp_path / "other", []

    def meanwhile(rows: int) -> None:
        if not begun:
            begun.append(rows)
            export_warehouse(filled, form=form, folder=other)
            Planted(dsn=warehouse.loader).run("update sanctions.event_parties set name = 'Other'")
            export_warehouse(filled, form=form, folder=tmp_path / "shared")

    export_warehouse(filled, form=form, folder=tmp_path / "shared", advance=meanwhile)
    shared, wanted = contents(tmp_path / "shared"), contents(other)
    assert begun and shared.keys() == wanted.keys()
    assert all(shared[name] == wanted[name] for name in wanted if not name.startswith("manifest"))


STOPPED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from include.pipeline import export, snapshot
from include.settings import settings
def stop(rows):
    print(sum(1 for path in Path(sys.argv[1]).rglob("*") if path.is_file()), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
if sys.argv[2] == "export":
    export.export_warehouse(settings(), form=export.Format.CSV, folder=Path(sys.argv[1]), advance=stop)
else:
    whole = export.export_warehouse
    snapshot.export_warehouse = lambda *given, **named: whole(*given, **named, advance=stop)
    snapshot.take_snapshot(settings(), now=datetime.now(UTC))
"""


@pytest.mark.parametrize("what", ["export", "snapshot"])
def test_what_is_stopped_leaves_nothing(filled, warehouse, tmp_path, what):
    place = tmp_path / "place"
    place.mkdir()
    environment = os.environ | {
        "AIRFLOW_CONN_WAREHOUSE": warehouse.loader,
        "PYTHONPATH": str(PROJECT),
        "TMPDIR": str(place),
        "DESK_HOME": str(tmp_path / "home"),
    }
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, str(place), what], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (128 + signal.SIGTERM, "1\n"), done.stderr
    assert [path for path in place.rglob("*") if path.name.startswith((".export", "desk-snapshot"))] == []


@pytest.mark.parametrize("form", list(Format))
def test_the_count_is_that_of_the_rows(filled, tmp_path, form):
    rows: list[int] = []
    export_warehouse(filled, form=form, folder=tmp_path, advance=rows.append)
    assert count_rows(filled, form) == sum(rows) > 0


def test_row_groups_hold_many_batches_and_are_bounded(tmp_path):
    columns = [Column(name="n", type_number=20), Column(name="text", type_number=25)]
    with parquet_sink(tmp_path / "few.parquet") as write, parquet_sink(tmp_path / "long.parquet") as write_long:
        for start in range(0, 250_000, 1000):
            write(columns, [(n, "a") for n in range(start, start + 1000)])
            if start < 5000:
                write_long(columns, [(n, "x" * 20_000) for n in range(start, start + 1000)])
    assert groups(tmp_path / "few.parquet") == [50_000] * 5
    assert groups(tmp_path / "long.parquet") == [2000, 2000, 1000]  # a thousand are 20 MB


def groups(file: Path) -> list[int]:
    found = pq.ParquetFile(file).metadata
    return [found.row_group(number).num_rows for number in range(found.num_row_groups)]


@pytest.fixture
def entities(filled, warehouse, tmp_path) -> dict[str, dict]:
    """Entities of every schema we write, with dates of every precision."""
    planted = Planted(dsn=warehouse.loader)
    parties = [
        TANKER,
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
    return entities_of(filled, tmp_path)


def entities_of(settings: Settings, folder: Path) -> dict[str, dict]:
    export_warehouse(settings, form=Format.FTM, folder=folder)
    lines = (folder / "entities.ftm.json").read_text(encoding="utf-8").splitlines()
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


def sides(**parties: list[dict]) -> list[dict]:
    return [party | {"role": role} for role, each in parties.items() for party in each]


@pytest.mark.parametrize(
    ("event_type", "modality", "parties", "name"),
    [
        ("imposed", "asserted", sides(imposer=[STATES], target=[IRAN]), "United States imposes sanctions on Iran"),
        ("imposed", "possible", sides(imposer=[STATES], target=[IRAN]), "United States may impose sanctions on Iran"),
        ("lifted", "planned", sides(imposer=[STATES], target=[IRAN]), "United States plans to lift sanctions on Iran"),
        (
            *("eased", "planned", sides(imposer=[STATES, CANADA], target=[IRAN, BELARUS, FIRM])),
            "United States and Canada plan to ease sanctions on Iran, Belarus and =Grodno Azot",
        ),
        ("threatened", "possible", sides(imposer=[STATES]), "United States threatens sanctions"),
        ("proposed", "possible", sides(imposer=[STATES], target=[IRAN]), "United States proposes sanctions on Iran"),
        (
            *("proposed", "planned", sides(imposer=[STATES], target=[IRAN], actor=[CANADA])),
            "Canada proposes sanctions by United States on Iran",
        ),
        ("extended", "asserted", sides(target=[IRAN]), "Sanctions on Iran are extended"),
        ("extended", "possible", sides(target=[IRAN]), "Sanctions on Iran may be extended"),
        ("lifted", "planned", sides(), "Sanctions are to be lifted"),
        (
            *("condemned", "asserted", sides(imposer=[STATES], target=[IRAN], actor=[CHINA])),
            "China condemns sanctions by United States on Iran",
        ),
        (
            *("condemned", "asserted", sides(imposer=[STATES], target=[IRAN])),
            "Sanctions by United States on Iran are condemned",
        ),
        ("condemned", "asserted", sides(target=[IRAN]), "Sanctions on Iran are condemned"),
        (
            *("violated", "possible", sides(target=[IRAN], actor=[CHINA, TANKER])),
            "China and Lady R may violate sanctions on Iran",
        ),
    ],
)
def test_an_act_is_named_by_a_sentence(event_type, modality, parties, name):
    assert sentence_of(event_type, modality, parties) == name


def test_every_party_is_linked_and_what_was_refused_is_left_out(settings, warehouse, tmp_path):
    planted = Planted(dsn=warehouse.loader)
    for name, fields in {
        "imposed": {"modality": "planned", "targets": [TANKER]},
        "lifted": {"modality": "rejected", "targets": [IRAN], "imposers": [COUNCIL]},
        "violated": {"modality": "asserted", "targets": [BELARUS], "actors": [TANKER, FIRM]},
        "condemned": {"modality": "asserted", "targets": [IRAN], "actors": [CHINA]},
    }.items():
        article = planted.article(name, f"{name} {LINES['freeze']}", hours=300)
        planted.mention(article, LINES["freeze"], event_type=name, **{"imposers": [STATES]} | fields)
    resolve_events(settings, now=NOON)
    entities = entities_of(settings, tmp_path)
    names = {name: entity["properties"].get("name", [""])[0] for name, entity in entities.items()}
    events = {name: entity["properties"] for name, entity in entities.items() if entity["schema"] == "Event"}
    said = {
        event["name"][0]: [[names[party] for party in event.get(side, ())] for side in ("organizer", "involved")]
        for event in events.values()
    }
    assert said == {
        "United States plans to impose sanctions on Lady R": [["United States"], []],
        "=Grodno Azot and Lady R violate sanctions by United States on Belarus": [
            ["=Grodno Azot"],
            ["United States", "Belarus"],
        ],
        "China condemns sanctions by United States on Iran": [["China"], ["United States", "Iran"]],
    }
    links = [entity["properties"] for entity in entities.values() if entity["schema"] == "UnknownLink"]
    assert sorted((link["role"][0], names[link["object"][0]]) for link in links) == [
        ("actor", "Lady R"),
        ("target", "Lady R"),
    ]
    linked = {
        party
        for properties in (*events.values(), *links)
        for side in ("organizer", "involved", "object")
        for party in properties.get(side, ())
    }
    kinds = {"Article", "Documentation", "Event", "UnknownLink"}
    assert linked == {name for name, entity in entities.items() if entity["schema"] not in kinds}
    assert sum(entity["schema"] == "Article" for entity in entities.values()) == 3


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
    """With a cursor that fetches everything at once, 30,000 such acts take 35 MB more; few fill groups of Parquet."""
    few_acts, more = (25_000, 2) if form is Format.PARQUET else (1_000, 30)
    plant_acts(warehouse.loader, few_acts)
    few = export_apart(warehouse.loader, form, tmp_path / "few")
    Planted(dsn=warehouse.owner).run("truncate sanctions.events cascade")
    plant_acts(warehouse.loader, few_acts * more)
    many = export_apart(warehouse.loader, form, tmp_path / "many")
    assert many.rows == more * few.rows > 0
    assert many.peak_megabytes < few.peak_megabytes + 20


def test_duckdb_reads_it_as_documented(filled, tmp_path, monkeypatch):
    export_warehouse(filled, form=Format.PARQUET, folder=tmp_path / "exports")
    monkeypatch.chdir(tmp_path)
    assert re.search(r"│\s*BY\s*│\s*1\s*│", shown_by_duckdb("exports/events.parquet"))


def shown_by_duckdb(file: str) -> str:
    """What the documented command that reads a file prints."""
    lines = re.findall(r"^python -c \"(import duckdb; .*)\"$", EXPORTS.read_text(encoding="utf-8"), re.MULTILINE)
    (line,) = (line for line in lines if file in line)
    shown = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    return shown.stdout

"""Writes the warehouse's events, mentions, parties and measures to files, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from include.edges.warehouse import Connection, read, statement, transaction
from include.pipeline.export_formats import Column, Sink, csv_sink, jsonl_sink, parquet_sink, schema_of
from include.pipeline.export_ftm import ENTITY_SOURCES
from include.pipeline.file_set import file_set
from include.records import Tally
from include.settings import Settings

TABLES = ("events", "mentions", "parties", "measures")


class Format(StrEnum):
    """What kind of file to write."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    FTM = "ftm"


SINKS: dict[Format, Callable[[Path], Sink]] = {
    Format.PARQUET: parquet_sink,
    Format.CSV: csv_sink,
    Format.JSONL: jsonl_sink,
}


def count_rows(settings: Settings, form: Format) -> int:
    """How many rows an export would read now."""
    with transaction(settings.warehouse) as connection:
        (row,) = read(connection, "export_ftm_count" if form is Format.FTM else "export_count")
    return int(row.rows)


def export_warehouse(
    settings: Settings, *, form: Format, folder: Path, advance: Callable[[int], None] = lambda rows: None
) -> Tally:
    """How many rows of each table, or FollowTheMoney entities, were written; `advance` hears of each batch.

    All files of an export appear together, with a manifest, or none does.
    """
    tally = Tally()
    manifest = f"manifest-{form}.json"
    with file_set(folder, manifest=manifest) as made, transaction(settings.warehouse) as connection:
        # One snapshot for all files, so that every key found in one of them is found in the others.
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        (moment,) = read(connection, "export_moment")
        said: dict[str, object] = {"taken_at": moment.taken_at, "is_whole": True, "format": form}
        if form is Format.FTM:
            _write_entities(connection, made / "entities.ftm.json", settings.batch_size, tally, advance)
            said["rows"] = {"entities": tally.as_dict().get("entities", 0)}
        else:
            said["columns"] = {
                table: _write_table(connection, table, SINKS[form](made / f"{table}.{form}"), settings, tally, advance)
                for table in TABLES
            }
            said["rows"] = {table: tally.as_dict().get(table, 0) for table in TABLES}
        (made / manifest).write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))
    return tally


def _write_table(
    connection: Connection, table: str, sink: Sink, settings: Settings, tally: Tally, advance: Callable[[int], None]
) -> dict[str, str]:
    """The types of the table's columns."""
    with sink as write:
        for columns, rows in stream(connection, f"export_{table}", settings.batch_size):
            write(columns, rows)
            tally.add(table, len(rows))
            advance(len(rows))
    return {field.name: str(field.type) for field in schema_of(columns)}


def _write_entities(
    connection: Connection, path: Path, batch_size: int, tally: Tally, advance: Callable[[int], None]
) -> None:
    with path.open("wb") as file:
        for name, entities_of in ENTITY_SOURCES.items():
            for _, rows in stream(connection, name, batch_size):
                entities = [entity for row in rows for entity in entities_of(row)]
                file.writelines(orjson.dumps(entity, option=orjson.OPT_APPEND_NEWLINE) for entity in entities)
                tally.add("entities", len(entities))
                advance(len(rows))


def stream(
    connection: Connection, name: str, batch_size: int, **parameters: object
) -> Iterator[tuple[list[Column], list[Any]]]:
    """Batches of a statement's rows from a cursor on the server, at least one even when there are no rows."""
    with connection.cursor(name=name) as cursor:
        cursor.itersize = batch_size
        cursor.execute(statement(name), parameters or None)
        rows = cursor.fetchmany(batch_size)
        columns = [Column(name=column.name, type_number=column.type_code) for column in cursor.description or ()]
        yield columns, rows
        while rows := cursor.fetchmany(batch_size):
            yield columns, rows

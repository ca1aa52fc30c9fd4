"""Writes the warehouse's events, mentions, parties and measures to files, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from include.edges.warehouse import Connection, statement, transaction
from include.pipeline.export_formats import Column, Sink, csv_sink, jsonl_sink, parquet_sink, replacing
from include.pipeline.export_ftm import ENTITY_SOURCES
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


def export_warehouse(
    settings: Settings, *, form: Format, folder: Path, advance: Callable[[int], None] = lambda rows: None
) -> Tally:
    """How many rows of each table, or FollowTheMoney entities, were written; `advance` hears of each batch."""
    folder.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    with transaction(settings.warehouse) as connection:
        # One snapshot for all files, so that every key found in one of them is found in the others.
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        if form is Format.FTM:
            _write_entities(connection, folder / "entities.ftm.json", settings.batch_size, tally, advance)
        else:
            for table in TABLES:
                _write_table(connection, table, SINKS[form](folder / f"{table}.{form}"), settings, tally, advance)
    return tally


def _write_table(
    connection: Connection, table: str, sink: Sink, settings: Settings, tally: Tally, advance: Callable[[int], None]
) -> None:
    with sink as write:
        for columns, rows in stream(connection, f"export_{table}", settings.batch_size):
            write(columns, rows)
            tally.add(table, len(rows))
            advance(len(rows))


def _write_entities(
    connection: Connection, path: Path, batch_size: int, tally: Tally, advance: Callable[[int], None]
) -> None:
    with replacing(path) as partial, partial.open("wb") as file:
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

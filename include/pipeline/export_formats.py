"""Parquet, CSV and JSON Lines files that grow batch by batch and appear under their name when whole."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a result: its name and PostgreSQL's number for its type."""

    name: str
    type_number: int


Write = Callable[[Sequence[Column], Sequence[tuple[Any, ...]]], None]
Sink = AbstractContextManager[Write]

# Numbers of pg_type that the exported statements return.
ARROW_TYPES = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    25: pa.string(),
    700: pa.float32(),
    1009: pa.list_(pa.string()),
    1082: pa.date32(),
    1184: pa.timestamp("us", tz="UTC"),
    2950: pa.string(),
}
# A spreadsheet runs a cell that begins like this; a quote in front makes it text (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name to write to; the file takes its real name when the block ends well, and goes when it does not."""
    partial = path.with_name(path.name + ".partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def parquet_sink(path: Path) -> Iterator[Write]:
    """Typed columns, lists as lists."""
    writer: pq.ParquetWriter | None = None

    def write(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> None:
        nonlocal writer
        schema = pa.schema([(column.name, ARROW_TYPES[column.type_number]) for column in columns])
        writer = writer or pq.ParquetWriter(partial, schema, compression="zstd")
        values = zip(*rows, strict=True) if rows else ([] for _ in columns)
        arrays = [pa.array(list(value), type=field.type) for value, field in zip(values, schema, strict=True)]
        writer.write_table(pa.Table.from_arrays(arrays, schema=schema))

    with replacing(path) as partial:
        try:
            yield write
        finally:
            if writer is not None:
                writer.close()


@contextmanager
def csv_sink(path: Path) -> Iterator[Write]:
    """Cells that no spreadsheet runs as a formula; lists parted by semicolons."""
    with replacing(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        named: list[str] = []

        def write(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> None:
            if not named:
                named.extend(column.name for column in columns)
                lines.writerow(named)
            lines.writerows([csv_cell(value) for value in row] for row in rows)

        yield write


def csv_cell(value: object) -> object:
    """The value as a spreadsheet may show it."""
    match value:
        case None:
            return ""
        case list():
            return csv_cell("; ".join("" if item is None else str(item) for item in value))
        case str():
            return f"'{value}" if value.startswith(FORMULA_STARTS) else value
        case bool():
            return "true" if value else "false"
        case _:
            return value


@contextmanager
def jsonl_sink(path: Path) -> Iterator[Write]:
    """One JSON object a line."""
    with replacing(path) as partial, partial.open("wb") as file:

        def write(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> None:
            names = [column.name for column in columns]
            for row in rows:
                file.write(orjson.dumps(dict(zip(names, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE))

        yield write

"""Parquet, CSV and JSON Lines files that grow batch by batch."""

from __future__ import annotations

import csv
import re
import unicodedata
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
# A spreadsheet runs a cell that begins like this, after whatever is not seen; a quote in front makes it text (OWASP,
# CSV injection). By another separator than ours (Excel in German and French: the semicolon) a cell begins within ours.
FORMULA_SIGNS = "=+@＝＋－＠-"
BREAKS = ("\t", "\r", "\n")
SEPARATORS = r";,|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029"
PARTS = re.compile(f"([{SEPARATORS}])")
SUSPECT = re.compile(rf"(?:^|[{SEPARATORS}])[^\w{SEPARATORS}]*[{FORMULA_SIGNS}]")  # few texts need a closer look

# Readers skip and decode whole groups: of a thousand rows they would gain nothing, of all rows we would hold too many.
GROUP_ROWS, GROUP_BYTES = 50_000, 32 << 20


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    return pa.schema([(column.name, ARROW_TYPES[column.type_number]) for column in columns])


@contextmanager
def parquet_sink(path: Path) -> Iterator[Write]:
    """Typed columns, lists as lists."""
    writer: pq.ParquetWriter | None = None
    held: list[pa.RecordBatch] = []

    def write(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> None:
        nonlocal writer
        schema = schema_of(columns)
        writer = writer or pq.ParquetWriter(path, schema, compression="zstd")
        values = zip(*rows, strict=True) if rows else ([] for _ in columns)
        arrays = [pa.array(list(value), type=field.type) for value, field in zip(values, schema, strict=True)]
        held.append(pa.record_batch(arrays, schema=schema))
        if sum(batch.num_rows for batch in held) >= GROUP_ROWS or sum(batch.nbytes for batch in held) >= GROUP_BYTES:
            write_group(writer)

    def write_group(writer: pq.ParquetWriter) -> None:
        writer.write_table(pa.Table.from_batches(held))
        held.clear()

    try:
        yield write
        if writer is not None and held:
            write_group(writer)
    finally:
        if writer is not None:
            writer.close()


@contextmanager
def csv_sink(path: Path) -> Iterator[Write]:
    """Cells that no spreadsheet runs as a formula; lists parted by bars."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
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
            return _harmless(" | ".join("" if item is None else _harmless(str(item)) for item in value))
        case str():
            return _harmless(value)
        case bool():
            return "true" if value else "false"
        case _:
            return value


def _harmless(text: str) -> str:
    """The text with a quote before whatever would be a formula, wherever a reader may part it."""
    start = "'" if text.startswith(BREAKS) else ""
    if not SUSPECT.search(text):
        return start + text
    return start + "".join("'" + piece if _starts_formula(piece) else piece for piece in PARTS.split(text))


def _starts_formula(piece: str) -> bool:
    seen = next((sign for sign in piece if sign != '"' and unicodedata.category(sign)[0] not in "ZC"), "")
    return seen != "" and seen in FORMULA_SIGNS


@contextmanager
def jsonl_sink(path: Path) -> Iterator[Write]:
    """One JSON object a line."""
    with path.open("wb") as file:

        def write(columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> None:
            names = [column.name for column in columns]
            for row in rows:
                file.write(orjson.dumps(dict(zip(names, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE))

        yield write

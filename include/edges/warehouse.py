"""Runs the statements of include/sql against the warehouse: records in, named tuples out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import psycopg2.errors
import psycopg2.extensions
from psycopg2.extensions import make_dsn, parse_dsn
from psycopg2.extras import NamedTupleCursor

from include.lineage import USED

Connection = psycopg2.extensions.connection
SQL = Path(__file__).parent.parent / "sql"
LOCK_WAIT = "10min"  # for what a person's session holds; a task has 30 minutes


class RowsHeldError(psycopg2.errors.LockNotAvailable):
    """Somebody's session holds rows that must be written; the message is one sentence with the cure."""


class WarehouseFullError(psycopg2.errors.DiskFull):
    """The server's disk has no room; the message is one sentence with the cure."""


def statement(name: str) -> str:
    """The text of include/sql/NAME.sql."""
    text = _text(name)
    if (used := USED.get()) is not None:
        used.add(text)
    return text


@cache
def _text(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def connect(dsn: str) -> Connection:
    """A connection of the pipeline's; a server that does not answer is given up after ten seconds.

    One that vanishes without a word (its machine is cut off) is noticed within two minutes. What the address says of
    these goes first.
    """
    patience = {"connect_timeout": "10", "keepalives_idle": "60", "keepalives_interval": "20", "keepalives_count": "3"}
    connection = psycopg2.connect(
        make_dsn(**patience | {"application_name": "sanctions-desk"} | parse_dsn(dsn)), cursor_factory=NamedTupleCursor
    )
    connection.autocommit = True  # so that it outlives a rollback
    read(connection, "bound_lock_wait", wait=LOCK_WAIT)
    connection.autocommit = False
    return connection


@contextmanager
def transaction(dsn: str) -> Iterator[Connection]:
    """A connection whose work is committed at the end of the block, or not at all."""
    connection = connect(dsn)
    try:
        yield connection
        connection.commit()
    except psycopg2.errors.LockNotAvailable as error:
        connection.rollback()
        raise RowsHeldError(
            f"A session holds rows that must be written, and did not let go in time ({holders(connection)}): end its"
            " transaction; nothing of this try was written, and the next one does it all."
        ) from error
    except psycopg2.errors.DiskFull as error:
        raise WarehouseFullError(
            f"The disk of the warehouse is full ({error.diag.message_primary}): make room on it; nothing of this try"
            " was written, and the next one does it all."
        ) from error
    finally:
        connection.close()  # which rolls back what was not committed; a rollback on a lost connection would hide why


def holders(connection: Connection, *, readers: bool = False) -> str:
    """The sessions that hold locks on the warehouse's tables, for people to find."""
    return "; ".join(row[0] for row in read(connection, "lock_holders", readers=readers)) or "gone by now"


def read(connection: Connection, name: str, **parameters: object) -> list[Any]:
    """The rows of a statement, as named tuples."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), parameters)
        return list(cursor.fetchall())


def write(connection: Connection, name: str, **parameters: object) -> int:
    """How many rows a statement wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), parameters)
        return int(cursor.rowcount)


def write_rows(connection: Connection, name: str, rows: Sequence[object], *, batch_size: int = 1000) -> int:
    """How many rows were written by a statement that reads its `rows` parameter with json_to_recordset.

    One bound value whatever the columns: no SQL is put together from strings, and NULs, arrays and quotes need no care
    of their own. Rows are dataclasses or dicts.
    """
    written = 0
    for start in range(0, len(rows), batch_size):
        written += write(connection, name, rows=as_json(rows[start : start + batch_size]))
    return written


def as_json(rows: Iterable[object]) -> str:
    """Rows as a JSON array; lone surrogates and NULs, which PostgreSQL refuses, become U+FFFD."""
    plain = [dataclasses.asdict(row) if dataclasses.is_dataclass(row) else row for row in rows]  # type: ignore[arg-type]
    try:
        written = orjson.dumps(plain, default=str)
    except TypeError:  # a lone surrogate
        written = b"\\u0000"
    # Looking for the one escape is ten times cheaper than looking through every string before.
    return (orjson.dumps(storable(plain), default=str) if b"\\u0000" in written else written).decode()


def storable(value: Any) -> Any:
    """The value with every string made storable."""
    match value:
        case str():
            if value.isascii() and "\0" not in value:
                return value
            return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
        case dict():
            return {key: storable(item) for key, item in value.items()}
        case list() | tuple():
            return [storable(item) for item in value]
        case _:
            return value

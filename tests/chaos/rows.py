"""What a warehouse and its archive hold, without what may differ from run to run: times, places, serial numbers."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator

import psycopg2
from psycopg2 import sql

from include.edges.archive import Archive, ArchiveError
from include.edges.object_storage import list_files, storage_path
from include.pipeline.snapshot import MANIFEST
from include.records import ArchiveRecord
from include.settings import Settings

# When something was seen or done, by the clock of the try that did it; what a publisher dated stays.
WHEN = {
    "seen_at", "fetched_at", "first_seen_at", "last_seen_at", "added_at", "polled_at", "succeeded_at", "next_poll_at",
    "full_fetched_at", "poll_interval", "robots_until", "wait_until", "returned_at", "text_at", "done_at", "learned_at",
    "holds_from", "changed_at", "valid_from", "valid_to", "counted_at", "retitled_at",
}  # fmt: skip
# A hash over rows and their times.
HASHED = {"fingerprint"}
WHERE = {"warc_file", "warc_offset", "warc_length", "seconds"}
# One row per request made: a try that was cut short made some, and its successor makes them again.
DIARIES = {"news.fetches"}
SERIAL = """
select attrelid::regclass::text, attname from pg_attribute where attidentity <> '' and attnum > 0
"""
TABLES = """
select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('news', 'sanctions') and c.relkind in ('r', 'p') and not c.relispartition
order by 1
"""
Rows = dict[str, Counter[str]]


def rows_of(dsn: str) -> Rows:
    """Every row of every table of the pipeline's, as JSON, and how often it is there."""
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            return read_rows(cursor)
    finally:
        connection.close()


def read_rows(cursor: psycopg2.extensions.cursor) -> Rows:
    """The same, as a transaction sees it."""
    cursor.execute(SERIAL)
    without = [f"{table}.{column}" for table, column in cursor.fetchall()]
    cursor.execute(TABLES)
    return {table: _rows(cursor, table, without) for (table,) in cursor.fetchall()}


def _rows(cursor: psycopg2.extensions.cursor, table: str, serial: list[str]) -> Counter[str]:
    left_out = WHEN | WHERE | HASHED | {name.rpartition(".")[2] for name in serial if name.rpartition(".")[0] == table}
    cursor.execute(
        sql.SQL("select to_jsonb(t) - %s::text[] from {} as t").format(sql.Identifier(*table.split("."))),
        (sorted(left_out),),
    )
    found = Counter(json.dumps(row, sort_keys=True) for (row,) in cursor.fetchall())
    return Counter(dict.fromkeys(found, 1)) if table in DIARIES else found


def differences(quiet: Rows, now: Rows) -> list[str]:
    """What is lost and what is too much, a line each."""
    said = []
    for table in sorted(quiet.keys() | now.keys()):
        before, after = quiet.get(table, Counter()), now.get(table, Counter())
        said += [f"{table}: lost {row}" for row in (before - after).elements()]
        said += [f"{table}: too much {row}" for row in (after - before).elements()]
    return said


def unreadable(settings: Settings, dsn: str) -> list[str]:
    """Pages whose bytes are not in the archive as they were fetched, files that break before their last record, and a
    snapshot that is not whole."""
    archive = Archive(settings.archive)
    said = []
    for url, sha256, *place in _places(dsn):
        record = ArchiveRecord(file=place[0], offset=place[1], length=place[2])
        try:
            archive.read(record, sha256=sha256)
        except ArchiveError as error:
            said.append(f"{url}: {error}")
    for path in list_files(storage_path(settings.archive), ".warc.gz"):
        with archive.open(path.path.removeprefix(storage_path(settings.archive).path).lstrip("/")) as stream:
            packed = stream.read()
        if not only_the_end_is_torn(packed):
            said.append(f"{path.name}: broken before its last record")
    manifests = list_files(storage_path(settings.snapshots), MANIFEST)
    said += [f"{path}: not whole" for path in manifests if not json.loads(path.read_bytes())["is_whole"]]
    return said if manifests else [*said, "no snapshot"]


def _places(dsn: str) -> Iterator[tuple[str, str, str, int, int]]:
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("select url, body_sha256, warc_file, warc_offset, warc_length from news.pages")
            yield from cursor.fetchall()
    finally:
        connection.close()


def only_the_end_is_torn(packed: bytes) -> bool:
    """True when every record of a WARC file is whole, but for one at the end that a crash may have cut."""
    while packed:
        member = zlib.decompressobj(wbits=31)
        try:
            text = member.decompress(packed)
        except zlib.error:
            return False
        if not member.eof:
            return True  # it ends amid a record
        if not text.startswith(b"WARC/1.1\r\n"):
            return False
        packed = member.unused_data
    return True

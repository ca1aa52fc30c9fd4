"""Brings the warehouse's schema up to date: forward-only numbered SQL files, each applied once, in order."""

from __future__ import annotations

from pathlib import Path

import psycopg2

SCHEMA = Path(__file__).parent.parent / "sql" / "schema"
MARTS = Path(__file__).parent.parent / "sql" / "marts"
LOCK = 7_141_592  # any constant: two migrations at once wait for each other


class BrokenHistoryError(Exception):
    """A migration that was applied is not the one on disk."""


def migrate(owner_dsn: str, *, schema: Path = SCHEMA, marts: Path = MARTS) -> tuple[str, ...]:
    """The names of the files applied now; a file that fails leaves the schema as it was before it.

    Marts are views without state, so they are simply made anew every time.
    """
    connection = psycopg2.connect(owner_dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", (LOCK,))
            cursor.execute(
                "create table if not exists public.desk_migrations"
                " (name text primary key, applied_at timestamptz not null default now())"
            )
            cursor.execute("revoke all on public.desk_migrations from public")
            cursor.execute("select name from public.desk_migrations")
            applied = {name for (name,) in cursor}
        files = sorted(schema.glob("*.sql"))
        if missing := applied - {file.stem for file in files}:
            raise BrokenHistoryError(f"the warehouse has migrations that this checkout lacks: {sorted(missing)}")
        pending = [file for file in files if file.stem not in applied]
        for file in pending:
            with connection, connection.cursor() as cursor:
                cursor.execute(file.read_text(encoding="utf-8"))
                cursor.execute("insert into public.desk_migrations (name) values (%s)", (file.stem,))
        with connection, connection.cursor() as cursor:
            for file in sorted(marts.glob("*.sql")):
                cursor.execute(file.read_text(encoding="utf-8"))
        return tuple(file.stem for file in pending)
    finally:
        connection.close()

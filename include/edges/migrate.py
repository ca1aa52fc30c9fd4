"""Brings the warehouse's schema up to date: forward-only numbered SQL files, each applied once, in order, or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path

import psycopg2
import psycopg2.errors
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - a class, named as one

from include.edges.warehouse import holders, statement

SCHEMA = Path(__file__).parent.parent / "sql" / "schema"
MARTS = Path(__file__).parent.parent / "sql" / "marts"
LOCK = 7_141_592  # any constant: two migrations at once wait for each other
LOCK_WAIT = "30s"  # for what a query of somebody's holds: as long as we wait, everybody else waits behind us
HISTORY = """
create table if not exists public.desk_migrations
(name text primary key, applied_at timestamptz not null default now());
alter table public.desk_migrations add column if not exists sha256 text;
create table if not exists public.desk_marts (sha256 text primary key);
revoke all on public.desk_migrations, public.desk_marts from public;
"""


class CannotMigrateError(Exception):
    """The warehouse cannot be brought up to date; the message is one sentence with the cure."""


class BrokenHistoryError(CannotMigrateError):
    """A migration that was applied is not the one on disk."""


class LacksExtensionError(CannotMigrateError):
    """The server has no extension that the schema needs, or its owner may not bring it in."""


class LockHeldError(CannotMigrateError):
    """Somebody's session holds a table or view that must change."""


class NoRoomError(CannotMigrateError):
    """The server's disk is full."""


class MartInUseError(CannotMigrateError):
    """Something of somebody else's hangs on a mart that cannot be changed under it."""


def migrate(owner_dsn: str, *, schema: Path = SCHEMA, marts: Path = MARTS) -> tuple[str, ...]:
    """The names of the files applied now; one that fails leaves schema and marts as they were before the first.

    Marts are views without state: they are made anew when their text has changed, and else left in peace.
    """
    connection = psycopg2.connect(owner_dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", (LOCK,))
            cursor.execute("set lock_timeout = %s", (LOCK_WAIT,))
            cursor.execute(HISTORY)
            cursor.execute("select name, sha256 from public.desk_migrations")
            applied = dict(cursor.fetchall())
        files = {file.stem: file.read_text(encoding="utf-8") for file in sorted(schema.glob("*.sql"))}
        check_history(applied, files)
        with connection, connection.cursor() as cursor:  # those of a time when none was kept
            for name in (name for name, known in applied.items() if known is None):
                cursor.execute(
                    "update public.desk_migrations set sha256 = %s where name = %s", (sha256_of(files[name]), name)
                )
        pending = [name for name in files if name not in applied]
        # All or nothing, marts too: what stops half-way must not leave a schema that neither checkout goes with.
        with connection, connection.cursor() as cursor:
            for name in pending:
                try:
                    cursor.execute(files[name])
                except psycopg2.errors.FeatureNotSupported as error:
                    raise LacksExtensionError(error.diag.message_primary) from error
                cursor.execute(
                    "insert into public.desk_migrations (name, sha256) values (%s, %s)", (name, sha256_of(files[name]))
                )
            make_marts(cursor, {file.stem: file.read_text(encoding="utf-8") for file in sorted(marts.glob("*.sql"))})
        return tuple(pending)
    except psycopg2.errors.LockNotAvailable as error:
        who = holders(connection, readers=True)
        raise LockHeldError(
            f"A session holds what the migration must change, for longer than {LOCK_WAIT} ({who}): end it, or wait"
            " for it, and start again; nothing of this migration was done."
        ) from error
    except psycopg2.errors.DiskFull as error:
        raise NoRoomError(
            f"The disk of the warehouse is full ({error.diag.message_primary}): make room on it, and start again;"
            " nothing of this migration was done."
        ) from error
    finally:
        connection.close()


def sha256_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def check_history(applied: Mapping[str, str | None], files: Mapping[str, str]) -> None:
    """Raises BrokenHistoryError when what was applied is not what is here."""
    if missing := sorted(applied.keys() - files.keys()):
        raise BrokenHistoryError(f"The warehouse has migrations that this checkout lacks: update it ({missing}).")
    if changed := sorted(name for name, known in applied.items() if known not in (None, sha256_of(files[name]))):
        raise BrokenHistoryError(
            f"Migrations were changed after they had been applied ({changed}): bring those files back as they were, and"
            " write a new one for what is to change."
        )


def make_marts(cursor: Cursor, texts: Mapping[str, str]) -> None:
    """Makes the views of mart, each file's of its name, unless they are there as the files have them."""
    digest = sha256_of("".join(texts.values()))
    cursor.execute("select sha256 from public.desk_marts")
    as_made = cursor.fetchone() == (digest,)
    cursor.execute(
        "select bool_and(to_regclass('mart.' || name) is not null) from unnest(%s::text[]) as name", (list(texts),)
    )
    if as_made and cursor.fetchone() == (True,):
        return
    cursor.execute("savepoint before_marts")
    try:
        for text in texts.values():
            cursor.execute(text)  # in place: views and rights of others that hang on it stay
    except psycopg2.errors.InvalidTableDefinition:  # a column went, or has another type or place
        cursor.execute("rollback to savepoint before_marts")
        cursor.execute(statement("mart_grants"), {"names": list(texts)})
        grants = [grant for (grant,) in cursor.fetchall()]
        drop_marts(cursor, texts)
        for text in (*texts.values(), *grants):
            cursor.execute(text)
    cursor.execute("delete from public.desk_marts")
    cursor.execute("insert into public.desk_marts (sha256) values (%s)", (digest,))


def drop_marts(cursor: Cursor, names: Collection[str]) -> None:
    """Drops our views. Raises MartInUseError when anything but they themselves hangs on one."""
    views = sql.SQL(", ").join(sql.Identifier("mart", name) for name in names)
    try:
        cursor.execute(sql.SQL("drop view if exists {}").format(views))  # all at once: they hang on each other
    except psycopg2.errors.DependentObjectsStillExist as error:
        hanging = " ".join((error.diag.message_detail or "").split())
        raise MartInUseError(
            f"The marts have other columns now, and something hangs on them ({hanging}):"
            " drop that, start again, and make it anew."
        ) from error

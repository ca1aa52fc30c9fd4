"""Brings the warehouse's schema up to date: forward-only numbered SQL files, each applied once, in order, or none."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path

import psycopg2
import psycopg2.errors
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - a class, named as one

from include.edges.warehouse import Connection, holders, read, statement

SCHEMA = Path(__file__).parent.parent / "sql" / "schema"
MARTS = Path(__file__).parent.parent / "sql" / "marts"
LOCK = 7_141_592  # any constant: two migrations at once wait for each other
LOCK_WAIT = "30s"  # for what a query of somebody's holds: as long as we wait, everybody else waits behind us
HISTORY = """
create table if not exists public.desk_migrations
(name text primary key, applied_at timestamptz not null default now());
alter table public.desk_migrations add column if not exists sha256 text;
create table if not exists public.desk_marts (sha256 text primary key);
alter table public.desk_marts add column if not exists name text;
revoke all on public.desk_migrations, public.desk_marts from public;
"""
NO_STATEMENT = re.compile(r"--[^\n]*|/\*.*?\*/|'[^']*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)
OF_TRANSACTIONS = re.compile(
    r"(?:^|;)\s*(begin|start\s+transaction|commit|rollback|abort|savepoint|release|prepare\s+transaction)\b",
    re.IGNORECASE,
)
# A mart reads what a migration drops or gives another type, or loses a column itself.
IN_THE_WAY = (
    psycopg2.errors.DependentObjectsStillExist,
    psycopg2.errors.FeatureNotSupported,
    psycopg2.errors.InvalidTableDefinition,
)


class CannotMigrateError(Exception):
    """The warehouse cannot be brought up to date; the message is one sentence with the cure."""


class BrokenHistoryError(CannotMigrateError):
    """A migration that was applied is not the one on disk."""


class TransactionStatementError(CannotMigrateError):
    """A file would end the transaction that all of them share."""


class LacksExtensionError(CannotMigrateError):
    """The server has no extension that the schema needs, or its owner may not bring it in."""


class LockHeldError(CannotMigrateError):
    """Somebody's session holds a table or view that must change, or migrates itself."""


class NoRoomError(CannotMigrateError):
    """The server's disk is full."""


class MartInUseError(CannotMigrateError):
    """Something of somebody else's hangs on a mart or table that cannot be changed under it."""


def migrate(owner_dsn: str, *, schema: Path = SCHEMA, marts: Path = MARTS) -> tuple[str, ...]:
    """The names of the files applied now; one that fails leaves schema and marts as they were before the first.

    Marts are views without state: they are made anew when their text has changed, and else left in peace.
    """
    files, views = texts_in(schema), texts_in(marts)
    connection = psycopg2.connect(owner_dsn)
    try:
        take_turn(connection)
        applied = read_history(connection)
        check_history(applied, files)
        pending = {name: text for name, text in files.items() if name not in applied}
        check_statements(pending | views)
        with connection, connection.cursor() as cursor:  # those of a time when none was kept
            for name in (name for name, known in applied.items() if known is None):
                cursor.execute(
                    "update public.desk_migrations set sha256 = %s where name = %s", (sha256_of(files[name]), name)
                )
        # All or nothing, marts too: what stops half-way must not leave a schema that neither checkout goes with.
        with connection, connection.cursor() as cursor:
            bring_up(cursor, pending, views)
        return tuple(pending)
    except psycopg2.errors.FeatureNotSupported as error:
        raise LacksExtensionError(error.diag.message_primary) from error
    except psycopg2.errors.DependentObjectsStillExist as error:
        hanging = " ".join((error.diag.message_detail or "").split())
        raise MartInUseError(
            f"This version drops or changes what something hangs on ({hanging}): drop that, start again, and make it"
            " anew; nothing of this migration was done."
        ) from error
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


def texts_in(folder: Path) -> dict[str, str]:
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.sql"))}


def sha256_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def take_turn(connection: Connection) -> None:
    """Raises LockHeldError when another migration of this warehouse takes too long."""
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("set lock_timeout = %s", (LOCK_WAIT,))
            cursor.execute("select pg_advisory_lock(%s)", (LOCK,))
    except psycopg2.errors.LockNotAvailable as error:
        who = "; ".join(row[0] for row in read(connection, "migration_holders", lock=LOCK)) or "gone by now"
        raise LockHeldError(
            f"Another migration goes on for longer than {LOCK_WAIT} ({who}): wait for it, or end it, and start again;"
            " nothing of this one was done."
        ) from error


def read_history(connection: Connection) -> dict[str, str | None]:
    """The hash of each migration that was applied, None where none was kept."""
    with connection, connection.cursor() as cursor:
        cursor.execute(HISTORY)
        cursor.execute("select name, sha256 from public.desk_migrations")
        return dict(cursor.fetchall())


def check_history(applied: Mapping[str, str | None], files: Mapping[str, str]) -> None:
    """Raises BrokenHistoryError when what was applied is not what is here."""
    if missing := sorted(applied.keys() - files.keys()):
        raise BrokenHistoryError(f"The warehouse has migrations that this checkout lacks: update it ({missing}).")
    if changed := sorted(name for name, known in applied.items() if known not in (None, sha256_of(files[name]))):
        raise BrokenHistoryError(
            f"Migrations were changed after they had been applied ({changed}): bring those files back as they were, and"
            " write a new one for what is to change."
        )
    last = max(applied, default="")
    if late := [name for name in files if name not in applied and name < last]:
        raise BrokenHistoryError(
            f"Migrations came after a later one, {last}, had been applied ({late}): give them numbers after it."
        )


def check_statements(texts: Mapping[str, str]) -> None:
    """Raises TransactionStatementError when one of these would end the transaction of all."""
    for name, text in texts.items():
        if found := OF_TRANSACTIONS.search(NO_STATEMENT.sub("", text)):
            raise TransactionStatementError(
                f"{name} has a statement of its own about transactions ({found[1]}), and would leave the warehouse"
                " half-way if it failed after that: take it out, all files are one transaction."
            )


def bring_up(cursor: Cursor, pending: Mapping[str, str], views: Mapping[str, str]) -> None:
    """Applies migrations, and makes of the marts what their files say; those whose file is gone go."""
    cursor.execute("select name from public.desk_marts where name is not null")
    before = {name for (name,) in cursor.fetchall()}
    cursor.execute("savepoint before")
    try:
        apply(cursor, pending)
        for text in changed(cursor, views).values():
            cursor.execute(text)  # in place: views and rights of others that hang on it stay
        drop_marts(cursor, before - views.keys())
    except IN_THE_WAY:
        cursor.execute("rollback to savepoint before")
        cursor.execute(statement("mart_grants"), {"names": list(views)})
        grants = [grant for (grant,) in cursor.fetchall()]
        drop_marts(cursor, before | views.keys())
        apply(cursor, pending)
        for text in (*views.values(), *grants):
            cursor.execute(text)
    cursor.execute("delete from public.desk_marts")
    for name, text in views.items():
        cursor.execute("insert into public.desk_marts (name, sha256) values (%s, %s)", (name, sha256_of(text)))


def apply(cursor: Cursor, pending: Mapping[str, str]) -> None:
    for name, text in pending.items():
        cursor.execute(text)
        cursor.execute("insert into public.desk_migrations (name, sha256) values (%s, %s)", (name, sha256_of(text)))


def changed(cursor: Cursor, views: Mapping[str, str]) -> dict[str, str]:
    """The marts that are not there as their files have them."""
    cursor.execute("select name, sha256 from public.desk_marts where to_regclass('mart.' || name) is not null")
    made = dict(cursor.fetchall())
    return {name: text for name, text in views.items() if made.get(name) != sha256_of(text)}


def drop_marts(cursor: Cursor, names: Collection[str]) -> None:
    if names:
        views = sql.SQL(", ").join(sql.Identifier("mart", name) for name in sorted(names))
        cursor.execute(sql.SQL("drop view if exists {}").format(views))  # all at once: they hang on each other

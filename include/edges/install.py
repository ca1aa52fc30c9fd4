"""Makes databases, roles and people's passwords.

As a program it is what the compose file's airflow-init runs: both databases, their roles, both schemas, and the file of
the passwords for Airflow's UI. `settings.Installation` says what it reads; running it again is harmless.
"""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404 # starts Airflow's and our own modules
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - a class, named as one
from psycopg2.extensions import make_dsn

from include.edges.migrate import CannotMigrateError, migrate
from include.edges.warehouse import statement
from include.settings import Installation

ROLES = ("airflow", "desk_owner", "desk_loader", "desk_analyst")


def create_roles(superuser_dsn: str, passwords: Mapping[str, str]) -> None:
    """The roles with these passwords; the analyst's sessions are read-only and bounded in number, time and disk."""
    connection = psycopg2.connect(superuser_dsn)
    try:
        with connection, connection.cursor() as cursor:
            for role in ROLES:
                cursor.execute("select from pg_roles where rolname = %s", (role,))
                verb = sql.SQL("create" if cursor.fetchone() is None else "alter")
                cursor.execute(
                    sql.SQL("{} role {} login password {}").format(
                        verb, sql.Identifier(role), sql.Literal(passwords[role])
                    )
                )
            cursor.execute(statement("bound_analyst"))
    finally:
        connection.close()


def create_database(superuser_dsn: str, name: str, *, owner: str, template: str = "template1") -> None:
    """Makes the database unless it is there; analysts are kept out of those that are no warehouse either way."""
    connection = psycopg2.connect(superuser_dsn)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("select from pg_database where datname = %s", (name,))
            if cursor.fetchone() is None:
                make_database(cursor, sql.Identifier(name), sql.Identifier(owner), sql.Identifier(template))
            cursor.execute(statement("guard_server"))
    finally:
        connection.close()


def make_database(cursor: Cursor, name: sql.Identifier, owner: sql.Identifier, template: sql.Identifier) -> None:
    cursor.execute(sql.SQL("create database {} owner {} template {}").format(name, owner, template))
    # Smaller and faster than pglz, where the server was built with it: the embedded one was not.
    cursor.execute("select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression'")
    if cursor.fetchone() == (True,):
        cursor.execute(sql.SQL("alter database {} set default_toast_compression = 'lz4'").format(name))


def guard_database(superuser_dsn: str) -> None:
    """Takes from everybody what PostgreSQL lets everybody do in a new database beside reading.

    Temporary tables and large objects are writes, and an advisory lock of ours in an analyst's hands would halt the
    pipeline.
    """
    connection = psycopg2.connect(superuser_dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement("guard_database"))
    finally:
        connection.close()


def write_secret(file: Path, text: str) -> None:
    """The file is never readable by others, not even for a moment, and never half written: a disk can be full."""
    draft = file.with_name(f".{file.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    draft.rename(file)


def install(wanted: Installation) -> None:
    """Both databases with their roles, the warehouse's schema, and the passwords that people log in with."""

    def dsn(role: str, password: str, database: str) -> str:
        return make_dsn(host=wanted.postgres_host, user=role, password=password, dbname=database, connect_timeout=10)

    superuser = dsn("postgres", wanted.postgres_password, "postgres")
    create_roles(superuser, wanted.role_passwords)
    create_database(superuser, "airflow", owner="airflow")
    create_database(superuser, "warehouse", owner="desk_owner")
    guard_database(dsn("postgres", wanted.postgres_password, "warehouse"))
    migrate(dsn("desk_owner", wanted.desk_owner_password, "warehouse"))
    # A file of Airflow's own, which opens it for writing: a secret mounted by Compose is read-only.
    people = {"admin": wanted.airflow_admin_password, "analyst": wanted.airflow_analyst_password}
    write_secret(wanted.people_file, json.dumps(people))


def main() -> int:
    try:
        install(Installation())  # type: ignore[call-arg]  # pydantic reads them from the environment
    except CannotMigrateError as error:
        print(error, file=sys.stderr)
        return 1
    except psycopg2.OperationalError as error:
        reason = " ".join(str(error).split())
        print(f"PostgreSQL cannot be used ({reason}): see to that, and start again.", file=sys.stderr)
        return 1
    for words in (["airflow", "db", "migrate"], ["include.edges.airflow_pools"]):
        if status := subprocess.run([sys.executable, "-m", *words], check=False).returncode:  # noqa: S603 - words of ours # nosec B603
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())

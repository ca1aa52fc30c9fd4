"""Makes databases and roles on a PostgreSQL server.

As a program it is what the compose file's airflow-init runs: both databases, their roles, both schemas. It reads
POSTGRES_PASSWORD, AIRFLOW_DB_PASSWORD and DESK_{OWNER,LOADER,ANALYST}_PASSWORD; running it again is harmless.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

import psycopg2
from psycopg2 import sql

from include.edges.migrate import migrate

ROLES = ("airflow", "desk_owner", "desk_loader", "desk_analyst")


def create_roles(superuser_dsn: str, passwords: Mapping[str, str]) -> None:
    """The roles with these passwords; the analyst's sessions are read-only and bounded in time."""
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
            cursor.execute("alter role desk_analyst set statement_timeout = '60s'")
            cursor.execute("alter role desk_analyst set default_transaction_read_only = on")
    finally:
        connection.close()


def create_database(superuser_dsn: str, name: str, *, owner: str, template: str = "template1") -> None:
    """Makes the database unless it is there."""
    connection = psycopg2.connect(superuser_dsn)
    connection.autocommit = True
    database = sql.Identifier(name)
    try:
        with connection.cursor() as cursor:
            cursor.execute("select from pg_database where datname = %s", (name,))
            if cursor.fetchone() is not None:
                return
            create = sql.SQL("create database {} owner {} template {}")
            cursor.execute(create.format(database, sql.Identifier(owner), sql.Identifier(template)))
            # Smaller and faster than pglz, where the server was built with it: the embedded one was not.
            cursor.execute("select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression'")
            if cursor.fetchone() == (True,):
                cursor.execute(sql.SQL("alter database {} set default_toast_compression = 'lz4'").format(database))
    finally:
        connection.close()


def main() -> int:
    host = os.environ.get("POSTGRES_HOST", "postgres")
    passwords = {role: os.environ[f"{role.upper()}_PASSWORD"] for role in ROLES if role != "airflow"}
    passwords["airflow"] = os.environ["AIRFLOW_DB_PASSWORD"]
    superuser = f"postgresql://postgres:{os.environ['POSTGRES_PASSWORD']}@{host}/postgres"
    create_roles(superuser, passwords)
    create_database(superuser, "airflow", owner="airflow")
    create_database(superuser, "warehouse", owner="desk_owner")
    migrate(f"postgresql://desk_owner:{passwords['desk_owner']}@{host}/warehouse")
    return subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

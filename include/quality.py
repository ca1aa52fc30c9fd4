"""The checks of include/sql/checks, each a task of its own in Airflow's UI by common-sql's check operator.

A check is a statement that counts what offends. Its first lines are comments: what must hold, then `-- hard` (nothing
downstream may trust the rows: the task fails) or `-- soft` (somebody should look: the task is skipped with a warning,
and what waits for it with `none_failed` goes on).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.providers.common.sql.operators.sql import SQLValueCheckOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from include.progress import told_progress
from include.settings import settings

CHECKS = Path(__file__).parent / "sql" / "checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One file of include/sql/checks."""

    name: str
    holds: str
    is_hard: bool
    sql: str


def list_checks(folder: Path = CHECKS) -> tuple[Check, ...]:
    """The checks of a folder, by name."""
    return tuple(_check(file) for file in sorted(folder.glob("*.sql")))


def _check(file: Path) -> Check:
    sql = file.read_text(encoding="utf-8")
    holds, severity, *_ = sql.splitlines()
    if severity not in ("-- hard", "-- soft"):
        raise ValueError(f"{file.name}: the second line must be '-- hard' or '-- soft', not {severity!r}")
    return Check(name=file.stem, holds=holds.removeprefix("-- "), is_hard=severity == "-- hard", sql=sql)


class WarehouseCheckOperator(SQLValueCheckOperator):
    """Fails when rows offend against a hard check, and is skipped with a warning when they do against a soft one."""

    # The statements hold nothing to be rendered, and `{` of a regular expression is to stay what it is.
    template_fields: Sequence[str] = ()

    def __init__(self, *, check: Check, **arguments: Any) -> None:
        super().__init__(
            sql=check.sql,
            pass_value=0,
            retry_on_failure=False,  # rows do not get better by waiting; an unreachable server is tried again
            doc_md=f"{check.holds} ({'hard' if check.is_hard else 'soft'}).",
            **arguments,
        )
        self.check = check

    def execute(self, context: Any) -> None:
        # Airflow's own listing of a failure repeats the statement; what must hold says more.
        self.parameters = parameters_of(self.check, now=datetime.now(UTC))
        try:
            with told_progress(self.check.name):
                super().execute(context)
        except AirflowFailException as error:
            offending = str(self.check_results[0].actual).strip("(,)") if self.check_results else "some"
            said = f"{self.check.name}: {offending} rows offend against: {self.check.holds}"
            if self.check.is_hard:
                raise AirflowFailException(said) from error
            self.log.warning(said)
            raise AirflowSkipException(said) from error

    def get_db_hook(self) -> Any:
        """A hook on the warehouse, whatever form its address is given in."""
        from airflow.providers.postgres.hooks.postgres import PostgresHook

        return PostgresHook(connection=_connection(settings().warehouse), log_sql=False)


def parameters_of(check: Check, *, now: datetime) -> dict[str, object]:
    """What a check binds: this moment, and the codes of the catalog where it asks for them."""
    parameters: dict[str, object] = {"now": now}
    if "%(codes)s" in check.sql:
        from include.catalog import load_catalog

        parameters["codes"] = sorted(load_catalog().gazetteer.by_code)
    return parameters


def _connection(dsn: str) -> Any:
    from airflow.sdk import Connection
    from psycopg2.extensions import parse_dsn

    parts = parse_dsn(dsn)
    login, password, host, port, database = (
        parts.pop(name, None) for name in ("user", "password", "host", "port", "dbname")
    )
    return Connection(
        conn_id="warehouse",
        conn_type="postgres",
        login=login,
        password=password,
        host=host,
        port=port and int(port),
        schema=database,
        extra=json.dumps(parts),
    )

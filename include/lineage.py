"""Which tables a run reads and writes, told to whoever listens for lineage in Airflow (the OpenLineage provider).

Read off the statements that the run used, so that it is what happened and no second list has to be kept true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

TABLE = r"((?:news|sanctions|mart)\.\w+)"
WRITTEN = re.compile(rf"\b(?:insert\s+into|update|delete\s+from|truncate)\s+(?:only\s+)?{TABLE}", re.IGNORECASE)
READ = re.compile(rf"\b(?:from|join|using)\s+(?:only\s+)?{TABLE}(?!\w*\s*\()", re.IGNORECASE)
HERE = "localhost"
COMMENT = re.compile(r"--.*")

# The texts of the statements that a run has used, for whoever wants to know (include/scheduling.py).
USED: ContextVar[set[str] | None] = ContextVar("used", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Tables by name, with their schema."""

    read: frozenset[str]
    written: frozenset[str]


def tables_of(statements: Iterable[str]) -> Tables:
    """The tables that the texts of statements name."""
    read: set[str] = set()
    written: set[str] = set()
    for text in statements:
        bare = COMMENT.sub("", text)
        written.update(WRITTEN.findall(bare))
        read.update(READ.findall(WRITTEN.sub("", bare)))
    return Tables(read=frozenset(read), written=frozenset(written))


def tell_lineage(dsn: str, tables: Tables) -> None:
    """Hands the tables to Airflow's collector, which drops them where nobody listens."""
    from airflow.sdk.lineage import get_hook_lineage_collector
    from psycopg2.extensions import parse_dsn

    collector: Any = get_hook_lineage_collector()
    parts = parse_dsn(dsn)
    host, port = (parts.get(name, usual).partition(",")[0] for name, usual in (("host", HERE), ("port", "5432")))
    host = HERE if host.startswith("/") else host  # a socket's folder
    root = f"postgres://{host}:{port}/{parts.get('dbname', '')}"
    for tell, names in ((collector.add_input_asset, tables.read), (collector.add_output_asset, tables.written)):
        for name in sorted(names):
            tell(tell_lineage, uri=f"{root}/{name.replace('.', '/')}")

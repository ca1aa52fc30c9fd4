"""The warehouse at scale: what questions, marts, searches, a day's load and a refresh take, and what tables weigh.

    python -m bench.warehouse_scale [--articles 2000000 --mentions 5000000 --events 300000] [--json FILE] [--home FOLDER]

It starts a PostgreSQL of its own in a temporary folder, fills it with invented news (bench/warehouse_fill.py; half an hour
for two million articles on two cores, most of it the index of their words), prints tables in Markdown and removes
everything, after Ctrl-C too. With --home the filled warehouse stays in that folder, and the next run only measures.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import psycopg2
import psycopg2.errors
from psycopg2.extras import wait_select

from bench.warehouse_day import load_day, quarter_hour, refresh
from bench.warehouse_fill import STATES, Size, fill
from bench.warehouse_indexes import indexes_used, question_texts
from include.edges.migrate import MARTS, migrate
from include.local.postgres import PostgresServer, start_postgres
from include.settings import PROJECT, Settings

Row = dict[str, object]
QUESTIONS = PROJECT / "docs" / "queries"
# A database server's usual settings on a machine of 24 GB that it shares; nothing that risks what was committed.
SERVER = {
    "shared_buffers": "2GB", "effective_cache_size": "8GB", "work_mem": "64MB", "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB", "checkpoint_timeout": "15min", "random_page_cost": "1.1",
}  # fmt: skip
# What a question asks for, and what else an analyst would put there: much, middling, little.
ASKED = {
    "'KP'": ("'RU'", "'IR'", "'KP'", "'BY'", "'SD'", "'GN'", "'CM'"),
    "'RU'": ("'RU'", "'IR'", "'KP'", "'BY'", "'SD'", "'GN'", "'CM'"),
    "'TR'": ("'RU'", "'IR'", "'TR'", "'BY'", "'SD'", "'GN'", "'CM'"),
    "doping -cycling": ("doping -cycling", "sanctions", "seafood", '"oil tanker"', "kornisti", "vodka caviar"),
    "'seafood'": ("'seafood'", "'yachts'", "'oil'", "'kornisti'", "'sanctions vessel'"),
    "Tornado Csh": ("Tornado Csh", "Land of Rusia", "Kornisti"),
    "Entity List": ("Entity List", "Executive Order 14", "Regulation (EU) No 1001"),
}
LARGE = 5.0  # seconds from which a query is not repeated
TARGET_ROWS = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long one query took."""

    seconds: tuple[float, ...]
    rows: int

    def row(self, name: str) -> Row:
        first, again = self.seconds[0], self.seconds[1:] or self.seconds
        return {
            "": name, "rows": self.rows, "first, ms": round(first * 1000),
            "p50, ms": round(float(np.percentile(again, 50)) * 1000, 1),
            "p95, ms": round(float(np.percentile(again, 95)) * 1000, 1),
        }  # fmt: skip


def timed(dsn: str, queries: Sequence[str], *, repeats: int = 5) -> Timing:
    """Of queries that differ in what they ask for, each repeated; one that takes a minute ends the analyst's patience."""
    seconds, rows = [], 0
    connection = psycopg2.connect(dsn)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for turn in range(repeats + 1):
                for query in queries:
                    start = time.perf_counter()
                    try:
                        cursor.execute(query)
                        rows = max(rows, len(cursor.fetchall()))
                    except psycopg2.errors.QueryCanceled:
                        seconds.append(time.perf_counter() - start)
                        return Timing(seconds=tuple(seconds), rows=rows)
                    seconds.append(time.perf_counter() - start)
                if turn and sum(seconds[-len(queries) :]) > LARGE:
                    break
        return Timing(seconds=tuple(seconds), rows=rows)
    finally:
        connection.close()


def variants(text: str) -> list[str]:
    """The question, as it is documented and asked for something else."""
    for written, others in ASKED.items():
        if written in text:
            return [text.replace(written, other) for other in others]
    return [text]


def questions(analyst: str) -> list[Row]:
    return [timed(analyst, variants(text)).row(name) for name, text in question_texts(QUESTIONS).items()]


def acts_of_months(analyst: str, count: int = 100) -> list[Row]:
    """mart.events of one target in one month, as a page of acts asks."""
    dice, today = random.Random(5), datetime.now(UTC).date()
    asked = []
    for _ in range(count):
        month = (today - timedelta(days=dice.randrange(30, 1000))).replace(day=1)
        following = (month + timedelta(days=32)).replace(day=1)
        target = dice.choices(STATES, [1 / (rank + 1) for rank in range(len(STATES))])[0]
        asked.append(of_month(target, month, following))
    return [timed(analyst, asked, repeats=1).row("mart.events of a target and month")]


def of_month(target: str, first: date, following: date) -> str:
    return (
        f"select * from mart.events where target_codes @> array['{target}'] and act_on >= '{first}'"
        f" and act_on < '{following}' order by act_on, event_id"
    )


def marts(analyst: str) -> list[Row]:
    """Each mart as a page shows it, a hundred rows, and the whole of it, every column computed."""
    made = []
    for name in sorted(file.stem for file in MARTS.glob("*.sql")):
        page = timed(analyst, [f"select * from mart.{name} limit 100"], repeats=3)
        whole = timed(analyst, [f"select count(each), count(*) from mart.{name} as each"], repeats=1)
        taken = min(whole.seconds)
        made.append(
            {"": f"mart.{name}", "100 rows, p95 ms": page.row("")["p95, ms"], "whole, s": round(taken, 2)}
        )  # fmt: skip
    return made


TABLES = """
select
    relation.relnamespace::regnamespace || '.' || relation.relname as name,
    parts.rows,
    parts.table_bytes,
    parts.index_bytes
from pg_class as relation
cross join lateral (
    select
        sum(greatest(part.reltuples, 0))::bigint as rows,
        sum(pg_table_size(part.oid))::bigint as table_bytes,
        sum(pg_indexes_size(part.oid))::bigint as index_bytes
    from pg_class as part
    where
        part.relkind = 'r'
        and (part.oid = relation.oid or part.oid in (select tree.relid from pg_partition_tree(relation.oid) as tree))
) as parts
where
    relation.relnamespace::regnamespace::text in ('news', 'sanctions')
    and relation.relkind in ('r', 'p')
    and not relation.relispartition
order by parts.table_bytes + parts.index_bytes desc, name
"""


def tables(superuser: str, articles: int) -> list[Row]:
    """Rows and bytes of each table, and what it would come to with a hundred million articles."""
    found = [
        {
            "": name, "rows": rows, "table, MB": megabytes(table), "indexes, MB": megabytes(index),
            "bytes a row": round((table + index) / max(1, rows)),
            "at 100 million articles, GB": round((table + index) * TARGET_ROWS / articles / 1e9, 1),
        }
        for name, rows, table, index in select(superuser, TABLES)
    ]  # fmt: skip
    sums = {name: round(sum(row[name] for row in found), 1) for name in found[0] if name not in ("", "bytes a row")}
    return [*found, {"": "all"} | sums | {"bytes a row": ""}]


def megabytes(size: int) -> float:
    return round(size / 1e6, 1)


def indexes(superuser: str) -> list[Row]:
    """What each index weighs, and which statements and questions have it in their plans."""
    return [
        {
            "": index.name, "on": index.table, "MB": megabytes(index.size),
            "used by": ", ".join(index.users[:3]) + (f" and {len(index.users) - 3} more" if len(index.users) > 3 else "")
            or ("keeps rows unique" if index.is_key else "nothing"),
        }
        for index in indexes_used(superuser, question_texts(QUESTIONS))
    ]  # fmt: skip


def seconds_table(seconds: dict[str, float]) -> list[Row]:
    return [{"": step, "s": round(taken, 1)} for step, taken in (seconds | {"in all": sum(seconds.values())}).items()]


def select(dsn: str, query: str) -> list[tuple]:
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()
    finally:
        connection.close()


def measure(server: PostgresServer, size: Size) -> dict[str, list[Row]]:
    """Every table of the report, by its heading."""
    superuser, analyst = server.dsn("bench", "postgres"), server.dsn("bench", "desk_analyst")
    settings = Settings(AIRFLOW_CONN_WAREHOUSE=server.dsn("bench", "desk_loader"))
    day, share = min(50_000, size.articles), max(1, min(50_000, size.articles) * size.events // size.articles)
    report: dict[str, list[Row]] = {}

    def add(heading: str, made: Callable[[], list[Row]]) -> None:
        report[heading] = made()
        print(f"\n## {heading}\n\n{markdown(report[heading])}", flush=True)

    add("Tables", lambda: tables(superuser, size.articles))
    add("Questions", lambda: questions(analyst))
    add("Acts by target and month", lambda: acts_of_months(analyst))
    add("Marts", lambda: marts(analyst))
    add("Indexes", lambda: indexes(superuser))
    add(f"Refresh after {day} articles: {share} acts new or changed, as many looked at",
        lambda: seconds_table(refresh(settings, articles=day, new=share, standing=share)))  # fmt: skip
    add("A run of resolving over 1,300 changed reports", lambda: [{"s": round(quarter_hour(settings)[0], 1)}])
    add(f"Load of {day} articles", lambda: seconds_table(load_day(settings, day)))
    return report


def markdown(rows: list[Row]) -> str:
    if not rows:
        return ""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([shown(row[name]) for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


@contextmanager
def running(home: Path) -> Iterator[PostgresServer]:
    """A server with SERVER's settings."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)
    server = start_postgres(home)
    try:
        connection = psycopg2.connect(server.dsn("postgres", "postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            for name, value in SERVER.items():
                cursor.execute(f"alter system set {name} = '{value}'")
        connection.close()
        server.stop()
        server = start_postgres(home)  # sizes of memory hold from a start on
        yield server
    finally:
        server.stop()


def run(home: Path, size: Size) -> dict[str, list[Row]]:
    """The report on a warehouse of this size, filled unless it is there."""
    with running(home) as server:
        is_filled = bool(select(server.dsn("postgres", "postgres"), "select from pg_database where datname = 'bench'"))
        server.create_database("bench")
        migrate(server.dsn("bench", "desk_owner"))
        if not is_filled:
            start = time.perf_counter()
            fill(server.dsn("bench", "postgres"), size, say=lambda line: print(line, file=sys.stderr, flush=True))
            print(f"filled in {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    with running(home) as server:  # afresh, so that the first touch of each table is one
        return measure(server, size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("articles", "mentions", "events"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Size(), name))
    parser.add_argument("--json", type=Path, help="write the report there, too")
    parser.add_argument("--home", type=Path, help="keep the warehouse in this folder")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    psycopg2.extensions.set_wait_callback(wait_select)  # so that Ctrl-C ends a query of minutes
    home = args.home or Path(tempfile.mkdtemp(prefix="desk-scale-"))
    try:
        with suppress(KeyboardInterrupt):
            report = run(home, Size(articles=args.articles, mentions=args.mentions, events=args.events))
            if args.json:
                args.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    finally:
        if not args.home:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()

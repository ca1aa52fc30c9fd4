"""What partitions cost the look-ups of the pipeline: why each table of the warehouse is parted as it is.

    python -m bench.partition_speed [--articles 200000] [--months 36]

It starts an embedded PostgreSQL, fills the same rows into tables of different shapes, and prints the CPU of the
server's process and the clock for each (the best of three, after one to warm up): the candidates of a newcomer out of
the postings, and articles by id out of tables of texts. Half the newcomers are copies of any article. 200,000 articles
take 8 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import psutil
import psycopg2
import psycopg2.extensions

from include.edges.warehouse import statement
from include.local.postgres import start_postgres

SHINGLES = 48  # of an article
PROBES = 400  # newcomers, and twenty articles by id for each
BATCH = 100  # of them in one statement
END = datetime(2026, 1, 1, tzinfo=UTC)
SHINGLE = """case
    when k = 0 then 1
    when k <= 3 then 1000 * k + (1000 * power((hashint8extended(n, k) & 1023) / 1024.0, 2))::bigint
    else (hashint8extended(case when n %% 4 = 0 then n / 2 else n end, k) & 33554431) * 64 + k
end"""
POSTINGS = f"""
create table postings as
select {SHINGLE} as shingle, %(start)s::timestamptz + n * %(step)s as seen_at, md5('article' || n)::uuid as article_id
from generate_series(1, %(articles)s) as n, generate_series(0, {SHINGLES} - 1) as k"""
TEXTS = """
create table texts as
select
    md5('article' || n)::uuid as id,
    %(start)s::timestamptz + n * %(step)s as seen_at,
    (select string_agg(md5(n || ' ' || k), ' ') from generate_series(1, 40) as k) as text
from generate_series(1, %(articles)s) as n"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A way to part a table by time: where its partitions begin, the first one being open to the past."""

    name: str
    starts: tuple[datetime, ...] = ()


def shapes(months: int) -> tuple[Shape, ...]:
    """One table, and partitions ever coarser; `recent` is one old partition and the last two months."""
    first = [month_before(months - number) for number in range(1, months)]
    return (
        Shape(name="one table"),
        Shape(name="by month", starts=tuple(first)),
        Shape(name="by quarter", starts=tuple(at for at in first if at.month in (1, 4, 7, 10))),
        Shape(name="by year", starts=tuple(at for at in first if at.month == 1)),
        Shape(name="old and two months", starts=tuple(first[-2:])),
    )


def month_before(count: int) -> datetime:
    month = END.year * 12 + END.month - 1 - count
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)


def make(cursor: psycopg2.extensions.cursor, source: str, shape: Shape, key: str) -> str:
    """The name of a table of this shape with the rows of the source."""
    name = f"{source}_{shape.name.replace(' ', '_')}"
    cursor.execute(f"create table {name} (like {source}) {'partition by range (seen_at)' if shape.starts else ''}")
    bounds = ["minvalue", *(f"'{start.isoformat()}'" for start in shape.starts), "maxvalue"]
    for number, (low, high) in enumerate(pairwise(bounds)) if shape.starts else ():
        cursor.execute(f"create table {name}_{number} partition of {name} for values from ({low}) to ({high})")
    if shape.starts:
        cursor.execute(f"create table {name}_default partition of {name} default")
    cursor.execute(f"insert into {name} select * from {source}")
    cursor.execute(f"alter table {name} add primary key ({key})")
    cursor.execute(f"vacuum analyze {name}")
    return name


def measure(server: psutil.Process, run: Callable[[], None]) -> str:
    """CPU and clock of the best of three runs, in milliseconds a probe."""
    run()
    tries = []
    for _ in range(3):
        cpu, clock = sum(server.cpu_times()[:2]), time.perf_counter()
        run()
        tries.append((sum(server.cpu_times()[:2]) - cpu, time.perf_counter() - clock))
    cpu, clock = min(tries)
    return f"{cpu / PROBES * 1000:.2f} ms of CPU, {clock / PROBES * 1000:.2f} by the clock"


def newcomers(cursor: psycopg2.extensions.cursor, articles: int) -> list[str]:
    """What one newcomer each asks for, as the statement takes it."""
    cursor.execute(
        f"select n, array_agg({SHINGLE}) from (select case when i %% 2 = 0 then i * %(each)s else %(articles)s + i end"
        f" as n from generate_series(1, {PROBES}) as i) as probe, generate_series(0, {SHINGLES} - 1) as k group by n",
        {"articles": articles, "each": articles // PROBES},
    )
    seen_at = (END + timedelta(hours=1)).isoformat()
    rows = [{"id": f"{number:032x}", "seen_at": seen_at, "shingles": own} for number, own in cursor.fetchall()]
    return [json.dumps(rows[start : start + BATCH]) for start in range(0, len(rows), BATCH)]


def candidates(cursor: psycopg2.extensions.cursor, table: str, asked: Sequence[str]) -> None:
    for rows in asked:
        cursor.execute(
            statement("earlier_neighbours").replace("news.sketches", table),
            {"rows": rows, "bearers": 64, "candidates": 20},
        )
        cursor.fetchall()


def by_id(cursor: psycopg2.extensions.cursor, query: str, ids: Sequence[list[str]]) -> None:
    for some in ids:
        cursor.execute(query, {"ids": some})
        cursor.fetchall()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--months", type=int, default=36)
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="desk-bench-"))
    home.chmod(0o711)
    server = start_postgres(home)
    try:
        server.create_database("bench")
        connection = psycopg2.connect(server.dsn("bench", "postgres"))
        connection.autocommit = True
        start = month_before(args.months)
        values = {"articles": args.articles, "start": start, "step": (END - start) / args.articles}
        with connection.cursor() as cursor:
            cursor.execute("set maintenance_work_mem = '512MB'; set synchronous_commit = off; set jit = off")
            cursor.execute(POSTINGS, values)
            cursor.execute(TEXTS, values)
            backend = psutil.Process(connection.info.backend_pid)
            asked = newcomers(cursor, args.articles)
            for shape in shapes(args.months):
                table = make(cursor, "postings", shape, "shingle, seen_at, article_id")
                print(f"candidates, {shape.name}, {len(shape.starts) + 1} partitions:",
                      measure(backend, lambda table=table: candidates(cursor, table, asked)), flush=True)  # fmt: skip
                cursor.execute(f"drop table {table}")
            cursor.execute("select id::text from texts where random() < 0.5 limit %s", (PROBES * 20,))
            found = [row[0] for row in cursor.fetchall()]
            ids = [found[start :: PROBES // BATCH] for start in range(PROBES // BATCH)]
            cursor.execute(
                "create table articles as select id, seen_at as text_at, repeat('x', 300) as rest from texts"
            )
            cursor.execute("alter table articles add primary key (id)")
            cursor.execute("vacuum analyze articles")
            one, parted = (make(cursor, "texts", shape, "id, seen_at") for shape in shapes(args.months)[:2])
            joined = f"""
                select a.id, t.text from articles as a inner join {parted} as t on a.id = t.id and a.text_at = t.seen_at
                where a.id = any(%(ids)s::uuid[])"""
            for name, query in {
                "one table": f"select id, text from {one} where id = any(%(ids)s::uuid[])",
                "by month, each probed": f"select id, text from {parted} where id = any(%(ids)s::uuid[])",
                "narrow table that names the month": joined,
            }.items():
                print(f"20 articles by id, {name}:",
                      measure(backend, lambda query=query: by_id(cursor, query, ids)), flush=True)  # fmt: skip
    finally:
        server.stop()
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

"""How fast articles are grouped in a real PostgreSQL that already holds many.

    python -m bench.group_speed TEXTS.jsonl.gz [--stored 50000 100000 500000 2000000] [--newcomers 2000]

It starts an embedded PostgreSQL and at each size measures the query for candidates of one article (the first try, and
the best of three, as other work on the machine is not its fault), the bytes of postings per article, and the whole of
group_stories over newcomers, by the clock and by the CPU of both processes. The latest RECENT articles are made of the
words of TEXTS, one in four a copy; those before them are as many random shingles, one in four a copy of an older one.
All carry one piece of furniture, and three phrases each of a thousand that are common. Half the probes are like the
recent articles, half copies of any of the others. Two million articles take 20 GB of disk.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import psutil
import psycopg2
from psycopg2.extras import execute_values

from include.edges.migrate import migrate
from include.edges.warehouse import read, transaction
from include.local.postgres import PostgresServer, start_postgres
from include.pipeline.group_stories import group_stories
from include.pipeline.keep_partitions import keep_partitions
from include.pipeline.postings import WarehousePostings, groupable
from include.records import hash_id
from include.settings import Settings
from include.stages.stories import GROUP_VERSION, Groupable

START = datetime(2024, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)
PROBES = 400
IN_PLACE = 100_000  # articles; beyond, the index is made anew after filling, as a load of millions would take hours
RECENT = 4000
PAGE = hash_id("page")


def texts(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"].split() for line in lines]


def articles(pool: list[list[str]], first: int, count: int) -> Iterator[tuple[str, str, str, datetime]]:
    """Id, publisher, text and time of generated articles; the same numbers give the same articles."""
    for number in range(first, first + count):
        dice = random.Random(number)
        # A quarter are near copies of an article of the last days: the copy takes that one's words, less its end.
        origin = number - dice.randrange(1, 400) if number % 4 == 0 and number > 400 else number
        made = random.Random(origin)
        words = [word if made.random() < 0.5 else made.choice(pool[made.randrange(len(pool))]) for word in pool[
            made.randrange(len(pool))][:700]]  # fmt: skip
        if origin != number:
            words = words[: int(len(words) * dice.uniform(0.5, 1))]
        lines = [" ".join(words[i : i + 40]) + "." for i in range(0, len(words), 40)]
        text = "\n\n".join([*lines, "Our reporters on the coast write to you every day of the year."])
        yield (
            hash_id("article", str(number)),
            f"Outlet {dice.randrange(200)}",
            text,
            START + timedelta(seconds=15 * number),
        )


FILL_ARTICLES = """
insert into news.articles (id, url_id, page_id, url, publisher, title, byline, published_source, language,
    word_count, seen_at, text_at, is_current, clean_version)
select id, id, %(page)s, n, 'Outlet ' || n %% 200, 'Title', '', '', 'en', 1,
    %(start)s::timestamptz + n * interval '15 seconds', %(start)s::timestamptz + n * interval '15 seconds', true, '2'
from (select n, md5('article' || n)::uuid as id from generate_series(%(first)s, %(last)s) as n) as numbered"""
FILL_TEXTS = """
insert into news.article_texts select id, seen_at, 'Title', 'Text.' from news.articles on conflict do nothing
"""
SHINGLE = """case
    when k = 0 then %(furniture)s
    when k <= 3 then 1000 * k + (1000 * power((hashint8extended(n, k) & 1023) / 1024.0, 2))::bigint
    -- The last bits tell an article's shingles apart, as two alike would break the key.
    else (hashint8extended(case when n %% 4 = 0 then greatest(0, n - n / 4 %% 2000 - 1) else n end, k) & 33554431) * 64
        + k
end"""
FILL_SKETCHES = f"""
insert into news.sketches (shingle, seen_at, article_id)
select {SHINGLE}, %(start)s::timestamptz + n * interval '15 seconds', md5('article' || n)::uuid
from generate_series(%(first)s, %(last)s) as n, generate_series(0, %(shingles)s - 1) as k"""
OLD_SHINGLES = f"""
select n, array_agg({SHINGLE})
from generate_series(%(first)s, %(last)s, %(step)s) as n, generate_series(0, %(shingles)s - 1) as k group by n"""
GROUPED = "from news.articles on conflict do nothing"
FILL_REST = (
    f"insert into news.outcomes select 'group', id, '{GROUP_VERSION}', false, '', '', seen_at {GROUPED}",
    f"insert into news.stories select id, id, 'Title', 1, 1, seen_at, seen_at, '{GROUP_VERSION}' {GROUPED}",
    f"insert into news.story_members select id, id, 'canonical', 1, '{GROUP_VERSION}' {GROUPED}",
)


def fill(dsn: str, first: int, last: int, shingles: int) -> None:
    """Articles of random shingles, seen and grouped long ago."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    values = {"page": PAGE, "start": LONG_AGO, "first": first, "last": last - 1, "shingles": shingles}
    values["furniture"] = furniture(dsn)
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica; set synchronous_commit = off; set work_mem = '256MB'")
        cursor.execute("set maintenance_work_mem = '1GB'")
        if last > IN_PLACE:
            cursor.execute("alter table news.sketches drop constraint sketches_pkey")
        for statement in (FILL_ARTICLES, FILL_TEXTS, FILL_SKETCHES, *FILL_REST):
            cursor.execute(statement, values)
        if last > IN_PLACE:
            cursor.execute("alter table news.sketches add primary key (shingle, seen_at, article_id)")
        tables = ("articles", "article_texts", "sketches", "story_members", "outcomes")
        cursor.execute("vacuum analyze " + ", ".join(f"news.{table}" for table in tables))
    connection.close()


def furniture(dsn: str) -> int:
    """The shingle that every article bears."""
    return count(
        dsn, f"select shingle from news.sketches where seen_at >= '{START}' group by 1 order by count(*) desc limit 1"
    )


def store(dsn: str, rows: list[tuple]) -> None:
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        execute_values(
            cursor,
            "insert into news.articles (id, url_id, page_id, url, publisher, title, byline, published_source, language,"
            " word_count, seen_at, text_at, is_current, clean_version) values %s",
            [
                (i, i, PAGE, f"https://{i}", p, t[:60], "", "", "en", t.count(" "), at, at, True, "2")
                for i, p, t, at in rows
            ],
            page_size=1000,
        )
        execute_values(
            cursor,
            "insert into news.article_texts values %s",
            [(i, at, t[:60], t) for i, p, t, at in rows],
            page_size=1000,
        )
    connection.close()


def prepare(dsn: str) -> None:
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        feed, entry = hash_id("feed"), hash_id("entry")
        cursor.execute("insert into news.feeds (id, url, title, publisher, country, language, feed_group, kind)"
                       " values (%s, 'u', 't', 'p', 'GB', 'en', 'demo', 'demo')", (feed,))  # fmt: skip
        cursor.execute("insert into news.entries (id, feed_id, url, guid, title, summary, byline, first_seen_at)"
                       " values (%s, %s, 'u', '', '', '', '', now())", (entry, feed))  # fmt: skip
        cursor.execute("insert into news.pages values (%s, %s, 'u', now(), 200, 'text/html', '', 1, 'w', 0, 1)",
                       (PAGE, entry))  # fmt: skip
        cursor.execute("insert into news.templates select 'Outlet ' || n, 1, now(), '-infinity'"
                       " from generate_series(0, 199) as n")  # fmt: skip
    connection.close()


def probe(dsn: str, probes: list[tuple], old: list[list[int]]) -> str:
    """Milliseconds that one article's candidates take, the fetching of their texts apart."""
    first, best = [], []
    with transaction(dsn) as connection:
        read(connection, "lock_grouping")
        for number, article in enumerate(probes):
            postings = WarehousePostings(connection)
            postings.articles = lambda ids: []  # type: ignore[method-assign]
            row = groupable(Row(*article))
            if number < len(old):
                postings._sketched[row.id] = old[number]
            postings._shingles(row)
            tries = [timed(postings, row) * 1000 for _ in range(3)]
            first.append(tries[0])
            best.append(min(tries))
    return "p50 {:.2f} p99 {:.2f} ms (first try p50 {:.2f} p99 {:.2f})".format(
        *np.percentile(best, (50, 99)), *np.percentile(first, (50, 99))
    )


def old_shingles(dsn: str, filled: int, shingles: int) -> list[list[int]]:
    """What copies of some of the random articles, old and new, would look for."""
    connection = psycopg2.connect(dsn)
    values = {"first": 1, "last": filled - 1, "step": 2 * filled // PROBES, "shingles": shingles}
    values["furniture"] = furniture(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(OLD_SHINGLES, values)
            return [row[1] for row in cursor.fetchall()]
    finally:
        connection.close()


def timed(postings: WarehousePostings, row: Groupable) -> float:
    """Seconds of the query alone: the texts were not fetched, which ends it with a KeyError."""
    start = time.perf_counter()
    with contextlib.suppress(KeyError):
        postings.earlier([row])
    return time.perf_counter() - start


class Row:
    """A row as the warehouse gives it."""

    def __init__(self, article_id: str, publisher: str, text: str, seen_at: datetime) -> None:
        self.id, self.publisher, self.text, self.seen_at = article_id, publisher, text, seen_at
        self.url, self.title, self.form = f"https://{article_id}", text[:60], "article"
        self.published_at, self.published_source = None, ""


def count(dsn: str, query: str) -> int:
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return int(cursor.fetchone()[0])
    finally:
        connection.close()


def server_seconds(server: PostgresServer) -> float:
    """CPU that the server's ended and running processes have spent."""
    parent = psutil.Process(server.process if isinstance(server.process, int) else server.process.pid)
    ended = parent.cpu_times()
    running = 0.0
    for child in parent.children():
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended since, and counts at the next look
            running += sum(child.cpu_times()[:2])
    return ended.children_user + ended.children_system + running


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--stored", type=int, nargs="+", default=[50_000, 100_000, 500_000, 2_000_000])
    parser.add_argument("--newcomers", type=int, default=2000)
    args = parser.parse_args()
    pool = texts(args.texts)
    home = Path(tempfile.mkdtemp(prefix="desk-bench-"))
    home.chmod(0o711)
    server = start_postgres(home)
    try:
        server.create_database("bench")
        migrate(server.dsn("bench", "desk_owner"))
        loader = server.dsn("bench", "desk_loader")
        prepare(loader)
        settings = Settings(AIRFLOW_CONN_WAREHOUSE=loader)
        for moment in (LONG_AGO, START):
            keep_partitions(settings, now=moment)
        store(loader, list(articles(pool, 0, RECENT)))
        group_stories(settings, now=datetime.now(UTC))
        made, filled = RECENT, 0
        shingles = count(loader, "select count(*) from news.sketches") // RECENT
        for size in args.stored:
            fill(server.dsn("bench", "postgres"), filled, size - made, shingles)
            filled = size - made
            old = old_shingles(loader, filled, shingles)
            candidates = probe(loader, list(articles(pool, made + args.newcomers, PROBES)), old)
            sizes = [
                count(loader, f"select {function}('news.sketches')") / size
                for function in ("pg_table_size", "pg_indexes_size")
            ]
            store(loader, list(articles(pool, made, args.newcomers)))
            made += args.newcomers
            wall, own, theirs = time.perf_counter(), time.process_time(), server_seconds(server)
            tally = group_stories(settings, now=datetime.now(UTC))
            wall, own = time.perf_counter() - wall, time.process_time() - own
            theirs = server_seconds(server) - theirs
            placed = tally.counts["articles_placed"]
            print(f"{size} stored, {shingles} shingles each: candidates {candidates}; bytes an article:"
                  f" {sizes[0]:.0f} of rows and {sizes[1]:.0f} of index; {placed / wall:.0f} articles/s by the clock,"
                  f" {placed / (own + theirs):.0f} a CPU second of ours ({own:.1f}) and the server's ({theirs:.1f})",
                  flush=True)  # fmt: skip
    finally:
        server.stop()
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

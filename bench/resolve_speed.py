"""What resolving costs in a real PostgreSQL that holds many mentions: all of them, and a few new ones among them.

    python -m bench.resolve_speed [--mentions 20000 60000 300000] [--newcomers 200]

It starts an embedded PostgreSQL and at each size measures resolve_events over everything, over nothing new, and over
newcomers of the last days and of any day. The acts are invented: eight years, sizes as in a Pareto distribution, a few
imposers and targets in most of them, days stated by three reports in five and wrong in one of five, copies in stories.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg2
from psycopg2.extras import Json, execute_values

from bench.group_speed import PAGE, prepare, server_seconds
from include.edges.migrate import migrate
from include.local.postgres import PostgresServer, start_postgres
from include.pipeline.resolve_events import resolve_events
from include.records import hash_id
from include.settings import Settings
from include.stages.events import EXTRACT_VERSION

FIRST, DAYS = date(2024, 1, 1), 8 * 365
TYPES = ("imposed", "imposed", "expanded", "proposed", "threatened", "condemned", "lifted", "violated", "extended")
IMPOSERS = ("US", "EU", "GB", "UN", "CA", "JP", "AU", "CH", "CN", "RU", "TR", "NO")
TARGETS = tuple(f"{one}{two}" for one in "BCEIKLMNRSTVXY" for two in ("Y", "R", "P"))  # like codes of states
WORDS = tuple(f"{a}{b}" for a in ("har", "min", "bank", "ship", "oil", "coal", "steel") for b in map(str, range(40)))
SEEN = datetime(2033, 1, 1, tzinfo=UTC)
Row = tuple[str, str, str, date, dict[str, object]]  # mention, article, story, day of the report, fields


def weighted(dice: random.Random, names: tuple[str, ...]) -> str:
    """The first names more often than the last."""
    return dice.choices(names, [(rank + 1) ** -0.7 for rank in range(len(names))])[0]


def invented(count: int, seed: int, since: int = 0) -> Iterator[Row]:
    """Reports of invented acts of the days from `since` on."""
    dice = random.Random(seed)
    made = 0
    while made < count:
        day = FIRST + timedelta(days=dice.randrange(since, DAYS))
        imposer, target = weighted(dice, IMPOSERS), weighted(dice, TARGETS)
        kind, told = dice.choice(TYPES), dice.sample(WORDS, 12)
        number = f"Order {dice.randrange(1000, 99999)}" if dice.random() < 0.3 else None
        story = ""
        for _ in range(min(int(dice.paretovariate(1.0)), 400, count - made)):
            name = f"{seed} {made}"
            made += 1
            told_on = day + timedelta(days=min(int(dice.paretovariate(1.2)) - 1, 20))
            story = story if story and dice.random() < 0.5 else hash_id("story", name)
            stated = day if dice.random() < 0.8 else told_on - timedelta(days=dice.randrange(9))
            line = " ".join(dice.sample(told, 6) + dice.sample(WORDS, 3))
            yield hash_id("mention", name), hash_id("article", name), story, told_on, {
                "event_type": kind,
                "instrument": number if dice.random() < 0.4 else None,
                "event_date": stated.isoformat() if dice.random() < 0.6 else None,
                "imposers": [{"name": imposer, "kind": "country", "code": imposer, "role": None}],
                "targets": [{"name": target, "kind": "country", "code": target, "role": None}],
                "evidence": [{"text": line, "start": 0, "end": len(line)}],
            }  # fmt: skip


def store(dsn: str, rows: list[Row]) -> None:
    """Mentions with their articles, each article the canonical one of a story or a member of it."""
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica; set synchronous_commit = off")
        execute_values(
            cursor,
            "insert into news.articles (id, url_id, page_id, url, publisher, title, byline, published_at,"
            " published_source, language, word_count, seen_at, text_at, is_current, clean_version) values %s",
            [(a, a, PAGE, a, "Outlet", "", "", day, "", "en", 1, SEEN, SEEN, True, "2") for _, a, _, day, _ in rows],
            page_size=2000,
        )
        execute_values(
            cursor,
            "insert into news.story_members (article_id, story_id, relation, score, group_version) values %s",
            [(article, story, "copy", 1, "2") for _, article, story, _, _ in rows],
            page_size=2000,
        )
        execute_values(
            cursor,
            "insert into sanctions.event_mentions (id, article_id, extract_version, position, event_type, modality,"
            " salience, instrument, event_date, imposers, targets, actors, measures, evidence, confidence, is_current)"
            " values %s",
            [
                (i, a, EXTRACT_VERSION, 0, f["event_type"], "asserted", "main", f["instrument"], f["event_date"],
                 Json(f["imposers"]), Json(f["targets"]), "[]", "[]", Json(f["evidence"]), 0.7, True)
                for i, a, _, _, f in rows
            ],
            page_size=2000,
        )  # fmt: skip
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze news.articles, news.story_members, sanctions.event_mentions")
    connection.close()


def measured(name: str, server: PostgresServer, settings: Settings) -> None:
    """Prints what one run costs."""
    wall, own, theirs = time.perf_counter(), time.process_time(), server_seconds(server)
    tally = resolve_events(settings, now=SEEN).as_dict()
    wall, own, theirs = time.perf_counter() - wall, time.process_time() - own, server_seconds(server) - theirs
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{name:30} {tally.get('mentions', 0):7} made {tally.get('events', 0):6}: {wall:6.1f} s by the clock,"
          f" CPU {own:6.1f} s and the server's {theirs:5.1f} s, {memory:.1f} GB at most", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[20_000, 60_000, 300_000])
    parser.add_argument("--newcomers", type=int, default=200)
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="desk-bench-"))
    home.chmod(0o711)
    server = start_postgres(home)
    try:
        for size in args.mentions:
            name = f"bench_{size}"
            server.create_database(name)
            migrate(server.dsn(name, "desk_owner"))
            prepare(server.dsn(name, "desk_loader"))
            settings = Settings(AIRFLOW_CONN_WAREHOUSE=server.dsn(name, "desk_loader"))
            store(server.dsn(name, "postgres"), list(invented(size, seed=0)))
            measured(f"{size}, all new", server, settings)
            measured("nothing new", server, settings)
            store(server.dsn(name, "postgres"), list(invented(args.newcomers, seed=1, since=DAYS - 3)))
            measured(f"{args.newcomers} new of the last days", server, settings)
            store(server.dsn(name, "postgres"), list(invented(args.newcomers, seed=2)))
            measured(f"{args.newcomers} new of any day", server, settings)
    finally:
        server.stop()
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

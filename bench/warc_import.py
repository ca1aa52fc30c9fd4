"""Measures WARC import against fastwarc reading the same file: `python -m bench.warc_import [--pages N]`.

Makes a file laid out as Common Crawl's news crawl (gzip per record, whole pages of made-up words), imports it into a
warehouse of its own up to where cleaning would start (records copied into the archive, rows written), and reads it with
fastwarc alone, in turn. Prints the medians; the import is to run at 90% of the reading speed.
"""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import shutil
import statistics
import string
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
from fastwarc.warc import ArchiveIterator, WarcRecordType

from include.edges.migrate import migrate
from include.local.postgres import start_postgres
from include.pipeline.import_warcs import import_warcs
from include.pipeline.rebuild_plan import Plan, Source, begin_rebuild
from include.records import Window
from include.settings import Settings
from tests.warcs import Record, write_warc

DAY = Window(start=datetime(2026, 3, 4, tzinfo=UTC), end=datetime(2026, 3, 5, tzinfo=UTC))
FORGET = "truncate news.pages, news.entries, news.outcomes, news.rebuilds, news.rebuild_sources cascade"


def vocabulary(rng: random.Random) -> tuple[list[str], list[float]]:
    words = ["".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 10))) for _ in range(30_000)]
    return words, list(itertools.accumulate(1 / n for n in range(1, len(words) + 1)))


def pages(count: int) -> Iterator[Record]:
    """Pages of some 85 KB that pack to a quarter, as those of news sites do."""
    rng = random.Random(7)
    words, weights = vocabulary(rng)
    stock = rng.choices(words, cum_weights=weights, k=1_000_000)

    def text(length: int) -> str:
        start = rng.randrange(len(stock) - length)
        return " ".join(stock[start : start + length])

    def page(n: int) -> bytes:
        menu = "".join(
            f'<li class="menu-item menu-item-{k}"><a href="/{text(1)}/">{text(3)}</a></li>' for k in range(300)
        )
        body = "".join(f"<p class='story__paragraph'>{text(60)}.</p>\n" for _ in range(14))
        cards = "".join(
            f'<div class="card"><a href="/{text(1)}-{k}"><img src="https://cdn.example/{rng.randrange(10**12)}.jpg"/>'
            f"<h3>{text(9)}</h3></a></div>"
            for k in range(80)
        )
        script = "".join(
            f"var {a}=function({b}){{return {b}.{c}({n})}};"
            for a, b, c in zip(*[iter(stock[n : n + 1500])] * 3, strict=False)
        )
        head = f"<head><title>{text(9)}</title><script>{script}</script></head>"
        return f"<!doctype html><html lang=en>{head}<body><ul>{menu}</ul><article>{body}</article>{cards}".encode()

    for n in range(count):
        yield Record(
            url=f"https://paper{n % 500}.example/2026/03/04/{'-'.join(text(6).split())}-{n}.html",
            at=DAY.start + timedelta(seconds=n * 4),
            body=page(n),
        )


def read_alone(path: Path) -> int:
    records = ArchiveIterator(str(path), record_types=WarcRecordType.response, parse_http=True)
    return sum(len(record.reader.read()) for record in records)


def import_file(settings: Settings, path: Path, owner: str) -> tuple[int, float, float]:
    """How many pages were brought into an empty warehouse, and the seconds and CPU-seconds it took."""
    connection = psycopg2.connect(owner)
    with connection, connection.cursor() as cursor:
        cursor.execute(FORGET)
    connection.close()
    shutil.rmtree(settings.home / "archive", ignore_errors=True)
    plan = Plan(sources=(Source.WARC,), warc_prefix=str(path))
    rebuild = begin_rebuild(settings, DAY, plan, DAY.end)
    started, busy = time.perf_counter(), time.process_time()
    pages_new = import_warcs(settings, rebuild, DAY.end).counts["warc_pages_new"]
    return pages_new, time.perf_counter() - started, time.process_time() - busy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=8000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="desk-bench-"))
    home.chmod(0o711)
    server = start_postgres(home / "postgres")
    try:
        server.create_database("bench")
        migrate(server.dsn("bench", "desk_owner"))
        owner = server.dsn("bench", "desk_owner")
        settings = Settings(home=home, AIRFLOW_CONN_WAREHOUSE=server.dsn("bench", "desk_loader"))
        path = write_warc(home / "cc" / "CC-NEWS-20260304000000-00001.warc.gz", pages(asked.pages))
        report(settings, path, owner, asked.rounds)
    finally:
        server.stop()
        shutil.rmtree(home)


def report(settings: Settings, path: Path, owner: str, rounds: int) -> None:
    import_file(settings, path, owner)  # warm
    before = memory()
    alone, imported = [], []
    for _ in range(rounds):
        started, busy = time.perf_counter(), time.process_time()
        size = read_alone(path)
        alone.append((time.perf_counter() - started, time.process_time() - busy))
        pages_new, *spent = import_file(settings, path, owner)
        imported.append(tuple(spent))
    packed = path.stat().st_size / 1e6
    print(f"{pages_new} pages, {packed:.0f} MB packed, {size / 1e6:.0f} MB unpacked, {rounds} rounds")
    for name, taken in (("fastwarc alone", alone), ("import", imported)):
        wall, cpu = (statistics.median(each[n] for each in taken) for n in (0, 1))
        print(f"{name:15} {wall:6.2f} s  {cpu:6.2f} CPU-s  {packed / wall:5.0f} MB/s packed")
    ratios = [a / b for (a, _), (b, _) in zip(alone, imported, strict=True)]
    print(f"reading speed reached: {statistics.median(ratios):.0%} ({', '.join(f'{each:.0%}' for each in ratios)})")
    print(f"most memory: {memory():.0f} MB, {before:.0f} MB after the first round")


def memory() -> float:
    """Megabytes that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

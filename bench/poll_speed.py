"""One poll of 5,000 feeds on 500 hosts where nothing changed: its CPU beside a raw-socket loop's and bare aiohttp's.

python -m bench.poll_speed [FEEDS] [HOSTS] [ROUNDS]
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from bench.loopback_site import site
from bench.raw_sockets import ask_all
from include.edges.migrate import migrate
from include.edges.warehouse import transaction, write_rows
from include.local.postgres import start_postgres
from include.pipeline.poll_feeds import poll_feeds
from include.records import hash_id
from include.settings import Settings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AGENT = "SanctionsDesk/0.1 (+https://example.org/sanctions-desk)"
HEADERS = f'User-Agent: {AGENT}\r\nAccept: */*\r\nAccept-Encoding: gzip\r\nIf-None-Match: "1"\r\n'


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


async def bare_aiohttp(urls: list[str]) -> None:
    slots = asyncio.Semaphore(32)
    async with aiohttp.ClientSession(headers={"User-Agent": AGENT, "If-None-Match": '"1"'}) as session:

        async def visit(url: str) -> None:
            async with slots, session.get(url) as response:
                await response.read()

        await asyncio.gather(*(visit(url) for url in urls))


def main(feeds: int = 5000, hosts: int = 500, rounds: int = 3) -> None:
    home = Path(tempfile.mkdtemp(prefix="desk-bench-"))
    home.chmod(0o711)
    with site(hosts) as places:
        paths = {place: [f"/feed/{n}" for n in range(feeds // hosts)] for place in places}
        urls = [f"http://{place}{path}" for place, each in paths.items() for path in each]
        server = start_postgres(home)
        try:
            server.create_database("bench")
            migrate(server.dsn("bench", "desk_owner"))
            settings = Settings(
                home=home, allowed_addresses=",".join(places), AIRFLOW_CONN_WAREHOUSE=server.dsn("bench", "desk_loader")
            )
            with transaction(settings.warehouse) as connection:
                write_rows(connection, "upsert_feeds", [_row(url) for url in urls])
            results: dict[str, list[float]] = {"raw": [], "raw, open": [], "aiohttp": [], "poll": []}
            poll(settings, NOW, "first")
            for n in range(rounds):
                results["raw"].append(cpu(lambda: ask_all(paths, HEADERS)))
                results["raw, open"].append(cpu(lambda: ask_all(paths, HEADERS, keeps_open=True)))
                results["aiohttp"].append(cpu(lambda: asyncio.run(bare_aiohttp(urls))))
                now = NOW + timedelta(hours=14 * (n + 1))
                results["poll"].append(cpu(lambda now=now: poll(settings, now, "unchanged")))
        finally:
            server.stop()
    raw = statistics.median(results["raw"])
    for name, seconds in results.items():
        median = statistics.median(seconds)
        print(f"{name:10} {median:6.2f} CPU-s  {median / raw:5.2f}x  {[round(each, 2) for each in seconds]}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def poll(settings: Settings, now: datetime, said: str) -> None:
    start = time.monotonic()
    total: dict[str, int] = {}
    for shard in range(settings.shards):
        for name, n in poll_feeds(settings, now=now, shard=shard).as_dict().items():
            total[name] = total.get(name, 0) + n
    print(said, total, f"{time.monotonic() - start:.1f} s", file=sys.stderr)


def _row(url: str) -> dict[str, str]:
    fields = ("title", "publisher", "country", "language", "feed_group", "kind")
    return {"id": hash_id(url), "url": url} | dict.fromkeys(fields, "x")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

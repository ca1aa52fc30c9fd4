"""2,000 changed pages over https, address checks and caps included: their CPU beside a raw-socket loop's.

python -m bench.fetch_speed [PAGES] [HOSTS] [ROUNDS]
"""

from __future__ import annotations

import asyncio
import os
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import trustme

from bench.loopback_site import addresses, site
from bench.raw_sockets import ask_all

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main(pages: int = 2000, hosts: int = 200, rounds: int = 3) -> None:
    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as folder, site(hosts, authority.issue_cert(*addresses(hosts))) as places:
        pem = Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(str(pem))
        os.environ["SSL_CERT_FILE"] = str(pem)  # before aiohttp makes its context
        measure(places, pages, hosts, rounds)


def measure(places: list[str], pages: int, hosts: int, rounds: int) -> None:
    import aiohttp

    from include.edges.web import Fetched, Hosts, Request, fetch
    from include.settings import Settings

    paths = {place: [f"/page/{n}" for n in range(pages // hosts)] for place in places}
    urls = [f"https://{place}{path}" for place, each in paths.items() for path in each]
    settings = Settings(allowed_addresses=",".join(places))
    headers = f"User-Agent: {settings.user_agent}\r\nAccept: text/html\r\n"
    tls = ssl.create_default_context()

    async def bare() -> None:
        slots = asyncio.Semaphore(32)
        async with aiohttp.ClientSession() as session:

            async def visit(url: str) -> None:
                async with slots, session.get(url) as response:
                    await response.read()

            await asyncio.gather(*(visit(url) for url in urls))

    def ours() -> None:
        requests = [Request(item_id=url, url=url) for url in urls]
        answers = fetch(requests, settings, hosts=Hosts(settings, now=NOW))
        good = sum(isinstance(answer, Fetched) and len(answer.body) > 50_000 for answer in answers)
        assert good == pages, good

    results: dict[str, list[float]] = {"raw": [], "raw, open": [], "aiohttp": [], "fetch": []}
    for _ in range(rounds):
        results["raw"].append(cpu(lambda: ask_all(paths, headers, tls)))
        results["raw, open"].append(cpu(lambda: ask_all(paths, headers, tls, keeps_open=True)))
        results["aiohttp"].append(cpu(lambda: asyncio.run(bare())))
        results["fetch"].append(cpu(ours))
    raw = statistics.median(results["raw, open"])
    for name, seconds in results.items():
        median = statistics.median(seconds)
        print(f"{name:10} {median:6.2f} CPU-s  {median / raw:5.2f}x  {[round(each, 2) for each in seconds]}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""What each page of the desk takes to answer over a large warehouse, Airflow's own guard included.

    python -m bench.page_speed --home FOLDER [--repeats 5]

FOLDER is a warehouse that `python -m bench.warehouse_scale --home FOLDER` has filled. Each page is asked for much, for
little and for nothing, in turns; first answers after the server's start are told apart from later ones. What pages
remember of days is forgotten between turns, so that counting it is measured each time.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bench.warehouse_scale import Row, markdown, running, select
from include.pipeline.count_days import count_recent_days
from include.settings import settings
from plugins.desk.day_counts import forget_counts

EVENTS = (
    "", "target=RU", "target=CM", "imposer=US&measure=asset_freeze", "target=IR&since=2026-03-01&until=2026-04-01",
    "words=seafood", "words=oil+tanker&target=RU", "words=kornisti", "words=Tornado+Csh", "event_type=lifted&least=0.7",
    "review=pending", "most=0.3",
)  # fmt: skip
STORIES = (
    "", "words=seafood", "words=kornisti", "least_publishers=10", "publisher=outlet-7.example", "since=2026-01-01",
)  # fmt: skip
# Where the pages of single items are from, and which have the most to show.
ITEMS = {
    "events": "sanctions.events order by article_count desc",
    "stories": "news.stories order by article_count desc",
    "feeds": "news.feeds order by id",
    "coverage": "news.day_counts order by day desc",
    "pages": "news.pages order by fetched_at desc",
}
FEW = 6


def items(dsn: str, kind: str) -> list[str]:
    """Addresses of pages of single items: those with the most to show, and any."""
    key, (table, order) = "day" if kind == "coverage" else "id", ITEMS[kind].split(" ", 1)
    most = select(dsn, f"select {key}::text from {table} {order} limit {FEW}")
    others = select(dsn, f"select {key}::text from {table} limit 5000")
    return [f"{kind}/{each}" for (each,) in [*most, *random.Random(3).sample(others, FEW)]]


def asked(dsn: str) -> Mapping[str, Sequence[str]]:
    """Addresses by the page that answers them."""
    return {
        "overview": [""],
        "events": [f"events?{query}" for query in EVENTS],
        "stories": [f"stories?{query}" for query in STORIES],
        "feeds": ["feeds"],
        "coverage": ["coverage", "coverage?show=stories", "coverage?show=events"],
    } | {f"{kind}/{{id}}": items(dsn, kind) for kind in ITEMS}


@contextmanager
def reader() -> Iterator[TestClient]:
    """A viewer's client of the app where Airflow mounts it, with an Airflow database of its own."""
    with tempfile.TemporaryDirectory(prefix="desk-pages-") as home:
        os.environ |= {"AIRFLOW_HOME": home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}  # before Airflow is imported
        subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
        from airflow.api_fastapi.app import create_auth_manager, get_auth_manager
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

        from plugins.desk.app import make_app

        root = FastAPI()
        root.state.auth_manager = create_auth_manager()
        root.mount("/desk", make_app())
        token = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username="reader", role="viewer"))
        with TestClient(root, headers={"Authorization": f"Bearer {token}"}) as client:
            yield client


def measure(client: TestClient, pages: Mapping[str, Sequence[str]], repeats: int) -> list[Row]:
    seconds: dict[str, list[float]] = {name: [] for name in pages}
    slowest: dict[str, tuple[float, str]] = dict.fromkeys(pages, (0.0, ""))
    refused: dict[str, int] = dict.fromkeys(pages, 0)
    for _ in range(repeats + 1):
        forget_counts()  # whoever asks after a while waits for what is counted as well
        for name, paths in pages.items():
            for path in paths:
                start = time.perf_counter()
                answer = client.get(f"/desk/{path}")
                taken = time.perf_counter() - start
                refused[name] += answer.status_code != 200
                seconds[name].append(taken)
                if len(seconds[name]) > len(paths):
                    slowest[name] = max(slowest[name], (taken, path))
    rows = []
    for name, paths in pages.items():
        first, again = seconds[name][: len(paths)], seconds[name][len(paths) :]
        rows.append(
            {
                "page": name, "asked": len(again), "not 200": refused[name],
                "first, slowest ms": round(max(first) * 1000), "p50, ms": round(float(np.percentile(again, 50)) * 1000),
                "p95, ms": round(float(np.percentile(again, 95)) * 1000), "slowest": f"`{slowest[name][1]}`",
            }
        )  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    with running(args.home) as server:
        os.environ["AIRFLOW_CONN_WAREHOUSE"] = server.dsn("bench", "desk_loader")
        settings.cache_clear()
        count_recent_days(settings(), now=datetime.now(UTC))  # as watch_desk does every ten minutes
        with reader() as client:
            print(markdown(measure(client, asked(server.dsn("bench", "postgres")), args.repeats)))


if __name__ == "__main__":
    main()

"""The pipeline as one process runs it over the newsstand, and what two warehouses hold alike: keys and contents."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from include.edges.warehouse import read, transaction
from include.settings import Settings

CONTENTS = ("articles", "stories", "mentions", "events")


def run_here(home: Path, warehouse: str, newsstand: str) -> None:
    """Fills the warehouse from the newsstand: each task once, shard after shard."""
    # Read when the archive first imports Airflow: its files are not for the home of whoever runs this.
    os.environ["AIRFLOW_HOME"] = str(home / "airflow")
    from include.pipeline.clean_pages import clean_pages
    from include.pipeline.extract_events import extract_events
    from include.pipeline.fetch_pages import fetch_pages
    from include.pipeline.group_stories import group_stories
    from include.pipeline.poll_feeds import poll_feeds
    from include.pipeline.resolve_events import resolve_events
    from include.pipeline.sync_feeds import sync_feeds

    settings = Settings(
        home=home,
        feeds="newsstand",
        newsstand_url=newsstand,
        allowed_addresses=newsstand.removeprefix("http://"),
        AIRFLOW_CONN_WAREHOUSE=warehouse,  # type: ignore[call-arg]  # its name in the environment
    )
    now = datetime.now(UTC)
    sync_feeds(settings, now=now)
    for task in (poll_feeds, fetch_pages, clean_pages):
        for shard in range(settings.shards):
            task(settings, now=now, shard=shard)
    group_stories(settings, now=now)
    for shard in range(settings.shards):
        extract_events(settings, now=now, shard=shard)
    resolve_events(settings, now=now)


def contents(warehouse: str) -> dict[str, list[str]]:
    """Every row of the four tables without the moments at which it was seen, by table."""
    with transaction(warehouse) as connection:
        return {
            name: [json.dumps(row.content, sort_keys=True) for row in read(connection, f"contents/{name}")]
            for name in CONTENTS
        }


def differences(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The rows that only one of them has, by table; empty when both hold the same."""
    pairs = ((name, sorted(set(one[name]) ^ set(other[name]))) for name in CONTENTS)
    return {name: rows for name, rows in pairs if rows}

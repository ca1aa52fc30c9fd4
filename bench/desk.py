"""The desk's own tasks as contenders: from pages in the archive to rows in the warehouse, as the DAGs run them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from psycopg2.extensions import parse_dsn

from bench.inputs import NOW
from bench.measuring import Input
from include.catalog import load_catalog
from include.edges.archive import Archive
from include.edges.nlp import load_nlp
from include.edges.warehouse import as_json, read, transaction
from include.edges.web_answers import Fetched, Request
from include.pipeline import extract_events as extracting
from include.pipeline.clean_pages import clean_pages
from include.pipeline.extract_events import extract_events
from include.pipeline.fetch_pages import page_row
from include.pipeline.group_stories import group_stories
from include.records import hash_id
from include.settings import Settings


@dataclass(slots=True)
class Desk:
    """A warehouse and an archive with fetched pages for each turn; called, it does what comes after."""

    given: Input
    pool: ProcessPoolExecutor | None = None  # of two workers
    settings: Settings = field(default_factory=Settings)

    def before(self) -> None:
        """The pages as they are after fetching, which the clock does not count."""
        warehouse = parse_dsn(self.given["dsn"])["dbname"]
        self.settings = Settings(home=Path(self.given["folder"]) / warehouse, AIRFLOW_CONN_WAREHOUSE=self.given["dsn"])
        put_pages(self.settings, self.given["pages"])

    def __call__(self) -> int:
        shards = range(self.settings.shards)  # the DAGs' mapped tasks
        self._each(_clean, shards)
        group_stories(self.settings, now=NOW)
        self._each(_extract, shards)
        with transaction(self.settings.warehouse) as connection, connection.cursor() as cursor:
            cursor.execute("select count(*) from news.articles")
            return int(cursor.fetchone()[0])

    def _each(self, task: Any, shards: Sequence[int]) -> None:
        run = self.pool.map if self.pool else map
        list(run(task, [self.settings] * len(shards), shards))


def one_worker(given: Input) -> Desk:
    _start_worker()
    return Desk(given)


def two_workers(given: Input) -> Desk:
    """Cleaning and extracting by two processes, grouping by one, as in the DAGs."""
    pool = ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_start_worker)
    list(pool.map(_wait, range(8)))  # both have started from here on
    return Desk(given, pool=pool)


def _start_worker() -> None:
    """The model and the catalog are there before the clock runs, as they are for the others."""
    logging.disable(logging.WARNING)
    nlp, catalog = load_nlp(), load_catalog()
    extracting.load_nlp, extracting.load_catalog = lambda: nlp, lambda *_: catalog


def _wait(number: int) -> None:
    import time

    time.sleep(0.5)


def _clean(settings: Settings, shard: int) -> None:
    clean_pages(settings, now=NOW, shard=shard)


def _extract(settings: Settings, shard: int) -> None:
    extract_events(settings, now=NOW, shard=shard)


def put_pages(settings: Settings, pages: dict[str, bytes]) -> None:
    """The pages as fetch_pages leaves them, each of an outlet of its own."""
    rows = []
    with (
        transaction(settings.warehouse) as connection,
        Archive(settings.archive).new_file(kind="pages", shard=0, now=NOW) as warc,
    ):
        with connection.cursor() as cursor:
            cursor.execute("delete from news.pages")  # the one that others' articles are of
        for name, body in pages.items():
            url = f"https://{hash_id(name)}.example/{name}"
            feed, entry = hash_id("feed", name), hash_id("entry", name)
            with connection.cursor() as cursor:
                cursor.execute(
                    "insert into news.feeds (id, url, title, publisher, country, language, feed_group, kind)"
                    " values (%s, %s, 'News', %s, 'GB', 'en', 'demo', 'demo')",
                    (feed, f"{url}/feed", name),
                )
                cursor.execute(
                    "insert into news.entries (id, feed_id, url, guid, title, summary, byline, first_seen_at)"
                    " values (%s, %s, %s, '', '', '', '', %s)",
                    (entry, feed, url, NOW),
                )
            answer = Fetched(
                request=Request(item_id=entry, url=url), url=url, status=200, headers={}, body=body, seconds=0.0
            )
            rows.append(page_row(answer, hashlib.sha256(body).hexdigest(), warc.append(answer, at=NOW), NOW))
        read(connection, "insert_pages", rows=as_json(rows))

"""What each stage is measured on: real data beside the project where it is there, else the demo newsstand."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import make_dsn

from bench.group_quality import read_rows as read_stories
from bench.loopback_site import site
from bench.measuring import Input
from include.edges.migrate import migrate
from include.evaluate.answers import documents_of
from include.evaluate.labels import labels_from, read_labels, read_rows
from include.local.newsstand import load_newsstand
from include.local.newsstand.answers import articles, documents, expected_events, expected_stories
from include.local.newsstand.rendering import render_page
from include.local.postgres import start_postgres
from include.pipeline.keep_partitions import keep_partitions
from include.records import Article, hash_id
from include.settings import Settings
from include.stages.stories import Groupable

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LOADED = 2000  # articles
PAGES, HOSTS = 500, 50
ADDRESS = "http://newsstand.example"
GROWTH = (10_000, 100_000, 1_000_000)  # articles


@contextmanager
def pages() -> Iterator[dict[str, Any]]:
    """Bytes of article pages by name, and the body that each should give."""
    folder = SHARED / "pages"
    if folder.is_dir():
        gold = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
        bodies = {name: each["articleBody"] for name, each in gold.items()}
        found = {name: gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()) for name in sorted(gold)}
        yield {"pages": found, "bodies": bodies, "from": f"{len(found)} real pages with gold bodies"}
        return
    newsstand = load_newsstand()
    found = {page.id: render_page(newsstand, page, ADDRESS).encode() for page in newsstand.pages}
    bodies = {page.id: page.text for page in newsstand.pages}
    yield {"pages": found, "bodies": bodies, "from": f"the newsstand's {len(found)} pages"}


@contextmanager
def stories() -> Iterator[dict[str, Any]]:
    """Articles, and the story of each."""
    folder = SHARED / "stories"
    if folder.is_dir():
        rows = read_stories(folder / "wire_pages.jsonl")
        yield {
            "articles": [row.article for row in rows],
            "stories": {row.article.id: row.story_id for row in rows},
            "ignored": folder / "wire_pages.ignore.tsv",
            "from": f"{len(rows)} real pages of one day, grouped by hand",
        }
        return
    newsstand = load_newsstand()
    found = [
        Groupable(**(row | {"seen_at": datetime.fromisoformat(row["seen_at"]), "url": ""}))
        for row in articles(newsstand)
    ]
    truth = {row["id"]: row["story_id"] for row in expected_stories(newsstand)}
    yield {"articles": found, "stories": truth, "ignored": None, "from": f"the newsstand's {len(found)} articles"}


@contextmanager
def labelled() -> Iterator[dict[str, Any]]:
    """Documents, and the events that each reports."""
    folder = SHARED / "gold"
    if folder.is_dir():
        found = documents_of(read_rows(folder / "docs_dev.jsonl"))
        gold = read_labels(folder / "gold_dev.jsonl")
        yield {"documents": found, "gold": gold, "from": f"{len(found)} real articles, labelled by hand"}
        return
    newsstand = load_newsstand()
    found = documents_of(documents(newsstand))
    gold = {row["doc_id"]: labels_from(row) for row in expected_events(newsstand)}
    yield {"documents": found, "gold": gold, "from": f"the newsstand's {len(found)} articles"}


@contextmanager
def warehouse() -> Iterator[dict[str, Any]]:
    """A PostgreSQL server of its own, with the desk's schema and nothing in it but a page for articles to be of."""
    home = Path(tempfile.mkdtemp(prefix="desk-bench-"))
    home.chmod(0o711)
    try:
        server = start_postgres(home)
        try:
            server.create_database(TEMPLATE)
            migrate(server.dsn(TEMPLATE, "desk_owner"))
            dsn = server.dsn(TEMPLATE, "desk_loader")
            keep_partitions(Settings(AIRFLOW_CONN_WAREHOUSE=dsn), now=NOW)
            index_words_at_once(server.dsn(TEMPLATE, "postgres"))
            make_page(dsn)
            yield {
                "dsn": dsn,
                "superuser_dsn": server.dsn("postgres", "postgres"),
                "renew": new_warehouse,
                "folder": str(home),
                "server_pid": server.process.pid,
            }
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def articles_to_load() -> Iterator[dict[str, Any]]:
    """Generated articles of 3 KB, and a warehouse for them."""
    dice = random.Random(1)
    words = ["".join(dice.choices("abdefgilmnoprstu", k=dice.randint(2, 9))) for _ in range(5000)]
    made = [
        on_the_page(
            Article(
                id="", page_id="", url="", publisher="Outlet", title=" ".join(dice.choices(words, k=8)),
                text=" ".join(dice.choices(words, k=500)), byline="", published_at=NOW, published_source="meta",
                language="en", seen_at=NOW,
            ),
            number,
        )
        for number in range(LOADED)
    ]  # fmt: skip
    with warehouse() as given:
        yield given | {"articles": made, "from": f"{LOADED} generated articles of 500 words"}


@contextmanager
def pages_to_load() -> Iterator[dict[str, Any]]:
    """Pages, and a warehouse for what is made of them."""
    with pages() as read, warehouse() as given:
        yield given | read


@contextmanager
def loopback() -> Iterator[dict[str, Any]]:
    """Addresses of pages of 60 KB on a site of many hosts, each answer 50 ms late."""
    with site(HOSTS) as places:
        each = PAGES // HOSTS
        paths = {place: [f"/page/{n}" for n in range(each)] for place in places}
        yield {"paths": paths, "from": f"{PAGES} pages of 60 KB from {HOSTS} hosts on loopback, 50 ms late"}


@contextmanager
def many_articles() -> Iterator[dict[str, Any]]:
    """Generated articles, one in four a copy of another with its end cut off."""
    dice = random.Random(7)
    words = ["".join(dice.choices("abdefgilmnoprstu", k=dice.randint(2, 9))) for _ in range(20_000)]
    texts: list[str] = []
    for number in range(GROWTH[-1]):
        if number % 4 == 0 and number:
            copied = texts[dice.randrange(max(0, number - 400), number)].split()
            texts.append(" ".join(copied[: int(len(copied) * dice.uniform(0.6, 1))]))
        else:
            texts.append(" ".join(dice.choices(words, k=250)))
    made = [
        Groupable(
            id=hash_id(str(number)), source=f"Outlet {number % 200}", url="", title="", text=text,
            seen_at=NOW + timedelta(seconds=15 * number),
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip
    yield {"articles": made, "from": f"{', '.join(f'{n:,}' for n in GROWTH)} generated articles of 250 words"}


def new_warehouse(given: Input) -> dict[str, Any]:
    """A warehouse in which nobody has written: what one turn left would be a load on the next."""
    name, number = f"turns_of_{os.getpid()}", given.get("turn", 0)
    with contextlib.closing(psycopg2.connect(given["superuser_dsn"])) as superuser, superuser.cursor() as cursor:
        superuser.autocommit = True
        cursor.execute(f"drop database if exists {name}_{number} with (force)")
        cursor.execute(f"create database {name}_{number + 1} template {TEMPLATE}")
    return {"dsn": make_dsn(given["dsn"], dbname=f"{name}_{number + 1}"), "turn": number + 1}


PAGE = hash_id("page")
TEMPLATE = "untouched"


def index_words_at_once(dsn: str) -> None:
    """The words of texts go into their index with each row, and not with a later contender's."""
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(format('alter index %s set (fastupdate = off)', i.oid::regclass), '; ')"
            " from pg_class as i join pg_am as a on i.relam = a.oid where a.amname = 'gin' and i.relkind = 'i'"
            " and i.relnamespace in ('news'::regnamespace, 'sanctions'::regnamespace)"
        )
        ((commands,),) = cursor.fetchall()
        cursor.execute(commands)
    connection.close()


def make_page(dsn: str) -> None:
    feed, entry = hash_id("feed"), hash_id("entry")
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("insert into news.feeds (id, url, title, publisher, country, language, feed_group, kind)"
                       " values (%s, 'u', 't', 'p', 'GB', 'en', 'demo', 'demo')", (feed,))  # fmt: skip
        cursor.execute("insert into news.entries (id, feed_id, url, guid, title, summary, byline, first_seen_at)"
                       " values (%s, %s, 'u', '', '', '', '', %s)", (entry, feed, NOW))  # fmt: skip
        cursor.execute("insert into news.pages values (%s, %s, 'u', %s, 200, 'text/html', '', 1, 'w', 0, 1)",
                       (PAGE, entry, NOW))  # fmt: skip
    connection.close()


def on_the_page(made: Article, key: object) -> Article:
    """The article under an id of its own, and of the page that is there."""
    return replace(made, id=hash_id(str(key)), url=f"https://paper.example/{key}", page_id=PAGE)

"""A day's news written by the functions that the pipeline writes with, and what resolving does after it, each timed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bench.warehouse_fill import IMPOSERS, STATES, lines
from include.edges.warehouse import read, transaction, write, write_rows
from include.edges.web import Hosts
from include.pipeline import clean_pages, extract_events, fetch_pages, resolve_events
from include.pipeline.feed_rows import entry_row
from include.pipeline.outcome_rows import outcome_row
from include.pipeline.touched import mentions_to_look_at
from include.records import (
    Article,
    Document,
    EventMention,
    EventType,
    Evidence,
    FeedEntry,
    Modality,
    Party,
    Salience,
    Stage,
    Tally,
    hash_id,
)
from include.settings import Settings

BATCH = 1000
EVERY_RUN = ("follow_article_versions", "events_of_articles", "events_in_use", "withdraw_events", "stages_of_acts")


@dataclass(slots=True)
class Clock:
    """Seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - start


def load_day(settings: Settings, count: int) -> dict[str, float]:
    """Seconds that it takes to write so many articles, with their announcements, pages, requests and mentions."""
    clock, dice, now = Clock(), random.Random(7), datetime.now(UTC)
    paragraphs, titles = list(lines(4000, 96, seed=71)), list(lines(4000, 8, seed=72))
    with transaction(settings.warehouse) as connection, connection.cursor() as cursor:
        cursor.execute("select id::text, publisher from news.feeds order by id limit 500")
        feeds = cursor.fetchall()
    for start in range(0, count, BATCH):
        articles = [
            article(number, dice, feeds, paragraphs, titles, now) for number in range(start, min(start + BATCH, count))
        ]
        with clock.of("announcements"):
            write_entries(settings, articles, feeds, now)
        with clock.of("pages and requests"):
            fetch_pages._write(settings, found(articles, now), Hosts(settings, now=now), Tally())
        with clock.of("articles"):
            clean_pages._write(settings, [(each.page_id, each) for each in articles], now)
        readings = [reading(each, dice, titles) for each in articles]
        with clock.of("mentions"):
            extract_events._write(settings, readings, now)
    return clock.seconds


def article(
    number: int, dice: random.Random, feeds: list[tuple[str, str]], paragraphs: list[str], titles: list[str],
    now: datetime,
) -> Article:  # fmt: skip
    title, text = dice.choice(titles), "\n\n".join([*dice.sample(paragraphs, 5), f"{dice.getrandbits(48):x}"])
    url = f"https://outlet-{number % 300}.example/today/{number}-{title.replace(' ', '-').lower()}"
    return Article(
        id=hash_id(url, title, text), page_id=hash_id("page", url), url=url, publisher=feeds[number % len(feeds)][1],
        title=title, byline="By Somebody", published_at=now - timedelta(hours=dice.random() * 6), published_source="feed",
        language="en", text=text, seen_at=now,
    )  # fmt: skip


def write_entries(settings: Settings, articles: list[Article], feeds: list[tuple[str, str]], now: datetime) -> None:
    entries = [
        FeedEntry(
            id=hash_id("entry", each.url), feed_id=feeds[number % len(feeds)][0], url=each.url, guid=each.url,
            title=each.title, summary=each.text[:150], byline=each.byline, published_at=each.published_at,
        )
        for number, each in enumerate(articles)
    ]  # fmt: skip
    with transaction(settings.warehouse) as connection:
        write_rows(connection, "upsert_entries", [entry_row(entry, now) for entry in entries])


def found(articles: list[Article], now: datetime) -> fetch_pages.Findings:
    """The pages of articles as fetching hands them over."""
    entry_ids = {each.id: hash_id("entry", each.url) for each in articles}
    return fetch_pages.Findings(
        pages=[
            {"id": each.page_id, "entry_id": entry_ids[each.id], "url": each.url, "fetched_at": now, "status": 200,
             "content_type": "text/html", "body_sha256": "00" * 32, "body_bytes": 60_000, "warc_file": "today.warc.gz",
             "warc_offset": number * 15_000, "warc_length": 15_000}
            for number, each in enumerate(articles)
        ],
        fetches=[
            {"kind": "page", "item_id": entry_ids[each.id], "url": each.url, "fetched_at": now, "status": 200,
             "reason": "", "detail": "", "body_bytes": 60_000, "seconds": 0.4, "warc_file": None, "warc_offset": None,
             "warc_length": None}
            for each in articles
        ],
        outcomes=[
            outcome_row(Stage.FETCH, entry_ids[each.id], version=fetch_pages.FETCH_VERSION, now=now, rejected=None)
            for each in articles
        ],
    )  # fmt: skip


def reading(each: Article, dice: random.Random, titles: list[str]) -> extract_events.Reading:
    """What half of all articles report: five sentences on acts."""
    mentions = tuple(
        EventMention(
            id=hash_id(each.id, str(position)), doc_id=each.id, event_type=EventType.IMPOSED, modality=Modality.ASSERTED,
            salience=Salience.MAIN, imposers=(country(dice.choice(IMPOSERS)),), targets=(country(dice.choice(STATES)),),
            actors=(), instrument=None, measures=(), event_date=None, effective_date=None,
            evidence=(Evidence(text=dice.choice(titles), start=0, end=50),), confidence=0.8, published_on=each.seen_at.date(),
        )
        for position in range(5 * (dice.random() < 0.5))
    )  # fmt: skip
    document = Document(doc_id=each.id, title=each.title, text=each.text)
    return extract_events.Reading(article=extract_events.Pending(document=document), result=mentions)


def country(code: str) -> Party:
    return Party(name=f"State of {code}", kind="country", code=code)


def refresh(settings: Settings, *, articles: int, new: int, standing: int) -> dict[str, float]:
    """Seconds of what resolving does beside comparing reports: what it looks up in each run, and versions after a day.

    A day's work looks at its articles, rewrites `new` acts and looks at `standing` that turn out to be as they were.
    """
    clock = Clock()
    with transaction(settings.warehouse) as connection:
        with connection.cursor() as cursor:
            cursor.execute(
                "select id::text from sanctions.events order by last_seen_at desc, id limit %s", (new + standing,)
            )
            ids = [row.id for row in cursor.fetchall()]
            cursor.execute("delete from sanctions.changed_articles")  # as a run leaves it
            cursor.execute(
                "insert into sanctions.changed_articles (article_id)"
                " select id from news.articles order by seen_at desc limit %s",
                (articles,),
            )
            cursor.execute(
                "update sanctions.events set article_count = article_count + 1 where id = any(%s::uuid[])", (ids[:new],)
            )
        for name in EVERY_RUN:
            with clock.of(name):
                if name == "follow_article_versions":
                    write(connection, name)
                else:
                    read(connection, name)
        with clock.of("touched_mentions"):
            changed = sorted({row.article_id for row in read(connection, "changed_articles")} - {None})
            mentions_to_look_at(connection, changed, version=resolve_events.VERSION)
        with clock.of("versions"):
            resolve_events._keep_versions(connection, sorted(ids), settings.batch_size)
    return clock.seconds


def quarter_hour(settings: Settings) -> tuple[float, dict[str, int]]:
    """Seconds and counts of one whole run of resolving over a few new reports."""
    with transaction(settings.warehouse) as connection, connection.cursor() as cursor:
        cursor.execute(
            "update sanctions.event_mentions set confidence = least(1, confidence + 0.001) where id in"
            " (select id from sanctions.event_mentions where is_current order by id limit 1300)"
        )
    start = time.perf_counter()
    tally = resolve_events.resolve_events(settings, now=datetime.now(UTC))
    return time.perf_counter() - start, tally.as_dict()

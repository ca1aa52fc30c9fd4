"""Bulk history on another engine: the desk's own pure stages over WARC files, by Dask instead of Airflow.

`python -m bench.history_with_dask FOLDER -o DIR [--workers N]` reads every .warc.gz below FOLDER (of other crawlers or
our archive), and leaves articles.jsonl and mentions.jsonl: the rows that `rebuild_day` makes of the same files in a new
warehouse. Cleaning runs a file at a time, grouping in one place, extraction a batch of whole stories at a time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import dask.bag

from include.catalog import load_catalog
from include.cli_stages import group_into_stories
from include.edges.nlp import load_nlp
from include.edges.warc_import import list_warcs, read_members, read_page
from include.pipeline.clean_bounded import clean_within_bounds
from include.pipeline.clean_pages import article_row, text_row
from include.pipeline.event_rows import mention_rows
from include.pipeline.freeze_statistics import PAGES_LEARNED_FROM, PAGES_TO_LEARN
from include.pipeline.import_warcs import page_row
from include.pipeline.postings import groupable
from include.records import Article, Document, RawPage, Rejected, StoryMember, Window
from include.stages.events import EXTRACT_VERSION
from include.stages.stories import find_templates
from include.stages.stories_text import blank_template
from include.stages.story_reading import canonical_of, read_stories

EVER = Window(start=datetime.min.replace(tzinfo=UTC), end=datetime.max.replace(tzinfo=UTC))
ARTICLES_AT_ONCE = 200  # of one call of the language model's worker
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What WARC files hold, as the warehouse's rows."""

    articles: list[Row]
    mentions: list[Row]


def read_history(folder: Path, *, now: datetime, workers: int) -> History:
    """The articles and mentions of all WARC files below a folder."""
    files = list_warcs(str(folder), EVER)
    run = {"scheduler": "processes", "num_workers": workers}
    cleaned = dask.bag.from_sequence(files, partition_size=1).map(clean_file, now=now).flatten().compute(**run)
    articles = sorted({article.id: article for article in cleaned}.values(), key=lambda each: (each.seen_at, each.id))
    members = group_into_stories([groupable(article) for article in articles])
    batches = story_batches(_documents(articles), members)
    mentions = dask.bag.from_sequence(batches, partition_size=1).map(read_batch).flatten().compute(**run)
    rows = [article_row(article) | {"text": text_row(article)["text"]} for article in articles]
    return History(articles=rows, mentions=mentions)


def clean_file(file: str, *, now: datetime) -> list[Article]:
    """The articles of one WARC file."""
    with Path(file).open("rb") as stream:
        found = (clean_within_bounds(page, now=now) for page in _pages(stream))
        return [article for article in found if not isinstance(article, Rejected)]


def _pages(stream: Any) -> Iterator[RawPage]:
    for member in read_members(stream):
        page = read_page(member, EVER)
        if isinstance(page, str) or not (row := page_row(page)):
            continue
        yield RawPage(
            id=row["id"],
            url=row["url"],
            publisher=row["url"].split("/")[2].removeprefix("www."),
            fetched_at=page.fetched_at,
            content_type=page.content_type,
            body=page.body,
            body_sha256=row["body_sha256"],
        )


def _documents(articles: Sequence[Article]) -> list[Document]:
    """The English articles as extraction reads them, without their publishers' furniture."""
    texts = defaultdict(list)
    for article in reversed(articles):
        texts[article.publisher].append(article.text)
    templates = find_templates(
        (publisher, text)
        for publisher, found in texts.items()
        if len(found) >= PAGES_TO_LEARN
        for text in found[:PAGES_LEARNED_FROM]
    )
    return [
        Document(
            doc_id=article.id,
            title=article.title,
            text=blank_template(article.text, templates.get(article.publisher, frozenset())),
            published_on=article.published_at.astimezone(UTC).date() if article.published_at else None,
        )
        for article in articles
        if article.language in ("en", "")
    ]


Batch = tuple[list[Document], dict[str, StoryMember]]


def story_batches(documents: Sequence[Document], members: Mapping[str, StoryMember]) -> list[Batch]:
    """Documents in batches that hold each copy beside what it copies, with their places in stories."""
    families = defaultdict(list)
    for document in documents:
        families[canonical_of(document.doc_id, members) or document.doc_id].append(document)
    batches: list[Batch] = [([], {})]
    for family in families.values():
        if len(batches[-1][0]) >= ARTICLES_AT_ONCE:
            batches.append(([], {}))
        batches[-1][0].extend(family)
        batches[-1][1].update({each.doc_id: members[each.doc_id] for each in family if each.doc_id in members})
    return batches


def read_batch(batch: Batch) -> list[Row]:
    """The mentions of one batch."""
    documents, members = batch
    read = read_stories(documents, members, nlp=_nlp(), catalog=load_catalog())
    return [
        row
        for _, result in read
        if not isinstance(result, Rejected)
        for row in mention_rows(result, version=EXTRACT_VERSION)
    ]


@cache
def _nlp() -> Any:
    return load_nlp()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.history_with_dask", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    began = time.monotonic()
    history = read_history(args.folder, now=datetime.now(UTC), workers=args.workers)
    args.output.mkdir(parents=True, exist_ok=True)
    for name, rows in (("articles", history.articles), ("mentions", history.mentions)):
        lines = (json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in rows)
        (args.output / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    seconds = time.monotonic() - began
    print(f"{len(history.articles)} articles and {len(history.mentions)} mentions in {seconds:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

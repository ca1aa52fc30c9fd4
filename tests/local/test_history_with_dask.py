"""Another engine over the desk's own archive gives the rows that the pipeline makes of the same WARC files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.history_with_dask import read_history, story_batches
from include.pipeline.bring_pages import bring_pages
from include.pipeline.clean_pages import clean_pages
from include.pipeline.extract_events import extract_events
from include.pipeline.group_stories import group_stories
from include.pipeline.rebuild_plan import Plan, Source
from include.records import Document, Relation, StoryMember, Window
from tests.newsstand_run import NOW, query

# Of the program's rows, what the warehouse keeps under another name or not at all.
APART = {"doc_id", "published_on"}
DAY = Window(start=NOW.replace(hour=0), end=NOW.replace(hour=0) + timedelta(days=1))


def rebuilt(settings, warc_folder: Path) -> None:
    """The pipeline's own way to pages of WARC files, up to their mentions."""
    bring_pages(settings, window=DAY, plan=Plan(sources=(Source.WARC,), warc_prefix=str(warc_folder)), now=NOW)
    clean_pages(settings, now=NOW)
    group_stories(settings, now=NOW)
    extract_events(settings, now=NOW, shard=0)


def plain(row: dict, names: set[str]) -> dict:
    """The row as both sides write it down: names of columns that both have, confidence to what a real holds."""
    found = {name: value for name, value in row.items() if name in names}
    if "confidence" in found:
        found["confidence"] = round(found["confidence"], 5)
    for name, value in found.items():
        if isinstance(value, datetime):
            found[name] = value.astimezone(UTC).isoformat()
    return json.loads(json.dumps(found))


def assert_same(ours: list[dict], stored: list[dict]) -> None:
    columns = ours[0].keys() - APART
    assert len(columns) > 10 and columns <= stored[0].keys()
    assert {row["id"]: plain(row, columns) for row in ours} == {row["id"]: plain(row, columns) for row in stored}
    assert len(ours) == len(stored)


def test_dask_makes_the_pipelines_rows_of_the_newsstands_archive(desk, warehouse, tmp_path):
    archive = Path(desk[0].home) / "archive" / "pages"
    ours = {"home": tmp_path, "warehouse": warehouse.loader, "shards": 1, "backfill_places": str(archive)}
    settings = desk[0].model_copy(update=ours)
    rebuilt(settings, archive)
    history = read_history(archive, now=NOW, workers=2)

    articles = query(
        warehouse.owner,
        """
        select article.*, body.text from news.articles as article
        join news.article_texts as body on body.article_id = article.id and body.seen_at = article.text_at
        """,
    )
    mentions = query(warehouse.owner, "select * from sanctions.event_mentions where is_current")
    assert len(articles) > 60 and len(mentions) > 20
    assert_same(history.articles, articles)
    assert_same(history.mentions, mentions)


def test_a_copy_is_read_beside_what_it_copies():
    documents = [Document(doc_id=f"{n}", title="", text="", published_on=None) for n in range(450)]
    copy = StoryMember(article_id="449", story_id="s", canonical_id="0", relation=Relation.COPY, score=1.0, reason="")
    batches = story_batches(documents, {"449": copy})
    assert sorted(each.doc_id for batch, _ in batches for each in batch) == sorted(each.doc_id for each in documents)
    (together,) = [batch for batch, members in batches if members]
    assert {"0", "449"} <= {each.doc_id for each in together}
    assert len(batches) > 1

"""The desk's own stages as contenders: each function prepares for an input and returns the work."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.inputs import NOW, on_the_page
from bench.measuring import Input, Work
from include.catalog import load_catalog
from include.edges.nlp import load_nlp
from include.edges.warehouse import transaction, write_rows
from include.pipeline.clean_pages import article_row, text_row
from include.pipeline.event_rows import mention_rows
from include.pipeline.group_stories import member_row, story_rows
from include.records import Article, Document, EventMention, RawPage, Rejected, StoryMember
from include.stages.clean import clean_page
from include.stages.events import EXTRACT_VERSION, extract_events
from include.stages.stories import Groupable, MemoryPostings, group_articles


def clean(given: Input) -> Work:
    logging.disable(logging.WARNING)
    return lambda: {name: article.text if article else "" for name, article in _cleaned(given["pages"].items())}


def group(given: Input) -> Work:
    return lambda: {each.article_id: each.story_id for each in _grouped(given["articles"])}


def extract(given: Input) -> Work:
    nlp, catalog = load_nlp(), load_catalog()
    documents: Sequence[Document] = given["documents"]

    def work() -> dict[str, tuple[EventMention, ...]]:
        results = extract_events(documents, nlp=nlp, catalog=catalog)
        pairs = zip(documents, results, strict=True)
        return {document.doc_id: () if isinstance(found, Rejected) else found for document, found in pairs}

    return work


def load(given: Input) -> Work:
    return lambda: _load(given["dsn"], given["articles"])


def collect(given: Input) -> Work:
    from include.edges.web import Fetched, Hosts, Request, fetch
    from include.settings import Settings

    urls = [f"http://{place}{path}" for place, each in given["paths"].items() for path in each]
    settings = Settings(allowed_addresses=",".join(given["paths"]))

    def work() -> int:
        answers = fetch([Request(item_id=url, url=url) for url in urls], settings, hosts=Hosts(settings, now=NOW))
        return _all(urls, sum(isinstance(answer, Fetched) and len(answer.body) > 50_000 for answer in answers))

    return work


def whole(given: Input) -> Work:
    """From the bytes of pages to rows of articles, stories and mentions."""
    logging.disable(logging.WARNING)
    nlp, catalog = load_nlp(), load_catalog()

    def work() -> int:
        articles = cleaned(given["pages"])
        members = _grouped(map(groupable, articles))
        mentions = _extracted(articles, nlp, catalog)
        _load(given["dsn"], articles, members, mentions)
        return len(articles)

    return work


def _cleaned(pages: Iterable[tuple[str, bytes]]) -> Iterable[tuple[str, Article | None]]:
    for name, body in pages:
        page = RawPage(
            id=name, url=f"https://paper.example/{name}", publisher=name, fetched_at=NOW, content_type="", body=body,
            body_sha256="",
        )  # fmt: skip
        result = clean_page(page, now=NOW)
        yield name, result if isinstance(result, Article) else None


def cleaned(pages: Mapping[str, bytes]) -> list[Article]:
    return [on_the_page(article, name) for name, article in _cleaned(pages.items()) if article]


def groupable(article: Article) -> Groupable:
    return Groupable(
        id=article.id, source=article.publisher, url=article.url, title=article.title, text=article.text,
        seen_at=article.seen_at,
    )  # fmt: skip


def _grouped(articles: Iterable[Groupable]) -> list[StoryMember]:
    return group_articles(list(articles), postings=MemoryPostings())


def documents_of(articles: Sequence[Article]) -> list[Document]:
    return [Document(doc_id=each.id, title=each.title, text=each.text, published_on=None) for each in articles]


def _extracted(articles: Sequence[Article], nlp: Any, catalog: Any) -> list[tuple[EventMention, ...]]:
    results = extract_events(documents_of(articles), nlp=nlp, catalog=catalog)
    return [result for result in results if not isinstance(result, Rejected)]


def _load(
    dsn: str,
    articles: Sequence[Article],
    members: Sequence[StoryMember] = (),
    mentions: Sequence[Sequence[EventMention]] = (),
) -> None:
    with transaction(dsn) as connection:
        write_rows(connection, "upsert_articles", [article_row(each) for each in articles])
        write_rows(connection, "upsert_article_texts", [text_row(each) for each in articles])
        write_rows(connection, "upsert_story_members", [member_row(each) for each in members])
        write_rows(connection, "upsert_stories", story_rows(members))
        rows = [row for each in mentions for row in mention_rows(each, version=EXTRACT_VERSION)]
        write_rows(connection, "upsert_mentions", rows)


def _all(urls: Sequence[str], good: int) -> int:
    assert good == len(urls), f"{good} of {len(urls)} pages came"
    return good

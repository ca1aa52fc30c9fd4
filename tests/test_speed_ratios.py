"""Speed may rise, not silently fall: ratios of CPU to the bare libraries' on the same pages, medians of a few rounds.

Limits leave room for what a busy machine does to a ratio: about a third above what was measured when they were set.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import trafilatura

from bench import inputs
from bench.measuring import compete
from bench.measuring import ratio as measured_ratio
from bench.ours import documents_of as articles_as_documents
from bench.ours import groupable
from bench.stages import STAGES
from include.catalog import load_catalog
from include.edges.nlp import load_nlp
from include.evaluate.answers import documents_of
from include.extractors.terms import speaks_of_sanctions
from include.local.newsstand import load_newsstand
from include.local.newsstand.answers import documents
from include.local.newsstand.invented import with_invented_pages
from include.local.newsstand.rendering import render_page
from include.local.newsstand.stock import Newsstand, Page
from include.records import Article, Document, RawPage, hash_id
from include.stages.clean import clean_page
from include.stages.events import extract_events
from include.stages.stories import Groupable, MemoryPostings, group_articles

NOW = datetime(2030, 1, 1, tzinfo=UTC)
ROUNDS = 3
CLEANING = 2.1  # times trafilatura's fast mode
EXTRACTION = 0.85  # times spaCy's full pipeline
USUAL_WORDS = 450
IRRELEVANT = 0.002  # of that, for an article that does not speak of sanctions
WHOLE = 0.5  # of the same libraries as they come, everything on every page
LOADING = 1.0  # of one insert a row
GROWTH = 2.6  # times, for the same newcomers among ten times as many articles
CALM = "The harbour festival drew families from three valleys, and the choir sang until the lamps were lit. "


def cpu(work: Callable[[], object]) -> float:
    """Seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def ratio(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """Ours to theirs, in turns; what is loaded once is loaded before."""
    ours(), theirs()
    return statistics.median(cpu(ours) / cpu(theirs) for _ in range(ROUNDS))


@pytest.fixture(scope="module")
def pages() -> list[RawPage]:
    newsstand = load_newsstand()
    return raw_pages(newsstand, newsstand.pages)


def raw_pages(newsstand: Newsstand, pages: Sequence[Page]) -> list[RawPage]:
    return [
        RawPage(
            id=page.id, url=f"http://newsstand.example/{page.id}", publisher="", fetched_at=NOW, content_type="",
            body=render_page(newsstand, page, "http://newsstand.example").encode(), body_sha256="",
        )
        for page in pages
    ]  # fmt: skip


def test_cleaning_beside_bare_trafilatura(pages):
    assert all(isinstance(clean_page(page, now=NOW), Article) for page in pages[:20])
    found = ratio(
        lambda: [clean_page(page, now=NOW) for page in pages],
        lambda: [trafilatura.extract(page.body, fast=True) for page in pages],
    )
    assert found <= CLEANING


@pytest.fixture(scope="module")
def ordinary_pages() -> list[RawPage]:
    """One in ten speaks of sanctions."""
    newsstand = with_invented_pages(load_newsstand(), 200)
    found = sorted(newsstand.pages, key=lambda page: page.id)
    speaking = [page for page in found if speaks_of_sanctions(page.title, page.text)]
    others = [page for page in found if not speaks_of_sanctions(page.title, page.text)]
    return raw_pages(newsstand, [*speaking[:6], *others[:54]])


def test_the_whole_beside_the_naive_assembly(nlp, extractor, ordinary_pages):
    """Naive here only cleans and reads every page; that of the benchmark also groups and loads."""

    def ours() -> None:
        articles = [
            each for each in (clean_page(page, now=NOW) for page in ordinary_pages) if isinstance(each, Article)
        ]
        group_articles([groupable(each) for each in articles], postings=MemoryPostings())
        extractor(articles_as_documents(articles))

    def naive() -> None:
        texts = [trafilatura.extract(page.body, with_metadata=True) or "" for page in ordinary_pages]
        for _ in nlp.pipe(texts):
            pass

    assert ratio(ours, naive) <= WHOLE


def test_loading_beside_an_insert_a_row(monkeypatch):
    monkeypatch.setattr(inputs, "LOADED", 400)
    ours, by_row, _ = STAGES["loading"].contenders
    with inputs.articles_to_load() as given:
        taken = compete([by_row, ours], given, rounds=ROUNDS)
    assert taken[ours.name].skipped == taken[by_row.name].skipped == ""
    assert measured_ratio(taken[by_row.name].cpu, taken[ours.name].cpu) <= LOADING


@pytest.fixture(scope="module")
def nlp():
    return load_nlp()


@pytest.fixture(scope="module")
def extractor(nlp) -> Callable[[Sequence[Document]], list]:
    catalog = load_catalog()
    return lambda given: list(extract_events(given, nlp=nlp, catalog=catalog))


@pytest.fixture(scope="module")
def relevant() -> list[Document]:
    found = [each for each in documents_of(documents(load_newsstand())) if speaks_of_sanctions(each.title, each.text)]
    assert len(found) >= 50
    return found


def test_extraction_beside_the_full_pipeline(nlp, extractor, relevant):
    """On articles as long as real ones, half of whose sentences tell of other things."""
    long = [replace(each, text=f"{each.text}\n\n{CALM * missing_calm(each.text)}") for each in relevant]
    texts = [f"{each.title}\n\n{each.text}" for each in long]
    assert ratio(partial(extractor, long), lambda: list(nlp.pipe(texts, batch_size=16))) <= EXTRACTION


def missing_calm(text: str) -> int:
    """How many calm sentences make it an article of usual length."""
    return max(0, USUAL_WORDS - len(text.split())) // len(CALM.split())


def test_what_does_not_speak_of_sanctions_costs_next_to_nothing(nlp, extractor, relevant):
    words = sum(len(each.text.split()) for each in relevant)
    per_text = CALM * (words // len(relevant) // len(CALM.split()))
    calm = [Document(doc_id=str(n), title="A calm day", text=per_text) for n in range(len(relevant))]
    texts = [f"{each.title}\n\n{each.text}" for each in relevant]
    assert ratio(partial(extractor, calm), lambda: list(nlp.pipe(texts, batch_size=16))) <= IRRELEVANT


def test_grouping_among_ten_times_as_many_articles():
    made = invented(4400)
    few, many, newcomers = made[:400], made[:4000], made[4000:4200]

    def stored(articles: list[Groupable]) -> MemoryPostings:
        postings = MemoryPostings()
        group_articles(articles, postings=postings)
        return postings

    seconds = []
    for _ in range(ROUNDS):
        small, large = stored(few), stored(many)
        seconds.append(
            cpu(lambda: group_articles(newcomers, postings=large))  # noqa: B023
            / cpu(lambda: group_articles(newcomers, postings=small))  # noqa: B023
        )
    assert statistics.median(seconds) <= GROWTH


def invented(count: int) -> list[Groupable]:
    """One in four a copy, with its end cut off, of one of the hundred before."""
    dice, texts = random.Random(3), []
    words = ["".join(dice.choices("abdefgilmnoprstu", k=dice.randint(2, 9))) for _ in range(5000)]
    for number in range(count):
        if number % 4 == 0 and number:
            copied = texts[dice.randrange(max(0, number - 100), number)].split()
            texts.append(" ".join(copied[: int(len(copied) * dice.uniform(0.6, 1))]))
        else:
            texts.append(" ".join(dice.choices(words, k=200)))
    return [
        Groupable(
            id=hash_id(str(number)), source=f"Outlet {number % 50}", url="", title="", text=text,
            seen_at=NOW + timedelta(seconds=15 * number),
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip

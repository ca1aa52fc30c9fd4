"""What others would take instead: each function prepares for an input and returns the work.

Libraries are imported where they are used: one that is not installed is named, and the others are measured.
"""

from __future__ import annotations

import io
import logging
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psycopg2

from bench.inputs import NOW, on_the_page
from bench.measuring import Input, Work
from include.edges.nlp import MODEL
from include.pipeline.clean_pages import article_row, text_row
from include.records import Article

if TYPE_CHECKING:
    from spacy.language import Language

THREADS = 32
PERMUTATIONS = 128
LSH_THRESHOLD = 0.5  # Jaccard of shingles; of 0.3 to 0.8 the best F1 on the pages grouped by hand
COSINE = 0.6  # of 0.3 to 0.9 the best F1 there
SHINGLE = 5  # words
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})  # of COPY's text format
BLOCK = 1000  # rows of the matrix of likenesses at a time

# Cleaning


def trafilatura_as_it_comes(given: Input) -> Work:
    import trafilatura

    logging.disable(logging.WARNING)
    return lambda: {name: trafilatura.extract(body) or "" for name, body in given["pages"].items()}


def trafilatura_fast(given: Input) -> Work:
    import trafilatura

    logging.disable(logging.WARNING)
    return lambda: {name: trafilatura.extract(body, fast=True) or "" for name, body in given["pages"].items()}


def go_offline() -> None:
    """No name is looked up in this process any more: some programs ask for more than the page, which isn't cleaning."""

    def refuse(*arguments: object, **named: object) -> Any:
        raise OSError("the benchmark has no network")

    socket.getaddrinfo = refuse


def newspaper4k(given: Input) -> Work:
    import newspaper

    go_offline()

    def read(body: bytes) -> str:
        article = newspaper.Article("https://paper.example/", fetch_images=False)
        article.download(input_html=body.decode("utf-8", "replace"))
        with suppress(LookupError):  # of few pages it wants a model of NLTK's, which comes from the network alone
            article.parse()
        return str(article.text)

    return lambda: {name: read(body) for name, body in given["pages"].items()}


def news_please(given: Input) -> Work:
    from newsplease import NewsPlease

    logging.disable(logging.CRITICAL)
    go_offline()

    def read(body: bytes) -> str:
        with suppress(LookupError):  # it asks newspaper4k, too
            return NewsPlease.from_html(body.decode("utf-8", "replace"), url=None).maintext or ""
        return ""

    return lambda: {name: read(body) for name, body in given["pages"].items()}


def readability(given: Input) -> Work:
    import lxml.html
    from readability import Document

    logging.disable(logging.CRITICAL)

    def read(body: bytes) -> str:
        return str(lxml.html.fromstring(Document(body.decode("utf-8", "replace")).summary()).text_content())

    return lambda: {name: read(body) for name, body in given["pages"].items()}


# Grouping


def datasketch_lsh(given: Input) -> Work:
    from datasketch import MinHash, MinHashLSH

    def work() -> dict[str, str]:
        index, links = MinHashLSH(threshold=LSH_THRESHOLD, num_perm=PERMUTATIONS), []
        for article in given["articles"]:
            sketch = MinHash(num_perm=PERMUTATIONS)
            sketch.update_batch([each.encode() for each in shingles(article.text)])
            links += [(article.id, found) for found in index.query(sketch)]
            index.insert(article.id, sketch)
        return connected([article.id for article in given["articles"]], links)

    return work


def tf_idf(given: Input) -> Work:
    from sklearn.feature_extraction.text import TfidfVectorizer

    def work() -> dict[str, str]:
        ids = [article.id for article in given["articles"]]
        matrix = TfidfVectorizer(stop_words="english").fit_transform(article.text for article in given["articles"])
        links = []
        for start in range(0, len(ids), BLOCK):
            likeness = (matrix[start : start + BLOCK] @ matrix.T).tocoo()
            close = likeness.data >= COSINE
            links += [(ids[start + a], ids[b]) for a, b in zip(likeness.row[close], likeness.col[close], strict=True)]
        return connected(ids, links)

    return work


def shingles(text: str) -> set[str]:
    words = text.lower().split()
    return {" ".join(words[n : n + SHINGLE]) for n in range(max(1, len(words) - SHINGLE + 1))}


def connected(ids: Iterable[str], links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each id one of those that chains of links connect it with, the same for all of these."""
    near = defaultdict(list)
    for one, other in links:
        near[one].append(other)
        near[other].append(one)
    found: dict[str, str] = {}
    for first in ids:
        waiting = [] if first in found else [first]
        while waiting:
            if (each := waiting.pop()) not in found:
                found[each] = first
                waiting += near[each]
    return found


# Extraction


def spacy_model() -> Language:
    """The model that ours has, too."""
    import spacy

    return spacy.load(MODEL)


def full_pipeline(given: Input) -> Work:
    nlp = spacy_model()
    texts = [f"{each.title}\n\n{each.text}" for each in given["documents"]]
    return lambda: [len(doc.ents) for doc in nlp.pipe(texts, batch_size=16)] and None


def keyword_coder(given: Input) -> Work:
    from bench.keyword_coder import keyword_coder as code
    from include.catalog import load_catalog
    from include.edges.nlp import load_nlp

    nlp, catalog = load_nlp(), load_catalog()
    return lambda: code(given["documents"], nlp, catalog)


# Loading


def row_by_row(given: Input) -> Work:
    """One insert a row, committed together."""

    def work() -> None:
        connection = psycopg2.connect(given["dsn"])
        with connection, connection.cursor() as cursor:
            for article in given["articles"]:
                for table, row in _rows(article):
                    cursor.execute(_insert(table, row), row)
        connection.close()

    return work


def plain_copy(given: Input) -> Work:
    """COPY into both tables: no row may be there already."""

    def work() -> None:
        connection = psycopg2.connect(given["dsn"])
        _copy(connection, given["articles"])
        connection.close()

    return work


def _rows(article: Article) -> list[tuple[str, dict[str, Any]]]:
    text = text_row(article) | {"seen_at": article.seen_at}
    return [
        ("news.articles", article_row(article) | {"text_at": NOW, "is_current": False}),
        ("news.article_texts", text),
    ]


def _insert(table: str, row: dict[str, Any]) -> str:
    return f"insert into {table} ({', '.join(row)}) values ({', '.join(f'%({name})s' for name in row)})"


def _copy(connection: Any, articles: Iterable[Article]) -> None:
    written: dict[str, io.StringIO] = defaultdict(io.StringIO)
    columns = {}
    for article in articles:
        for table, row in _rows(article):
            columns[table] = ", ".join(row)
            written[table].write("\t".join(map(_field, row.values())) + "\n")
    with connection, connection.cursor() as cursor:
        for table, text in written.items():
            text.seek(0)
            cursor.copy_expert(f"copy {table} ({columns[table]}) from stdin", text)


def _field(value: object) -> str:
    return "\\N" if value is None else str(value).translate(ESCAPES)


# Collecting


def requests_and_threads(given: Input) -> Work:
    from threading import local

    import requests

    urls = [f"http://{place}{path}" for place, each in given["paths"].items() for path in each]
    mine = local()

    def get(url: str) -> bool:
        if not hasattr(mine, "session"):
            mine.session = requests.Session()
            mine.session.trust_env = False  # no proxy for loopback
        return len(mine.session.get(url, timeout=30).content) > 50_000

    def work() -> int:
        with ThreadPoolExecutor(THREADS) as pool:
            good = sum(pool.map(get, urls))
        assert good == len(urls)
        return good

    return work


def raw_sockets(given: Input) -> Work:
    from bench.raw_sockets import ask_all

    wanted = sum(map(len, given["paths"].values()))

    def work() -> int:
        answers = ask_all(given["paths"], keeps_open=True)
        assert answers == wanted
        return answers

    return work


# The whole


def naive(given: Input) -> Work:
    """The same libraries as they come: metadata, MinHash.update, the full pipeline on every article, executemany."""
    import trafilatura
    from datasketch import MinHash, MinHashLSH

    logging.disable(logging.WARNING)
    nlp = spacy_model()

    def work() -> int:
        articles = list(_bare_articles(given, lambda body: trafilatura.extract(body, with_metadata=True)))
        index = MinHashLSH(threshold=LSH_THRESHOLD, num_perm=PERMUTATIONS)
        for article in articles:
            sketch = MinHash(num_perm=PERMUTATIONS)
            for each in shingles(article.text):
                sketch.update(each.encode())
            index.query(sketch)
            index.insert(article.id, sketch)
        for doc in nlp.pipe(f"{each.title}\n\n{each.text}" for each in articles):
            assert doc.ents is not None
        connection = psycopg2.connect(given["dsn"])
        with connection, connection.cursor() as cursor:
            for table in ("news.articles", "news.article_texts"):
                rows = [dict(_rows(each))[table] for each in articles]
                cursor.executemany(_insert(table, rows[0]), rows)
        connection.close()
        return len(articles)

    return work


def bare_libraries(given: Input) -> Work:
    """Each library at its best, and nothing between them: nothing is decided, checked or resolved."""
    from include.extractors.terms import speaks_of_sanctions

    nlp = spacy_model()

    def parse(articles: Sequence[Article]) -> None:
        relevant = (f"{each.title}\n\n{each.text}" for each in articles if speaks_of_sanctions(each.title, each.text))
        for doc in nlp.pipe(relevant, batch_size=16):
            assert doc.ents is not None

    return _bare(given, parse)


def bare_libraries_on_sentences(given: Input) -> Work:
    """The same, but spaCy's parser is handed just the sentences that ours hands it, found beforehand."""
    from bench.ours import cleaned, documents_of
    from include.catalog import load_catalog
    from include.extractors.reading import prepare, sentences_to_parse
    from include.extractors.terms import speaks_of_sanctions
    from include.stages.events import SENTENCES_AT_ONCE

    nlp, catalog = spacy_model(), load_catalog()
    documents = documents_of(cleaned(given["pages"]))
    relevant = [each for each in documents if speaks_of_sanctions(each.title, each.text)]
    sentences = [each.proper for document in relevant for each in sentences_to_parse(prepare(document, catalog))]

    def parse(articles: Sequence[Article]) -> None:
        for doc in nlp.pipe(sentences, batch_size=SENTENCES_AT_ONCE, disable=["ner"]):
            assert doc.has_annotation("DEP")

    return _bare(given, parse)


def _bare(given: Input, parse: Callable[[Sequence[Article]], None]) -> Work:
    import trafilatura
    from datasketch import MinHash

    logging.disable(logging.WARNING)

    def work() -> int:
        articles = list(_bare_articles(given, lambda body: trafilatura.extract(body, fast=True)))
        MinHash.bulk(
            [[each.encode() for each in shingles(article.text)] for article in articles], num_perm=PERMUTATIONS
        )
        parse(articles)
        connection = psycopg2.connect(given["dsn"])
        _copy(connection, articles)
        connection.close()
        return len(articles)

    return work


def _bare_articles(given: Input, extract: Any) -> Iterator[Article]:
    for number, body in enumerate(given["pages"].values()):
        if text := extract(body):
            made = Article(
                id="", page_id="", url="", publisher="Outlet", title=text[:60], text=text, byline="",
                published_at=NOW, published_source="", language="en", seen_at=NOW,
            )  # fmt: skip
            yield on_the_page(made, number)

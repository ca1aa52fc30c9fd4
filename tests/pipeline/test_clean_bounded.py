"""Pages that were made to break a parser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from include.edges.bounded import BoundedWorker
from include.pipeline import clean_bounded, clean_pages
from include.pipeline.clean_bounded import clean_within_bounds
from include.pipeline.fetch_pages import fetch_pages
from include.pipeline.poll_feeds import poll_feeds
from include.pipeline.sync_feeds import sync_feeds
from include.records import Article, RawPage, Reason, Rejected, Stage
from include.settings import Settings
from tests.hostile import Hostile
from tests.pipeline.site_runs import SENTENCES, SHARDS, column, feed, offer
from tests.pipeline.site_runs import page as site_page

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TEXT = "".join(f"<p>{sentence * 2}</p>" for sentence in SENTENCES)


def page(markup: str) -> RawPage:
    return RawPage(
        id="p", url="https://paper.example/a", publisher="Paper", fetched_at=NOW, content_type="text/html",
        body=markup.encode(), body_sha256="",
    )  # fmt: skip


TRAPS = {
    "two megabytes of paragraphs": "<p>" * 700_000,
    "a tag of a hundred thousand attributes": "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
    "a table of a hundred thousand rows": "<table>" + "<tr><td>x<td>y" * 100_000,
    "twelve megabytes of text": "<p>" + "word " * 2_400_000,
    "as many paragraphs as fit into a page of ordinary size": "<p>a</p>" * 74_000,
    "headings without an end": "<h1>t</h1>" * 59_000,
}


@pytest.mark.parametrize("name", TRAPS)
def test_traps_end_in_time(name: str, monkeypatch: pytest.MonkeyPatch):
    worker = BoundedWorker(seconds=3.0)
    monkeypatch.setattr(clean_bounded, "_worker", lambda: worker)
    try:
        result = clean_within_bounds(page(f"<html><body>{TRAPS[name]}{TEXT}"), now=NOW)
        assert isinstance(result, Article) or result.reason in (Reason.TOO_EXPENSIVE, Reason.NO_BODY)
        # the next page is cleaned as if nothing had been
        article = clean_within_bounds(page(f"<html><body><article>{TEXT}"), now=NOW)
        assert isinstance(article, Article), article
    finally:
        worker.close()


@pytest.mark.parametrize("tag", ["div", "span", "ul", "table", "b", "blockquote"])
def test_deep_nesting_ends_in_time(tag: str, monkeypatch: pytest.MonkeyPatch):
    worker = BoundedWorker(seconds=10.0)
    monkeypatch.setattr(clean_bounded, "_worker", lambda: worker)
    try:
        result = clean_within_bounds(page(f"<html><body>{f'<{tag}>' * 50_000}{TEXT}"), now=NOW)
    finally:
        worker.close()
    assert isinstance(result, Article) or result.reason is not Reason.TOO_EXPENSIVE


@pytest.fixture
def costly(site: Hostile, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A desk with eight pages of one feed to clean, every second of which takes longer than it may."""
    trap = "<div " + " ".join(f"a{n}=1" for n in range(40_000)) + ">"
    paths = [f"/{n}" for n in range(8)]
    offer(site, "/feed")
    site.answers["/feed"] = feed(site, *((path, f"Story {path} of the harbour") for path in paths))
    for n, path in enumerate(paths):
        site.answers[path] = site_page(f"Story {path} of the harbour", words=f"Number {n}. {trap * (n % 2)}")
    sync_feeds(settings, now=NOW)
    for shard in range(SHARDS):
        poll_feeds(settings, now=NOW, shard=shard)
        fetch_pages(settings, now=NOW, shard=shard)
    worker = BoundedWorker(seconds=3.0)
    monkeypatch.setattr(clean_bounded, "_worker", lambda: worker)
    yield settings.model_copy(update={"shards": 1})
    worker.close()


def outcomes(settings: Settings) -> Counter[str]:
    return Counter(column(settings, "select coalesce(reason, '') from news.outcomes where stage = 'clean'"))


def test_a_run_that_is_ended_keeps_what_it_did(costly: Settings, monkeypatch: pytest.MonkeyPatch):
    class Timeout(BaseException):
        """As Airflow ends a task."""

    done: list[str] = []

    def until_time_is_up(given: RawPage, *, now: datetime):
        if len(done) == 5:
            raise Timeout
        result = clean_within_bounds(given, now=now)
        done.append(result.reason if isinstance(result, Rejected) else "")
        return result

    monkeypatch.setattr(clean_pages, "clean_within_bounds", until_time_is_up)
    with pytest.raises(Timeout):
        clean_pages.clean_pages(costly, now=NOW)
    assert "too_expensive" in done
    while done[-1] != "too_expensive":
        done.pop()  # lost: what came after the last page that was too expensive
    assert outcomes(costly) == Counter(done)
    monkeypatch.setattr(clean_pages, "clean_within_bounds", clean_within_bounds)
    clean_pages.clean_pages(costly, now=NOW)
    assert outcomes(costly) == {"": 4, "too_expensive": 4}
    assert column(costly, "select count(*) from news.articles") == [4]


def test_what_was_cleaned_is_written_after_a_while():
    articles = [(str(n), Rejected(stage=Stage.CLEAN, reason=Reason.NO_BODY, item_id=str(n))) for n in range(4)]
    assert list(clean_pages._portions(articles, seconds=60)) == [articles]
    assert list(clean_pages._portions(articles, seconds=0)) == [[each] for each in articles]

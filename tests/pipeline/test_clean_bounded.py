"""Pages that were made to break a parser."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from include.edges.bounded import BoundedWorker
from include.pipeline import clean_bounded
from include.pipeline.clean_bounded import clean_within_bounds, may_be_a_trap
from include.records import Article, RawPage, Reason
from tests.pipeline.site_runs import SENTENCES

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
}


@pytest.mark.parametrize("name", TRAPS)
def test_traps_end_in_time(name: str, monkeypatch: pytest.MonkeyPatch):
    worker = BoundedWorker(seconds=3.0)
    monkeypatch.setattr(clean_bounded, "_worker", lambda: worker)
    try:
        result = clean_within_bounds(page(f"<html><body>{TRAPS[name]}{TEXT}"), now=NOW)
        assert isinstance(result, Article) or result.reason in (Reason.TOO_EXPENSIVE, Reason.NO_BODY)
        # the next page is cleaned as if nothing had been
        article = clean_within_bounds(page(f"<html><body><article>{TEXT}<!--{'x' * 700_000}-->"), now=NOW)
        assert isinstance(article, Article), article
    finally:
        worker.close()


@pytest.mark.parametrize("tag", ["div", "span", "ul", "table", "b", "blockquote"])
def test_deep_nesting_ends_in_time(tag: str, monkeypatch: pytest.MonkeyPatch):
    worker = BoundedWorker(seconds=10.0)
    monkeypatch.setattr(clean_bounded, "_worker", lambda: worker)
    monkeypatch.setattr(clean_bounded, "may_be_a_trap", lambda _: True)
    try:
        result = clean_within_bounds(page(f"<html><body>{f'<{tag}>' * 50_000}{TEXT}"), now=NOW)
    finally:
        worker.close()
    assert isinstance(result, Article) or result.reason is not Reason.TOO_EXPENSIVE


def test_ordinary_pages_are_no_traps():
    assert not may_be_a_trap(page(f"<html><body><article>{TEXT * 100}</article></body></html>").body)
    assert may_be_a_trap(b"x" * 700_000)
    assert may_be_a_trap(b"<div " + b"a=1 " * 6000 + b">")
    assert not may_be_a_trap(b"<script>" + b"x" * 100_000 + b"</script>")

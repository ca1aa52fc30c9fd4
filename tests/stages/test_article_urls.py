"""Which addresses are one article."""

from __future__ import annotations

import pytest

from include.stages.article_urls import article_id, article_key, article_url, canonical_urls

PLAIN = "https://www.paper.example/world/2026/quay-vote-put-off"


@pytest.mark.parametrize(
    "twin",
    [
        "http://paper.example/world/2026/quay-vote-put-off/",
        "https://m.paper.example/world/2026/quay-vote-put-off",
        "https://mobile.paper.example/world/2026/quay-vote-put-off",
        "https://amp.paper.example/world/2026/quay-vote-put-off",
        "https://www.paper.example/world/2026/quay-vote-put-off/amp/",
        "https://www.paper.example/world/2026/quay-vote-put-off?amp=1",
        "https://www.paper.example/world/2026/quay-vote-put-off?outputType=amp",
        "https://www.paper.example/amp/world/2026/quay-vote-put-off",
        "https://www.google.com/amp/s/www.paper.example/world/2026/quay-vote-put-off",
        "https://www-paper-example.cdn.ampproject.org/c/s/www.paper.example/world/2026/quay-vote-put-off",
    ],
)
def test_twins_are_one_article(twin: str):
    assert article_key(twin) == article_key(PLAIN)
    assert article_id(twin) == article_id(PLAIN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://paper.example/a", "https://paper.example/b"),
        ("https://paper.example/a?id=1", "https://paper.example/a?id=2"),
        ("https://news.paper.example/a", "https://paper.example/a"),
        ("https://paper.example/amplifier/repair", "https://paper.example/lifier/repair"),
        ("https://paper.example/camp/", "https://paper.example/c"),
        ("https://m.example/a", "https://example/a"),
    ],
)
def test_others_are_not(one: str, other: str):
    assert article_key(one) != article_key(other)


ASKED = "https://short.example/x1"
FRONT = "https://www.paper.example/"


@pytest.mark.parametrize(
    ("asked", "final", "canonical", "url"),
    [
        (PLAIN, PLAIN, [], PLAIN),
        (ASKED, PLAIN + "?utm_source=feed#top", [], PLAIN),
        (ASKED, "https://m.paper.example/world/2026/quay-vote-put-off", [PLAIN], PLAIN),
        (PLAIN, PLAIN, ["/world/2026/quay-vote-put-off-again"], PLAIN + "-again"),
        # what lies
        (PLAIN, FRONT, [FRONT], PLAIN),
        (PLAIN, PLAIN, [FRONT, "https://www.paper.example/world/"], PLAIN),
        (PLAIN, PLAIN, ["https://www.paper.example/world/2026/cranes-to-be-paid"], PLAIN),
        (PLAIN, PLAIN, ["https://elsewhere.example/world/2026/quay-vote-put-off"], PLAIN),
        (PLAIN, "https://consent.gate.example/collect-your-consent-here?next=1", [], PLAIN),
        (PLAIN, PLAIN, ["javascript:alert(1)", "http://[::"], PLAIN),
    ],
)
def test_the_address_an_article_goes_by(asked: str, final: str, canonical: list[str], url: str):
    assert article_url(asked, final, canonical) == url


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ('<link rel="canonical" href="https://a.example/1?x=1&amp;y=2">', ("https://a.example/1?x=1&y=2",)),
        ("<LINK HREF=/1 rel=canonical>", ("/1",)),
        ("<link href='/1'\n rel='canonical'/>", ("/1",)),
        ('<a class="canonical" href="/1">', ()),
        ('<link rel="canonical">', ()),
        ("<link rel=canonical href=" + "a" * 5000, ()),
        ("canonical", ()),
    ],
)
def test_canonical_links(tag: str, found: tuple[str, ...]):
    assert canonical_urls(f"<html><head>{tag}".encode()) == found

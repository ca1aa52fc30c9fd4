"""Sitemaps of every kind, and hostile ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include.edges.bounded import BoundedWorker
from include.records import Window
from include.stages.sitemaps import Listed, may_hold, parse_sitemap, sitemaps_in_robots, within

HOME = "https://paper.example/sitemap.xml"
DAY = Window(start=datetime(2026, 3, 4, tzinfo=UTC), end=datetime(2026, 3, 5, tzinfo=UTC))
NEWS = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://paper.example/a?utm_source=x </loc>
  <news:news><news:publication><news:name>The Paper</news:name><news:language>en</news:language></news:publication>
    <news:publication_date>2026-03-04T23:30:00+01:00</news:publication_date>
    <news:title>Fish &amp; chips   dearer</news:title></news:news>
  <image:image><image:loc>https://paper.example/a.jpg</image:loc></image:image></url>
<url><loc>/b</loc><lastmod>2026-03-04</lastmod></url>
<url><loc>javascript:alert(1)</loc></url>
<url><lastmod>2026-03-04</lastmod></url>
</urlset>"""


def test_a_news_sitemap_says_what_when_and_who():
    found = parse_sitemap(NEWS, url=HOME)
    assert found is not None
    assert (found.kind, found.is_broken) == ("pages", False)
    first, second = found.listed
    assert first.url == "https://paper.example/a"
    assert first.published_at == datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
    assert (first.title, first.publication) == ("Fish & chips dearer", "The Paper")
    assert second == Listed(url="https://paper.example/b", modified_at=datetime(2026, 3, 4, tzinfo=UTC))


def test_an_index_lists_sitemaps():
    body = b"<sitemapindex><sitemap><loc>https://paper.example/s1.xml.gz</loc><lastmod>2026-03-01</lastmod></sitemap>"
    found = parse_sitemap(body, url=HOME)
    assert found is not None
    assert (found.kind, [each.url for each in found.listed]) == ("index", ["https://paper.example/s1.xml.gz"])
    assert found.is_broken  # cut short, and read as far as it goes


def test_a_plain_list_is_a_sitemap():
    found = parse_sitemap(b"\xef\xbb\xbfhttps://paper.example/a\r\nhttps://paper.example/b\n", url=HOME)
    assert found is not None
    assert [each.url for each in found.listed] == ["https://paper.example/a", "https://paper.example/b"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no sitemap here",
        b"<html><body>Not found</body></html>",
        b"<rss><channel/></rss>",
        b"\x00\xff",
        b"<",
    ],
)
def test_other_bodies_are_none(body: bytes):
    assert parse_sitemap(body, url=HOME) is None


def test_entities_are_not_resolved(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    body = (
        f'<!DOCTYPE urlset [<!ENTITY in "inside"><!ENTITY out SYSTEM "{secret.as_uri()}">]><urlset>'
        "<url><loc>https://paper.example/&out;</loc></url><url><loc>https://paper.example/&in;</loc></url>"
        "<url><loc>https://paper.example/good</loc></url></urlset>"
    )
    found = parse_sitemap(body.encode(), url=HOME)
    assert found is not None
    assert [each.url for each in found.listed] == ["https://paper.example/good"]


def test_entities_that_multiply_stay_small():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE urlset [<!ENTITY e0 "ha">{levels}]><urlset><url><loc>/x&e9;</loc></url></urlset>'
    found = parse_sitemap(body.encode(), url=HOME)
    assert found is not None
    assert found.listed == ()


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ({"published_at": DAY.start}, True),
        ({"published_at": DAY.end}, False),
        ({"published_at": DAY.start - timedelta(days=9), "modified_at": DAY.start}, False),
        ({"modified_at": DAY.start + timedelta(hours=1)}, True),
        ({}, None),
    ],
)
def test_pages_of_the_window(listed: dict, expected: bool | None):
    assert within(Listed(url="https://paper.example/a", **listed), DAY) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("sitemap.xml", True),
        ("sitemap-2026-03.xml", True),
        ("sitemap-2026-02.xml", False),
        ("sitemap-2026-04.xml", False),
        ("sitemap.xml?yyyy=2026&mm=03&dd=04", True),
        ("sitemap.xml?yyyy=2026&mm=03&dd=09", False),
        ("2026/03/04/news.xml", True),
        ("2025/03/04/news.xml", False),
        ("sitemap-120260304123.xml", True),  # a number, not a date
        ("sitemap-20260231.xml", True),  # no such day
    ],
)
def test_sitemaps_of_other_months_are_left_out(path: str, expected: bool):
    assert may_hold(Listed(url=f"https://paper.example/{path}"), DAY) is expected


def test_sitemaps_that_did_not_change_since_are_left_out():
    old = Listed(url=HOME, modified_at=DAY.start - timedelta(days=3))
    assert not may_hold(old, DAY)
    assert may_hold(Listed(url=HOME, modified_at=DAY.end + timedelta(days=300)), DAY)


def test_robots_names_sitemaps():
    text = "User-agent: *\nDisallow: /x\nSitemap: https://paper.example/s.xml\n  sitemap:/news.xml # ours\nSitemap: ftp://x/y"
    assert sitemaps_in_robots(text, base="https://paper.example/robots.txt") == (
        "https://paper.example/s.xml",
        "https://paper.example/news.xml",
    )


@pytest.mark.parametrize("body", [b"<:", b"<urlset><url><:loc>https://paper.example/a", b"<urlset><url>\0"])
def test_names_that_xml_does_not_have_break_nothing(body: bytes):
    found = parse_sitemap(body, url=HOME)
    assert found is None or found.is_broken


@pytest.mark.parametrize("half", ["&#xD83D;", "&#55357;", "&#xd83d", "&#x0000D83D;&#xDE00;"])
@pytest.mark.parametrize("place", ["<urlset xmlns='{}'>", "<urlset><a>{}</a>", "<urlset a='{}'>"])
def test_halves_of_a_pair_cost_nothing_else(half: str, place: str):
    body = f"{place.format(half)}<url><loc>https://paper.example/a</loc></url></urlset>"
    found = parse_sitemap(body.encode(), url=HOME)
    assert found is not None
    assert [each.url for each in found.listed] == ["https://paper.example/a"]


def test_other_references_stay():
    references = b"&#x61;&#98;&#65533;&#xD8001;"
    found = parse_sitemap(b"<urlset><url><loc>https://paper.example/%s</loc></url></urlset>" % references, url=HOME)
    assert found is not None
    assert [each.url for each in found.listed] == ["https://paper.example/ab%EF%BF%BD%F3%98%80%81"]


def test_empty_lines_of_a_robots_txt_cost_little():
    worker = BoundedWorker(seconds=10.0)
    try:
        found = worker.call(sitemaps_in_robots, "\n" * 500_000 + "x\n \tSitemap: /a.xml\r\n", base=HOME)
    finally:
        worker.close()
    assert found == ("https://paper.example/a.xml",)

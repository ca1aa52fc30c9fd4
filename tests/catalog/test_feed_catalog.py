"""The feed catalog: valid, broad, and edited without losing a comment."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from include.catalog.feeds import FEEDS_FILE, CatalogError, load_feeds, read_feeds
from include.catalog.feeds_file import add_feeds, stamp_checked
from include.catalog.opml import read_opml, write_opml
from include.records import Feed, hash_id

CATALOG = """# A comment at the top.
wires:
  # About the first.
  - url: https://wire.example/rss
    title: Wire
    publisher: Wire
    country: NO
    language: en
    kind: wire
    checked_on:

# About the group.
europe:
  - url: https://paper.example/rss
    title: 'Paper: world'
    publisher: Paper
    country: GB
    language: en
    kind: newsroom
    checked_on: 2026-01-02
"""


def feed(url: str, group: str = "wires", title: str = "New: one #1") -> Feed:
    return Feed(
        id=hash_id(url),
        url=url,
        title=title,
        publisher="NO",
        country="NO",
        language="no",
        group=group,
        kind="wire",
    )


def test_the_catalog_covers_institutions_wires_specialists_and_every_continent():
    feeds = load_feeds()
    assert len(feeds) >= 80
    assert {"institution", "wire", "newsroom", "specialist"} == {each.kind for each in feeds}
    institutions = {each.country for each in feeds if each.kind == "institution"}
    assert {"UN", "EU", "US", "GB", "CH", "CA", "AU", "JP"} <= institutions
    assert {"europe", "americas", "asia", "middle_east", "africa", "oceania"} <= {each.group for each in feeds}


def test_norway_is_a_country():
    assert read_feeds(CATALOG)[0].country == "NO"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: wire", "kind: gossip"),
        ("country: GB", "country: Britain"),
        ("url: https://wire.example/rss", "url: ftp://wire.example/rss"),
        ("url: https://wire.example/rss", "url: https://me:secret@wire.example/rss"),
        ("    title: Wire\n", ""),
        ("checked_on: 2026-01-02", "checked_on: 2026-01-02\n    colour: red"),
    ],
)
def test_mistakes_are_named(old: str, new: str):
    with pytest.raises(ValidationError):
        read_feeds(CATALOG.replace(old, new))


def test_one_feed_spelled_twice_is_a_mistake():
    with pytest.raises(CatalogError, match=r"http://www\.wire\.example/rss/"):
        read_feeds(CATALOG.replace("https://paper.example/rss", "http://www.wire.example/rss/"))


def test_a_new_feed_goes_to_the_end_of_its_group_and_nothing_else_moves():
    text, added = add_feeds(CATALOG, [feed("https://new.example/rss"), feed("http://paper.example/rss/")])
    assert [each.url for each in added] == ["https://new.example/rss"]
    assert [each.url for each in read_feeds(text)] == [
        "https://wire.example/rss", "https://new.example/rss", "https://paper.example/rss",
    ]  # fmt: skip
    assert read_feeds(text)[1] == feed("https://new.example/rss")
    kept = [line for line in text.splitlines() if line in CATALOG.splitlines()]
    assert "\n".join(kept[: CATALOG.index("# About the group")]).count("#") == CATALOG.count("#")
    before, after = text.split("  - url: https://new.example/rss\n")
    assert CATALOG.startswith(before)
    assert CATALOG.endswith(after.split("    checked_on:\n", 1)[1])


def test_a_new_group_is_made():
    text, _ = add_feeds(CATALOG, [feed("https://new.example/rss", group="my: own")])
    assert read_feeds(text)[-1].group == "my: own"
    assert text.startswith(CATALOG)


def test_stamping_changes_no_other_line():
    text = stamp_checked(CATALOG, {"https://wire.example/rss"}, date(2026, 3, 4))
    assert text == CATALOG.replace("checked_on:\n", "checked_on: 2026-03-04\n")


def test_stamping_every_feed_of_the_real_catalog_changes_only_the_stamps():
    text = FEEDS_FILE.read_text(encoding="utf-8")
    stamped = stamp_checked(text, {each.url for each in load_feeds()}, date(2026, 3, 4))
    before, after = text.splitlines(), stamped.splitlines()
    changed = {new for old, new in zip(before, after, strict=True) if old != new}
    assert changed == {"    checked_on: 2026-03-04"}


def test_opml_brings_back_what_it_took():
    feeds = read_feeds(CATALOG)
    assert read_opml(write_opml(feeds).encode()) == feeds


def test_opml_of_other_programs():
    body = b"""<?xml version="1.0"?><opml version="1.0"><head/><body>
    <outline text="Asia">
    <outline text="A" title="A &amp; B" xmlUrl=" https://a.example/rss " language="en-GB"/></outline>
    <outline text="C" xmlUrl="https://c.example/rss"/><outline text="C again" xmlUrl="https://c.example/rss"/>
    <outline text="no feed"/></body></opml>"""
    first, second = read_opml(body, group="found", kind="specialist")
    assert (first.url, first.title, first.group, first.language) == ("https://a.example/rss", "A & B", "Asia", "en")
    assert (second.group, second.kind, second.country) == ("found", "specialist", "ZZ")


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<html/>", b"not xml", b'{"opml": 1}', b"\0", b"<:", b"<opml xmlns='&#xD800;'/>"]
)
def test_what_is_no_opml_is_said(body: bytes):
    with pytest.raises(CatalogError):
        read_opml(body)


def test_opml_reads_no_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("swordfish")
    entity = f'<!DOCTYPE opml [<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    body = f'{entity}<opml><body><outline text="x" xmlUrl="http://a.example/"/>&f;</body></opml>'
    assert "swordfish" not in repr(read_opml(body.encode()))

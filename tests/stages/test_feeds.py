"""Feeds of every format, well made and not, to the entries they announce."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.records import Feed, Reason, Rejected, hash_id
from include.stages import feed_parsers, feeds
from include.stages.feeds import ParsedFeed, parse_feed

URL = "https://paper.example/feeds/world.xml"
FEED = Feed(
    id=hash_id(URL),
    url=URL,
    title="Paper, world",
    publisher="Paper",
    country="GB",
    language="en",
    group="europe",
    kind="newsroom",
)

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Paper</title><link>https://paper.example/</link>
<item><title>Talks &amp;lt;b&amp;gt;resume&amp;lt;/b&amp;gt; &amp;amp; stall</title><link>/a/1?utm_source=rss</link>
<description>&lt;p&gt;First &lt;a href="x"&gt;words&lt;/a&gt;.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description>
<dc:creator>Ana Lima</dc:creator><guid isPermaLink="false">one</guid>
<pubDate>Mon, 02 Mar 2026 09:30:00 +0200</pubDate></item>
<item><title>Second</title><link>https://paper.example/a/2#top</link><guid>two</guid>
<pubDate>2 Mar 2026 08:00 GMT</pubDate></item>
</channel></rss>"""

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://paper.example/"><title>Paper</title></channel>
<item rdf:about="https://paper.example/n?id=1"><title>Notice one</title><link>https://paper.example/n?id=1</link>
<dc:date>2026-03-02T07:30:00Z</dc:date></item>
<item rdf:about="https://paper.example/n?id=2"><title>Notice two</title><link>https://paper.example/n?id=2</link></item></rdf:RDF>"""

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><id>urn:paper</id><updated>2026-03-02T10:00:00Z</updated>
<entry><title type="html">One &lt;em&gt;two&lt;/em&gt;</title><link rel="alternate" href="https://paper.example/s/1"/><id>urn:1</id>
<author><name>Bo Chen</name></author><published>2026-03-02T07:30:00Z</published><updated>2026-03-02T09:00:00Z</updated>
<summary>Short.</summary></entry></feed>"""

JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "items": [{"id": "1", "title": "One",
"url": "https://paper.example/j/1", "date_published": "2026-03-02T09:30:00+02:00"}]}"""

HALF_PAST_SEVEN = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def parsed(body: str | bytes, *, content_type: str = "application/xml") -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    found = parse_feed(data, feed=FEED, content_type=content_type, url=URL)
    assert isinstance(found, ParsedFeed), found
    return found


def item(inside: str) -> str:
    return f'<rss version="2.0"><channel><title>P</title><item>{inside}</item></channel></rss>'


@pytest.fixture(params=["fast", "patient"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers must say the same."""
    if request.param == "patient":
        monkeypatch.setattr(feed_parsers, "is_plain_utf8", lambda _: False)
    return str(request.param)


def test_rss_entries_are_plain_text_with_whole_addresses(parser: str):
    first, second = parsed(RSS).entries
    assert (first.title, first.summary, first.byline) == ("Talks resume & stall", "First words.", "Ana Lima")
    assert (first.url, first.guid) == ("https://paper.example/a/1", "one")
    assert first.id == hash_id(first.url)
    assert first.feed_id == FEED.id
    assert first.published_at == HALF_PAST_SEVEN
    assert second.url == "https://paper.example/a/2"


def test_rdf_and_atom(parser: str):
    notices = parsed(RDF).entries
    assert [entry.url for entry in notices] == ["https://paper.example/n?id=1", "https://paper.example/n?id=2"]
    assert [entry.published_at for entry in notices] == [HALF_PAST_SEVEN, None]
    (entry,) = parsed(ATOM).entries
    assert (entry.title, entry.byline, entry.published_at) == ("One two", "Bo Chen", HALF_PAST_SEVEN)


def test_json_feed():
    (entry,) = parsed(JSON, content_type="application/feed+json").entries
    assert (entry.title, entry.url, entry.published_at) == ("One", "https://paper.example/j/1", HALF_PAST_SEVEN)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_other_encodings(encoding: str):
    body = item("<title>Zölle für Käse</title><link>https://paper.example/z</link>")
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{body}'.encode(encoding)
    assert parsed(declared).entries[0].title == "Zölle für Käse"


def test_the_charset_of_the_header_counts_when_the_body_declares_none():
    body = item("<title>Café</title><link>https://paper.example/z</link>").encode("iso-8859-1")
    assert parsed(body, content_type="application/xml; charset=iso-8859-1").entries[0].title == "Café"


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT", "0000-00-00", "yesterday", "32 Foo 2026", "", "1", "Monday", "10:30",
        "Mon, 01 Jan 0001 00:00:00 GMT",
    ],
)  # fmt: skip
def test_dates_that_are_none(parser: str, date: str):
    body = item(f"<title>A</title><link>https://paper.example/a</link><pubDate>{date}</pubDate>")
    assert [entry.published_at for entry in parsed(body).entries] == [None]


def test_the_first_link_is_the_articles(parser: str):
    related = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" href="https://paper.example/other"/>'
    date = "<pubDate>Mon, 02 Mar 2026 07:30:00 GMT</pubDate>"
    assert parsed(item(f"<link>https://paper.example/a</link>{related}{date}")).entries[0].url.endswith("/a")


def test_an_identifier_is_not_a_date(parser: str):
    body = item("<title>A</title><link>https://paper.example/a</link><guid>12</guid>")
    assert [entry.published_at for entry in parsed(body).entries] == [None]


def test_text_encoded_twice_is_mended(parser: str):
    twice = "Señal mínima".encode().decode("iso-8859-1")
    assert (
        parsed(item(f"<title>{twice}</title><link>https://paper.example/a</link>")).entries[0].title == "Señal mínima"
    )


@pytest.mark.parametrize(
    "date",
    ["Mon, 02 Mar 2026 07:30:00 UT", "Mon, 2 Mar 2026 02:30:00 EST", "2026-03-02T07:30:00", "2026-03-02 07:30:00Z"],
)
def test_odd_dates_get_a_zone(parser: str, date: str):
    body = item(f"<title>A</title><link>https://paper.example/a</link><pubDate>{date}</pubDate>")
    assert parsed(body).entries[0].published_at == HALF_PAST_SEVEN


def test_bad_entries_are_counted_and_the_others_kept(parser: str):
    body = RSS.replace(
        "</channel>",
        "<item><title>Nowhere</title></item>"
        "<item><title>Script</title><link>javascript:alert(1)</link></item>"
        "<item><title>Secret</title><link>https://u:p@paper.example/</link></item></channel>",
    )
    found = parsed(body)
    assert [entry.guid for entry in found.entries] == ["one", "two"]
    reasons = [rejected.reason for rejected in found.rejected]
    assert reasons == [Reason.ENTRY_WITHOUT_LINK, Reason.BAD_URL, Reason.BAD_URL]
    assert found.rejected[0].detail == "Nowhere"


def test_an_identifier_that_is_an_address_stands_in_for_the_link(parser: str):
    entry = parsed(item("<title>A</title><guid>https://paper.example/g</guid>")).entries[0]
    assert entry.url == "https://paper.example/g"


def test_one_address_is_one_entry_whatever_the_identifiers(parser: str):
    same = "<title>A</title><link>https://paper.example/a?utm_medium=rss</link><guid>1</guid>"
    again = "<title>B</title><link>https://paper.example/a</link><guid>2</guid>"
    other = "<title>C</title><link>https://paper.example/c</link><guid>1</guid>"
    found = parsed(item(f"{same}</item><item>{again}</item><item>{other}"))
    assert [entry.title for entry in found.entries] == ["A", "C"]


def test_entries_without_title_or_date_are_kept(parser: str):
    entry = parsed(item("<link>https://paper.example/a</link>")).entries[0]
    assert (entry.title, entry.published_at) == ("", None)


def test_a_huge_feed_is_cut():
    many = "".join(f"<item><title>{n}</title><link>https://paper.example/{n}</link></item>" for n in range(6_000))
    assert len(parsed(f'<rss version="2.0"><channel>{many}</channel></rss>').entries) == feeds.MAX_ENTRIES


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.NOT_A_FEED),
        (b"\x00\xff\x00garbage", Reason.NOT_A_FEED),
        (b"<!DOCTYPE html><html><body><p>Not found</p></body></html>", Reason.NOT_A_FEED),
        (b"<html><head><title>Are you human?</title></head></html>", Reason.NOT_A_FEED),
        (b"<sitemapindex><sitemap><loc>https://a.example/</loc></sitemap></sitemapindex>", Reason.NOT_A_FEED),
        (b'{"error": "forbidden"}', Reason.NOT_A_FEED),
        (b'<rss version="2.0"><channel><title>Quiet</title></channel></rss>', Reason.NO_ENTRIES),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Quiet</title></feed>', Reason.NO_ENTRIES),
    ],
)
def test_what_is_no_feed_has_a_reason(body: bytes, reason: Reason):
    found = parse_feed(body, feed=FEED, content_type="text/html", url=URL)
    assert isinstance(found, Rejected)
    assert found.reason is reason
    assert found.item_id == FEED.id


def test_a_feed_cut_in_the_middle_keeps_its_whole_entries():
    entries = parsed(RSS[: RSS.index("Second")]).entries
    assert entries[0].guid == "one"


def test_entities_are_neither_expanded_nor_fetched():
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    kinds = f'<!ENTITY a0 "lol">{levels}<!ENTITY file SYSTEM "file:///etc/hostname">'
    body = f"<!DOCTYPE rss [{kinds}]>" + item("<title>A &a8; &file;</title><link>https://paper.example/a</link>")
    (entry,) = parsed(f'<?xml version="1.0"?>{body}').entries
    assert len(entry.title) < 100


def test_both_parsers_agree_on_real_feeds(shared: Path, monkeypatch: pytest.MonkeyPatch):
    files = sorted((shared / "data" / "feeds").glob("*.xml"))
    assert files
    bodies = [file.read_bytes() for file in files]
    fast = [parsed(body) for body in bodies]
    monkeypatch.setattr(feed_parsers, "is_plain_utf8", lambda _: False)
    for file, body, quick in zip(files, bodies, fast, strict=True):
        patient = parsed(body)
        facts = [[(e.url, e.title, e.published_at) for e in found.entries] for found in (quick, patient)]
        assert facts[0] == facts[1], file.name
        assert len(quick.rejected) == len(patient.rejected)


def test_a_feed_cut_in_a_link_keeps_its_whole_entries():
    cut = item("<title>A</title><link>https://paper.example/a</link></item><item><title>B</title><link>")
    found = parsed(cut[: cut.rindex("<link>") + 6])
    assert [entry.title for entry in found.entries] == ["A"]
    assert [rejected.reason for rejected in found.rejected] == [Reason.ENTRY_WITHOUT_LINK]


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_body_that_names_a_file_does_not_bring_it_in(tmp_path: Path, scheme: str):
    secret = tmp_path / "secret.xml"
    secret.write_text(RSS, encoding="utf-8")
    parsed = parse_feed(f"{scheme}{secret}".encode(), feed=FEED, content_type="text/xml", url=URL)
    assert isinstance(parsed, Rejected)
    assert parsed.reason is Reason.NOT_A_FEED


@pytest.mark.parametrize("charset", ["undefined", "idna", "hex", "utf-7", "x" * 300])
def test_a_charset_that_is_none_costs_nothing(charset: str):
    odd = b"<!DOCTYPE rss [<!ENTITY e 'x'>]>" + RSS.split("?>")[1].encode()  # left to the patient parser
    parsed = parse_feed(odd, feed=FEED, content_type=f"text/html; charset={charset}", url=URL)
    assert isinstance(parsed, ParsedFeed)
    assert [entry.title for entry in parsed.entries] == ["Talks resume & stall", "Second"]

"""Valid inputs of our own, which the fuzzers bend, and the words that bend them."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.warcs import Record, write_warc

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
CANARY = "canary-5b1d6c0e-that-only-a-file-holds"
SENTENCE = (
    "Canada imposed sanctions on Belarus on Monday, freezing the assets of three shipping firms of its ministry. "
)


def canary_file() -> Path:
    """A file that no input may bring into an answer."""
    path = Path(tempfile.gettempdir()) / "desk-fuzzing-canary.txt"
    path.write_text(CANARY, encoding="utf-8")
    return path


RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel><title>The Courier</title><link>https://courier.example/</link><ttl>30</ttl>
<sy:updatePeriod>hourly</sy:updatePeriod><skipHours><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<item><title>Canada lists &amp; freezes</title><link>https://courier.example/a?utm_source=x</link>
<guid isPermaLink="false">a-1</guid><pubDate>Wed, 04 Mar 2026 10:00:00 GMT</pubDate><dc:creator>A. Writer</dc:creator>
<description><![CDATA[<p>Three <b>firms</b> of Belarus</p>]]></description></item>
<item><title>Rain</title><link>/b</link><pubDate>Wed, 04 Mar 2026 11:00:00 +0200</pubDate></item>
</channel></rss>"""
ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Post</title>
<id>urn:x</id><updated>2026-03-04T10:00:00Z</updated>
<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Boats <i>are</i> dear</div></title>
<link rel="alternate" href="https://post.example/boats"/><link rel="enclosure" href="https://post.example/b.mp3"/>
<id>tag:post.example,2026:1</id><updated>2026-03-04T10:00:00Z</updated><summary>Dear</summary></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://old.example/"><title>Old</title></channel>
<item rdf:about="https://old.example/1"><title>One</title><link>https://old.example/1</link>
<dc:date>2026-03-04</dc:date></item></rdf:RDF>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": [
            {
                "id": "1",
                "url": "https://j.example/1",
                "title": "One",
                "content_text": "Dear boats",
                "date_published": "2026-03-04T10:00:00Z",
                "authors": [{"name": "A"}],
            }
        ],
    }
).encode()
FEEDS = (RSS, ATOM, RDF, JSON_FEED, RSS.decode().replace("utf-8", "utf-16").encode("utf-16"))

PAGE = (
    b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Canada lists firms | Courier</title>
<meta property="og:title" content="Canada lists firms"><meta name="author" content="A. Writer">
<meta property="article:published_time" content="2026-03-04T10:00:00Z"><link rel="canonical" href="/a">
<link rel="alternate" type="application/rss+xml" href="/feed.xml"><base href="https://courier.example/">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"Canada lists",
"datePublished":"2026-03-04","dateModified":"2026-03-04T11:00:00Z","wordCount":90,"isAccessibleForFree":true,
"author":[{"@type":"Person","name":"A. Writer"}],"publisher":{"name":"Courier"},"articleSection":["World"],
"articleBody":"Canada imposed sanctions"}</script></head><body><article><h1>Canada lists firms</h1>
<p class="byline">By A. Writer, Reuters</p><p>OTTAWA (Reuters) - """
    + (SENTENCE * 4).encode()
    + b"</p><h2><a href='/other'>Read more</a></h2><p>"
    + (SENTENCE * 3).encode()
    + b"</p><table><tr><td>1</td></tr></table><img src=x alt='a boat'></article></body></html>"
)
PAGES = (PAGE, PAGE.replace(b"<p>", b"<div>").replace(b"</p>", b"</div>"), b"<p>" + (SENTENCE * 3).encode() + b"</p>")

SITEMAPS = (
    b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://courier.example/a</loc>
<lastmod>2026-03-04T10:00:00Z</lastmod><news:news><news:publication><news:name>Courier</news:name></news:publication>
<news:publication_date>2026-03-04</news:publication_date><news:title>A</news:title></news:news></url></urlset>""",
    b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>
<loc>https://courier.example/sitemap-2026-03.xml</loc><lastmod>2026-03-04</lastmod></sitemap></sitemapindex>""",
    b"https://courier.example/a\nhttps://courier.example/b\n",
)
ROBOTS = (
    b"User-agent: *\nDisallow: /private/\nCrawl-delay: 2\nSitemap: https://courier.example/sitemap.xml\n",
    b"User-agent: SanctionsDesk\nAllow: /a*b$\nDisallow: /\nRequest-rate: 1/5\nVisit-time: 0100-0500\n",
)
OPML = (
    b"""<?xml version="1.0"?><opml version="2.0" xmlns:desk="https://example.org/sanctions-desk/opml"><head>
<title>Feeds</title></head><body><outline text="wires"><outline type="rss" text="Courier" title="The Courier"
xmlUrl="https://courier.example/feed" language="en" desk:publisher="Courier" desk:country="CA" desk:kind="wire"/>
</outline><outline text="Post" xmlUrl="https://post.example/feed"/></body></opml>""",
)
ROWS = (
    json.dumps({"id": "x", "source": "One", "seen_at": "2026-03-04T10:00:00Z", "title": "Boats", "text": SENTENCE}),
    json.dumps({"id": "y", "source": "Two", "published": "2026-03-04", "url": "https://a.example/", "text": "Rain"}),
    json.dumps({"doc_id": "a", "title": "Canada lists", "published": None, "text": SENTENCE}),
)
LINES = ("\n".join(ROWS).encode() + b"\n", gzip.compress("\n".join(ROWS).encode()))
# One act reported as far apart as dates go; sentences that name sanctioners, targets, instruments and days.
DOCUMENTS = (
    "\n".join(
        json.dumps({"doc_id": day, "title": "Canada lists firms", "published": day, "text": f"{SENTENCE}{more}"})
        for day, more in (
            ("2026-03-04", "Executive Order 13999 of March 2, 2026 names them."),
            ("9999-12-31", "Executive Order 13999 of December 31, 9999 names them."),
            ("0001-01-01", "Executive Order 13999 names them, as the United States said last week."),
        )
    ).encode(),
    json.dumps({"doc_id": "a", "published": None, "text": SENTENCE * 3}).encode(),
)
DSNS = (
    "postgresql://desk_loader:{secret}@db.example:5432/warehouse?sslmode=require",
    "postgresql+psycopg2://u:{secret}@h/w",
    '{{"conn_type": "postgres", "login": "u", "password": "{secret}", "host": "h", "port": 5432, "schema": "w"}}',
    "host=h user=u password='{secret}' dbname=w",
)


def warcs() -> tuple[bytes, ...]:
    """A file as Common Crawl lays it out, one that is packed once more inside, and one that is not packed."""
    with tempfile.TemporaryDirectory() as folder:
        record = Record(url="https://paper.example/1", at=NOON, body=PAGE)
        packed = Record(
            url="https://paper.example/2",
            at=NOON,
            body=gzip.compress(PAGE),
            headers={"Content-Type": "text/html", "Content-Encoding": "gzip"},
        )
        whole = write_warc(Path(folder) / "a.warc.gz", [record, packed]).read_bytes()
    plain = gzip.GzipFile(fileobj=io.BytesIO(whole)).read()
    return whole, gzip.compress(plain), plain


WORDS = (
    b"<!DOCTYPE r [<!ENTITY e SYSTEM \"file://%s\">]>" % str(canary_file()).encode(),
    b"<!DOCTYPE r [<!ENTITY e SYSTEM \"http://127.0.0.1:9/x\">]>",
    b"<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY e \"&b;&b;&b;&b;&b;\">]>",
    b"<!DOCTYPE r SYSTEM \"file://%s\">" % str(canary_file()).encode(),
    b"<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" parse=\"text\" href=\"file://%s\"/>"
    % str(canary_file()).encode(),
    b"&e;", b"&#0;", b"&#xD800;", b"&#x110000;", b"&amp;amp;lt;script&amp;amp;gt;", b"&nbsp;", b"&", b"&#", b"\0",
    b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xed\xa0\x80", b"\x1f\x8b", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<", b">", b"</", b"/>", b"<?", b"?>",
    b"<script>", b"</script>", b"<style>", b"<noscript>", b"<svg><math>", b"<template>", b"<table><tr><td>",
    b"<p>" * 300,
    b"<div>" * 300, b"<b>" * 300, b"<base href='http://[::'>", b"<base href='javascript:x'>", b" href='http://[::1'",
    b" x" * 200, b"xmlUrl=",
    b"xmlns:a=''", b"xmlns=''", b" encoding='utf-7'", b" encoding='hex'", b" encoding='zlib'", b"charset=idna",
    b"charset=base64",
    b"http://[::", b"http://a:99999/", b"http://u:p@h/", b"javascript:alert(1)", b"//", b"data:text/html,x",
    b"file:///etc/passwd",
    b"http://\xc2\xad.example/", b"http://xn--a/", b"https://" + b"a" * 300 + b".example/", b"%00", b"%zz", b"\\",
    b"'", b'"', b"\r\n\r\n", b"\n",
    b"0000-00-00", b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00:00+14:00", b"2026-02-30",
    b"Wed, 31 Feb 99999 25:61:61 GMT", b"1e999", b"NaN",
    b"-1", b"99999999999999999999", b"0", b"null", b"[]", b"{}", b"true", b"[" * 400, b"{\"a\":" * 400, b"\\ud800",
    b"\\u0000",
    b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xcc\x80" * 200, b"\xf0\x9f\x8f\xb4", b"\xd9\xa1", b"\xc2\xb2", b"{{7*7}}",
    b"{%", b"${x}", b"=cmd|' /C calc'!A0",
    b"Content-Length: -1\r\n", b"Content-Length: 99999999999\r\n", b"Transfer-Encoding: chunked\r\n",
    b"WARC/1.1\r\n", b"WARC-Date: x\r\n",
    b"WARC-Target-URI: <\r\n", b"Content-Encoding: gzip, gzip, gzip\r\n", b"Content-Encoding: br\r\n",
    b"User-agent: *\n", b"Disallow: *\n",
    b"Disallow: /" + b"*a" * 60 + b"$\n", b"Crawl-delay: nan\n", b"Crawl-delay: inf\n", b"Crawl-delay: -5\n",
    b"Request-rate: 0/0\n", b"Request-rate: 1/0\n",
    b"<ttl>999999</ttl>", b"<skipHours><hour>99</hour></skipHours>", b": - # & * ! | > ' % @ `", b"- url: x",
    b"\n  - a: b\n", b"? ", b"!!python/object:os.system",
)  # fmt: skip
NAMES = (
    "rss", "channel", "item", "entry", "feed", "title", "link", "guid", "id", "pubDate", "updated", "published",
    "dc:date", "description",
    "summary", "author", "content", "rdf:RDF", "html", "head", "body", "article", "p", "div", "span", "a", "meta",
    "script", "table", "td",
    "h1", "li", "ul", "time", "base", "urlset", "url", "loc", "lastmod", "sitemapindex", "sitemap", "news:news",
    "news:title",
    "news:publication_date", "opml", "outline", "svg", "math", "iframe", "noscript", "template", "select", "pre",
    "blockquote", "br", "x:y",
)  # fmt: skip
ATTRIBUTES = (
    "href", "rel", "type", "xmlUrl", "text", "title", "language", "xmlns", "xmlns:dc", "xml:base", "xml:lang",
    "property", "name", "content", "class",
    "id", "datetime", "itemprop", "lang", "style", "src", "http-equiv", "charset", "version", "rdf:about",
    "isPermaLink", "desk:kind", "country",
)  # fmt: skip
VALUES = (
    "alternate", "application/rss+xml", "application/ld+json", "https://courier.example/a", "/b", "og:title",
    "article:published_time", "author",
    "2026-03-04T10:00:00Z", "html", "xhtml", "http://www.w3.org/2005/Atom", "http://www.w3.org/1999/xhtml", "en",
    "utf-8", "byline", "articleBody",
    "http://[::1", "javascript:alert(1)", "", " ", "&#0;", "\u202e", "a" * 3000, "datePublished", "enclosure",
    "../..", "?", "#", "NO", "2.0",
)  # fmt: skip

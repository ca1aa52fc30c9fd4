"""What is fuzzed: for each kind of input its strategy, and what must hold whatever comes."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson
from hypothesis import strategies as st
from typer.testing import CliRunner

from include.catalog.feeds import CatalogError, fault, read_feeds
from include.catalog.feeds_file import add_feeds
from include.catalog.opml import read_opml, write_opml
from include.cli import app
from include.cli_pages import read_warc
from include.edges.nlp import load_nlp
from include.edges.warc_import import MAX_BODY, MAX_RECORD, DamagedWarcError, WarcPage, read_members, read_page
from include.edges.warehouse import as_json
from include.edges.web_bodies import BadEncodingError, BodyTooLargeError, decode_body
from include.edges.web_manners import LONGEST_DELAY, MAX_ROBOTS, HostMemory, delay, may_ask, with_robots
from include.pipeline import clean_bounded
from include.records import Article, Feed, RawPage, Rejected, Window, hash_id
from include.settings import SettingsError, dsn_of
from include.stages.clean import clean_page
from include.stages.feed_links import linked_feeds
from include.stages.feeds import MAX_ENTRIES, SUMMARY_LENGTH, ParsedFeed, parse_feed
from include.stages.sitemaps import MAX_TITLE, Sitemap, parse_sitemap, sitemaps_in_robots
from include.urls import MAX_LENGTH, is_web_address, normalise_url
from tests.fuzzing import seeds
from tests.fuzzing.inputs import hostile
from tests.fuzzing.watch import watched

BASE = "https://courier.example/section/"
AGENT = "SanctionsDesk/0.1 (+https://example.org/sanctions-desk)"
FEED = Feed(
    id=hash_id(BASE), url=BASE, title="C", publisher="C", country="CA", language="en", group="wires", kind="wire"
)
DAY = Window(start=seeds.NOON.replace(hour=0), end=seeds.NOON.replace(hour=0) + timedelta(days=1))
TYPES = st.sampled_from(
    ("", "text/html", "text/html; charset=utf-8", "application/rss+xml; charset=iso-8859-1", "text/xml; charset=idna",
     "text/html; charset=utf-7", "text/html; charset=hex", "text/html; charset=undefined", "x; charset=" + "a" * 300)
)  # fmt: skip
ENCODINGS = st.sampled_from(
    ("gzip", "x-gzip", "deflate", "br", "gzip, br", "gzip,gzip,gzip", "identity", "", "zstd", ",")
)
SECRET = "correct-horse/battery@staple"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One kind of input; the check raises when something does not hold."""

    inputs: st.SearchStrategy[Any]
    check: Callable[[Any], None]
    examples: int  # of the short run in the tests


def no_file_came_in(result: object) -> None:
    """Nothing of a file that an input named stands in what was read from it."""
    assert seeds.CANARY not in repr(result)


def can_be_stored(texts: list[str]) -> None:
    """PostgreSQL's JSON takes it: no NUL, no half of a surrogate pair, which its own converter replaces."""
    (row,) = orjson.loads(as_json([{"row": texts}]).encode())
    assert "\0" not in "".join(row["row"])


def read_feed(given: tuple[bytes, str]) -> None:
    body, content_type = given
    with watched():
        parsed = parse_feed(body, feed=FEED, content_type=content_type, url=BASE)
    no_file_came_in(parsed)
    assert isinstance(parsed, ParsedFeed | Rejected)
    if isinstance(parsed, Rejected):
        return
    assert len(parsed.entries) <= MAX_ENTRIES
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)
    for entry in parsed.entries:
        assert is_web_address(entry.url) and len(entry.url) <= MAX_LENGTH
        assert len(entry.summary) <= SUMMARY_LENGTH
        assert entry.published_at is None or entry.published_at.tzinfo
        can_be_stored([entry.title, entry.summary, entry.byline, entry.guid, entry.url])


def read_html(given: tuple[bytes, str]) -> None:
    body, content_type = given
    page = RawPage(
        id="x", url="", publisher="", fetched_at=seeds.NOON, content_type=content_type, body=body, body_sha256=""
    )
    with watched():
        article = clean_page(page, now=seeds.NOON)
        links = linked_feeds(body, BASE)
    no_file_came_in((article, links))
    assert all(map(is_web_address, links))
    assert isinstance(article, Article | Rejected)
    if isinstance(article, Article):
        assert article.published_at is None or article.published_at <= seeds.NOON + timedelta(days=1)
        can_be_stored([article.title, article.byline, article.text, article.url, article.section, article.publisher])
        assert "\0" not in article.title + article.text + article.byline


def read_a_warc(body: bytes) -> None:
    with watched():
        try:
            for member in read_members(io.BytesIO(body)):
                assert 0 <= member.position < member.end <= len(body)
                assert member.plain is None or len(member.plain) <= MAX_RECORD
                page = read_page(member, DAY)
                if isinstance(page, WarcPage):
                    assert len(page.body) <= MAX_BODY
                    assert DAY.start <= page.fetched_at < DAY.end
                    normalise_url(page.url)
        except DamagedWarcError:
            pass
    folder = Path(_folder())
    path = folder / "a.warc.gz"
    path.write_bytes(body)
    with watched(folder):
        for each in read_warc(path, now=seeds.NOON):
            assert isinstance(each, RawPage | Rejected)


def read_sitemap(body: bytes) -> None:
    with watched():
        sitemap = parse_sitemap(body, url=BASE)
    no_file_came_in(sitemap)
    if sitemap is None:
        return
    assert isinstance(sitemap, Sitemap)
    for listed in sitemap.listed:
        assert is_web_address(listed.url)
        assert len(listed.title) <= MAX_TITLE
        assert all(each is None or each.astimezone(UTC) for each in (listed.modified_at, listed.published_at))
        can_be_stored([listed.url, listed.title, listed.publication])


def read_robots(body: bytes) -> None:
    with watched():
        memory = with_robots(HostMemory(host="h"), status=200, body=body, now=seeds.NOON)
        assert len(memory.robots) <= MAX_ROBOTS
        assert "\0" not in memory.robots
        assert isinstance(may_ask(memory, BASE + "a?b=" + "aaab" * 20, AGENT), bool)
        assert 0 <= delay(memory, AGENT) <= LONGEST_DELAY
        assert all(map(is_web_address, sitemaps_in_robots(memory.robots, base=BASE)))


def read_an_opml(body: bytes) -> None:
    with watched():
        try:
            feeds = read_opml(body)
        except CatalogError:
            return
    no_file_came_in(feeds)
    good = [feed for feed in feeds if not fault(feed)]
    before = "demo:\n" + "".join(
        f"    {line}\n" for line in ("- url: https://own.example/feed", "  title: Own", "  publisher: Own")
    ) + "".join(f"      {line}\n" for line in ("country: GB", "language: en", "kind: demo"))  # fmt: skip
    text, added = add_feeds(before, good)
    after = {feed.url: feed for feed in read_feeds(text)}  # a name of theirs is no YAML of ours
    assert len(after) == 1 + len(added)
    assert after["https://own.example/feed"].title == "Own"
    assert [after[feed.url].publisher for feed in added] == [" ".join(feed.publisher.split()) for feed in added]
    if added:
        assert {feed.url for feed in read_opml(write_opml(added).encode())} == {feed.url for feed in added}


def unpack(given: tuple[bytes, str]) -> None:
    body, encodings = given
    with watched(), suppress(BadEncodingError, BodyTooLargeError):
        assert len(decode_body(body, encodings, 100_000)) <= max(100_000, len(body))


class Here:
    """Takes the bounded worker's place, so that the watch sees what is done."""

    def call(self, function: Callable[..., Any], *args: object, **kwargs: object) -> Any:
        return function(*args, **kwargs)


def run_command(given: tuple[str, bytes]) -> None:
    """Exit status 0, 1 or 2 whatever the file holds, and as many lines as it promised."""
    command, body = given
    folder = Path(_folder())
    suffix = {"clean": "html", "warc": "warc.gz", "import": "opml"}.get(command, "jsonl")
    source, out, catalog = folder / f"in.{suffix}", folder / "out.jsonl", folder / "feeds.yml"
    source.write_bytes(body)
    catalog.write_text("demo: []\n")
    arguments = {
        "clean": ["clean", str(source), "-o", str(out)],
        "warc": ["clean", "--warc", str(source), "-o", str(out)],
        "import": ["feeds", "import", str(source), "--catalog", str(catalog)],
    }.get(command, [command, str(source), "-o", str(out)])
    if command in ("extract", "resolve"):
        load_nlp()  # once, and not under watch
    with watched(folder), patch.object(clean_bounded, "_worker", Here):
        done = CliRunner().invoke(app, arguments)
    assert done.exit_code in (0, 1, 2), done.output
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    no_file_came_in(done.output + (out.read_text(encoding="utf-8") if out.exists() else ""))
    if out.exists() and done.exit_code < 2:
        rows = [orjson.loads(line) for line in out.read_bytes().splitlines()]
        keys = [row.get("event_id") or row.get("id") for row in rows]  # `extract` takes a document as often as it comes
        assert command == "extract" or len(set(keys)) == len(rows)
    out.unlink(missing_ok=True)


def read_dsn(written: str) -> None:
    """An address that cannot be used is refused without repeating a part of it."""
    with watched():
        try:
            assert isinstance(dsn_of(written), str)
        except ValueError as error:
            assert SECRET not in str(error)
            assert SECRET[:7] not in str(error)
        except SettingsError as error:
            raise AssertionError from error


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Addresses of the warehouse with a secret in them, bent so that parsing them goes wrong."""
    written = draw(st.sampled_from(seeds.DSNS)).format(secret=SECRET)
    at = draw(st.integers(0, len(written)))
    return written[:at] + draw(st.text(max_size=4)) + written[at + draw(st.integers(0, 3)) :]


def _folder() -> str:
    """A folder of this process, made once."""
    folder = Path(tempfile.gettempdir()) / f"desk-fuzzing-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    return str(folder)


COMMANDS = st.one_of(
    st.tuples(st.just("clean"), hostile(seeds.PAGES, "html")),
    st.tuples(st.just("warc"), hostile(seeds.warcs())),
    st.tuples(st.just("import"), hostile(seeds.OPML, "opml")),
    st.tuples(st.just("group"), hostile(seeds.LINES)),
    st.tuples(st.just("extract"), hostile(seeds.LINES + seeds.DOCUMENTS)),
    st.tuples(st.just("resolve"), hostile(seeds.LINES + seeds.DOCUMENTS)),
)
TARGETS = {
    "feed": Target(
        inputs=st.tuples(hostile(seeds.FEEDS, "rss", "feed", "rdf:RDF"), TYPES), check=read_feed, examples=250
    ),
    "html": Target(inputs=st.tuples(hostile(seeds.PAGES, "html", ""), TYPES), check=read_html, examples=120),
    "warc": Target(inputs=hostile(seeds.warcs()), check=read_a_warc, examples=250),
    "sitemap": Target(
        inputs=hostile(seeds.SITEMAPS, "urlset", "sitemapindex"), check=read_sitemap, examples=300
    ),
    "opml": Target(inputs=hostile(seeds.OPML, "opml"), check=read_an_opml, examples=80),
    "robots": Target(inputs=hostile(seeds.ROBOTS), check=read_robots, examples=200),
    "bodies": Target(inputs=st.tuples(hostile(seeds.LINES + seeds.warcs()), ENCODINGS), check=unpack, examples=300),
    "commands": Target(inputs=COMMANDS, check=run_command, examples=70),
    "dsn": Target(inputs=addresses(), check=read_dsn, examples=300),
}  # fmt: skip

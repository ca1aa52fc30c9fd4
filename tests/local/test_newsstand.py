"""The demo newsstand: enough of everything, labels that hold, pages and feeds that real clients can read."""

import gzip
import http.client
import json
import re
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from email.utils import format_datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
import trafilatura

from include.local.newsstand import feeds, load_newsstand, render_feed, render_page, serve
from include.local.newsstand.answers import expected_acts, expected_events, write_answers
from include.local.newsstand.rendering import FEED_TYPES, page_url
from include.local.newsstand.server import Resource, find_route, is_unchanged, routes
from include.local.newsstand.stock import read_page
from include.records import EventType, MeasureType, Relation, hash_id
from include.stages.sitemaps import parse_sitemap, sitemaps_in_robots
from include.urls import normalise_url

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
BASE = "http://127.0.0.1:8765"
STAND = load_newsstand()
PAGES = pytest.mark.parametrize("page", STAND.pages, ids=lambda page: page.id)
OUTLETS = pytest.mark.parametrize("outlet", STAND.outlets, ids=lambda outlet: outlet.id)
AGGREGATOR = "newsheap/un-security-council-poised-to-hit-north-korea"


def words(text):
    return re.findall(r"[\w']+", text.lower())


def shingles(text, n):
    tokens = words(text)
    return {" ".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1)}


@pytest.fixture(scope="module")
def base_url():
    with serve() as url:
        yield url


def ask(url, method="GET", **headers):
    """(status, headers, body) of one request, redirects and caches left alone."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


# What is on the shelves


def test_there_is_enough_of_everything():
    assert len(STAND.outlets) >= 8
    assert len(STAND.pages) >= 60
    assert {outlet.feed for outlet in STAND.outlets} == {"rss", "rdf", "atom"}
    assert sum(bool(row["doc_ids"]) for row in expected_acts(STAND)) >= 15
    assert sum(not page.events for page in STAND.pages) >= 15
    assert {event.event_type for page in STAND.pages for event in page.events} == set(EventType)


def test_every_act_is_told_by_some_page():
    assert [row["act_id"] for row in expected_acts(STAND) if not row["doc_ids"]] == []


def test_imposers_are_many():
    codes = {party.code for page in STAND.pages for event in page.events for party in event.imposers}
    assert {"UNSC", "EU", "US", "GB", "JP", "CA", "AU", "CH"} <= codes


def test_stories_are_republished_in_every_way():
    stories = defaultdict(list)
    for page in STAND.pages:
        stories[page.story].append(page)
    republished = [pages for pages in stories.values() if len(pages) > 1]
    assert len(republished) >= 6
    relations = {page.relation for pages in republished for page in pages}
    assert relations >= {Relation.COPY, Relation.TRUNCATED, Relation.UPDATED, Relation.REWRITE, Relation.DIGEST}
    for pages in republished:
        assert sum(page.relation is Relation.CANONICAL for page in pages) == 1
        assert len({page.title for page in pages}) > 1


@PAGES
def test_copies_hold_what_their_relation_says(page):
    if page.relation is Relation.CANONICAL:
        assert page.copy_of == ()
        return
    sources = [STAND.by_id[source] for source in page.copy_of]
    assert page.story in {source.story for source in sources}
    assert all(source.published <= page.published for source in sources)
    theirs = set().union(*(shingles(source.text, 5) for source in sources))
    mine = shingles(page.text, 5)
    shared = len(mine & theirs) / len(mine)
    if page.relation is Relation.REWRITE:
        assert shared < 0.2
        assert len(set(words(page.text)) & set(words(sources[0].text))) / len(set(words(page.text))) > 0.35
    else:
        assert shared > 0.6
    if page.relation is Relation.TRUNCATED:
        assert len(page.text) < 0.7 * len(sources[0].text)
    if page.relation is Relation.UPDATED:
        assert len(page.text) > len(sources[0].text)
    if page.relation is Relation.DIGEST:
        assert len(sources) > 1
        assert all(mine & shingles(source.text, 5) for source in sources)


@PAGES
def test_evidence_stands_in_the_text(page):
    folded = " ".join(page.text.split())
    for number, event in enumerate(page.events, 1):
        evidence = page.evidence(number)
        assert evidence
        assert all(sentence in folded and sentence[-1] in '.?!"' for sentence in evidence)
        for target in event.targets:
            if target.kind == "person":
                assert set(words(target.name)) <= set(words(folded)), target.name


@PAGES
def test_dates_and_copies_of_an_act_agree(page):
    """A label's day is the day of the act, and nobody reports an act before it happened."""
    for event in page.events:
        act = STAND.acts[event.act]
        assert act.date <= page.published.date().isoformat()
        assert event.event_date in (None, act.date)


def test_the_aggregator_page_is_labelled_as_the_act_was():
    (event,) = STAND.by_id[AGGREGATOR].events
    assert [party.code for party in event.imposers] == ["UNSC"]
    assert [party.code for party in event.targets] == ["KP"]
    assert event.instrument == "UN Security Council Resolution 2371 (2017)"
    assert event.event_date is None
    measures = {measure.type: measure for measure in event.measures}
    assert set(measures) == {
        MeasureType.EXPORT_BAN, MeasureType.LABOUR_RESTRICTION, MeasureType.INVESTMENT_BAN
    }  # fmt: skip
    assert measures[MeasureType.EXPORT_BAN].objects == ("coal", "iron ore", "seafood", "lead")
    assert measures[MeasureType.EXPORT_BAN].flow == "from_target"


def test_the_aggregator_page_is_badly_kept():
    page = STAND.by_id[AGGREGATOR]
    html = render_page(STAND, page, BASE)
    assert page.section == "Health Care"
    assert html.count(page.title) >= 4  # title, og:title, and twice for the reader
    assert html.index("Like this:") > html.index(page.body[-1].text[:40])
    assert "2371" in page.body[-1].text
    assert not any("2371" in block.text for block in page.body[:-1])


def test_no_sentence_is_somebody_elses():
    sources = [SHARED / "gold" / "docs_dev.jsonl", SHARED / "unlabelled" / "sanctions_news.jsonl.gz"]
    if not all(source.exists() for source in sources):
        pytest.skip("the collection of real articles is not beside the checkout")
    theirs: set[str] = set()
    for source in sources:
        raw = source.read_bytes()
        for line in (gzip.decompress(raw) if source.suffix == ".gz" else raw).splitlines():
            row = json.loads(line)
            theirs |= shingles(f"{row.get('title', '')} . {row['text']}", 8)
    for page in STAND.pages:
        assert shingles(f"{page.title} . {page.text}", 8) & theirs == set(), page.id


# Reading the files


def test_a_mark_without_its_event_is_refused(tmp_path):
    folder = ROOT / "include" / "local" / "newsstand"
    for name in ("outlets.yml", "acts.yml"):
        (tmp_path / name).write_text((folder / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "pages" / "harbour").mkdir(parents=True)
    (tmp_path / "pages" / "harbour" / "a.md").write_text(
        "---\ntitle: A\nbyline: B\npublished: 2024-01-01T00:00:00Z\nsection: C\n---\n{1|A sentence.}\n"
    )
    with pytest.raises(ValueError, match="every mark an event"):
        load_newsstand(tmp_path)


def test_a_page_file_becomes_blocks_and_marks():
    page = read_page(
        "---\ntitle: T\nbyline: B\npublished: 2024-01-01T00:00:00Z\nsection: S\n---\n"
        "{1,2|One\nsentence.} Another.\n\n## Head\n\n- item\n",
        "harbour",
        "t",
        1,
    )
    assert [(block.kind, block.text) for block in page.body] == [
        ("p", "One sentence. Another."), ("h2", "Head"), ("li", "item")
    ]  # fmt: skip
    assert page.evidence(1) == page.evidence(2) == ("One sentence.",)


def test_a_page_file_without_a_zone_in_its_date_is_refused():
    with pytest.raises(ValueError, match="published"):
        read_page("---\ntitle: T\nbyline: B\npublished: 2024-01-01T00:00:00\nsection: S\n---\nA.\n", "harbour", "t", 1)


def test_answers_are_written_for_the_scorers(tmp_path):
    write_answers(STAND, tmp_path / "answers")
    docs = [json.loads(line) for line in (tmp_path / "answers" / "docs.jsonl").read_text().splitlines()]
    events = [json.loads(line) for line in (tmp_path / "answers" / "expected_events.jsonl").read_text().splitlines()]
    assert [row["doc_id"] for row in docs] == [row["doc_id"] for row in events] == [page.id for page in STAND.pages]
    assert list(expected_events(STAND)) == events
    text_of = {row["doc_id"]: " ".join(row["text"].split()) for row in docs}
    assert all(
        sentence in text_of[row["doc_id"]]
        for row in events
        for event in row["events"]
        for sentence in event["evidence"]
    )


# Feeds


@OUTLETS
def test_feeds_parse_and_give_every_page_with_its_date(outlet, base_url):
    status, headers, body = ask(base_url + outlet.feed_path)
    assert status == 200
    assert headers["Content-Type"] == f"{FEED_TYPES[outlet.feed]}; charset={outlet.encoding}"
    parsed = feedparser.parse(body, response_headers={"content-type": headers["Content-Type"]})
    assert not parsed.bozo
    pages = STAND.pages_of(outlet)
    assert [entry.title for entry in parsed.entries] == [page.title for page in pages]
    for page, entry in zip(pages, parsed.entries, strict=True):
        # feedparser files the dc:date of RSS 1.0 under "updated"
        assert (
            tuple(entry.get("published_parsed") or entry.updated_parsed)[:6] == tuple(page.published.utctimetuple())[:6]
        )
        assert entry.link.startswith(page_url(STAND, page, base_url))
        assert ask(entry.link)[0] == 200


def test_feed_kinds_are_what_they_say():
    versions = {outlet.feed: feedparser.parse(render_feed(STAND, outlet, BASE)).version for outlet in STAND.outlets}
    assert versions == {"rss": "rss20", "rdf": "rss10", "atom": "atom10"}


def test_demo_feeds_are_catalog_entries(base_url):
    entries = feeds(base_url)
    assert len(entries) == len(STAND.outlets)
    for feed in entries:
        assert (feed.kind, feed.group, feed.id) == ("demo", "newsstand", hash_id(feed.url))
        assert ask(feed.url)[0] == 200


# Sitemaps


def test_robots_leads_to_every_page_over_the_sitemaps(base_url):
    (index,) = sitemaps_in_robots(ask(base_url + "/robots.txt")[2].decode(), base=base_url)
    found = {}
    for sitemap in parse_sitemap(ask(index)[2], url=index).listed:
        _, headers, body = ask(sitemap.url)
        is_packed = sitemap.url.endswith(".gz")
        assert headers["Content-Type"] == ("application/gzip" if is_packed else "application/xml")
        body = gzip.decompress(body) if is_packed else body
        found |= {listed.url: listed for listed in parse_sitemap(body, url=sitemap.url).listed}
    assert set(found) == {normalise_url(page_url(STAND, page, base_url)) for page in STAND.pages}
    for page in STAND.pages:
        listed = found[normalise_url(page_url(STAND, page, base_url))]
        assert (listed.title, listed.published_at) == (page.title, page.published)
        assert listed.publication == STAND.outlet(page.outlet).name


# Pages


@PAGES
def test_cleaning_finds_the_body(page):
    outlet = STAND.outlet(page.outlet)
    html = render_page(STAND, page, BASE).encode(outlet.encoding, "xmlcharrefreplace")
    found = Counter(words(trafilatura.extract(html, fast=True) or ""))
    body = Counter(words(page.text))
    shared = (body & found).total()
    assert shared / body.total() >= 0.97
    assert shared / found.total() >= 0.75  # short pages under furniture that no cleaner wholly leaves out


class Balance(HTMLParser):
    """Collects tags that were closed in the wrong order or never."""

    VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.ids = [], [], []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@PAGES
def test_html_is_well_formed(page):
    html = render_page(STAND, page, BASE)
    checker = Balance()
    checker.feed(html)
    checker.close()
    assert (checker.open, checker.wrong) == ([], [])
    assert len(checker.ids) == len(set(checker.ids))
    assert html.count("<h1") == 1
    assert html.count("<title>") == 1


def test_templates_differ_from_each_other():
    shapes = []
    for outlet in STAND.outlets:
        html = render_page(STAND, STAND.pages_of(outlet)[0], BASE)
        shapes.append(set(re.findall(r'(?:class|id)="([^"]+)"', html)))
    for i, shape in enumerate(shapes):
        for other in shapes[i + 1 :]:
            assert len(shape & other) / min(len(shape), len(other)) < 0.5


# The server


@OUTLETS
def test_what_is_unchanged_is_answered_with_304(outlet, base_url):
    newest = STAND.pages_of(outlet)[0]
    for url in (base_url + outlet.feed_path, page_url(STAND, newest, base_url)):
        status, headers, body = ask(url)
        assert status == 200
        assert len(body) == int(headers["Content-Length"])
        for condition in ({"If_None_Match": headers["ETag"]}, {"If_Modified_Since": headers["Last-Modified"]}):
            status, again, empty = ask(url, **condition)
            assert (status, empty, again["ETag"]) == (304, b"", headers["ETag"])
        assert ask(url, If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200
        assert ask(url, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT")[0] == 200
        assert ask(url, If_Modified_Since="yesterday")[0] == 200


def test_tags_are_compared_as_lists_and_weakly():
    resource = Resource(content_type="text/plain", body=b"x", modified_at=STAND.pages[0].published)
    assert is_unchanged(resource, f'"a", W/{resource.etag}', None)
    assert is_unchanged(resource, "*", None)
    assert not is_unchanged(resource, '"a"', format_datetime(STAND.pages[0].published))


def test_addresses_come_from_the_host_that_was_asked(base_url):
    port = urlsplit(base_url).port
    assert f"http://localhost:{port}/meridian/".encode() in ask(base_url + "/", Host=f"localhost:{port}")[2]
    assert b"evil.example" not in ask(base_url + "/", Host="evil.example")[2]


def test_front_page_and_robots(base_url):
    status, headers, front = ask(base_url + "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert all(f"{base_url}{outlet.feed_path}".encode() in front for outlet in STAND.outlets)
    status, headers, robots = ask(base_url + "/robots.txt")
    assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert robots.startswith(b"User-agent: *\n")


def test_other_requests(base_url):
    assert ask(base_url + "/nowhere")[0] == 404
    status, headers, body = ask(base_url + "/", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0
    assert ask(base_url + "/", method="POST")[0] == 501


def test_pages_are_found_without_closing_slash_and_with_tracking():
    known = routes(STAND)
    page = STAND.by_id["exportdesk/tornado-cash-comes-off"]
    path = urlsplit(page_url(STAND, page, BASE)).path
    assert find_route(known, path.rstrip("/") + "?utm_source=x") is known[path]
    notice = next(target for target in known if "notice?id=" in target)
    assert find_route(known, notice + "&utm_medium=feed") is known[notice]
    assert find_route(known, "/bulletin/notice?id=1") is None


def test_encodings_are_kept(base_url):
    page = STAND.by_id["harbour/what-the-oil-ban-means-for-the-estuary"]
    _, headers, body = ask(page_url(STAND, page, base_url))
    assert headers["Content-Type"] == "text/html; charset=iso-8859-1"
    assert page.title.replace("'", "&#39;") in body.decode("iso-8859-1")


def test_the_command_prints_its_address_and_ends_on_interrupt():
    command = [sys.executable, "-m", "include.local.newsstand", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
            assert ask(address + "/robots.txt")[0] == 200
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
            assert process.stderr.read() == ""
        finally:
            process.kill()

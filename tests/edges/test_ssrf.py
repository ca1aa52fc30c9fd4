"""No form of an address leads any fetcher to this machine or its neighbours."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from include.edges import web_addresses
from include.edges.web import Failed, Fetched, Hosts, Request, fetch
from include.pipeline.check_feeds import check_feeds
from include.pipeline.discover_feeds import UnreachableSiteError, discover_feeds
from include.records import Feed, hash_id
from include.settings import Settings
from include.stages.sitemaps import parse_sitemap, sitemaps_in_robots
from include.urls import normalise_url
from tests.edges.ssrf import ADDRESSES, REFUSALS
from tests.hostile import hostile_server, redirect

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
NOTHING_LISTED = Settings(allowed_addresses="")


@pytest.fixture
def no_connection(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """The addresses that anything connected to."""
    opened: list[tuple] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, address: tuple) -> None:
        opened.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return opened


def asked(url: str, *, polite: bool) -> Failed | Fetched:
    hosts = Hosts(NOTHING_LISTED, now=NOW) if polite else None
    (answer,) = fetch([Request(item_id="x", url=url)], NOTHING_LISTED, hosts=hosts)
    return answer


@pytest.mark.parametrize("polite", [False, True], ids=["page", "page after robots.txt"])
@pytest.mark.parametrize("form", ADDRESSES)
def test_a_page_and_its_robots_are_not_asked(form: str, polite: bool):
    answer = asked(ADDRESSES[form], polite=polite)
    assert isinstance(answer, Failed)
    assert answer.reason in REFUSALS, answer
    assert answer.status is None


@pytest.mark.parametrize("form", ADDRESSES)
def test_a_feed_is_not_asked(form: str):
    url = ADDRESSES[form]
    feed = Feed(id=hash_id(url), url=url, title="", publisher="", country="ZZ", language="en", group="g", kind="demo")
    (check,) = check_feeds(NOTHING_LISTED, [feed], now=NOW)
    assert not check.is_good
    assert check.status is None


@pytest.mark.parametrize("form", ADDRESSES)
def test_discovery_does_not_ask(form: str):
    with pytest.raises(UnreachableSiteError):
        discover_feeds(NOTHING_LISTED, ADDRESSES[form], now=NOW)


@pytest.mark.parametrize("form", ADDRESSES)
def test_a_redirect_is_not_followed(form: str):
    with hostile_server() as site:
        site.answers["/a"] = redirect(ADDRESSES[form])
        (answer,) = fetch([Request(item_id="x", url=site.url("/a"))], Settings(allowed_addresses=site.place))
    if isinstance(answer, Fetched) or answer.status is not None:
        # What is no address by itself may be a path on the server that sent it there.
        assert urlsplit(ADDRESSES[form]).netloc == "" and site.paths()[0] == "/a"
    else:
        assert answer.reason in REFUSALS, answer


@pytest.mark.parametrize("form", ADDRESSES)
def test_a_sitemap_or_robots_that_names_it_leads_nowhere(form: str):
    url = ADDRESSES[form].replace("&", "&amp;")
    listed = parse_sitemap(
        f"<sitemapindex><sitemap><loc>{url}</loc></sitemap></sitemapindex>".encode(), url="https://paper.example/s.xml"
    )
    named = sitemaps_in_robots(f"Sitemap: {url}\n", base="https://paper.example/robots.txt")
    found = [each.url for each in listed.listed] if listed else []
    for each in dict.fromkeys((*found, *named)):
        if urlsplit(each).hostname == "paper.example":
            continue  # a path of the site's own
        answer = asked(each, polite=True)
        assert isinstance(answer, Failed)
        assert answer.reason in REFUSALS, answer


@pytest.mark.parametrize("form", ADDRESSES)
def test_a_feeds_link_that_names_it_is_not_fetched(form: str):
    url = normalise_url(ADDRESSES[form], base="https://paper.example/feed")
    if url is not None and urlsplit(url).hostname != "paper.example":
        answer = asked(url, polite=True)
        assert isinstance(answer, Failed)
        assert answer.reason in REFUSALS, answer


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_a_name_that_changes_its_mind_is_not_connected_to(
    address: str, monkeypatch: pytest.MonkeyPatch, no_connection: list[tuple]
):
    async def rebinding(self, host, port=0, family=socket.AF_UNSPEC):
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [{"hostname": host, "host": address, "port": port, "family": kind, "proto": 0, "flags": 0}]

    monkeypatch.setattr(web_addresses.CheckedResolver, "resolve", rebinding)
    for polite in (False, True):
        answer = asked("http://rebinding.example/a", polite=polite)
        assert isinstance(answer, Failed)
        assert answer.reason in REFUSALS
    assert no_connection == []

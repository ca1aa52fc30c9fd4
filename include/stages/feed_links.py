"""Where a site keeps its feeds: what its page links as alternate, then the paths at which feeds usually lie."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import html
from lxml.etree import LxmlError

from include.urls import is_web_address

TYPES = ("rss", "atom", "feed+json", "rdf+xml")
USUAL_PATHS = (
    "/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/all.atom.xml", "/feed/rss/",
    "/rss/index.xml", "/news/rss.xml", "/feeds/posts/default", "/feed.json",
)  # fmt: skip
MAX_HTML = 500_000  # bytes in which a head ends


def linked_feeds(body: bytes, url: str) -> tuple[str, ...]:
    """The feeds that a page links, in its order, those of comments last."""
    try:
        tree = html.fromstring(body[:MAX_HTML]) if body.strip() else None
    except (LxmlError, ValueError):
        return ()
    if tree is None:
        return ()
    found = dict.fromkeys(each for each in _links(tree, url) if is_web_address(each))
    return tuple(sorted(found, key=lambda each: "comment" in each.lower()))


def _links(tree: html.HtmlElement, url: str) -> Iterator[str]:
    base = next((each.get("href", "") for each in tree.iter("base")), "")
    for link in tree.iter("link", "a"):
        rel, kind, href = link.get("rel", "").lower().split(), link.get("type", "").lower(), link.get("href", "")
        if not href or not any(name in kind for name in TYPES):
            continue
        if link.tag == "a" or "alternate" in rel or "feed" in rel:
            yield _joined(_joined(url, base) or url, href.strip())


def usual_feeds(url: str) -> tuple[str, ...]:
    """Addresses at which the site of an address may keep feeds."""
    return tuple(_joined(url, path) for path in USUAL_PATHS)


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""

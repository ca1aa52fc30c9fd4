"""Feed lists in OPML, the format in which feed readers exchange them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lxml import etree

from include.catalog.feeds import UNKNOWN_COUNTRY, CatalogError
from include.records import Feed, hash_id

# What OPML has no name for travels in our own namespace, which other readers pass over.
NAMESPACE = "https://example.org/sanctions-desk/opml"
OWN = ("publisher", "country", "kind")


def read_opml(body: bytes, *, group: str = "imported", kind: str = "newsroom") -> tuple[Feed, ...]:
    """The feeds of an OPML file, each address once; CatalogError when it is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:  # recovering ends where there is no element at all
        root = None
    try:
        return _feeds(root, group, kind)
    except UnicodeDecodeError:  # lxml's, of "&#xD800;": half a pair is no character
        raise CatalogError("not an OPML file: it names characters that there are not") from None


def _feeds(root: etree._Element | None, group: str, kind: str) -> tuple[Feed, ...]:
    if root is None or str(root.tag).rpartition("}")[2] != "opml":
        raise CatalogError("not an OPML file")
    feeds = (_feed(outline, group, kind) for outline in root.iter("outline") if outline.get("xmlUrl"))
    return tuple({feed.id: feed for feed in feeds}.values())


def _feed(outline: etree._Element, group: str, kind: str) -> Feed:
    parent = outline.getparent()
    folder = parent.get("text") if parent is not None and parent.tag == "outline" else None
    url = str(outline.get("xmlUrl")).strip()
    title = outline.get("title") or outline.get("text") or url
    return Feed(
        id=hash_id(url),
        url=url,
        title=title,
        publisher=_own(outline, "publisher") or title,
        country=_own(outline, "country") or UNKNOWN_COUNTRY,
        language=(outline.get("language") or "en").lower()[:2],
        group=folder or group,
        kind=_own(outline, "kind") or kind,
    )


def _own(outline: etree._Element, name: str) -> str | None:
    value = outline.get(f"{{{NAMESPACE}}}{name}") or outline.get(name)
    return str(value) if value else None


def write_opml(feeds: Sequence[Feed], *, title: str = "Sanctions Desk") -> str:
    """An OPML file with a folder for each group."""
    root = etree.Element("opml", version="2.0", nsmap={"desk": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for group, members in groupby(feeds, key=lambda feed: feed.group):
        folder = etree.SubElement(body, "outline", text=group)
        for feed in members:
            etree.SubElement(folder, "outline", dict(_attributes(feed)))
    return str(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="utf-8").decode())


def _attributes(feed: Feed) -> Iterator[tuple[str, str]]:
    yield from (("type", "rss"), ("text", feed.title), ("xmlUrl", feed.url), ("language", feed.language))
    yield from ((f"{{{NAMESPACE}}}{name}", getattr(feed, name)) for name in OWN)

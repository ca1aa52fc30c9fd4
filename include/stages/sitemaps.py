"""Reads sitemaps: news sitemaps, plain ones, indexes of them, lists of addresses; and which robots.txt names.

Sitemaps come from strangers: entities are never resolved, and a broken file gives what stands before the break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Literal

from lxml import etree

from include.records import Window
from include.urls import normalise_url

CHARACTER = re.compile(rb"&#(?:x0*([0-9a-f]{4})(?![0-9a-f])|0*(\d{5})(?!\d));?", re.IGNORECASE)
NAMED_IN_ROBOTS = re.compile(r"^[^\S\n]*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
# A month or a day in a sitemap's own address: ".../sitemap-2026-03.xml", "?yyyy=2026&mm=03&dd=01", "/2026/03/01/".
DATED = re.compile(
    r"(?<!\d)(?P<year>20\d\d)(?:[-_/]?|&mm=)(?P<month>0[1-9]|1[0-2])"
    r"(?:(?:[-_/]?|&dd=)(?P<day>0[1-9]|[12]\d|3[01]))?(?!\d)"
)
MAX_TITLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An address that a sitemap or an index lists."""

    url: str
    modified_at: datetime | None = None
    published_at: datetime | None = None  # in a news sitemap
    title: str = ""  # in a news sitemap
    publication: str = ""  # in a news sitemap


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What one file lists: pages, or, as an index, further sitemaps."""

    kind: Literal["index", "pages"]
    listed: tuple[Listed, ...]
    is_broken: bool = False


def sitemaps_in_robots(text: str, *, base: str) -> tuple[str, ...]:
    """The addresses of the sitemaps that a robots.txt names, each once."""
    found = (normalise_url(match[1], base=base) for match in NAMED_IN_ROBOTS.finditer(text))
    return tuple(dict.fromkeys(url for url in found if url))


def parse_sitemap(body: bytes, *, url: str) -> Sitemap | None:
    """What the body of a sitemap lists, in its order; None when it is none."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _list_of_addresses(body, url)
    kind: Literal["index", "pages"] | None = None
    listed: list[Listed] = []
    parser = etree.iterparse(
        BytesIO(CHARACTER.sub(_whole, body)),
        events=("start", "end"),
        tag="*",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    try:
        for event, element in parser:
            name = _local(element)
            if event == "start":
                kind = kind or ({"sitemapindex": "index", "urlset": "pages"}.get(name))  # type: ignore[assignment]
                if kind is None:
                    return None
            elif name in ("url", "sitemap"):
                listed.extend(_listed(element, url))
                _forget(element)
    except etree.XMLSyntaxError:
        return Sitemap(kind=kind, listed=tuple(listed), is_broken=True) if kind else None
    return Sitemap(kind=kind, listed=tuple(listed), is_broken=bool(len(parser.error_log))) if kind else None


def within(listed: Listed, window: Window) -> bool | None:
    """Whether a page is of the window by its publication, or else by its last change; None when it has no date."""
    moment = listed.published_at or listed.modified_at
    return None if moment is None else window.start <= moment < window.end


def may_hold(listed: Listed, window: Window) -> bool:
    """False when a sitemap of an index cannot list pages of the window: last changed before it, or of another month."""
    if listed.modified_at is not None and listed.modified_at < window.start - timedelta(days=1):
        return False
    dates = DATED.search(listed.url)
    if dates is None:
        return True
    try:
        first = date(int(dates["year"]), int(dates["month"]), int(dates["day"] or 1))
    except ValueError:
        return True
    last = first if dates["day"] else (first.replace(day=1) + timedelta(days=31)).replace(day=1)
    margin = timedelta(days=1)  # of zones
    return first - margin <= window.end.date() and window.start.date() <= last + margin


def _whole(reference: re.Match[bytes]) -> bytes:
    """The reference, unless it is half of a pair ("&#xD83D;&#xDE00;", as some write emoji): lxml raises at it."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"&#xFFFD;" if 0xD800 <= number <= 0xDFFF else reference[0]


def _list_of_addresses(body: bytes, base: str) -> Sitemap | None:
    """A plain text sitemap: one whole address a line."""
    lines = body.decode("utf-8-sig", "replace").split()
    if not lines or not all(line.startswith(("http://", "https://")) for line in lines[:10]):
        return None
    urls = (normalise_url(line, base=base) for line in lines)
    return Sitemap(kind="pages", listed=tuple(Listed(url=url) for url in urls if url))


def _listed(element: etree._Element, base: str) -> Iterator[Listed]:
    """The entry, unless its address is none that may be asked."""
    said: dict[str, str] = {}
    for child in element.iter(etree.Element):
        said.setdefault(
            _local(child), _text(child)
        )  # the first: pictures and films come later, with a loc of their own
    if said.get("loc") and (url := normalise_url(said["loc"], base=base)) is not None:
        yield Listed(
            url=url,
            modified_at=_moment(said.get("lastmod", "")),
            published_at=_moment(said.get("publication_date", "")),
            title=said.get("title", "")[:MAX_TITLE] if "publication_date" in said else "",
            publication=said.get("name", "")[:200],
        )


def _local(element: etree._Element) -> str:
    """The name without its namespace: every second site writes a wrong one."""
    return str(element.tag).rpartition("}")[2].lower()  # QName refuses what a broken file can be called


def _text(element: etree._Element) -> str:
    has_entity = len(element) > 0  # left unresolved, it parts the text
    return "" if has_entity else " ".join((element.text or "").split())


def _moment(text: str) -> datetime | None:
    """A W3C date or time; one without a zone is UTC, one without a day is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _forget(element: etree._Element) -> None:
    """Frees what was read: an index of 50,000 entries must not stay in memory as a tree."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]

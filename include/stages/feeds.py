"""From the bytes of a feed to the entries it announces: RSS 0.9x-2.0, RDF, Atom, JSON Feed, and the broken ones."""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import fastfeedparser
import feedparser

from include.records import Feed, FeedEntry, Reason, Rejected, Stage, hash_id
from include.stages.plain_text import plain_text
from include.urls import is_web_address, normalise_url

MAX_ENTRIES = 5_000  # the first ones of a feed are its newest
SUMMARY_LENGTH = 2_000
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before it there was no web: a zero that some program took for a date
# fastfeedparser guesses at vague dates by today's ("Monday", "10:30", even a numeric guid), so these must be none.
DATE_ELEMENT = re.compile(
    rb"<(?:\w+:)?(?:pubDate|date|published|issued|updated|modified)\b[^>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]]*)", re.I
)
CLEAR_DATE = re.compile(r"\d{4}-\d\d-\d\d|(?:[a-z]{3,9},\s*)?\d{1,2}[ -][a-z]{3,9}[ -]\d{2,4}\s+\d{1,2}:\d\d", re.I)
YEAR = re.compile(r"\d{4}")  # what feedparser reads without one, it dates today
FIRST_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)\b")
HTML_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL)

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What one body of a feed announces, newest first as a rule, and the entries that could not be used."""

    entries: tuple[FeedEntry, ...]
    rejected: tuple[Rejected, ...] = ()


def parse_feed(body: bytes, *, feed: Feed, content_type: str = "", url: str) -> ParsedFeed | Rejected:
    """The entries of a feed served at `url`, each address once, or why the body is no feed."""
    if HTML_PAGE.match(body[:2_000]):
        return _rejected(feed, Reason.NOT_A_FEED, "an HTML page")
    raw, is_feed = read_entries(body, content_type)
    if not raw:
        return _rejected(feed, Reason.NO_ENTRIES if is_feed else Reason.NOT_A_FEED, content_type)
    entries: dict[str, FeedEntry] = {}
    rejected = []
    for item in raw[:MAX_ENTRIES]:
        match _entry(item, feed, url):
            case FeedEntry() as entry:
                entries.setdefault(entry.id, entry)
            case Rejected() as problem:
                rejected.append(problem)
    return ParsedFeed(entries=tuple(entries.values()), rejected=tuple(rejected))


def read_entries(body: bytes, content_type: str) -> tuple[list[Raw], bool]:
    """The raw entries and whether the body is a feed at all: the fast parser's, or the patient one's in doubt.

    feedparser takes 30 ms for what takes fastfeedparser 0.6 ms, but understands what is broken and what isn't UTF-8.
    """
    if is_plain_utf8(body):
        try:
            entries = fastfeedparser.parse(
                body, include_content=False, include_tags=False, include_media=False, include_enclosures=False
            ).entries
        except Exception:  # it raises whatever lxml, dateutil or its own code met; the patient parser decides
            entries = []
        if entries and all(map(_address, entries)) and has_clear_dates(body, entries):
            return entries, True
    patient = feedparser.parse(body, sanitize_html=False, response_headers={"content-type": content_type})
    return [dict(item) | {"link": _first_link(item)} for item in patient.entries], bool(patient.get("version"))


def _first_link(item: Raw) -> str:
    """The article's own link: feedparser's `link` is the last one, often that of a related article."""
    links = item.get("links") or ()
    return str(next((link["href"] for link in links if link.get("rel") == "alternate"), item.get("link") or ""))


def has_clear_dates(body: bytes, entries: Sequence[Raw]) -> bool:
    """True when every date means the same on any day, and no identifier was taken for one; always for JSON."""
    if body.lstrip().startswith(b"{"):
        return True
    first = FIRST_ENTRY.search(body)
    dates = DATE_ELEMENT.findall(body, first.start() if first else 0)
    is_complete = len(dates) >= len(entries) or all(
        str(item.get("id") or "http").startswith("http") for item in entries
    )
    return is_complete and all(CLEAR_DATE.match(date.decode("utf-8", "replace")) for date in dates)


def is_plain_utf8(body: bytes) -> bool:
    """True for bodies the fast parser reads as the patient one does: UTF-8, no entities of their own."""
    if b"<!ENTITY" in body:
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _entry(item: Raw, feed: Feed, base: str) -> FeedEntry | Rejected:
    title = _text(item, "title")
    if not (address := _address(item)):
        return _rejected(feed, Reason.ENTRY_WITHOUT_LINK, title[:100])
    if (url := normalise_url(address, base=base)) is None:
        return _rejected(feed, Reason.BAD_URL, address[:100])
    return FeedEntry(
        id=hash_id(url),
        feed_id=feed.id,
        url=url,
        guid=str(item.get("id") or ""),
        title=title,
        summary=_shorten(_text(item, "summary") or _text(item, "description")),
        byline=_text(item, "author"),
        published_at=next(_dates(item), None),
    )


def _text(item: Raw, name: str) -> str:
    return plain_text(once_encoded(str(item.get(name) or "")))


def once_encoded(text: str) -> str:
    """The text with "Ã³" mended to "ó": UTF-8 that was taken for Latin-1 and encoded again. feedparser does so too."""
    if text.isascii():
        return text
    try:
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text


def _address(item: Raw) -> str:
    """Where the article is: its link, or an identifier that is an address."""
    link, identifier = str(item.get("link") or ""), str(item.get("id") or "")
    return link or (identifier if is_web_address(identifier) else "")


def _dates(item: Raw) -> Iterator[datetime]:
    """The dates of an entry that can be one, the publication first."""
    for name in ("published", "updated"):
        written = str(item.get(name) or "")
        if not (CLEAR_DATE.match(written) or YEAR.search(written)):
            continue
        moment = _moment(item.get(f"{name}_parsed") or written)
        if moment and moment >= EARLIEST:
            yield moment


def _moment(written: str | time.struct_time) -> datetime | None:
    try:
        if isinstance(written, time.struct_time):  # feedparser, in UTC
            return datetime.fromtimestamp(calendar.timegm(written), UTC)
        moment = datetime.fromisoformat(written)  # fastfeedparser, or what feedparser could not read
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _shorten(text: str) -> str:
    return text if len(text) <= SUMMARY_LENGTH else text[:SUMMARY_LENGTH].rsplit(" ", 1)[0]


def _rejected(feed: Feed, reason: Reason, detail: str) -> Rejected:
    return Rejected(stage=Stage.POLL, reason=reason, item_id=feed.id, detail=detail)

"""From the bytes of a feed to the entries it announces: RSS 0.9x-2.0, RDF, Atom, JSON Feed, and the broken ones."""

from __future__ import annotations

import calendar
import re
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from include.records import Feed, FeedEntry, Reason, Rejected, Stage
from include.stages import feed_parsers
from include.stages.article_urls import article_id
from include.stages.feed_hints import NO_HINTS, FeedHints, read_hints
from include.stages.feed_parsers import Raw
from include.stages.plain_text import plain_text
from include.urls import is_web_address, normalise_url

MAX_ENTRIES = 5_000  # the first ones of a feed are its newest
SUMMARY_LENGTH = 2_000
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before it there was no web: a zero that some program took for a date
CLEAR_DATE = re.compile(feed_parsers.CLEAR.decode())
YEAR = re.compile(r"\d{4}")  # what feedparser reads without one, it dates today
HTML_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What one body of a feed announces, newest first as a rule, and the entries that could not be used."""

    entries: tuple[FeedEntry, ...]
    rejected: tuple[Rejected, ...] = ()
    hints: FeedHints = NO_HINTS


def parse_feed(body: bytes, *, feed: Feed, content_type: str = "", url: str) -> ParsedFeed | Rejected:
    """The entries of a feed served at `url`, each address once, or why the body is no feed."""
    if HTML_PAGE.match(body[:2_000]):
        return _rejected(feed, Reason.NOT_A_FEED, "an HTML page")
    raw, is_feed = feed_parsers.read_entries(body, content_type)
    if not raw:
        return _rejected(feed, Reason.NO_ENTRIES if is_feed else Reason.NOT_A_FEED, content_type)
    entries: dict[str, FeedEntry] = {}
    rejected = []
    for item in raw[:MAX_ENTRIES]:
        entry = _entry(item, feed, url)
        if isinstance(entry, Rejected):
            rejected.append(entry)
        else:
            entries.setdefault(entry.id, entry)
    if len(raw) > MAX_ENTRIES:
        rejected.append(_rejected(feed, Reason.TOO_LARGE, f"{len(raw) - MAX_ENTRIES} entries after the first ones"))
    return ParsedFeed(entries=_identified(entries.values()), rejected=tuple(rejected), hints=read_hints(body))


def _entry(item: Raw, feed: Feed, base: str) -> FeedEntry | Rejected:
    title = _text(item.get("title"))
    if not (address := _address(item)):
        return _rejected(feed, Reason.ENTRY_WITHOUT_LINK, title[:100])
    if (url := normalise_url(address, base=base)) is None:
        return _rejected(feed, Reason.BAD_URL, address[:100])
    return FeedEntry(
        id=article_id(url),
        feed_id=feed.id,
        url=url,
        guid=str(item.get("id") or ""),
        title=title,
        summary=_shorten(_text(item.get("summary")) or _text(item.get("description"))),
        byline=_text(item.get("author")),
        published_at=_published_at(item),
    )


def _identified(entries: Collection[FeedEntry]) -> tuple[FeedEntry, ...]:
    """The entries, without the identifiers that several of them share."""
    guids = [entry.guid for entry in entries]
    if len(set(guids)) == len(guids):
        return tuple(entries)
    uses = Counter(guids)
    return tuple(replace(entry, guid="") if entry.guid and uses[entry.guid] > 1 else entry for entry in entries)


def _text(value: object) -> str:
    return plain_text(once_encoded(str(value))) if value else ""


def once_encoded(text: str) -> str:
    """The text with "Ã³" mended to "ó": UTF-8 that was taken for Latin-1 and encoded again. feedparser does so too."""
    if text.isascii():
        return text
    try:  # fails at the first character that such a text cannot hold; looking for what it must hold takes longer
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text


def _address(item: Raw) -> str:
    """Where the article is: its link, or an identifier that is an address."""
    if link := item.get("link"):
        return str(link)
    identifier = str(item.get("id") or "")
    return identifier if is_web_address(identifier) else ""


def _published_at(item: Raw) -> datetime | None:
    """The first date of an entry that can be one, the publication before the update."""
    for name in ("published", "updated"):
        if not (written := item.get(name)):
            continue
        if not (CLEAR_DATE.match(written) or YEAR.search(written)):
            continue
        moment = _moment(item.get(f"{name}_parsed") or written)
        if moment and moment >= EARLIEST:
            return moment
    return None


def _moment(written: str | time.struct_time) -> datetime | None:
    try:
        if isinstance(written, time.struct_time):  # feedparser, in UTC
            return datetime.fromtimestamp(calendar.timegm(written), UTC)
        moment = datetime.fromisoformat(written)  # fastfeedparser, or what feedparser could not read
        if moment.tzinfo is UTC:
            return moment
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _shorten(text: str) -> str:
    return text if len(text) <= SUMMARY_LENGTH else text[:SUMMARY_LENGTH].rsplit(" ", 1)[0]


def _rejected(feed: Feed, reason: Reason, detail: str) -> Rejected:
    return Rejected(stage=Stage.POLL, reason=reason, item_id=feed.id, detail=detail)

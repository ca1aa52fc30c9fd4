"""Every type that flows between stages: frozen values, one type per state, datetimes always timezone-aware."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import xxhash


def hash_id(*parts: str) -> str:
    """The 128-bit xxh3 of the parts, written as a UUID: the key of everything the warehouse keeps."""
    digest = xxhash.xxh3_128_hexdigest("\x1f".join(parts).encode("utf-8", "surrogatepass"))
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"


class Stage(StrEnum):
    """Where an item can be done or rejected."""

    POLL = "poll"
    FETCH = "fetch"
    CLEAN = "clean"
    GROUP = "group"
    EXTRACT = "extract"
    RESOLVE = "resolve"


class Reason(StrEnum):
    """Why an item was rejected. A new kind of trouble gets a new name here; there is no 'other'."""

    # poll and fetch
    BAD_URL = "bad_url"
    FORBIDDEN_ADDRESS = "forbidden_address"
    ROBOTS = "robots"
    HOST_BUSY = "host_busy"  # nothing asked, nothing lost: it is asked at the next run
    DNS_FAILURE = "dns_failure"
    CONNECTION_FAILED = "connection_failed"
    TIMED_OUT = "timed_out"
    HTTP_STATUS = "http_status"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_ENCODING = "bad_encoding"
    TRUNCATED_BODY = "truncated_body"
    UNEXPECTED_TYPE = "unexpected_type"
    NOT_A_FEED = "not_a_feed"
    NO_ENTRIES = "no_entries"
    ENTRY_WITHOUT_LINK = "entry_without_link"
    # clean
    MISSING_FROM_ARCHIVE = "missing_from_archive"
    EMPTY_PAGE = "empty_page"
    UNREADABLE_HTML = "unreadable_html"
    TOO_EXPENSIVE = "too_expensive"  # cleaning it was ended by its limits of time or memory
    NO_BODY = "no_body"
    TOO_SHORT = "too_short"
    # group, extract
    OTHER_LANGUAGE = "other_language"
    NO_SANCTIONS_TERM = "no_sanctions_term"
    TOO_LONG = "too_long"
    # files given to the command line
    BAD_ROW = "bad_row"
    UNREADABLE_WARC = "unreadable_warc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """An item that a stage could not use; counted, and the run goes on."""

    stage: Stage
    reason: Reason
    item_id: str = ""
    detail: str = ""


# The tallies that a run has begun, for whoever wants to know how far it is while it goes on (include/progress.py).
COUNTING: ContextVar[list[Tally] | None] = ContextVar("counting", default=None)


@dataclass(slots=True)
class Tally:
    """Counts that a pipeline function returns: small enough for XCom, the run note and a metric."""

    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if (counting := COUNTING.get()) is not None:
            counting.append(self)

    def add(self, name: str, n: int = 1) -> None:
        self.counts[name] += n

    def reject(self, rejected: Rejected) -> None:
        self.counts[f"rejected_{rejected.reason}"] += 1

    def as_dict(self) -> dict[str, int]:
        return {name: n for name, n in sorted(self.counts.items()) if n}

    def as_text(self) -> str:
        return ", ".join(f"{name} {n}" for name, n in self.as_dict().items()) or "nothing to do"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What people are told of the desk's state."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of time to do again: start <= t < end."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One entry of catalog/feeds.yml."""

    id: str  # hash_id(url)
    url: str
    title: str
    publisher: str
    country: str  # ISO 3166-1 alpha-2, or EU / UN
    language: str  # ISO 639-1
    group: str
    kind: str  # institution | wire | newsroom | specialist | demo


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One item of a feed as published; text fields are plain text, never HTML."""

    id: str  # stages.article_urls.article_id(url)
    feed_id: str
    url: str
    guid: str
    title: str
    summary: str
    byline: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRecord:
    """Where the raw bytes of a page lie: a WARC file (relative to the archive's root) and a byte range in it."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """One fetched page, bytes as sent after Content-Encoding was undone."""

    id: str  # hash_id(normalised url, body_sha256)
    url: str  # normalised
    publisher: str
    fetched_at: datetime
    content_type: str  # with charset, as the server sent it
    body: bytes
    body_sha256: str
    feed_id: str | None = None
    entry_title: str = ""  # what the feed says, trusted before the page
    entry_byline: str = ""
    entry_published_at: datetime | None = None


class PageForm(StrEnum):
    """What kind of page an article stands on."""

    ARTICLE = "article"
    LIVE = "live"  # grows by dated entries
    DIGEST = "digest"  # put together from several reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The clean text of a page: one version of one URL."""

    id: str  # hash_id(url, title, text)
    page_id: str
    url: str
    publisher: str
    title: str
    byline: str
    published_at: datetime | None
    published_source: str  # feed | json-ld | meta | url | text | "" when unknown
    language: str  # ISO 639-1, "" when unknown
    text: str  # paragraphs parted by a blank line
    seen_at: datetime  # when the page was fetched
    modified_at: datetime | None = None  # only when later than published_at
    section: str = ""
    wire: str = ""  # agency credited: Reuters, AP, ...
    wire_source: str = ""  # where: dateline | byline | contributed | source | "" when no agency is
    form: PageForm = PageForm.ARTICLE
    is_truncated: bool = False  # the text is only the beginning of the article, as behind a paywall


class Relation(StrEnum):
    """What a member of a story is to the story's canonical article."""

    CANONICAL = "canonical"
    COPY = "copy"
    TRUNCATED = "truncated"
    UPDATED = "updated"
    EXCERPT = "excerpt"
    REWRITE = "rewrite"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMember:
    """An article's place in a story."""

    article_id: str
    story_id: str
    relation: Relation
    canonical_id: str  # article id of the story's canonical member
    score: float  # verifier's probability that the article belongs to the story; 1.0 for the canonical one
    reason: str = ""  # why this member is the canonical one; empty for the others
    parts: tuple[str, ...] = ()  # of a digest: the articles that it is put together from


class EventType(StrEnum):
    THREATENED = "threatened"
    PROPOSED = "proposed"
    IMPOSED = "imposed"
    EXPANDED = "expanded"
    EXTENDED = "extended"
    EASED = "eased"
    LIFTED = "lifted"
    IMPLEMENTED = "implemented"
    ENFORCED = "enforced"
    VIOLATED = "violated"
    CONDEMNED = "condemned"


class EventClass(StrEnum):
    """Coarse class of an event type."""

    PLAN = "PLAN"
    IMPOSE = "IMPOSE"
    EXTEND = "EXTEND"
    RELAX = "RELAX"
    ENFORCE = "ENFORCE"
    VIOLATE = "VIOLATE"
    CONDEMN = "CONDEMN"


CLASS_OF: Mapping[EventType, EventClass] = {
    EventType.THREATENED: EventClass.PLAN,
    EventType.PROPOSED: EventClass.PLAN,
    EventType.IMPOSED: EventClass.IMPOSE,
    EventType.EXPANDED: EventClass.IMPOSE,
    EventType.EXTENDED: EventClass.EXTEND,
    EventType.EASED: EventClass.RELAX,
    EventType.LIFTED: EventClass.RELAX,
    EventType.IMPLEMENTED: EventClass.ENFORCE,
    EventType.ENFORCED: EventClass.ENFORCE,
    EventType.VIOLATED: EventClass.VIOLATE,
    EventType.CONDEMNED: EventClass.CONDEMN,
}


class Modality(StrEnum):
    ASSERTED = "asserted"
    PLANNED = "planned"  # decided, not done
    POSSIBLE = "possible"  # conditional, likely, urged
    REJECTED = "rejected"


class Salience(StrEnum):
    MAIN = "main"
    SECONDARY = "secondary"


class MeasureType(StrEnum):
    ASSET_FREEZE = "asset_freeze"
    TRAVEL_BAN = "travel_ban"
    ARMS_EMBARGO = "arms_embargo"
    EXPORT_BAN = "export_ban"
    IMPORT_BAN = "import_ban"
    TRADE_RESTRICTION = "trade_restriction"
    FINANCIAL_RESTRICTION = "financial_restriction"
    INVESTMENT_BAN = "investment_ban"
    LABOUR_RESTRICTION = "labour_restriction"
    TRANSPORT_BAN = "transport_ban"
    SECTORAL = "sectoral"
    DIPLOMATIC = "diplomatic"
    DESIGNATION = "designation"
    DELISTING = "delisting"
    FINE = "fine"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody who acts or is acted on."""

    name: str  # canonical where the catalog knows it, else as written
    kind: str  # country | organisation | person | vessel | sector
    code: str | None = None  # ISO 3166-1 alpha-2, or EU, UNSC, UN, ICC, ...: seat, flag or nationality for non-states
    role: str | None = None  # only for actors: what they do ("condemns", "violator", "caller")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    type: MeasureType
    objects: tuple[str, ...] = ()
    flow: str | None = None  # from_target | to_target, for trade measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence of the article; text[start:end] of Article.text with white space folded is `text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What extraction reads: an article of the warehouse, or a row of a file."""

    doc_id: str
    title: str
    text: str
    published_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMention:
    """One sanctions event as one article reports it (the fields are those of the codebook in docs/codebook.md)."""

    id: str  # hash_id(doc_id, extractor version, position in the document)
    doc_id: str  # article id
    event_type: EventType
    modality: Modality
    salience: Salience
    imposers: tuple[Party, ...]
    targets: tuple[Party, ...]
    actors: tuple[Party, ...]
    instrument: str | None
    measures: tuple[Measure, ...]
    event_date: str | None  # YYYY-MM-DD, YYYY-MM or YYYY
    effective_date: str | None
    evidence: tuple[Evidence, ...]
    confidence: float
    published_on: date | None  # of the article; resolve compares it


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionsEvent:
    """One real-world act, however often it was reported."""

    id: str
    event_type: EventType
    modality: Modality
    imposers: tuple[Party, ...]
    targets: tuple[Party, ...]
    actors: tuple[Party, ...]
    instrument: str | None
    measures: tuple[Measure, ...]
    event_date: str | None
    effective_date: str | None
    confidence: float
    mention_ids: tuple[str, ...]

"""When to ask a feed again, and where: what its answers and its failures so far say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import xxhash

from include.patience import between, retry_after
from include.records import Reason
from include.stages.feed_hints import NO_HINTS, NOTHING, FeedHints

FIRST = timedelta(minutes=30)
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(hours=12)
LONGEST_ASKED = timedelta(hours=3)  # ttl says a day on many a feed that has news every hour
LONGEST_SKIPPED = timedelta(days=3)  # a weekend and its hours
LONGEST_FAILING = timedelta(days=2)  # failing feeds are asked for ever, ever more rarely
FULL_EVERY = timedelta(days=5)  # without validators, so that a server that always says 304 is found out
FASTER, SLOWER = 0.5, 1.5  # after news, after none
JITTER = 0.1
MOVES = 3  # polls in a row that must name the same new address
HOMEWARD = 3  # failures at the new address after which the catalog's is asked again
PERMANENT = frozenset({301, 308})
GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMemory:
    """What polling remembers of a feed from one time to the next."""

    id: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    failures: int = 0
    interval: timedelta | None = None  # that its own history lets it wait
    hints: FeedHints = NO_HINTS
    full_at: datetime | None = None  # when it last sent a whole body
    polled_url: str = ""  # where it moved for good
    moved_url: str = ""  # where it says to have moved
    moved_polls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedUpdate:
    """What one poll taught: a row for news.feeds."""

    id: str
    state: str
    reason: str
    failures: int
    etag: str
    last_modified: str
    body_hash: str
    polled_at: datetime
    next_poll_at: datetime
    poll_interval: timedelta
    polled_url: str
    moved_url: str = ""
    moved_polls: int = 0
    hints: FeedHints = NO_HINTS
    full_fetched_at: datetime | None = None
    succeeded_at: datetime | None = None  # None keeps what is there, here and below
    final_url: str | None = None
    entries_sketch: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodAnswer:
    """What a good answer to a poll says of the feed, its entries apart."""

    etag: str
    last_modified: str
    body_hash: str
    url: str
    is_whole: bool  # a body came
    fresh_for: timedelta = NOTHING
    moved_url: str = ""  # where it says to have moved for good
    hints: FeedHints | None = None  # None when the body is known
    entries_sketch: tuple[int, ...] | None = None


def validators(memory: FeedMemory, now: datetime) -> tuple[str, str]:
    """ETag and Last-Modified to send: none when a whole body is due, nor a date that is yet to come."""
    if memory.full_at is None or now - memory.full_at >= FULL_EVERY:
        return "", ""
    moment = _http_date(memory.last_modified)
    return memory.etag, memory.last_modified if moment is None or moment <= now else ""


def after_success(memory: FeedMemory, answer: GoodAnswer, *, now: datetime) -> FeedUpdate:
    """The update after a good answer; asked sooner when its body is not the last one."""
    pace = SLOWER if answer.body_hash == memory.body_hash else FASTER
    interval = between(SHORTEST, (memory.interval or FIRST) * pace, LONGEST)
    hints = memory.hints if answer.hints is None else answer.hints
    asked = min(max(hints.interval, answer.fresh_for), LONGEST_ASKED)
    moves = memory.moved_polls + 1 if answer.moved_url == memory.moved_url else 1
    has_moved = bool(answer.moved_url) and moves >= MOVES
    return FeedUpdate(
        id=memory.id,
        state="ok",
        reason="",
        failures=0,
        etag=answer.etag,
        last_modified=answer.last_modified,
        body_hash=answer.body_hash,
        polled_at=now,
        succeeded_at=now,
        next_poll_at=allowed_after(now + jittered(max(interval, asked), memory.id, now), hints),
        poll_interval=interval,
        polled_url=answer.moved_url if has_moved else memory.polled_url,
        moved_url="" if has_moved else answer.moved_url,
        moved_polls=moves if answer.moved_url and not has_moved else 0,
        hints=hints,
        full_fetched_at=now if answer.is_whole else memory.full_at,
        final_url=answer.url,
        entries_sketch=answer.entries_sketch,
    )


def after_failure(
    memory: FeedMemory, *, now: datetime, reason: Reason, status: int | None, headers: Mapping[str, str]
) -> FeedUpdate:
    """The update after a failed poll: twice as long each time, no sooner than the server asks for."""
    backoff = FIRST * 2 ** min(memory.failures, 10)
    asked = retry_after(headers, now) if status in (429, 503) else timedelta()
    wait = between(asked, backoff, max(asked, LONGEST_FAILING))
    goes_home = memory.failures + 1 >= HOMEWARD and bool(memory.polled_url)
    return FeedUpdate(
        id=memory.id,
        state="retired" if status == GONE and not memory.polled_url else "failing",
        reason=f"{reason} {status}" if reason == Reason.HTTP_STATUS else reason,
        failures=memory.failures + 1,
        etag=memory.etag,
        last_modified=memory.last_modified,
        body_hash=memory.body_hash,
        polled_at=now,
        next_poll_at=now + wait + abs(jittered(wait, memory.id, now) - wait),
        poll_interval=memory.interval or FIRST,
        polled_url="" if goes_home else memory.polled_url,
        moved_url=memory.moved_url,
        moved_polls=memory.moved_polls,
        hints=memory.hints,
        full_fetched_at=memory.full_at,
    )


def moved_for_good(redirects: Sequence[tuple[int, str]]) -> str:
    """Where the permanent redirects at the beginning of a chain lead; empty when it begins with none."""
    url = ""
    for status, target in redirects:
        if status not in PERMANENT:
            break
        url = target
    return url


def allowed_after(moment: datetime, hints: FeedHints) -> datetime:
    """The first moment from this one on in which the feed lets itself be asked; this one when it never seems to."""
    later = moment
    while not hints.allow(later):
        later = later.replace(minute=moment.minute) + timedelta(hours=1)
        if later - moment > LONGEST_SKIPPED:
            return moment
    return later


def jittered(interval: timedelta, feed_id: str, now: datetime) -> timedelta:
    """The interval give or take a tenth, so that feeds added together are not asked together for ever."""
    share = xxhash.xxh3_64_intdigest(f"{feed_id} {now.isoformat()}".encode()) / 2**64
    return interval * (1 + JITTER * (2 * share - 1))


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else None

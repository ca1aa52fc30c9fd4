"""When to ask a feed again: what its answers and its failures so far say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import xxhash

from include.records import Reason

FIRST = timedelta(minutes=30)
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(hours=12)
LONGEST_FAILING = timedelta(days=2)  # failing feeds are asked for ever, ever more rarely
FASTER, SLOWER = 0.5, 1.5  # after news, after none
JITTER = 0.1
GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMemory:
    """What polling remembers of a feed from one time to the next."""

    id: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    failures: int = 0
    interval: timedelta | None = None  # from the last poll to this one, as planned


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
    succeeded_at: datetime | None  # None keeps what is there
    next_poll_at: datetime


def after_success(memory: FeedMemory, *, now: datetime, etag: str, last_modified: str, body_hash: str) -> FeedUpdate:
    """The update after a good answer; asked sooner when its body is not the last one."""
    interval = memory.interval or FIRST
    pace = SLOWER if body_hash == memory.body_hash else FASTER
    return FeedUpdate(
        id=memory.id,
        state="ok",
        reason="",
        failures=0,
        etag=etag,
        last_modified=last_modified,
        body_hash=body_hash,
        polled_at=now,
        succeeded_at=now,
        next_poll_at=now + jittered(between(SHORTEST, interval * pace, LONGEST), memory.id, now),
    )


def after_failure(
    memory: FeedMemory, *, now: datetime, reason: Reason, status: int | None, headers: Mapping[str, str]
) -> FeedUpdate:
    """The update after a failed poll: twice as long each time, no sooner than the server asks for."""
    backoff = FIRST * 2 ** min(memory.failures, 10)
    asked = retry_after(headers, now) if status in (429, 503) else timedelta()
    wait = between(asked, backoff, max(asked, LONGEST_FAILING))
    return FeedUpdate(
        id=memory.id,
        state="retired" if status == GONE else "failing",
        reason=f"{reason} {status}" if reason == Reason.HTTP_STATUS else reason,
        failures=memory.failures + 1,
        etag=memory.etag,
        last_modified=memory.last_modified,
        body_hash=memory.body_hash,
        polled_at=now,
        succeeded_at=None,
        next_poll_at=now + wait + abs(jittered(wait, memory.id, now) - wait),
    )


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long the server asks to be left alone: seconds or a date, a week at most."""
    value = headers.get("retry-after", "").strip()
    try:
        wait = timedelta(seconds=int(value)) if value.isdecimal() else parsedate_to_datetime(value) - now
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return between(timedelta(), wait, timedelta(days=7))


def between(least: timedelta, wanted: timedelta, most: timedelta) -> timedelta:
    return max(least, min(wanted, most))


def jittered(interval: timedelta, feed_id: str, now: datetime) -> timedelta:
    """The interval give or take a tenth, so that feeds added together are not asked together for ever."""
    share = xxhash.xxh3_64_intdigest(f"{feed_id} {now.isoformat()}".encode()) / 2**64
    return interval * (1 + JITTER * (2 * share - 1))

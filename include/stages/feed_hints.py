"""What a feed itself says about when to ask it: ttl, skipHours and skipDays of RSS, updatePeriod of syndication."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

HEAD = 20_000  # bytes looked at: what a channel says of itself stands before its items, in all but a few feeds
TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>", re.I)
PERIOD = re.compile(rb"<\w*:?updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<", re.I)
FREQUENCY = re.compile(rb"<\w*:?updateFrequency>\s*(\d{1,4})\s*<", re.I)
SKIPPED = re.compile(rb"<skip(Hours|Days)>(.*?)</skip\1>", re.I | re.S)
HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.I)
DAY = re.compile(rb"<day>\s*(mon|tues|wednes|thurs|fri|satur|sun)day\s*</day>", re.I)
FIRST_ITEM = re.compile(rb"<(?:item|entry)\b")
DAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
NOTHING = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHints:
    """How rarely a feed wants to be asked, and when not at all (UTC)."""

    interval: timedelta = NOTHING
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()  # 0 is Monday

    def allow(self, moment: datetime) -> bool:
        return moment.hour not in self.skip_hours and moment.weekday() not in self.skip_days


NO_HINTS = FeedHints()


def read_hints(body: bytes) -> FeedHints:
    """What the head of a feed says; hints that leave no hour or no day at all are none."""
    first = FIRST_ITEM.search(body, 0, HEAD)
    head = body[: first.start() if first else HEAD]
    if b"ttl>" not in head and b"skip" not in head and b"updatePeriod" not in head:
        return NO_HINTS
    skipped = {kind.lower(): inside for kind, inside in SKIPPED.findall(head)}
    hours = frozenset(int(hour) % 24 for hour in HOUR.findall(skipped.get(b"hours", b"")))
    days = frozenset(DAYS.index(day.decode().lower()) for day in DAY.findall(skipped.get(b"days", b"")))
    return FeedHints(
        interval=max(_ttl(head), _period(head)),
        skip_hours=hours if len(hours) < 24 else frozenset(),
        skip_days=days if len(days) < 7 else frozenset(),
    )


def _ttl(head: bytes) -> timedelta:
    return timedelta(minutes=int(found[1])) if (found := TTL.search(head)) else NOTHING


def _period(head: bytes) -> timedelta:
    if not (found := PERIOD.search(head)):
        return NOTHING
    frequency = FREQUENCY.search(head)
    return PERIODS[found[1].decode().lower()] / max(1, int(frequency[1]) if frequency else 1)


def cache_lifetime(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long an answer says that it stays fresh: Cache-Control before Expires, less its Age."""
    control = headers.get("cache-control", "").lower()
    if "no-store" in control or "no-cache" in control:
        return NOTHING
    if found := re.search(r"max-age\s*=\s*\"?(\d{1,9})", control):
        age = headers.get("age", "").strip()
        return max(NOTHING, timedelta(seconds=int(found[1]) - (int(age[:9]) if age.isdecimal() else 0)))
    try:
        expires = parsedate_to_datetime(headers["expires"])
        return max(NOTHING, expires - now) if expires.tzinfo else NOTHING
    except (KeyError, ValueError, TypeError, OverflowError):
        return NOTHING
